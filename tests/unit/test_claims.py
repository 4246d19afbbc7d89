from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import RAW, Real

from compute_trends.claims import QUANTITIES, Measured, check_claims, verdict
from compute_trends.problems import InputError
from compute_trends.tables import read_checked, records, typed


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


def judged(*claims: dict[str, Any]) -> list[dict[str, Any]]:
    """Claims on two made-up trends: upper two OOM above lower, both 0.5 OOM per 365 days."""
    days = np.arange(0, 3650, 365.0)
    points = pd.concat(
        pd.DataFrame(
            {
                "trend": name,
                "basis": "published",
                "system_id": [f"{name}{index}" for index in range(10)],
                "day": days,
                "log_flop": start + 0.5 * days / 365,
            }
        )
        for name, start in (("upper", 12.0), ("lower", 10.0))
    )
    months = math.log10(2) / 0.5 * 365 / 30
    trends = pd.DataFrame(
        [
            {
                "trend": name,
                "basis": "published",
                "period": "2000-01-01/2010-01-01",
                "n": 10,
                "start_flop": start,
                "end_flop": start * 10**4.5,
                "slope_oom_per_year": 0.5,
                "slope_oom_per_year_ci95_low": 0.4,
                "slope_oom_per_year_ci95_high": 0.6,
                "doubling_time_months": months,
                "doubling_time_months_ci95_low": months / 1.2,
                "doubling_time_months_ci95_high": months / 0.8,
            }
            for name, start in (("upper", 1e12), ("lower", 1e10))
        ]
    )
    parameters = trends.iloc[:1].assign(trend="counted")
    compute = typed(
        pd.DataFrame(
            {
                "system_id": ["big", "small"],
                "training_compute_published_flop": [3e10, 2e10],
                "training_compute_estimated_flop_ci90_low": [1.5e10, 1e10],
                "training_compute_estimated_flop_ci90_high": [6e10, 4e10],
            }
        ),
        "compute",
    )
    frame = pd.DataFrame(list(claims))
    frame.index = frame.index + 2
    table = check_claims(
        frame,
        trends,
        points,
        parameters,
        compute,
        bases=["published"],
        seed=1,
        file="claims.csv",
    )
    return records(table)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (5.0, 6.0, "holds"),
        (5.5, 5.5, "holds"),
        (6.0, 7.0, "compatible"),
        (None, 4.9, "contradicted"),
        (6.4, None, "compatible"),
        (7.0, None, "contradicted"),
        (None, None, "holds"),
    ],
)
def test_verdicts(low: float | None, high: float | None, expected: str) -> None:
    assert verdict(Measured(5.5, 5.0, 6.5, ""), low, high) == expected


def test_a_value_without_an_interval_holds_or_not() -> None:
    bare = Measured(5.5, math.nan, math.nan, "")
    assert verdict(bare, 5, 6) == "holds"
    assert verdict(bare, 6, 7) == "contradicted"


@pytest.mark.parametrize(
    ("quantity", "subject", "value"),
    [
        ("doubling_time_months", "upper", math.log10(2) / 0.5 * 365 / 30),
        ("parameter_doubling_time_months", "counted", math.log10(2) / 0.5 * 365 / 30),
        ("growth_factor", "upper", 10**4.5),
        ("range_factor", "upper", 10**4.5),
        ("oom_above_trend", "upper; lower", 2.0),
        ("doubling_time_ratio", "upper; lower", 1.0),
        ("compute_ratio", "big; small", 1.5),
    ],
)
def test_quantities_have_their_known_values(quantity: str, subject: str, value: float) -> None:
    [row] = judged(claim(quantity=quantity, subject=subject))
    assert row["value"] == pytest.approx(value)
    assert row["basis"] == ("parameters" if subject == "counted" else "published")


def test_every_quantity_is_tested_and_used() -> None:
    used = read_checked(str(RAW / "claims.csv"), str(RAW / "datapackage.json"), "claims")
    assert set(used["quantity"]) == set(QUANTITIES)


def test_intervals_of_derived_quantities() -> None:
    [growth] = judged(claim(quantity="growth_factor"))
    assert growth["value_ci95_low"] == pytest.approx(10 ** (0.4 * 9))
    assert growth["value_ci95_high"] == pytest.approx(10 ** (0.6 * 9))
    [ratio] = judged(claim(quantity="compute_ratio", subject="big; small"))
    # Both within a factor of 2 with 90 % probability, independently.
    spread = 2 ** (math.sqrt(2) * 1.959964 / 1.644854)
    assert ratio["value_ci95_high"] == pytest.approx(1.5 * spread, rel=1e-5)
    assert ratio["window"] is None


def test_the_sentence_says_what_was_compared() -> None:
    [row] = judged(claim(low=8.0, high=9.0))
    assert row["verdict"] == "compatible"
    assert row["why"] == (
        "7.33 (6.1 to 9.16) here lies outside, but its interval meets the stated 8 to 9."
    )
    [row] = judged(claim(low=24.0, high=None))
    assert row["why"] == "7.33 (6.1 to 9.16) here lies outside the stated more than 24."
    assert row["window"] == "2000-01-01/2010-01-01, n = 10"


def test_a_claim_on_what_is_not_fitted_is_left_out() -> None:
    assert judged(claim(), claim(claim_id="d", subject="nothing"))[-1]["claim_id"] == "c"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantity": "speed"}, "claims.csv, row 2, column quantity: found 'speed', expected one"),
        (
            {"subject": "upper; lower"},
            "row 2, column subject: found 'upper; lower', expected 1 na",
        ),
        ({"quantity": "compute_ratio"}, "column subject: found 'upper', expected 2 names, joined"),
    ],
)
def test_bad_claims_are_told(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        judged(claim(**changes))
    assert message in str(caught.value)


def test_every_real_claim_is_about_something_that_is_fitted(real: Real) -> None:
    claims = read_checked(str(RAW / "claims.csv"), str(RAW / "datapackage.json"), "claims")
    fitted = {trend["name"] for trend in real.config["fit"]["trends"]}
    fitted |= {trend["name"] for trend in real.config["fit"]["parameter_trends"]}
    fitted |= set(real.systems["system_id"])
    for subject in claims["subject"]:
        assert fitted.issuperset(subject.split("; ")), subject
