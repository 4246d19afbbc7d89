"""Long simulations shared among jobs: only in a deep run, and with the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from project import Project

TABLES = [
    f"results/checks/{name}.csv" for name in ("coverage", "eras", "era_verdicts", "era_lines")
]
RULES = ("simulate_coverage", "search_eras")


def scatter(shards: int) -> list[str]:
    """Options of a run that shares its long simulations among so many jobs each."""
    return ["--set-scatter", f"coverage={shards}", f"eras={shards}"]


def planned(project: Project, shards: int) -> list[int]:
    """Jobs that a run would share each long simulation among."""
    shown = project.run("--dry-run", *TABLES, *scatter(shards)).stdout
    assert re.search(r"^check_coverage +1$", shown, re.MULTILINE), shown
    found = [re.search(rf"^{rule} +(\d+)$", shown, re.MULTILINE) for rule in RULES]
    return [int(match[1]) if match else 0 for match in found]


def deep(folder: Path) -> Project:
    project = Project.tiny(folder)
    project.edit("config.yaml", "depth: light", "depth: deep")
    return project


def test_only_a_deep_run_of_several_shards_has_more_jobs(tmp_path: Path) -> None:
    project = deep(tmp_path / "tiny")
    assert [planned(project, shards) for shards in (1, 3)] == [[0, 0], [3, 3]]
    project.edit("config.yaml", "depth: deep", "depth: light")
    assert planned(project, 3) == [0, 0]


@pytest.mark.gate
def test_shards_of_a_run_give_the_bytes_of_one_job_and_are_gone(tmp_path: Path) -> None:
    made = []
    for shards in (1, 4):
        project = deep(tmp_path / f"tiny{shards}")
        project.make(*TABLES, *scatter(shards))
        made.append(project.products())
    assert made[0] == made[1] and set(TABLES) <= set(made[0])
