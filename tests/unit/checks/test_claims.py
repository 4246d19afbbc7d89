from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Real
from project import RAW

from compute_trends.checks.claims import (
    claim_problems,
    claims_table,
    export_claims_table,
    verdict,
)
from compute_trends.checks.quantities import QUANTITIES, Measurement, Sources
from compute_trends.common.problems import InputError, stop_on
from compute_trends.common.records import records
from compute_trends.tables.dictionary import typed
from compute_trends.tables.raw import read_checked


def claim(**changes: Any) -> dict[str, Any]:
    cells = {
        "claim_id": "c",
        "study": "Somebody",
        "claim": "Something",
        "quantity": "doubling_time_months",
        "low": 5.0,
        "high": 6.0,
        "subject": "upper",
        "source_url": "https://example.org",
        "source_locator": "page 1",
    }
    return cells | changes


YEARS = np.arange(10.0)


def judged(*claims: dict[str, Any]) -> list[dict[str, Any]]:
    """Claims on two made-up trends, on two bases.

    upper: ten systems, one a year, from 1e12 FLOP on, 0.5 OOM per year; lower: as many
    from a year earlier on, from 1e10 FLOP on, 0.25 OOM per year. Re-derived values are
    ten times as large.
    """
    points, trends = [], []
    for basis, more in (("published", 0.0), ("estimated", 1.0)):
        for name, first, start, slope in (("upper", 0.0, 12.0, 0.5), ("lower", -1.0, 10.0, 0.25)):
            points.append(
                pd.DataFrame(
                    {
                        "trend": name,
                        "basis": basis,
                        "system_id": [f"{name}{index}" for index in range(10)],
                        "day": (YEARS + first) * 365,
                        "log_flop": start + more + slope * YEARS,
                        "noise_oom": 0.1,
                    }
                )
            )
            months = math.log10(2) / slope * 365 / 30
            trends.append(
                {
                    "trend": name,
                    "basis": basis,
                    "period": f"of {name}",
                    "n": 10,
                    "start_flop": 10 ** (start + more),
                    "end_flop": 10 ** (start + more + 9 * slope),
                    "slope_oom_per_year": slope,
                    "slope_oom_per_year_ci95_low": slope - 0.1,
                    "slope_oom_per_year_ci95_high": slope + 0.1,
                    "doubling_time_months": months,
                    "doubling_time_months_ci95_low": months / 1.2,
                    "doubling_time_months_ci95_high": months / 0.8,
                }
            )
    table = pd.DataFrame(trends)
    compute = typed(
        pd.DataFrame(
            {
                "system_id": ["big", "small", "unknown"],
                "training_compute_published_flop": [3e10, 2e10, None],
                "training_compute_estimated_flop": [8e10, 2e10, 1e10],
                "training_compute_estimated_flop_ci90_low": [4e10, 1e10, 5e9],
                "training_compute_estimated_flop_ci90_high": [16e10, 4e10, 2e10],
            }
        ),
        "compute",
    )
    frame = pd.DataFrame(list(claims))
    frame.index = frame.index + 2
    stop_on(claim_problems(frame, file="claims.csv"))
    parameters = table.iloc[:1].assign(trend="counted")
    sources = Sources(table, parameters, compute, pd.concat(points), samples=400, seed=1)
    return records(claims_table(frame, sources, bases=["published", "estimated"]))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (5.0, 6.0, "holds"),
        (5.5, 5.5, "holds"),
        (6.0, 7.0, "compatible"),
        (None, 4.9, "contradicted"),
        (6.4, None, "compatible"),
        (7.0, None, "contradicted"),
        (6.5, 7.0, "compatible"),
        (4.0, 5.0, "compatible"),
        (5.5, 7.0, "holds"),
    ],
)
def test_verdicts(low: float | None, high: float | None, expected: str) -> None:
    assert verdict(Measurement(5.5, 5.0, 6.5, ""), low, high) == expected


def test_a_value_without_an_interval_holds_or_not() -> None:
    bare = Measurement(5.5, math.nan, math.nan, "")
    assert verdict(bare, 5, 6) == "holds"
    assert verdict(bare, 6, 7) == "contradicted"


DOUBLING = math.log10(2) * 365 / 30


@pytest.mark.parametrize(
    ("quantity", "subject", "values"),
    [
        ("doubling_time_months", "upper", [DOUBLING / 0.5] * 2),
        ("doubling_time_months", "lower", [DOUBLING / 0.25] * 2),
        ("parameter_doubling_time_months", "counted", [DOUBLING / 0.5]),
        ("growth_factor", "upper", [10**4.5] * 2),
        ("range_factor", "lower", [10**2.25] * 2),
        # In the middle of the upper line, five and a half years after the lower one began
        ("oom_above_trend", "upper; lower", [12 + 4.5 * 0.5 - 10 - 5.5 * 0.25] * 2),
        ("oom_above_at_start", "upper; lower", [12 - 10 - 0.25] * 2),
        ("doubling_time_ratio", "upper; lower", [0.5] * 2),
        ("compute_ratio", "big; small", [1.5, 4.0]),
    ],
)
def test_quantities_have_their_known_values(
    quantity: str, subject: str, values: list[float]
) -> None:
    rows = judged(claim(quantity=quantity, subject=subject))
    assert [row["value"] for row in rows] == pytest.approx(values)
    of_parameters = ["parameters"] if subject == "counted" else ["published", "estimated"]
    assert [row["basis"] for row in rows] == of_parameters


def test_every_quantity_is_tested_and_used() -> None:
    used = read_checked(str(RAW / "claims.csv"), "claims")
    assert set(used["quantity"]) == set(QUANTITIES)


def ends(**changes: Any) -> tuple[float, float]:
    row = judged(claim(**changes))[0]
    return row["value_ci95_low"], row["value_ci95_high"]


def test_intervals_of_derived_quantities() -> None:
    assert ends(quantity="growth_factor") == pytest.approx((10**3.6, 10**5.4))
    # Both within a factor of 2 with 90 % probability, independently
    spread = 2 ** (math.sqrt(2) * 1.959964 / 1.644854)
    assert ends(quantity="compute_ratio", subject="big; small") == pytest.approx(
        (1.5 / spread, 1.5 * spread), rel=1e-5
    )
    spread = 10 ** (math.sqrt(2) * 0.1 * 1.959964)
    assert ends(quantity="range_factor") == pytest.approx(
        (10**4.5 / spread, 10**4.5 * spread), rel=1e-5
    )
    assert ends(quantity="doubling_time_ratio", subject="upper; lower") == pytest.approx(
        (0.5 * 0.8 / 1.2, 0.5 * 1.2 / 0.8)
    )
    # The lines are exact, so that resampling cannot move them.
    assert ends(quantity="oom_above_at_start", subject="upper; lower") == pytest.approx(
        (1.75, 1.75)
    )
    # Ten distances evenly from 1.75 to 4 OOM
    low, high = ends(quantity="oom_above_trend", subject="upper; lower")
    assert 1.75 <= low < 2.6 < 3.1 < high <= 4.0


def test_the_sentence_says_what_was_compared() -> None:
    row = judged(claim(low=8.0, high=9.0))[0]
    assert row["verdict"] == "compatible"
    assert row["why"] == (
        "7.33 (6.1 to 9.16) here lies outside, but its interval meets the stated 8 to 9."
    )
    row = judged(claim(low=24.0, high=None))[0]
    assert row["why"] == "7.33 (6.1 to 9.16) here lies outside the stated more than 24."
    assert row["window"] == "of upper, n = 10"
    row = judged(claim(low=None, high=8.0))[0]
    assert row["why"] == "7.33 (6.1 to 9.16) here lies within the stated at most 8."
    row = judged(claim(quantity="growth_factor", low=1e9, high=1e10))[0]
    assert row["why"].endswith("here lies outside the stated 1e9 to 1e10.")
    row = judged(claim(quantity="doubling_time_ratio", subject="upper; lower"))[0]
    assert row["window"] == "of upper, n = 10, against of lower, n = 10"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "nothing"},
        {"subject": "counted"},
        {"quantity": "parameter_doubling_time_months"},
        {"quantity": "compute_ratio", "subject": "big; upper"},
    ],
)
def test_a_claim_on_what_is_not_there_is_left_out_and_logged(
    changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    rows = judged(claim(), claim(claim_id="d", **changes))
    assert {row["claim_id"] for row in rows} == {"c"}
    assert "claim d is left out" in caplog.text


def test_a_system_without_a_value_gives_no_verdict() -> None:
    rows = judged(claim(quantity="compute_ratio", subject="big; unknown"))
    assert [row["basis"] for row in rows] == ["estimated"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantity": "speed"}, "claims.csv, row 2, column quantity: found 'speed', expected one"),
        (
            {"subject": "upper; lower"},
            "row 2, column subject: found 'upper; lower', expected 1 na",
        ),
        ({"quantity": "compute_ratio"}, "column subject: found 'upper', expected 2 names, joined"),
        (
            {"low": None, "high": None},
            "row 2, column low, high: found 'None, None', expected an e",
        ),
        ({"low": 7.0}, "row 2, column low, high: found '7.0, 6.0', expected an end, or two in ord"),
    ],
)
def test_bad_claims_are_told(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        judged(claim(**changes))
    assert message in str(caught.value)


def test_every_real_claim_is_about_something_that_is_fitted(real: Real) -> None:
    claims = read_checked(str(RAW / "claims.csv"), "claims")
    fit = real.settings.fit
    trends = [*fit.trends, *fit.parameter_trends, *fit.exports.trends]
    fitted = {trend.name for trend in trends} | set(real.systems["system_id"])
    for subject in claims["subject"]:
        assert fitted.issuperset(subject.split("; ")), subject


def on_exports(
    *tables: pd.DataFrame, claims: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    paper = pd.DataFrame({"trend": ["upper"]})
    stated = pd.DataFrame(claims or [claim(subject="all", quantity="growth_per_year", high=6.0)])
    return records(export_claims_table(stated, paper, list(tables)))


def export_trend(**changes: Any) -> pd.DataFrame:
    row = {
        "export": "e",
        "vintage": pd.Timestamp("2024-07-16"),
        "models": "notable",
        "trend": "all",
        "basis": "published",
        "period": "2009-12-31/2024-05-31",
        "n": 5,
        "slope_oom_per_year": np.log10(5.5),
        "slope_oom_per_year_ci95_low": np.log10(4.5),
        "slope_oom_per_year_ci95_high": np.log10(7.0),
        "note": None,
    }
    return pd.DataFrame([row | changes])


def test_growth_per_year_is_measured_on_each_export() -> None:
    slow = export_trend(
        export="f",
        slope_oom_per_year=np.log10(3),
        slope_oom_per_year_ci95_low=np.log10(2),
        slope_oom_per_year_ci95_high=np.log10(4),
    )
    rows = on_exports(export_trend(), slow)
    assert [(row["export"], row["verdict"]) for row in rows] == [
        ("e", "holds"),
        ("f", "contradicted"),
    ]
    ends = [rows[0][f"value{end}"] for end in ("", "_ci95_low", "_ci95_high")]
    assert ends == pytest.approx([5.5, 4.5, 7.0])


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [export_trend(models="all")],
        [export_trend(note="a trend needs at least three systems, got 0")],
        [export_trend(trend="other")],
    ],
)
def test_a_claim_that_no_export_answers_is_not_measured(tables: list[pd.DataFrame]) -> None:
    [row] = on_exports(*tables)
    assert (row["verdict"], row["export"], row["value"]) == ("not measured", "none", None)


def test_a_claim_that_the_paper_answers_waits_for_no_export() -> None:
    assert on_exports(claims=[claim()]) == []
    assert on_exports(claims=[claim(quantity="compute_ratio", subject="a; b")]) == []
