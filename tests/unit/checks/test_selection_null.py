"""Groups that compute selects against one line: a true offset shows, one line does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up import DOMAINS, OUTLIERS, UNITS, dataset, trend

from compute_trends.checks.selection_null import one_line, selection_null_table, statistics
from compute_trends.fit.procedure import Pool, Procedure
from compute_trends.fit.selection import score_systems, select_datasets
from compute_trends.settings.simulations import SelectionNull
from compute_trends.tables.dictionary import typed

PERIOD = {"after": "2015-09-01", "through": "2021-12-31"}
NULL = SelectionNull.model_validate(
    {
        "worlds": {"light": 99, "deep": 1980},
        "line": PERIOD,
        "groups": [{"trend": "large", "beside": "regular"}],
    }
)


def systems(seed: int, *, offset: float = 0.0, n: int = 90) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Systems around one line, a fifth of them so much above it."""
    rng = np.random.default_rng(seed)
    days = np.sort(rng.integers(1, 2300, n))
    values = 20 + 0.6 * days / 365 + rng.normal(scale=0.5, size=n) + offset * (rng.random(n) < 0.2)
    keys = [f"s{number}" for number in range(n)]
    frame = pd.DataFrame({"system_id": keys, "snapshot": "a", "domain": "Vision"})
    frame["publication_date"] = pd.Timestamp("2015-09-01") + pd.to_timedelta(days, "D")
    flop = {"system_id": keys, "training_compute_published_flop": 10**values}
    return frame, typed(pd.DataFrame(flop), "compute")


def p_values(seed: int, offset: float = 0.0) -> pd.DataFrame:
    datasets = [dataset("d", "a", through="2022-01-01")]
    points = select_datasets(*systems(seed, offset=offset), datasets=datasets, bases=["published"])
    table = selection_null_table(
        score_systems(points, outliers=OUTLIERS),
        settings=NULL,
        worlds=99,
        trends=[trend(name=name, scale=name, period=PERIOD) for name in ("large", "regular")],
        outliers=OUTLIERS,
        domains=DOMAINS,
        units=UNITS,
        seed=seed,
    )
    return table.set_index(["law", "statistic"])


def test_a_true_offset_shows() -> None:
    table = p_values(1, offset=3.0)
    row = table.loc[("normal", "offset")]
    assert row["p_at_least"] == pytest.approx(1 / (1 + row["worlds"]))
    assert row["value"] > row["null_q95"] > row["null_median"] > row["null_q05"]
    assert row["p_at_most"] == 1


def test_one_line_gives_p_values_of_all_sizes() -> None:
    p = np.array([p_values(seed).loc[("normal", "offset"), "p_at_least"] for seed in range(40)])
    assert 0.3 < p.mean() < 0.7
    assert 0.05 < (p < 0.25).mean() < 0.5 and 0.05 < (p > 0.75).mean() < 0.5
    assert (p >= 1 / 100).all()


def test_statistics_are_those_of_plain_lines_and_medians() -> None:
    rng = np.random.default_rng(2)
    days = np.sort(rng.uniform(0, 2000, 50))
    values = 0.002 * days + rng.normal(size=(30, 50))
    everything = np.ones(50, dtype=bool)
    group, others = (
        Procedure(everything, everything, everything, scale=scale, high_z=1.0)
        for scale in ("large", "regular")
    )
    found = statistics(Pool(days, values, 300.0), [group, others], units=UNITS)
    for world, y in enumerate(values):
        z = []
        for day, value in zip(days, y, strict=True):
            near = y[np.abs(days - day) <= 300]
            z.append((value - near.mean()) / near.std())
        large = np.array(z) > 1.0
        line = np.polyfit(days[~large], y[~large], 1)
        assert found.number[world] == large.sum()
        offset = np.median(y[large] - np.polyval(line, days[large]))
        assert found.offset[world] == pytest.approx(offset)
        if large.sum() > 2:
            slope = np.polyfit(days[large], y[large], 1)[0] * 365
            assert found.slope[world] == pytest.approx(slope)
            assert found.slope_difference[world] == pytest.approx(slope - line[0] * 365)


def test_only_the_systems_of_the_period_scatter_and_low_ones_move_no_line() -> None:
    days = np.arange(60.0) * 30
    values = 0.002 * days
    low = np.zeros(60, dtype=bool)
    low[50] = True
    values[50] -= 40
    pool, inside = Pool(days, values, 364.0), days > 600
    drawn = one_line(pool, inside, low, "permuted", worlds=5, rng=np.random.default_rng(3))
    assert (drawn[:, ~inside] == values[~inside]).all()
    off = np.sort(drawn[:, inside] - 0.002 * days[inside], axis=1)
    # Forty below the line of the others, less the mean of the residuals
    residuals = np.sort((values - 0.002 * days)[inside])
    np.testing.assert_allclose(off, np.tile(residuals - residuals.mean(), (5, 1)), atol=1e-9)
