from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from made_up import OUTLIERS, UNITS, dataset, tables, trend

from compute_trends.checks.corrections import corrected_trends
from compute_trends.clean.replay import all_corrected, systems_on, twin
from compute_trends.fit.selection import compute_points
from compute_trends.settings.fit import Domains

DATES = [f"{year}-01-01" for year in range(2010, 2016)]
FLOP = [1e10, 1e11, 1e12, 1e13, 1e14, 1e15]
# What the paper had of the system in the middle, and another value of the kind
SLIPS: dict[str, Any] = {
    "domain": "Games",
    "publication_date": pd.Timestamp("2012-07-01"),
    "training_compute_flop": 1e9,
}


def replayed(**slips: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Systems on a line of one order of magnitude a year, of which the paper had some otherwise."""
    systems, compute = tables(DATES, FLOP)
    systems = all_corrected(systems.assign(system=systems["system_id"], training_compute_flop=FLOP))
    for column, value in slips.items():
        systems.loc[2, twin(column)] = value
    published = systems[twin("training_compute_flop")]
    return systems, compute.assign(training_compute_published_flop=published)


def check(*run: pd.DataFrame) -> pd.DataFrame:
    period = {"after": "2009-12-31", "through": "2019-12-31"}
    trends = [
        trend(name="all", table=8, row=1, period=period),
        trend(name="vision", table=7, row=1, period=period, domain="Vision"),
        trend(name="own", period=period),
    ]
    rules = {"outliers": OUTLIERS, "domains": Domains(least=1), "units": UNITS}
    datasets = [dataset("d", "a")]
    return corrected_trends(*run, datasets=datasets, trends=trends, **rules)


def test_without_a_correction_there_is_nothing_to_tell() -> None:
    assert check(*replayed()).empty


@pytest.mark.parametrize("column", SLIPS)
def test_a_correction_of_any_column_that_fits_read_is_told(column: str) -> None:
    """Corrected, the line is exact; a domain moves only the trends of domains."""
    table = check(*replayed(**{column: SLIPS[column]})).set_index("trend")
    assert list(table.index) == (["vision"] if column == "domain" else ["all", "vision"])
    np.testing.assert_allclose(table["slope_oom_per_year"], 365 * 5 / 1826, rtol=1e-3)
    np.testing.assert_allclose(table["r2"], 1, atol=1e-5)
    assert table["n"].tolist() == [6] * len(table)
    assert table["n_published"].tolist() == ([5] if column == "domain" else [6, 6])
    assert table["gained"].tolist() == (["s2"] if column == "domain" else [None, None]) or (
        table["gained"].isna().all()
    )


@pytest.mark.parametrize("column", SLIPS)
def test_points_on_published_are_those_of_the_paper(column: str) -> None:
    systems, compute = replayed(**{column: SLIPS[column]})
    names = {"domain": "domain", "publication_date": "day", "training_compute_flop": "log_flop"}
    had = compute_points(systems, compute, basis="published").set_index("system_id")
    exact = compute_points(all_corrected(systems), tables(DATES, FLOP)[1], basis="published")
    exact = exact.set_index("system_id")
    differs = had[names[column]] != exact[names[column]]
    assert list(differs.index[differs]) == ["s2"]
    others = [name for other, name in names.items() if other != column]
    pd.testing.assert_frame_equal(had[others], exact[others])


def test_corrections_of_the_real_data(real: Real) -> None:
    """Only domains were corrected so far: on the basis estimated, and in no date or compute."""
    systems = real.systems
    for column in ("publication_date", "training_compute_flop"):
        assert (systems[column] == systems[twin(column)]).all()
    had = systems_on(systems, "published").set_index("system_id")["domain"]
    assert pd.isna(had["cross-lingual-alignment"])
    assert systems.set_index("system_id").loc["cross-lingual-alignment", "domain"] == "Language"
