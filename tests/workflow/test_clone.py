"""A clone holds the bytes that were committed, however git is set up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from project import DELIVERED, RAW, ROOT, TINY, Project

from compute_trends.common.checksums import checksum

NAMES = (*DELIVERED, "config.yaml", ".gitattributes", "data/raw/annotations.csv")
# A file that somebody committed with carriage returns keeps them.
RETURNS = "data/raw/own.csv"


def checksums(folder: Path) -> dict[str, str]:
    """Checksum of each file by its path, but for git's own."""
    return {
        path.relative_to(folder).as_posix(): checksum(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """What a run needs, committed."""
    folder = tmp_path_factory.mktemp("committed")
    shutil.copytree(TINY, folder / "tests" / "data")
    (folder / "data" / "raw").mkdir(parents=True)
    for name in NAMES:
        is_folder = (ROOT / name).is_dir()
        ignored = shutil.ignore_patterns("__pycache__")
        if is_folder:
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    table = (RAW / "claims.csv").read_bytes()
    (folder / RETURNS).write_bytes(table.replace(b"\n", b"\r\n"))
    project = Project(folder)
    project.git("init", "--quiet")
    project.git("-c", "core.safecrlf=false", "add", "--all")
    project.git("commit", "--quiet", "--message", "As delivered")
    return project


@pytest.mark.parametrize("option", ["core.autocrlf=true", "core.eol=crlf", "core.autocrlf=input"])
def test_a_clone_has_the_same_bytes(committed: Project, tmp_path: Path, option: str) -> None:
    clone = tmp_path / "clone"
    committed.git("clone", "--quiet", "-c", option, str(committed.folder), str(clone))
    assert checksums(clone) == checksums(committed.folder)
    # Nothing looks changed, either.
    assert Project(clone).git("-c", option, "status", "--porcelain") == ""


def test_without_the_attributes_it_would_not(committed: Project, tmp_path: Path) -> None:
    plain, clone = committed.copy(tmp_path / "plain"), tmp_path / "clone"
    (plain.folder / ".gitattributes").write_text("* text=auto\n")
    plain.git("commit", "--quiet", "--all", "--message", "As before")
    plain.git("clone", "--quiet", "-c", "core.autocrlf=true", str(plain.folder), str(clone))
    assert b"\r\n" in (clone / "config.yaml").read_bytes()
