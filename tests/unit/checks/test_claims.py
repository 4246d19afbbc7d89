from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipeline import PaperRun
from project import RAW

from compute_trends.checks.claim_problems import claim_problems
from compute_trends.checks.claims import (
    claims_table,
    export_claims_table,
    judged_spans,
)
from compute_trends.checks.judgement import Span
from compute_trends.checks.pairs import Pairs, pairs_of, pairs_of_export
from compute_trends.checks.quantities import EXTREMES, QUANTITIES, Measurement, Sources
from compute_trends.clean.replay import all_corrected
from compute_trends.common.problems import InputError, stop_on
from compute_trends.common.records import records
from compute_trends.fit.export import VintageTrend
from compute_trends.fit.selection import score_systems
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import (
    Domains,
    ExportTrend,
    Intervals,
    Outliers,
    Trend,
    Verdicts,
)
from compute_trends.settings.models import Settings
from compute_trends.settings.trends import resolve, systems_of_trends
from compute_trends.tables.dictionary import raw_table, typed
from compute_trends.tables.raw import read_checked

VERDICTS = Verdicts(widest_factor=2)
# Windows of half a year hold one system each, which is neither large nor a low outlier.
OUTLIERS = Outliers(window_days=180, low_z=-2, high_z=0.76, large_scale_from="2015-09-01")
INTERVALS = Intervals(draws=999, least_systems=8, withheld=[])


def claim(**changes: Any) -> dict[str, Any]:
    cells = {
        "claim_id": "c",
        "study": "Somebody",
        "claim": "Something",
        "about": "all",
        "quantity": "doubling_time_months",
        "low": 5.0,
        "high": 6.0,
        "subject": "upper",
        "source_url": "https://example.org",
        "source_locator": "page 1",
    }
    return cells | changes


YEARS = np.arange(10.0)
BASES = ("published", "estimated")


def trend(name: str, **changes: Any) -> Trend:
    period = {"after": "1960-01-01", "through": "1999-12-31"}
    record = {"name": name, "label": name, "dataset": name, "period": period, "scale": "all"}
    return Trend.model_validate(record | changes)


TRENDS = [trend("upper"), trend("lower"), trend("top", records={"without": [], "top": 5})]
KINDS = systems_of_trends(TRENDS, OUTLIERS)


def judged(*claims: dict[str, Any]) -> list[dict[str, Any]]:
    """Claims on two made-up trends, on two bases.

    upper: ten systems, one a year, from 1e12 FLOP on, 0.5 OOM per year; lower: as many
    from a year earlier on, from 1e10 FLOP on, 0.25 OOM per year. Re-derived values are
    ten times as large.
    """
    points, rows = [], []
    for basis, more in zip(BASES, (0.0, 1.0), strict=True):
        for name, first, start, slope in (("upper", 0.0, 12.0, 0.5), ("lower", -1.0, 10.0, 0.25)):
            points.append(
                pd.DataFrame(
                    {
                        "dataset": name,
                        "basis": basis,
                        "system_id": [f"{name}{index}" for index in range(10)],
                        "domain": None,
                        "day": (YEARS + first) * 365,
                        "log_flop": start + more + slope * YEARS,
                    }
                )
            )
            months = math.log10(2) / slope * 365 / 30
            rows.append(
                {
                    "trend": name,
                    "basis": basis,
                    "period": f"of {name}",
                    "n": 10,
                    "start_flop": 10 ** (start + more),
                    "end_flop": 10 ** (start + more + 9 * slope),
                    "slope_oom_per_year": slope,
                    "slope_oom_per_year_ci90_low": slope - 0.1,
                    "slope_oom_per_year_ci90_high": slope + 0.1,
                    "doubling_time_months": months,
                    "doubling_time_months_ci90_low": months / 1.2,
                    "doubling_time_months_ci90_high": months / 0.8,
                    "note": None,
                }
            )
    table = pd.DataFrame(rows)
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
    stop_on(claim_problems(frame, KINDS, file="claims.csv"))
    few = {f"doubling_time_months_ci90_{end}": math.nan for end in ("low", "high")}
    alone = table.iloc[:1].assign(trend="few", note="no interval: fewer than 8 systems", **few)
    counted = table.iloc[:1].assign(trend="counted")
    flat = counted.assign(trend="flat", doubling_time_months_ci90_high=math.inf)
    parameters = pd.concat([counted, flat, alone])
    scores = score_systems(pd.concat(points, ignore_index=True), outliers=OUTLIERS)
    pairs = {
        basis: pairs_of(
            scores[scores["basis"] == basis],
            TRENDS,
            names={"upper", "lower"},
            outliers=OUTLIERS,
            domains=Domains(least=1),
            intervals=INTERVALS,
            seed=1,
        )
        for basis in BASES
    }
    sources = Sources(table, parameters, compute, pairs)
    return records(claims_table(frame, sources, bases=BASES, verdicts=VERDICTS))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        # The interval is 6.1 to 9.16 months around 7.33.
        (6.0, 10.0, "established"),
        (None, 9.2, "established"),
        (6.0, None, "established"),
        (7.0, 8.0, "consistent"),
        (8.0, 9.0, "consistent"),
        (None, 6.2, "consistent"),
        (9.1, None, "consistent"),
        (None, 6.0, "rejected"),
        (9.2, None, "rejected"),
    ],
)
def test_verdicts(low: float | None, high: float | None, expected: str) -> None:
    assert {row["verdict"] for row in judged(claim(low=low, high=high))} == {expected}


def test_where_growth_may_be_none_only_the_least_doubling_time_is_told() -> None:
    [row] = judged(
        claim(quantity="parameter_doubling_time_months", subject="flat", low=24.0, high=None)
    )
    assert (
        row["why"] == "more than 6.1 here meets the stated more than 24, but holds no growth, too."
    )
    # As growth: 1/6.1 over 1/24, both from no growth on
    assert row["width_of_claim"] == pytest.approx(24 / (DOUBLING / 0.6), rel=1e-6)


def test_a_value_without_an_interval_is_no_verdict() -> None:
    for low, high in ((7.0, 8.0), (20.0, None)):
        [row] = judged(
            claim(quantity="parameter_doubling_time_months", subject="few", low=low, high=high)
        )
        assert (row["verdict"], row["width_of_claim"]) == ("undecided", None)
        assert "has no interval" in row["why"] and row["why"].endswith("fewer than 8 systems.")


@pytest.mark.parametrize(
    ("quantity", "measured", "stated", "spans"),
    [
        # A short doubling time is a large growth; one that never doubles does not grow.
        ("doubling_time_months", (5, 10), (4, 8), ((0.1, 0.2), (0.125, 0.25))),
        ("doubling_time_months", (5, math.inf), (24, None), ((0, 0.2), (-math.inf, 1 / 24))),
        ("doubling_time_months", (5, 10), (None, 8), ((0.1, 0.2), (0.125, math.inf))),
        ("growth_per_year", (0.1, 10), (100, None), ((-1, 1), (2, math.inf))),
        ("growth_factor", (10, 100), (None, 1000), ((1, 2), (-math.inf, 3))),
        ("oom_above_trend", (1, 2), (2, 3), ((1, 2), (2, 3))),
        ("doubling_time_ratio", (0.9, 1.2), (None, 1.1), ((0.9, 1.2), (-math.inf, 1.1))),
    ],
)
def test_growth_is_what_is_judged(
    quantity: str,
    measured: tuple[float, float],
    stated: tuple[float | None, float | None],
    spans: tuple[tuple[float, float], ...],
) -> None:
    measurement = Measurement(1.0, *measured, window="")
    found = judged_spans(measurement, *stated, QUANTITIES[quantity])
    assert found == tuple(pytest.approx(Span(*span)) for span in spans)


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
    about = "systems" if quantity == "compute_ratio" else "all"
    rows = judged(claim(quantity=quantity, subject=subject, about=about))
    assert [row["value"] for row in rows] == pytest.approx(values)
    of_parameters = ["parameters"] if subject == "counted" else ["published", "estimated"]
    assert [row["basis"] for row in rows] == of_parameters


def test_every_quantity_is_tested_and_used() -> None:
    used = read_checked(str(RAW / "claims.csv"), "claims")
    assert set(used["quantity"]) == set(QUANTITIES)


def ends(**changes: Any) -> tuple[float, float]:
    row = judged(claim(**changes))[0]
    return row["value_ci90_low"], row["value_ci90_high"]


def test_intervals_of_derived_quantities() -> None:
    assert ends(quantity="growth_factor") == pytest.approx((10**3.6, 10**5.4))
    # Both within a factor of 2 with 90 % probability, independently
    spread = 2 ** math.sqrt(2)
    assert ends(quantity="compute_ratio", subject="big; small", about="systems") == pytest.approx(
        (1.5 / spread, 1.5 * spread), rel=1e-5
    )
    # The lines are exact, so that resampling cannot move them.
    for quantity, value in (("oom_above_at_start", 1.75), ("doubling_time_ratio", 0.5)):
        found = ends(quantity=quantity, subject="upper; lower")
        assert found == pytest.approx((value, value))
    # Ten distances evenly from 1.75 to 4 OOM
    low, high = ends(quantity="oom_above_trend", subject="upper; lower")
    assert 1.75 <= low < 2.6 < 3.1 < high <= 4.0


def test_chosen_extremes_have_no_interval() -> None:
    row = judged(claim(quantity="range_factor", low=1e3, high=1e6))[0]
    assert (row["value_ci90_low"], row["verdict"]) == (None, "undecided")
    assert row["why"].endswith(f"{EXTREMES.removeprefix('no interval: ')}.")


def test_the_sentence_says_what_was_compared() -> None:
    row = judged(claim(low=8.0, high=9.0))[0]
    assert row["why"] == "7.33 (6.1 to 9.16) here meets the stated 8 to 9."
    # In doublings per month: 0.0546 over 1/72
    assert row["width_of_claim"] == pytest.approx((0.8 / 7.325 * (1.2 / 0.8 - 1)) * 72, rel=1e-3)
    row = judged(claim(low=24.0, high=None))[0]
    assert row["why"] == "7.33 (6.1 to 9.16) here does not meet the stated more than 24."
    assert row["window"] == "of upper, n = 10"
    row = judged(claim(low=None, high=10.0))[0]
    assert row["why"] == "7.33 (6.1 to 9.16) here lies within the stated at most 10."
    row = judged(claim(subject="lower"))[0]
    assert row["why"].endswith("here does not meet the stated 5 to 6.")
    row = judged(
        claim(quantity="compute_ratio", subject="big; small", about="systems", low=0.9, high=1.1)
    )[0]
    assert row["verdict"] == "undecided"
    assert row["why"].endswith("here meets the stated 0.9 to 1.1, but spans a factor of 7.1.")
    row = judged(claim(quantity="doubling_time_ratio", subject="upper; lower"))[0]
    assert row["window"] == "of upper, n = 10, against of lower, n = 10"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "nothing"},
        {"subject": "counted"},
        {"quantity": "parameter_doubling_time_months"},
        {"quantity": "compute_ratio", "subject": "big; upper", "about": "systems"},
    ],
)
def test_a_claim_on_what_is_not_there_is_left_out_and_logged(
    changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    rows = judged(claim(), claim(claim_id="d", **changes))
    assert {row["claim_id"] for row in rows} == {"c"}
    assert "claim d is left out" in caplog.text


def test_a_system_without_a_value_gives_no_verdict() -> None:
    rows = judged(claim(quantity="compute_ratio", subject="big; unknown", about="systems"))
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
        (
            {"subject": "top"},
            "row 2, column about: found 'all', expected largest, as trend top selects",
        ),
        ({"about": "largest"}, "column about: found 'largest', expected all or regular, as trend"),
        ({"about": "systems"}, "column about: found 'systems', expected systems, for a quantity"),
        (
            {"quantity": "compute_ratio", "subject": "big; small"},
            "column about: found 'all', expected systems, for a quantity",
        ),
        (
            {"quantity": "doubling_time_ratio", "subject": "upper; top"},
            "column about: found 'all', expected largest, as trend top",
        ),
        ({"low": 7.0}, "row 2, column low, high: found '7.0, 6.0', expected an end, or two in ord"),
    ],
)
def test_bad_claims_are_told(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        judged(claim(**changes))
    assert message in str(caught.value)


@pytest.mark.parametrize("quantity", ["oom_above_trend", "oom_above_at_start"])
def test_a_distance_is_about_the_first_trend(quantity: str) -> None:
    frame = pd.DataFrame([claim(quantity=quantity, subject="top; upper", about="largest")])
    assert claim_problems(frame, KINDS, file="claims.csv") == []
    swapped = frame.assign(subject="upper; top")
    assert len(claim_problems(swapped, KINDS, file="claims.csv")) == 1


def test_no_real_claim_about_the_largest_runs_is_measured_on_all_systems(
    settings: Settings,
) -> None:
    fit = settings.fit
    kinds = systems_of_trends(
        [*fit.trends, *fit.parameter_trends, *fit.exports.trends], fit.outliers
    )
    claims = read_checked(str(RAW / "claims.csv"), "claims")
    assert claim_problems(claims, kinds, file="claims.csv") == []
    largest = claims[claims["claim"].str.contains("largest (?:training )?runs")]
    assert {"amodei_hernandez_2018", "lyzhov_2021_growth"} <= set(largest["claim_id"])
    assert set(largest["about"]) == {"largest"}
    # Back on all systems, each of them would stop the run.
    back = largest.assign(subject="from_2010_all")
    assert len(claim_problems(back, kinds, file="claims.csv")) == len(largest)


def test_every_real_claim_is_about_something_that_is_fitted(settings: Settings) -> None:
    claims = read_checked(str(RAW / "claims.csv"), "claims")
    fit = settings.fit
    trends = [*fit.trends, *fit.parameter_trends, *fit.exports.trends]
    fitted = {trend.name for trend in trends} | set(PaperRun(settings)["systems"]["system_id"])
    fitted |= {*fit.inference.names, *raw_table("inference_passes").field("pass_unit").enum}
    for subject in claims["subject"]:
        assert fitted.issuperset(subject.split("; ")), subject


def on_exports(
    *tables: pd.DataFrame, claims: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    paper = pd.DataFrame({"trend": ["upper"]})
    stated = pd.DataFrame(claims or [claim(subject="all", quantity="growth_per_year", high=6.0)])
    return records(export_claims_table(stated, paper, list(tables), verdicts=VERDICTS))


def export_trend(**changes: Any) -> pd.DataFrame:
    row = {
        "export": "e",
        "vintage": pd.Timestamp("2024-07-16"),
        "models": "notable",
        "selection": None,
        "trend": "all",
        "basis": "published",
        "period": "2009-12-31/2024-05-31",
        "n": 5,
        "growth_per_year": 5.5,
        "growth_per_year_ci90_low": 5.2,
        "growth_per_year_ci90_high": 5.8,
        "note": None,
    }
    return pd.DataFrame([row | changes])


def test_growth_per_year_is_measured_on_each_export() -> None:
    slow = export_trend(
        export="f",
        growth_per_year=3.0,
        growth_per_year_ci90_low=2.0,
        growth_per_year_ci90_high=4.0,
    )
    rows = on_exports(export_trend(), slow)
    assert [(row["export"], row["verdict"]) for row in rows] == [
        ("e", "established"),
        ("f", "rejected"),
    ]
    ends = [rows[0][f"value{end}"] for end in ("", "_ci90_low", "_ci90_high")]
    assert ends == pytest.approx([5.5, 5.2, 5.8])


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [export_trend(models="all")],
        [export_trend(models="large_scale", selection="compute")],
        [export_trend(selection="no criteria")],
        [export_trend(selection="none small")],
        [export_trend(growth_per_year=None, note="a trend needs at least three systems, got 0")],
        [export_trend(trend="other")],
    ],
)
def test_a_claim_that_no_export_answers_is_not_measured(tables: list[pd.DataFrame]) -> None:
    [row] = on_exports(*tables)
    assert (row["verdict"], row["export"], row["value"]) == ("not measured", "none", None)


def test_a_claim_that_the_paper_answers_waits_for_no_export() -> None:
    assert on_exports(claims=[claim()]) == []
    assert (
        on_exports(claims=[claim(quantity="compute_ratio", subject="a; b", about="systems")]) == []
    )


def test_what_an_export_does_not_resample_together_stays_undecided() -> None:
    months = {f"doubling_time_months{end}": 6.0 for end in ("", "_ci90_low", "_ci90_high")}
    both = pd.concat([export_trend(trend=name, **months) for name in ("one", "two")])
    stated = claim(subject="one; two", quantity="doubling_time_ratio", low=0.9, high=1.1)
    [row] = on_exports(both, claims=[stated])
    assert (row["value"], row["value_ci90_low"], row["verdict"]) == (1.0, None, "undecided")
    assert "not resampled together" in row["why"]


def test_few_systems_of_an_export_leave_a_statement_undecided() -> None:
    bare = {"growth_per_year_ci90_low": None, "growth_per_year_ci90_high": None}
    few = export_trend(note="no interval: fewer than 8 systems", **bare)
    [row] = on_exports(few)
    assert (row["export"], row["verdict"]) == ("e", "undecided")


CONTINUED = {"line": "line_continued", "top": "top_continued"}


def line_of(name: str, *, oom: float, years: float, **changes: Any) -> pd.DataFrame:
    """A trend of an export over so many years; its interval is a tenth of the slope each way."""
    slopes = {"": oom, "_ci90_low": 0.9 * oom, "_ci90_high": 1.1 * oom}
    numbers = {f"slope_oom_per_year{end}": value for end, value in slopes.items()}
    numbers |= {"start_flop": 1e10, "end_flop": 10 ** (10 + oom * years)}
    return export_trend(trend=name, **numbers | changes)


def today(
    claims: list[dict[str, Any]], *tables: pd.DataFrame, **settings: Any
) -> list[dict[str, Any]]:
    return records(
        export_claims_table(
            pd.DataFrame(claims),
            pd.DataFrame({"trend": ["line"]}),
            [pd.concat(tables, ignore_index=True)],
            continued=CONTINUED,
            verdicts=VERDICTS,
            **settings,
        )
    )


def test_growth_to_the_vintage_is_held_against_as_many_years_as_are_stated() -> None:
    stated = claim(quantity="growth_factor", subject="line", low=1e6, high=1e7)
    then, now = today(
        [stated],
        line_of("line", oom=0.5, years=12.0),
        # Four years more, which no statement of twelve years is about
        line_of("line_continued", oom=0.6, years=16.0, period="2009-12-31/2026-01-01"),
    )
    assert (then["subject"], now["subject"]) == ("line", "line_continued")
    ends = [now[f"value{end}"] for end in ("", "_ci90_low", "_ci90_high")]
    assert np.log10(ends) == pytest.approx([0.6 * 12, 0.54 * 12, 0.66 * 12])
    assert then["value"] == pytest.approx(1e6)
    assert now["window"].startswith("2009-12-31/2026-01-01")
    # 10^5.4 to 10^6.6, then 10^6.5 to 10^7.9
    assert (then["verdict"], now["verdict"]) == ("consistent", "consistent")


def test_a_trend_that_does_not_go_on_is_measured_once() -> None:
    stated = claim(quantity="growth_factor", subject="closed", low=1e6, high=1e7)
    rows = today([stated], line_of("closed", oom=0.5, years=12.0))
    assert [row["subject"] for row in rows] == ["closed"]


def vintage_pairs(through: str) -> tuple[Pairs, pd.DataFrame]:
    """Two trends of an export resampled together: systems above a line, and those along it."""
    rng = np.random.default_rng(5)
    days = np.sort(rng.integers(0, 365 * 10, 120))
    above = np.arange(120) % 3 == 0
    log_flop = 10 + 0.5 * days / 365 + 2.5 * above + rng.normal(scale=0.2, size=120)
    frame = pd.DataFrame(
        {
            "system_id": [f"s{number}" for number in range(120)],
            "domain": np.where(above, "Above", "Below"),
            "publication_date": pd.Timestamp("2010-01-01") + pd.to_timedelta(days, "D"),
            "publication_date_precision": "day",
            "training_compute_flop": 10**log_flop,
        }
    )
    compute = pd.DataFrame(
        {
            "system_id": frame["system_id"],
            "training_compute_published_flop": 10**log_flop,
        }
    )
    export = ExportFile(name="e", path="e.csv", date=through)
    record = {"period": {"after": "2009-12-31", "through": "vintage"}, "low_outliers": "keep"}
    trends = [
        ExportTrend.model_validate({"name": name, "label": name, "domain": domain} | record)
        for name, domain in (("top", "Above"), ("line", "Below"))
    ]
    systems = typed(all_corrected(frame.assign(snapshot="e", system=frame["system_id"])), "systems")
    wanted = [VintageTrend(one, resolve(one, OUTLIERS, vintage=through)) for one in trends]
    pairs = pairs_of_export(
        systems,
        typed(compute, "compute"),
        wanted,
        export=export,
        outliers=OUTLIERS,
        intervals=INTERVALS,
        seed=1,
    )
    return pairs, frame.assign(log_flop=log_flop, day=days)


def test_distances_and_ratios_of_the_newest_vintage_are_measured_on_its_systems() -> None:
    pairs, points = vintage_pairs("2020-01-01")
    claims = [
        claim(claim_id="far", quantity="oom_above_trend", subject="top; line", low=2, high=3),
        claim(claim_id="range", quantity="range_factor", subject="line", low=1e9, high=1e10),
    ]
    tables = [line_of(name, oom=0.5, years=10.0) for name in ("top", "line")]
    # Those of an export that is not the newest have no systems to measure.
    assert today(claims, *tables) == []
    far, widest = today(claims, *tables, pairs={"e": pairs})
    below, above = points[points["domain"] == "Below"], points[points["domain"] == "Above"]
    slope, start = np.polyfit(below["day"], below["log_flop"], 1)
    distance = float(np.median(above["log_flop"] - start - slope * above["day"]))
    assert far["value"] == pytest.approx(distance, rel=1e-9)
    assert far["value_ci90_low"] < distance < far["value_ci90_high"]
    assert far["verdict"] == "established"
    assert np.log10(widest["value"]) == pytest.approx(np.ptp(below["log_flop"]))
    assert (widest["verdict"], widest["subject"]) == ("undecided", "line")


def test_a_range_of_stated_years_is_not_asked_of_more_years() -> None:
    pairs, _ = vintage_pairs("2020-01-01")
    stated = claim(quantity="range_factor", subject="line", low=1e9, high=1e10)
    both = [line_of(name, oom=0.5, years=10.0) for name in ("line", "line_continued")]
    [row] = today([stated], *both, pairs={"e": pairs})
    assert row["subject"] == "line"
