from __future__ import annotations

from pathlib import Path

from compute_trends.verify.again import SEVERAL, differences, verdict, verify
from compute_trends.verify.folders import Comparison

SAME = Comparison({}, {}, [], [])


def test_without_results_there_is_nothing_to_verify(tmp_path: Path) -> None:
    found = verify(tmp_path, lambda _: None, tmp_path)
    assert not found.same and "run `make` first" in found.lines[0]


def test_other_contents_without_a_cause_are_told() -> None:
    [line] = differences(SAME._replace(different={"a": "other bytes"}), set(), [], "")
    assert line == "a: differs (no cause is known: the same inputs gave other bytes): other bytes"


def test_the_same_numbers_are_told_with_the_cause() -> None:
    alike = SAME._replace(alike={"a": 3e-13, "b": 0.0})
    reasons = ["machine: blas_kernel: Haswell, now Zen"]
    found = verdict(alike, set(), [], {"machine": ["blas_kernel: Haswell, now Zen"]}, reasons)
    assert found.same and found.lines[1:] == reasons
    assert "the same to 12 digits in 2 files of other bytes" in found.lines[0]
    assert found.lines[0].endswith("on another processor:")
    assert verdict(alike, set(), [], {}, []).lines[1:] == [SEVERAL]


def test_what_was_edited_is_different_however_small_the_change() -> None:
    found = verdict(SAME._replace(alike={"a": 3e-13}), {"a"}, ["a"], {"machine": [""]}, [])
    assert not found.same
    assert found.lines[1] == "a: differs (changed after the run wrote it)"
