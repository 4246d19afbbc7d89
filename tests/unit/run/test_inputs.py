from __future__ import annotations

import os
from pathlib import Path

from compute_trends.common.problems import Problem
from compute_trends.run.inputs import (
    content_of,
    file_checksums,
    file_problems,
    files_below,
    folder_problems,
    raw_paths,
)

# FIPS 180-2, appendix B.1
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_checksum_of_a_known_text(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert file_checksums({"a": path, "b": str(path)}) == {"a": ABC, "b": ABC}
    assert file_checksums({"none": tmp_path / "none"}) == {}


def test_files_are_named_below_a_folder_or_as_they_are(tmp_path: Path) -> None:
    elsewhere = tmp_path.parent / "c"
    assert files_below(tmp_path, ["a/b", tmp_path / "a", elsewhere]) == {
        "a/b": tmp_path / "a" / "b",
        "a": tmp_path / "a",
        elsewhere.as_posix(): elsewhere,
    }


def test_a_raw_file_of_the_working_folder_stands_in_for_the_delivered_one(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    (elsewhere / "data" / "raw").mkdir(parents=True)
    (elsewhere / "data" / "raw" / "b.csv").write_text("")
    names = ["data/raw/a.csv", "data/raw/b.csv"]
    assert raw_paths(names, home, elsewhere) == {
        names[0]: str(home / names[0]),
        names[1]: names[1],
    }
    # At home a file that is missing is missed under its own name.
    assert raw_paths(names, home, home) == {name: name for name in names}


def test_the_content_of_a_rule_s_raw_files_is_known_by_name() -> None:
    names = {"data/raw/a.csv": "/home/data/raw/a.csv", "b": "b", "c": "c"}
    paths = ["/home/data/raw/a.csv", "c", "data/processed/systems.csv"]
    assert content_of(paths, names, {"data/raw/a.csv": "1", "b": "2"}) == {
        "data/raw/a.csv": "1",
        "c": None,
    }


def test_what_is_no_file_is_told_by_its_name_before_any_job(tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    os.mkfifo(tmp_path / "c.csv")
    (tmp_path / "d.csv").touch()
    paths = {f"data/raw/{name}.csv": str(tmp_path / f"{name}.csv") for name in "abcd"}
    kinds = {"a": "no such file", "b": "a folder", "c": "a pipe"}
    assert file_problems(paths) == [
        Problem(f"data/raw/{name}.csv", None, None, found, "a file that can be read")
        for name, found in kinds.items()
    ]


def test_what_stands_in_for_a_delivered_file_is_not_passed_over(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    (elsewhere / "a.csv").mkdir(parents=True)
    (elsewhere / "b.csv").symlink_to("nowhere")
    assert raw_paths(["a.csv", "b.csv"], home, elsewhere) == {"a.csv": "a.csv", "b.csv": "b.csv"}


def test_a_project_whose_folder_has_braces_is_told(tmp_path: Path) -> None:
    assert folder_problems(tmp_path) == []
    [problem] = folder_problems(tmp_path / "a{b}")
    assert problem.file == str(tmp_path / "a{b}") and "without braces" in problem.expected
