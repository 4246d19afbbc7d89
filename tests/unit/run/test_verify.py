from __future__ import annotations

from pathlib import Path

from compute_trends.run.verify import differences, verify


def test_without_results_there_is_nothing_to_verify(tmp_path: Path) -> None:
    [line] = verify(tmp_path, lambda _: None, tmp_path)
    assert "run `make` first" in line


def test_other_bytes_without_a_cause_are_told() -> None:
    [line] = differences({"a": "1"}, {"a": "2"}, set(), [])
    assert line == "a: differs (no cause is known: the same inputs gave other bytes)"
