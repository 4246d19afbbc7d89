"""Faults of the machine and of people: the next run gives the same bytes, or says what to do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from project import Project

from compute_trends.run.one_run import UNLOCKED

pytestmark = pytest.mark.gate

# Files of each stage, before which its job stands still until the test has killed it
STOPS = (
    "data/processed/excluded.csv",
    "data/processed/compute.csv",
    "results/fits/parameters.csv",
    "report/index.html",
)
SEALS = "workflow/compute_trends/run/seals.py"
WRITE = "    write_whole(path, text)\n"
PAUSE = """\
    if path == {stop!r}:
        __import__("pathlib").Path("paused").touch()
        __import__("time").sleep(900)
"""


def wait_for(path: Path, run: subprocess.Popen[bytes]) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + 300
    while not path.exists():
        assert run.poll() is None, "the run ended before"
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.05)


def test_a_run_that_is_killed_in_each_stage_gives_the_same_bytes(
    finished_tiny: Project, tmp_path: Path
) -> None:
    """And what a killed run leaves behind is told with the way out, as is a second run."""
    project = Project.tiny(tmp_path / "tiny")
    for stop in STOPS:
        pause = PAUSE.format(stop=stop)
        project.edit(SEALS, WRITE, pause + WRITE)
        with project.start() as run:
            wait_for(project.folder / "paused", run)
            if stop == STOPS[0]:
                assert "cannot be locked" in project.fail()
        project.edit(SEALS, pause, "")
        (project.folder / "paused").unlink()
        if stop == STOPS[-1]:
            assert "--unlock" in project.fail()
        project.make("--unlock")
    project.make()
    assert project.products() == finished_tiny.products()


def test_no_run_starts_beside_another_or_its_jobs(finished_tiny: Project, tmp_path: Path) -> None:
    """As `make` starts it; a plain snakemake, unlocked by hand, stops beside jobs, too."""
    project = Project.tiny(tmp_path / "tiny")
    as_make = {
        "python": ("-m", "compute_trends.run.one_run"),
        "environment": {"PYTHONPATH": str(project.folder / "workflow")},
    }
    pause = PAUSE.format(stop=STOPS[1])
    project.edit(SEALS, WRITE, pause + WRITE)
    with project.start() as run:
        wait_for(project.folder / "paused", run)
        assert "A run works in this folder (process " in project.fail(**as_make)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        assert "Jobs of a run that was ended still write" in project.fail(**as_make)
        project.make("--unlock")
        assert "Jobs of a run that was ended still write" in project.fail()
    project.edit(SEALS, pause, "")
    with project.start() as run:
        while not list(project.folder.glob(".snakemake/locks/*")):
            time.sleep(0.05)
    assert UNLOCKED in project.make(**as_make)
    assert project.products() == finished_tiny.products()


def test_an_input_that_changes_during_a_run_stops_it(changeable_tiny: Project) -> None:
    project = changeable_tiny
    before = project.products()
    change = "        __import__('pathlib').Path('data/raw/claims.csv').open('a').write('\\n')\n"
    job = "    with job(snakemake) as run:\n"
    project.edit("workflow/scripts/render/package_results.py", job, job + change)
    shown = project.fail("results/provenance.json")
    assert (
        "data/raw/claims.csv: found 'another content than when the run began', expected a file "
        "that stays as it is during a run; run again"
    ) in shown
    assert project.products()["report/index.html"] == before["report/index.html"]


def test_a_change_is_seen_whatever_the_clock_says(changeable_tiny: Project) -> None:
    """The results lie in the future, or an input that was put back in the past."""
    project = changeable_tiny
    raw = project.folder / "data" / "raw" / "annotations.csv"
    project.edit("data/raw/annotations.csv", "10000000000.0", "20000000000.0")
    os.utime(raw, (1e9, 1e9))
    everything = project.pending()
    assert {"clean_annotations", "estimate_compute", "fit_trends", "render_report"} <= everything
    future = time.time() + 10 * 86400
    for path in project.products():
        os.utime(project.folder / path, (future, future))
    assert project.pending() == everything
    project.edit("data/raw/annotations.csv", "20000000000.0", "10000000000.0")
    os.utime(raw, (1e9, 1e9))
    assert project.pending() == set()


def test_what_is_deleted_between_stages_is_told_or_made_again(changeable_tiny: Project) -> None:
    project = changeable_tiny
    before = project.products()
    (project.folder / "data" / "processed" / "systems.csv").unlink()
    raw = project.folder / "data" / "raw" / "hardware.csv"
    kept = raw.read_bytes()
    raw.unlink()
    assert "data/raw/hardware.csv" in project.fail()
    raw.write_bytes(kept)
    assert "clean_annotations" in project.pending()
    project.make("data/processed/systems.csv")
    after = project.products()
    assert {path for path in before if after.get(path) != before[path]} == set()


def test_a_full_disk_is_told_and_mended_by_the_next_run(changeable_tiny: Project) -> None:
    """No file above 20 kB stands for a full disk: a write fails in the same way."""
    project = changeable_tiny
    before = project.products()
    limited = (
        "import resource, signal, runpy; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
        "runpy.run_module('snakemake', run_name='__main__')"
    )
    (project.folder / "results" / "figures" / "figure1.svg").unlink()
    assert "File too large" in project.fail(cores=2, python=("-c", limited))
    assert project.products()["report/index.html"] == before["report/index.html"]
    project.make()
    assert project.products() == before
    assert not list(project.folder.rglob("*.part"))


def test_results_that_may_not_be_written_are_told(changeable_tiny: Project) -> None:
    """Root writes anywhere, so a folder that is a file stands for one that is read-only."""
    project = changeable_tiny
    before = project.products()
    folder = project.folder / "results" / "fits"
    kept = project.folder / "results" / "kept"
    shutil.move(folder, kept)
    folder.write_text("")
    assert "results/fits" in project.fail()
    folder.unlink()
    shutil.move(kept, folder)
    project.make()
    assert project.products() == before


def test_a_figure_that_cannot_be_drawn_leaves_the_last_ones(changeable_tiny: Project) -> None:
    project = changeable_tiny
    endings = (".svg", ".png", ".pdf")
    before = {path: data for path, data in project.products().items() if path.endswith(endings)}
    assert len(before) > 10
    drawing = "    written = BytesIO()\n"
    broken = '    raise ValueError("no such glyph")\n'
    project.edit("workflow/compute_trends/render/figures/files.py", drawing, broken)
    assert "no such glyph" in project.fail()
    assert before.items() <= project.products().items()
