from __future__ import annotations

import json
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from project import ROOT

from compute_trends.run.provenance import (
    changed_during_run,
    code_files,
    fingerprint,
    git_state,
    provenance_json,
    software_versions,
    state,
)

# FIPS 180-2, appendix B.1
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_versions_are_those_installed() -> None:
    assert software_versions()["numpy"] == metadata.version("numpy")


def test_the_fingerprint_is_that_of_inputs_and_settings() -> None:
    one = fingerprint({"a": "1", "b": "2"}, {"seed": 1})
    assert len(one) == 64
    assert fingerprint({"b": "2", "a": "1"}, {"seed": 1}) == one
    assert fingerprint({"a": "1"}, {"seed": 1}) != one
    assert fingerprint({"a": "2", "b": "1"}, {"seed": 1}) != one
    assert fingerprint({"a": "1", "b": "2"}, {"seed": 2}) != one


def test_code_is_all_that_a_run_executes() -> None:
    files = code_files(ROOT)
    assert {"Snakefile", "workflow/rules/fit.smk", "workflow/report/page.js"} <= set(files)
    assert not [path for path in files if "pycache" in path]


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    command = ["git", *identity, *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_commit_is_the_last_one_that_changed_what_counts(tmp_path: Path) -> None:
    assert git_state(tmp_path) == {"commit": None, "dirty": None}
    (tmp_path / "Snakefile").write_text("1")
    git(tmp_path, "init", "--quiet")
    assert git_state(tmp_path) == {"commit": None, "dirty": None}
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=one")
    first = git(tmp_path, "rev-parse", "HEAD")
    assert git_state(tmp_path) == {"commit": first, "dirty": False}
    (tmp_path / "README.md").write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=two")
    assert git_state(tmp_path) == {"commit": first, "dirty": False}
    (tmp_path / "Snakefile").write_text("2")
    assert git_state(tmp_path) == {"commit": first, "dirty": True}
    git(tmp_path, "commit", "--quiet", "--all", "--message=three")
    assert git_state(tmp_path)["commit"] == git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow" / "new.py").write_text("")
    assert git_state(tmp_path)["dirty"] is True


def test_a_folder_below_another_repository_is_not_kept_by_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    below = tmp_path / "below"
    below.mkdir()
    (below / "Snakefile").write_text("1")
    assert git_state(below) == {"commit": None, "dirty": None}


def test_an_input_that_changes_during_a_run_is_told() -> None:
    assert changed_during_run({"a": "1"}, {"a": "1"}) == []
    problems = changed_during_run({"a": "1", "b": "1"}, {"a": "2", "c": "1"})
    assert [problem.file for problem in problems] == ["a", "b", "c"]


def test_the_record_is_the_same_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_bytes(b"abc")
    now = state(ROOT, inputs={"in.csv": "in.csv"}, config={"seed": 3})
    texts = {
        provenance_json(now, git={"commit": None, "dirty": None}, replaced=[], products=products)
        for products in (["in.csv"], ["in.csv", "none.csv"])
    }
    [text] = texts
    record = json.loads(text)
    assert record["inputs"] == record["products"] == {"in.csv": ABC}
    assert record["seed"] == 3
    assert record["code"]["commit"] is None and "Snakefile" in record["code"]["files"]
    assert record["environment"]["requirements.txt"]
