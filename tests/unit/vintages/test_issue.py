"""Tests of issuing forecasts: what is there stays, and the commit is that of the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_up_outlook import of_day, tables_of

from compute_trends.common.checksums import checksum
from compute_trends.common.problems import InputError
from compute_trends.tables.generated import write_table
from compute_trends.tables.raw import read_checked
from compute_trends.vintages.issue import issue

COMMIT = "0123456789" * 4
PRODUCT = "results/forecasts/outcomes.csv"


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    return tables_of([of_day("2017-03-01"), of_day("2020-12-31")])["forecast_outcomes"]


def after_run(folder: Path, outcomes: pd.DataFrame, **code: Any) -> Path:
    """A folder after a run of a commit, or of other code."""
    (folder / "results" / "forecasts").mkdir(parents=True)
    (folder / "data" / "raw").mkdir(parents=True)
    write_table(outcomes, str(folder / PRODUCT), "forecast_outcomes")
    header = ",".join(read_checked("data/raw/forecasts.csv", "forecasts").columns)
    (folder / "data/raw/forecasts.csv").write_text(header + "\n", encoding="utf-8")
    ran = {
        "code": {"commit": COMMIT, "dirty": False} | code,
        "products": {PRODUCT: checksum((folder / PRODUCT).read_bytes())},
    }
    (folder / "results/provenance.json").write_text(json.dumps(ran), encoding="utf-8")
    return folder


def test_forecasts_of_the_newest_vintage_are_added(tmp_path: Path, outcomes: pd.DataFrame) -> None:
    base = after_run(tmp_path, outcomes)
    path = base / "data/raw/forecasts.csv"
    newest = outcomes[outcomes["export"] == "notable_2020_12_31"]
    assert issue(base, day="2021-02-03") == len(newest)
    table = read_checked(str(path), "forecasts")
    assert set(table["code_commit"]) == {COMMIT}
    assert set(table["issued_on"]) == {pd.Timestamp("2021-02-03")}
    assert table["method"].tolist() == newest["method"].tolist()
    pd.testing.assert_series_equal(
        table["forecast_flop_q95"].reset_index(drop=True),
        newest["forecast_flop_q95"].reset_index(drop=True),
        rtol=1e-3,
    )
    # A later issue leaves every byte as it is.
    before = path.read_bytes()
    issue(base, day="2021-03-03")
    assert path.read_bytes().startswith(before)
    assert path.read_bytes().count(b"\n") == 2 * len(newest) + 1


def test_the_same_forecasts_are_not_issued_twice_on_a_day(
    tmp_path: Path, outcomes: pd.DataFrame
) -> None:
    base = after_run(tmp_path, outcomes)
    issue(base, day="2021-02-03")
    before = (base / "data/raw/forecasts.csv").read_bytes()
    with pytest.raises(InputError, match="issued_on"):
        issue(base, day="2021-02-03")
    assert (base / "data/raw/forecasts.csv").read_bytes() == before


@pytest.mark.parametrize("code", [{"commit": None}, {"dirty": True}])
def test_code_that_is_no_commit_issues_nothing(
    tmp_path: Path, outcomes: pd.DataFrame, code: dict[str, Any]
) -> None:
    base = after_run(tmp_path, outcomes, **code)
    with pytest.raises(InputError, match="no commit"):
        issue(base, day="2021-02-03")


def test_results_of_another_run_are_not_issued(tmp_path: Path, outcomes: pd.DataFrame) -> None:
    base = after_run(tmp_path, outcomes)
    write_table(outcomes[:5], str(base / PRODUCT), "forecast_outcomes")
    with pytest.raises(InputError, match="another"):
        issue(base, day="2021-02-03")
