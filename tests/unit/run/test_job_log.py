from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from compute_trends.common.notices import tell
from compute_trends.common.problems import InputError, Problem
from compute_trends.run.job_log import log_to


def test_what_is_said_goes_to_the_log(tmp_path: Path) -> None:
    path = tmp_path / "job.log"
    with log_to(str(path)):
        logging.getLogger("compute_trends.fit.trends").info("fitted")
        logging.getLogger("fontTools.subset").info("pruned")
        print("a word", file=sys.stderr)
    assert path.read_text() == "INFO compute_trends.fit.trends: fitted\na word\n"


def test_a_failure_is_in_the_log_and_its_cause_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "logs" / "job.log"
    path.parent.mkdir()
    table = tmp_path / "checks" / "problems" / "job.csv"
    with pytest.raises(SystemExit) as left, log_to(str(path)):
        raise InputError([Problem("a.csv", 3, "size", "x", "a number")])
    assert left.value.code == 1
    assert table.read_text() == "file,row,column,value,expected\na.csv,3,size,x,a number\n"
    assert "Traceback" in path.read_text()
    shown = capfd.readouterr().err
    assert "a.csv, row 3, column size: found 'x', expected a number" in shown
    assert "Traceback" not in shown
    with log_to(str(path)):
        pass
    assert not table.exists()


def test_another_failure_shows_its_kind(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), log_to(str(tmp_path / "job.log")):
        raise KeyError("colour")
    assert "KeyError: 'colour'" in capfd.readouterr().err


def test_what_a_person_should_know_is_in_the_log_and_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "job.log"
    with log_to(str(path)):
        tell("a.csv: one row is left out")
        logging.getLogger("compute_trends.clean").warning("not so important")
    assert capfd.readouterr().err == "a.csv: one row is left out\n"
    assert "a.csv: one row is left out" in path.read_text()
    with log_to(str(path)):
        pass
    assert capfd.readouterr().err == ""
