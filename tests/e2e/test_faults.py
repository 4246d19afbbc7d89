"""Faults of the machine and of people: the next run gives the same bytes, or says what to do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import TINY, Project

pytestmark = pytest.mark.gate

# A write of each stage, before which its job stands still until the test has killed it.
WRITES = {
    "clean_annotations": "write_table(excluded,",
    "estimate_compute": "write_table(compute,",
    "fit_trends": "write_table(parameters,",
    "render_report": "write_sealed(snakemake.output[0], html)",
}
PAUSE = "__import__('pathlib').Path('paused').touch(); __import__('time').sleep(90); "


def start(project: Project, *options: str) -> subprocess.Popen[str]:
    """Start a run that goes on by itself, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "2", *options],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def wait_for(path: Path, run: subprocess.Popen[str]) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + 80
    while not path.exists():
        assert run.poll() is None, "the run ended before"
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.05)


def test_a_run_that_is_killed_in_each_stage_gives_the_same_bytes(
    finished_tiny: Project, tmp_path: Path
) -> None:
    """And what a killed run leaves behind is told with the way out, as is a second run."""
    project = Project(tmp_path / "tiny", TINY / "raw", TINY / "config.yaml")
    for script, write in WRITES.items():
        path = project.folder / "workflow" / "scripts" / f"{script}.py"
        sound = path.read_text(encoding="utf-8")
        assert sound.count(write) == 1
        path.write_text(sound.replace(write, PAUSE + write), encoding="utf-8")
        run = start(project)
        wait_for(project.folder / "paused", run)
        if script == "clean_annotations":
            second = project.run()
            assert second.returncode != 0 and "cannot be locked" in second.stdout
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        path.write_text(sound, encoding="utf-8")
        (project.folder / "paused").unlink()
        if script == "render_report":
            locked = project.run()
            assert locked.returncode != 0 and "--unlock" in locked.stdout
        assert project.run("--unlock").returncode == 0
    again = project.run()
    assert again.returncode == 0, again.stdout
    assert project.products() == finished_tiny.products()


def test_an_input_that_changes_during_a_run_stops_it(changeable_tiny: Project) -> None:
    project = changeable_tiny
    before = project.products()
    script = project.folder / "workflow" / "scripts" / "write_config.py"
    sound = script.read_text(encoding="utf-8")
    write = "write_sealed(snakemake.output[0]"
    change = "__import__('pathlib').Path('data/raw/claims.csv').open('a').write('\\n'); "
    script.write_text(sound.replace(write, change + write), encoding="utf-8")
    run = project.run("results/provenance.json")
    assert run.returncode != 0
    assert (
        "data/raw/claims.csv: found 'another content than when the run began', expected a file "
        "that stays as it is during a run; run again"
    ) in run.stdout
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
    told = project.run()
    assert told.returncode != 0 and "data/raw/hardware.csv" in told.stdout
    raw.write_bytes(kept)
    assert "clean_annotations" in project.pending()
    again = project.run("data/processed/systems.csv")
    assert again.returncode == 0, again.stdout
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
    run = subprocess.run(
        [sys.executable, "-c", limited, "--cores", "2"],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "File too large" in run.stdout
    assert project.products()["report/index.html"] == before["report/index.html"]
    again = project.run()
    assert again.returncode == 0, again.stdout
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
    told = project.run()
    assert told.returncode != 0
    assert "results/fits" in told.stdout
    folder.unlink()
    shutil.move(kept, folder)
    assert project.run().returncode == 0
    assert project.products() == before
