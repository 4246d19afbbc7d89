from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from project import RAW, ROOT

from compute_trends.tables.job import job

SCRIPTS = ROOT / "workflow" / "scripts" / "clean"


def rule(folder: Path, scripts: Path = SCRIPTS, **inputs: str) -> Any:
    """What the workflow hands to a script that reads some files and writes members."""
    (folder / "logs").mkdir(parents=True)
    return SimpleNamespace(
        input=inputs,
        output={"members": str(folder / "members.csv")},
        params={"settings": {"seed": 1}},
        log=[str(folder / "logs" / "rule.log")],
        threads=1,
        scriptdir=str(scripts),
    )


def test_tables_come_and_go_by_name(tmp_path: Path) -> None:
    members = pd.DataFrame({"trend": ["whole"], "basis": ["published"], "system_id": ["alpha"]})
    first = rule(tmp_path / "first", claims=str(RAW / "claims.csv"))
    with job(first) as run:
        [claims] = run.tables("claims")
        run.write(members=members)
        assert run.settings == {"seed": 1}
    assert len(claims) == len(pd.read_csv(RAW / "claims.csv"))
    written = first.output["members"]
    with job(rule(tmp_path / "second", members=written, several=[written])) as run:
        [read] = run.tables("members")
    assert read.to_dict("list") == members.to_dict("list")


def test_a_job_with_the_library_of_another_checkout_stops(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "workflow" / "scripts" / "clean"
    with pytest.raises(SystemExit), job(rule(tmp_path / "run", elsewhere)):
        pytest.fail("the block is not to run")
    log = (tmp_path / "run" / "logs" / "rule.log").read_text(encoding="utf-8")
    assert f"{elsewhere} runs the library of another checkout, {ROOT / 'workflow'}" in log
