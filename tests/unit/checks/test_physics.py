"""Made-up systems on ten chips that do 1e12 FLOP/s, for an hour: 3.6e16 FLOP at most."""

from __future__ import annotations

import logging
from typing import Any

import pandas as pd
import pytest
from conftest import Checks, Real

from compute_trends.checks.physics import check_physics, physics_table
from compute_trends.common.problems import InputError
from compute_trends.settings.estimate import Physics
from compute_trends.tables.dictionary import typed

PEAK = 10 * 3600 * 1e12


def estimates(*rows: dict[str, Any]) -> pd.DataFrame:
    return typed(pd.DataFrame(rows), "estimates")


def total(share: float, method: str = "operation_count", **others: Any) -> dict[str, Any]:
    """A count, or a stated total, of a share of what the chips could do."""
    row = {"estimate_id": f"net/{method}", "system_id": "net", "basis": "estimated"}
    return {**row, "method": method, "training_compute_flop": share * PEAK, **others}


def timed(utilization: float | None = None, **others: Any) -> dict[str, Any]:
    """An estimate from chips and time; without a utilization, the default is assumed."""
    return {
        "estimate_id": "net/hardware_time",
        "system_id": "net",
        "basis": "estimated",
        "method": "hardware_time",
        "training_compute_flop": (utilization or 0.3) * PEAK,
        "hardware": "Abacus",
        "precision": "fp32",
        "chip_seconds": 36000.0,
        "peak_flop_per_second": 1e12,
        "utilization": utilization or 0.3,
        "utilization_kind": "mfu" if utilization else None,
        "scale_factor": 1.0,
        "assumed": None if utilization else "chips; utilization",
        **others,
    }


def pair(*rows: dict[str, Any]) -> dict[str, Any]:
    """The only row of the table."""
    table = physics_table(estimates(*rows), highest=0.65)
    [row] = table.to_dict("records")
    return {str(name): value for name, value in row.items()}


def check(*rows: dict[str, Any], impossible: str = "stop") -> pd.DataFrame:
    table = estimates(*rows)
    inputs = table[["estimate_id"]].set_axis(range(2, 2 + len(table)))
    settings = Physics.model_validate({"highest_utilization": 0.65, "impossible": impossible})
    return check_physics(table, inputs, settings=settings, file="compute_inputs.csv")


def test_what_the_chips_could_do_and_what_a_count_says_of_it() -> None:
    row = pair(total(0.2), timed(scale_factor=2.0))
    assert row["peak_flop"] == pytest.approx(2 * PEAK)
    assert row["implied_utilization"] == pytest.approx(0.1)
    assert (row["limit"], row["limit_from"]) == (0.65, "highest")
    assert row["exceeds"] == "nothing" and pd.isna(row["explained"])
    assert (row["counted_id"], row["timed_id"]) == ("net/operation_count", "net/hardware_time")


@pytest.mark.parametrize(
    ("share", "utilization", "kind", "limit", "limit_from", "exceeds"),
    [
        (0.39, 0.4, "mfu", 0.4, "mfu", "nothing"),
        (0.4, 0.4, "mfu", 0.4, "mfu", "nothing"),
        (0.41, 0.4, "mfu", 0.4, "mfu", "limit"),
        (0.41, 0.4, None, 0.4, "stated", "limit"),
        (0.7, 0.8, "hfu", 0.8, "hfu", "nothing"),
        (1.01, 0.4, "mfu", 0.4, "mfu", "peak"),
        (0.64, None, None, 0.65, "highest", "nothing"),
        (0.66, None, None, 0.65, "highest", "limit"),
        (1.01, None, None, 0.65, "highest", "peak"),
    ],
)
def test_the_limit_is_the_stated_utilization_or_else_the_highest(
    share: float,
    utilization: float | None,
    kind: str | None,
    limit: float,
    limit_from: str,
    exceeds: str,
) -> None:
    row = pair(total(share), timed(utilization, utilization_kind=kind))
    assert (row["limit"], row["limit_from"], row["exceeds"]) == (limit, limit_from, exceeds)


def test_a_stated_total_is_held_against_the_peak_rate_alone() -> None:
    row = pair(total(0.9, "reported"), timed(0.4))
    assert (row["limit"], row["limit_from"], row["exceeds"]) == (1, "peak", "nothing")
    assert pair(total(1.1, "reported"), timed(0.4))["exceeds"] == "peak"


def test_every_pair_of_a_system_is_held_against_each_other() -> None:
    rows = [total(0.1), total(0.2, estimate_id="net/operation_count_2"), timed(0.3)]
    more = timed(0.3, estimate_id="net/hardware_time_2")
    other = total(0.1, estimate_id="other/operation_count", system_id="other")
    published = total(5, "published", basis="published")
    table = physics_table(estimates(*rows, more, other, published), highest=0.65)
    assert len(table) == 4
    assert set(table["system_id"]) == {"net"}


@pytest.mark.parametrize(
    ("of_count", "of_time", "explained"),
    [
        ({"bound": "high"}, {}, "the count is a ceiling"),
        ({}, {"bound": "low"}, "chips and time are a floor"),
        ({"scope": "more"}, {}, "the count is of more or of another run"),
        ({"scope": "other_run"}, {}, "the count is of more or of another run"),
        ({}, {"scope": "part"}, "chips and time are of less or other"),
        (
            {"bound": "high"},
            {"scope": "without_data"},
            "the count is a ceiling; chips and time are of less or other",
        ),
        # What leaves something out, or is a floor, is all the more impossible.
        ({"bound": "low", "scope": "part"}, {"bound": "high", "scope": "more"}, None),
        ({"scope": "system"}, {"scope": "system"}, None),
    ],
)
def test_what_explains_too_much(
    of_count: dict[str, str], of_time: dict[str, str], explained: str | None
) -> None:
    row = pair(total(2, **of_count), timed(**of_time))
    assert row["exceeds"] == "peak"
    assert (None if pd.isna(row["explained"]) else row["explained"]) == explained
    assert pd.isna(pair(total(0.1, **of_count), timed(**of_time))["explained"])


def test_a_count_above_its_limit_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        check(total(0.5), timed(0.4))
    assert caplog.messages == [
        "compute_inputs.csv, row 2, column estimate_id: found 'net/operation_count: 1.8e+16 FLOP', "
        "expected at most 1.44e+16 FLOP from the chips of net/hardware_time (0.4 of the peak rate, "
        "as stated)"
    ]
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        check(total(0.5, bound="high"), timed(0.4))
    assert caplog.messages == []


def test_an_impossible_count_stops_the_run_or_is_listed(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InputError) as error:
        check(total(1.5), timed(0.4))
    [problem] = error.value.problems
    assert problem.row == 2
    assert problem.expected == (
        "at most 3.6e+16 FLOP from the chips of net/hardware_time (their peak rate)"
    )
    with caplog.at_level(logging.WARNING):
        listed = check(total(1.5), timed(0.4), impossible="list")
    assert listed["exceeds"].tolist() == ["peak"]
    assert caplog.messages == [str(problem)]
    assert len(check(total(1.5, scope="other_run"), timed(0.4))) == 1


def test_an_impossible_total_never_stops_the_run(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        check(total(1.5, "reported"), timed(0.4))
    [message] = caplog.messages
    assert "found 'net/reported: 5.4e+16 FLOP'" in message


@pytest.mark.parametrize(
    ("utilization", "kind", "warns"),
    [
        (0.7, "mfu", True),
        (0.7, None, True),
        (0.7, "hfu", False),
        (0.7, "rule_of_thumb", False),
        (0.6, "mfu", False),
        (None, None, False),
    ],
)
def test_a_stated_utilization_that_no_training_reaches_is_a_warning(
    utilization: float | None,
    kind: str | None,
    warns: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert check(timed(utilization, utilization_kind=kind)).empty
    expected = "row 2, column utilization: found '0.7', expected at most 0.65, or utilization_kind"
    assert [expected in message for message in caplog.messages] == [True] * warns


def test_a_default_that_is_too_high_is_no_statement(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        check(timed(utilization=0.9, assumed="utilization"))
    assert caplog.messages == []


def test_real_pairs_are_those_of_the_utilization_table_and_more(real: Real, checks: Checks) -> None:
    pairs = checks.physics
    counted = pairs[pairs["counted_id"].str.contains("/operation_count")]
    assert set(checks.utilization["system_id"]) == set(counted["system_id"])
    implied = counted.drop_duplicates("system_id").set_index("system_id")["implied_utilization"]
    one_each = counted.groupby("system_id").size() == 1
    alone = checks.utilization.set_index("system_id")["implied_utilization"][one_each]
    assert alone.to_dict() == pytest.approx(implied[one_each].to_dict())


def test_published_values_say_nothing_of_what_they_count(real: Real) -> None:
    published = real.estimates[real.estimates["basis"] == "published"]
    assert published[["scope", "operations", "utilization_kind", "bound"]].isna().all(axis=None)
    ours = real.estimates[real.estimates["basis"] == "estimated"]
    assert ours[["scope", "operations"]].notna().all(axis=None)
