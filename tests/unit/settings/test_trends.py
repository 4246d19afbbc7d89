from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compute_trends.settings.export_rules import ExportTrend
from compute_trends.settings.fit import Outliers, ParameterTrend, Records, Trend
from compute_trends.settings.trends import LargeScale, large_scale, resolve, systems_of_trends

OUTLIERS = Outliers(window_days=364, low_z=-2, high_z=0.76, large_scale_from="2015-09-01")


def trend(**changes: Any) -> Trend:
    record = {
        "name": "some",
        "label": "Some",
        "dataset": "made_up",
        "period": {"after": "1970-01-02", "through": "2020-01-01"},
        "scale": "large",
    }
    return Trend.model_validate(record | changes)


def export_trend(through: str = "vintage", **changes: Any) -> ExportTrend:
    period = {"after": "2009-12-31", "through": through}
    return ExportTrend.model_validate({"name": "some", "label": "Some", "period": period} | changes)


def test_a_trend_takes_what_it_does_not_say_from_the_outliers() -> None:
    resolved = resolve(trend(), OUTLIERS)
    assert (resolved.high_z, resolved.large_scale_from) == (0.76, "2015-09-01")
    assert resolved.large_scale_day == (date(2015, 9, 1) - date(1970, 1, 1)).days
    assert resolved.days == (1, (date(2020, 1, 1) - date(1970, 1, 1)).days)
    assert (resolved.period.text, resolved.fixed) == ("1970-01-02/2020-01-01", True)


@pytest.mark.parametrize("high_z", [0, 0.0, 0.54, -1])
def test_a_trend_of_its_own_mind_keeps_it(high_z: float) -> None:
    resolved = resolve(trend(high_z=high_z, large_scale_from="2009-12-31"), OUTLIERS)
    assert (resolved.high_z, resolved.large_scale_from) == (high_z, "2009-12-31")
    figure = large_scale(OUTLIERS, high_z=high_z)
    assert figure == LargeScale(high_z, "2015-09-01")


def test_a_figure_takes_the_threshold_of_the_outliers() -> None:
    assert large_scale(OUTLIERS) == LargeScale(0.76, "2015-09-01")


def test_a_period_through_the_vintage_ends_with_it() -> None:
    resolved = resolve(export_trend(), OUTLIERS, vintage="2026-03-07")
    assert (resolved.period.text, resolved.fixed) == ("2009-12-31/2026-03-07", False)
    resolved = resolve(export_trend("2024-05-31"), OUTLIERS, vintage="2026-03-07")
    assert (resolved.period.text, resolved.fixed) == ("2009-12-31/2024-05-31", True)
    with pytest.raises(ValueError, match="goes on to the vintage"):
        resolve(export_trend(), OUTLIERS)


def test_a_change_of_a_trend_is_resolved_anew() -> None:
    moved = trend().model_copy(update={"large_scale_from": "2012-01-01"})
    assert resolve(moved, OUTLIERS).large_scale_from == "2012-01-01"
    stricter = OUTLIERS.model_copy(update={"high_z": 1.0})
    assert resolve(moved, stricter).high_z == 1.0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"scale": "all"}, {"all"}),
        ({"scale": "all", "records": {"without": []}}, {"largest"}),
        ({"scale": "all", "records": {"without": [], "top": 10}}, {"largest"}),
        ({"scale": "large"}, {"large", "largest"}),
        ({"scale": "regular"}, {"regular"}),
        # No system is large-scale before they are marked.
        (
            {"scale": "all", "period": {"after": "2009-12-31", "through": "2015-09-01"}},
            {"all", "regular"},
        ),
        ({"scale": "all", "period": {"after": "2009-12-31", "through": "2015-09-02"}}, {"all"}),
    ],
)
def test_what_the_systems_of_a_trend_are(changes: dict[str, Any], expected: set[str]) -> None:
    assert systems_of_trends([trend(**changes)], OUTLIERS) == {"some": expected}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"all"}),
        ({"scale": "large"}, {"large", "largest"}),
        ({"frontier": "z_score"}, {"large", "largest"}),
        *(({"frontier": rule}, {"largest"}) for rule in ("records", "top_10", "flag")),
    ],
)
def test_what_the_systems_of_a_trend_of_exports_are(
    changes: dict[str, Any], expected: set[str]
) -> None:
    assert systems_of_trends([export_trend(**changes)], OUTLIERS) == {"some": expected}


def test_parameters_are_of_all_systems() -> None:
    period = {"after": "2009-12-31", "through": "2015-09-01"}
    record = {"name": "some", "label": "Some", "dataset": "made_up", "period": period}
    assert systems_of_trends([ParameterTrend.model_validate(record)], OUTLIERS) == {"some": {"all"}}


def test_a_running_top_has_the_name_that_trends_of_exports_have() -> None:
    assert [Records(without=[], top=top).rule for top in (1, 5)] == ["records", "top_5"]
    assert Records(without=[]).top == 1
