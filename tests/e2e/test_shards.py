"""Long simulations shared among jobs: only in a deep run, and with the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from project import Project

TABLE = "results/checks/coverage.csv"


def planned(project: Project, shards: int) -> int:
    """Jobs that a run would share the worlds of coverage among."""
    shown = project.run("--dry-run", TABLE, "--set-scatter", f"coverage={shards}").stdout
    assert re.search(r"^check_coverage +1$", shown, re.MULTILINE), shown
    found = re.search(r"^simulate_coverage +(\d+)$", shown, re.MULTILINE)
    return int(found[1]) if found else 0


def deep(folder: Path) -> Project:
    project = Project.tiny(folder)
    project.edit("config.yaml", "depth: light", "depth: deep")
    return project


def test_only_a_deep_run_of_several_shards_has_more_jobs(tmp_path: Path) -> None:
    project = deep(tmp_path / "tiny")
    assert [planned(project, shards) for shards in (1, 3)] == [0, 3]
    project.edit("config.yaml", "depth: deep", "depth: light")
    assert planned(project, 3) == 0


@pytest.mark.gate
def test_shards_of_a_run_give_the_bytes_of_one_job_and_are_gone(tmp_path: Path) -> None:
    made = []
    for shards in (1, 4):
        project = deep(tmp_path / f"tiny{shards}")
        project.make(TABLE, "--set-scatter", f"coverage={shards}")
        made.append(project.products())
    assert made[0] == made[1] and TABLE in made[0]
