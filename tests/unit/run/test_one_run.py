from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from project import ROOT

from compute_trends.run import one_run
from compute_trends.run.one_run import JOBS, LEFT, RUN, UNLOCKED, at_work, start

HOLD = """
import sys
from compute_trends.run.one_run import hold
hold(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def holder(name: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a lock, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, name],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT / "workflow")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close(), process.stdin.close()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have been run in place of this process."""
    commands: list[list[str]] = []

    def instead(_file: str, command: list[str]) -> None:
        commands.append(command)

    monkeypatch.setattr(one_run.os, "execv", instead)
    return commands


@pytest.mark.parametrize("name", [RUN, JOBS])
def test_a_lock_ends_with_the_process_that_holds_it(
    name: str, here: Path, started: list[list[str]]
) -> None:
    assert at_work(name) is None
    with holder(name, here) as process:
        with pytest.raises(SystemExit) as stopped:
            start([])
        for told in (at_work(name), stopped.value.code):
            assert f"(process {process.pid})" in str(told) and "run again" in str(told)
        assert started == []
    assert at_work(name) is None


def test_what_a_crash_left_locked_is_unlocked(
    started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    LEFT.mkdir(parents=True)
    start(["--cores", "1"])
    assert capsys.readouterr().out == ""
    (LEFT / "0.input.lock").touch()
    start(["--cores", "1"])
    assert not LEFT.exists() and capsys.readouterr().out == f"{UNLOCKED}\n"
    assert started[0][1:] == ["-m", "snakemake", "--cores", "1"] and len(started) == 2


def test_a_folder_of_results_that_cannot_be_written_to_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "results" / "fits").mkdir(parents=True)
    assert one_run.read_only(["results", "report"]) is None
    # Root writes anywhere.
    monkeypatch.setattr(one_run.os, "access", lambda path, _: Path(path).name != "fits")
    assert str(one_run.read_only(["results"])).startswith("results/fits cannot be written to")


@pytest.mark.parametrize("folder", [".", ".snakemake"])
def test_a_run_in_a_folder_that_cannot_be_written_to_is_refused_with_its_name(
    here: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (here / folder).mkdir(exist_ok=True)
    monkeypatch.setattr(one_run.os, "access", lambda path, _: False)
    with pytest.raises(SystemExit, match=r"cannot be written to: make it writable") as refused:
        one_run.start([])
    assert str(refused.value).startswith(str((here / folder).absolute()))


def test_a_folder_that_cannot_be_written_to_has_no_locks(here: Path) -> None:
    (here / ".snakemake").write_text("")
    one_run.hold(RUN)
    assert at_work(RUN) is None
