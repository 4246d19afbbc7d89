from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from compute_trends.run.seals import broken_seal, write_sealed, write_whole


def test_a_seal_is_what_sha256sum_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_sealed(str(path), "é\n")
    assert path.read_bytes() == "é\n".encode()
    digest = hashlib.sha256("é\n".encode()).hexdigest()
    assert (tmp_path / ".a.csv.sha256").read_text() == f"{digest}  a.csv\n"
    assert broken_seal(str(path)) == []


def test_a_change_and_a_missing_seal_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_sealed(str(path), "1\n")
    path.write_text("2\n")
    [problem] = broken_seal(str(path))
    assert "delete it and run again" in problem.expected
    (tmp_path / ".a.csv.sha256").unlink()
    [problem] = broken_seal(str(path))
    assert problem.value == "no .a.csv.sha256"


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    write_whole(str(path), "old")

    def full(self: Path, *_args: object, **_options: object) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError):
        write_whole(str(path), "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
