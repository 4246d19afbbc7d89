"""Specifications by plain loops, which share no code with the engine.

Filters are written with pandas, selections as loops over repeated systems, lines with `polyfit`,
`theilslopes` and linear programs. From the library come scores in a window of dates, how often
a resample draws a system, and the levels of an interval; these have tests of their own.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from made_up import OUTLIERS
from made_up_specifications import (
    CLASSES,
    DATASET,
    DRAWS,
    LAST,
    LEAST,
    OWN,
    SEED,
    SELECTION,
    World,
    day_number,
)
from scipy.optimize import linprog
from scipy.stats import theilslopes

from compute_trends.fit.intervals import interval, system_counts
from compute_trends.fit.loglinear import window_scores

# Ends of periods that are days
DAYS = SELECTION["end"][2:]


def parsed(row: Mapping[str, Any], choices: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Options of a row of table ``specifications``, the headline's own where none are crossed."""

    def text(value: Any) -> str:
        return ", ".join(value) if isinstance(value, list) else str(value)

    return OWN | {
        name: next(value for value in each if text(value) == row[name])
        for name, each in choices.items()
    }


def pool_of(world: World, options: Mapping[str, Any]) -> pd.DataFrame | str:
    """Systems that filters keep, in order of their dates; or why there are none."""
    name = options["data"]
    if name not in world.sources:
        return f"no data {name}"
    annotated, basis = name == DATASET, options["basis"]
    for choice in ("confidence", "countries", "fine_tunes"):
        if options[choice] != OWN[choice] and annotated:
            return f"the data do not state {choice.replace('_', ' ')}"
    if basis == "geometric_mean" and not annotated:
        return f"the data hold no values on the basis {basis}"
    rows = world.sources[name].copy()
    rows["flop"] = values_on(basis, rows, world.alternatives)
    # The paper's dates and domains, and corrected ones on every other basis
    had = "_published" if annotated and basis == "published" else ""
    rows["date"], rows["own_domain"] = rows[f"publication_date{had}"], rows[f"domain{had}"]
    if options["dates"] == "middle":
        rows["date"] = middles(rows)
    rows["day"] = rows["date"].map(day_number)
    rows["log_flop"] = np.log10(rows["flop"])
    stated = rows["estimated_confidence" if annotated else "confidence"]
    factor = stated.str.lower().map(CLASSES).fillna(CLASSES["speculative"]).astype(float)
    rows["certainty"] = np.nan if had else (np.log10(3) / np.log10(factor)) ** 2
    keep = rows["flop"].notna() & (rows["day"] <= day_number(LAST[name]))
    keep &= (rows["snapshot"] == "one") | (not annotated)
    return rows[keep & kept(rows, options)].sort_values(["day", "system_id"], ignore_index=True)


def values_on(basis: str, rows: pd.DataFrame, alternatives: pd.DataFrame) -> pd.Series:
    published, estimated = (
        rows[f"training_compute_{which}_flop"] for which in ("published", "estimated")
    )
    others = alternatives.set_index("system_id")["training_compute_estimated_flop"]
    return {
        "published": published,
        "estimated": estimated,
        "filled": estimated.fillna(published),
        "geometric_mean": rows["system_id"].map(others).fillna(estimated),
    }[basis]


def middles(rows: pd.DataFrame) -> pd.Series:
    """Dates in the middle of the month or year that they are known to."""
    dates = rows["date"].copy()
    for index, precision in rows["publication_date_precision"].items():
        if precision == "month":
            first = dates[index].replace(day=1)
            dates[index] = first + pd.Timedelta(first.days_in_month // 2, "D")
        elif precision == "year":
            dates[index] = dates[index].replace(month=7, day=2)
    return dates


def kept(rows: pd.DataFrame, options: Mapping[str, Any]) -> pd.Series:
    """Whether filters keep systems."""
    keep = pd.Series(True, index=rows.index)
    if options["confidence"] != "any":
        keep &= rows["confidence"].str.lower().isin(["confident", "likely"])
    for choice, column in (("domain", "own_domain"), ("countries", "countries")):
        if options[choice] != "any":
            keep &= np.array([options[choice] in str(text).split("; ") for text in rows[column]])
    if options["fine_tunes"] == "drop":
        keep &= rows["base_model"].isna() & rows["finetune_compute_flop"].isna()
    if options["versions"] == "drop":
        family = rows["system"].str.extract(r"(Model \d+)")[0]
        in_order = rows.sort_values("publication_date", kind="stable")
        keep &= in_order.groupby(family).cumcount() == 0
    return keep


def chosen(pool: pd.DataFrame, options: Mapping[str, Any], drawn: np.ndarray) -> np.ndarray:
    """Places of the drawn systems that are selected, as often as they are drawn."""
    places = np.repeat(np.arange(len(pool)), drawn)
    days, values = (pool[name].to_numpy(dtype=float)[places] for name in ("day", "log_flop"))
    population = options["population"]
    if population == "flag":
        return places[pool["frontier"].to_numpy()[places]]
    if population.startswith("top") or population == "records":
        top = 1 if population == "records" else int(population[4:])
        above = (days <= days[:, np.newaxis]) & (values > values[:, np.newaxis])
        return places[above.sum(axis=1) < top]
    _, z = window_scores(days, values, window_days=options["window_days"])
    inside = np.ones(places.size, dtype=bool)
    if options["low_outliers"] == "drop":
        inside &= ~(z < OUTLIERS.low_z - 1e-9)
    large = (z > options["high_z"] + 1e-9) & (days > day_number(OUTLIERS.large_scale_from))
    if population == "large":
        inside &= large
    if population == "regular":
        inside &= ~large & ~np.isnan(z)
    return places[inside]


def days_of(options: Mapping[str, Any]) -> tuple[int, int]:
    """Day before the first and last day of the period."""
    last, end = LAST[options["data"]], options["end"]
    if end == "vintage-12":
        end = pd.Timestamp(last) - pd.DateOffset(years=1)
    elif end == "vintage":
        end = last
    return day_number(options["start"]), day_number(end)


def fitted(pool: pd.DataFrame, places: np.ndarray, options: Mapping[str, Any]) -> float:
    """Slope per day through some systems, as often as they are named."""
    days, values = (pool[name].to_numpy(dtype=float)[places] for name in ("day", "log_flop"))
    if len(set(places)) < 3 or len(set(days)) < 2:
        return np.nan
    equal = options["weights"] == "equal"
    weights = np.ones(places.size) if equal else pool["certainty"].to_numpy(dtype=float)[places]
    x = days - days.mean()
    if options["estimator"] == "least_squares":
        return float(np.polyfit(x, values, 1, w=weights**0.5)[0])
    if options["estimator"] == "theil_sen" and equal:
        return float(theilslopes(values, x)[0])
    if options["estimator"] == "theil_sen":
        return weighted_theil_sen(x, values, weights)
    return least_absolute(x, values, weights)


def weighted_theil_sen(x: np.ndarray, values: np.ndarray, weights: np.ndarray) -> float:
    """Mean of the lower and the upper weighted median of the slopes of pairs."""
    pairs = sorted(
        ((values[j] - values[i]) / (x[j] - x[i]), weights[i] * weights[j])
        for i, j in itertools.combinations(range(x.size), 2)
        if x[i] != x[j]
    )
    slopes, reached = np.array([pair[0] for pair in pairs]), np.cumsum([w for _, w in pairs])
    at = np.searchsorted(reached, reached[-1] * np.array([0.5 - 1e-12, 0.5 + 1e-12]))
    return float(slopes[at].mean())


def least_absolute(x: np.ndarray, values: np.ndarray, weights: np.ndarray) -> float:
    """Least sum of weights (above + below), with above - below the distance from a line."""
    eye, ones = np.eye(x.size), np.ones((x.size, 1))
    lines = np.hstack([ones, x[:, np.newaxis] / 365, eye, -eye])
    cost = np.concatenate([[0, 0], weights, weights])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * x.size)
    return float(linprog(cost, A_eq=lines, b_eq=values, bounds=bounds).x[1] / 365)


def own_places(pool: pd.DataFrame, options: Mapping[str, Any], drawn: np.ndarray) -> np.ndarray:
    """Places of the drawn systems of the period that are selected."""
    after, through = days_of(options)
    days = pool["day"].to_numpy()
    places = chosen(pool, options, drawn)
    return places[(days[places] > after) & (days[places] <= through)]


def once(pool: pd.DataFrame) -> np.ndarray:
    """Each system drawn once."""
    return np.ones(len(pool), dtype=int)


def resampled(
    pool: pd.DataFrame, options: Mapping[str, Any], *, members: str = "reselected"
) -> np.ndarray:
    """Slope in each resample."""
    slopes, own = [], own_places(pool, options, once(pool))
    for drawn in system_counts(pool["system_id"].to_list(), draws=DRAWS, seed=SEED):
        fixed = members == "fixed"
        again = np.repeat(own, drawn[own]) if fixed else own_places(pool, options, drawn)
        slopes.append(fitted(pool, again, options))
    return np.array(slopes)


def plain(
    world: World, options: Mapping[str, Any], *, members: str = "reselected"
) -> dict[str, Any]:
    """One specification, its systems selected and fitted in loops."""
    pool = pool_of(world, options)
    found = {"n": 0, "slope": np.nan, "low": np.nan, "high": np.nan, "note": None}
    if isinstance(pool, str):
        return found | {"note": pool}
    if pool.empty:
        return found | {"note": "fewer than 8 systems"}
    beyond = options["end"] in DAYS and options["end"] > LAST[options["data"]]
    own = np.array([], dtype=int) if beyond else own_places(pool, options, once(pool))
    found["n"] = own.size
    if options["weights"] == "certainty" and pool["certainty"].isna().any():
        return found | {"note": "the data state no confidence"}
    if beyond:
        return found | {"note": f"the data end on {LAST[options['data']]}"}
    if own.size < LEAST:
        return found | {"note": "fewer than 8 systems"}
    found["slope"] = fitted(pool, own, options)
    if options["estimator"] != "least_squares":
        return found
    days = pool["day"].to_numpy(dtype=float)[own]
    slopes = resampled(pool, options, members=members)
    ends = interval(days, slopes, least_systems=LEAST)
    return found | {"low": ends.low, "high": ends.high}


def assert_as_plain(
    world: World,
    table: pd.DataFrame,
    choices: Mapping[str, Sequence[Any]],
    *,
    rows: int,
    members: str = "reselected",
) -> pd.DataFrame:
    """Demand that a sample of the rows, or in the gate all, are what the plain loop gives."""
    some = table if os.environ.get("GATE") == "1" else table.sample(rows, random_state=3)
    plains = [
        plain(world, parsed(row, choices), members=members) for row in some.to_dict("records")
    ]
    expected = pd.DataFrame(plains, index=some.index)
    assert some["n"].tolist() == expected["n"].tolist()
    assert some["note"].fillna("").tolist() == expected["note"].fillna("").tolist()
    slope = expected["slope"].astype(float) * 365
    np.testing.assert_allclose(some["slope_oom_per_year"].astype(float), slope, rtol=1e-8)
    for column, name in (
        ("growth_per_year", "slope"),
        ("growth_per_year_ci90_low", "low"),
        ("growth_per_year_ci90_high", "high"),
    ):
        growth = 10 ** (expected[name].astype(float) * 365)
        np.testing.assert_allclose(some[column].astype(float), growth, rtol=1e-7)
    return some
