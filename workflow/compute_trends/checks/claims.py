"""What earlier studies and the paper state, held against this run."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.numbers import plain
from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record, records
from compute_trends.estimate.formulas import spread_oom
from compute_trends.fit.loglinear import fit_line
from compute_trends.fit.trend_numbers import CI95_ENDS
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

Z95 = NormalDist().inv_cdf(0.975)
# Resamples of two lines; each is two fits.
RESAMPLED_LINES = 400


class Measured(NamedTuple):
    """A value of this run with the ends of its 95 % interval (NaN where there is none)."""

    value: float
    low: float
    high: float
    window: str


class Sources(NamedTuple):
    """Tables that claims are measured on."""

    trends: pd.DataFrame
    points: pd.DataFrame
    parameters: pd.DataFrame
    compute: pd.DataFrame
    samples: int
    seed: int


def _trend(sources: Sources, name: str, basis: str) -> Record:
    """Row of table ``trends``."""
    rows = sources.trends
    [row] = records(rows[(rows["trend"] == name) & (rows["basis"] == basis)])
    return row


def _members(sources: Sources, name: str, basis: str) -> pd.DataFrame:
    """Systems behind a trend."""
    points = sources.points
    return points[(points["trend"] == name) & (points["basis"] == basis)]


def _doubling_time(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Doubling time of a trend."""
    return _fitted(_trend(sources, subject[0], basis))


def _parameter_doubling_time(sources: Sources, subject: Sequence[str], _basis: str) -> Measured:
    """Doubling time of a trend of parameters."""
    rows = sources.parameters
    [row] = records(rows[rows["trend"] == subject[0]])
    return _fitted(row)


def _fitted(row: Record) -> Measured:
    """Doubling time and its interval from a row of a table of trends."""
    low, high = (row[f"doubling_time_months_ci95_{end}"] for end in ("low", "high"))
    return Measured(row["doubling_time_months"], low, high, _window(row))


def _window(row: Record) -> str:
    """Dates and number of a trend's systems."""
    return f"{row['period']}, n = {row['n']}"


def _growth_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Fitted line at the last system over that at the first."""
    row = _trend(sources, subject[0], basis)
    years = math.log10(row["end_flop"] / row["start_flop"]) / row["slope_oom_per_year"]
    low, high = (10 ** (row[f"slope_oom_per_year_ci95_{end}"] * years) for end in ("low", "high"))
    return Measured(row["end_flop"] / row["start_flop"], low, high, _window(row))


def _growth_per_year(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Factor by which compute grows in a year along a trend."""
    row = _trend(sources, subject[0], basis)
    low, high = (10 ** row[f"slope_oom_per_year_ci95_{end}"] for end in ("low", "high"))
    return Measured(10 ** row["slope_oom_per_year"], low, high, _window(row))


def _range_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Largest over smallest compute of a trend's systems, as uncertain as the two estimates."""
    members = _members(sources, subject[0], basis).sort_values("log_flop")
    smallest, largest = members.iloc[0], members.iloc[-1]
    window = _window(_trend(sources, subject[0], basis))
    return _ratio(
        largest["log_flop"] - smallest["log_flop"],
        [largest["noise_oom"], smallest["noise_oom"]],
        window,
    )


def _ratio(log_ratio: float, noise_oom: Sequence[float], window: str) -> Measured:
    """Ratio of two independent log-normal values."""
    half = Z95 * math.hypot(*noise_oom)
    low, value, high = (10 ** float(log_ratio + end) for end in (-half, 0.0, half))
    return Measured(value, low, high, window)


def _oom_above_trend(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Median distance of the systems of one trend above the line of another, in OOM.

    The interval resamples the systems of the first; the line is taken as it is.
    """
    above, below = (_members(sources, name, basis) for name in subject)
    line = fit_line(below["day"], below["log_flop"])
    distance = (
        above["log_flop"] - line.start - line.slope * (above["day"] - below["day"].min())
    ).to_numpy()
    rng = random_stream(sources.seed, f"above {' '.join(subject)}")
    drawn = distance[rng.integers(distance.size, size=(sources.samples, distance.size))]
    low, high = np.quantile(np.median(drawn, axis=1), CI95_ENDS)
    window = _window(_trend(sources, subject[0], basis))
    return Measured(float(np.median(distance)), float(low), float(high), window)


def _oom_above_at_start(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Distance of two lines at the first system of the first, in OOM, by a paired bootstrap."""
    above, below = (_members(sources, name, basis) for name in subject)
    start = above["day"].min()

    def height(points: pd.DataFrame) -> float:
        line = fit_line(points["day"], points["log_flop"])
        return line.start + line.slope * float(start - points["day"].min())

    rng = random_stream(sources.seed, f"at start {' '.join(subject)}")
    drawn: list[float] = []
    while len(drawn) < RESAMPLED_LINES:
        resampled = [
            points.iloc[rng.integers(len(points), size=len(points))] for points in (above, below)
        ]
        if all(points["day"].min() < points["day"].max() for points in resampled):
            drawn.append(height(resampled[0]) - height(resampled[1]))
    low, high = np.quantile(drawn, CI95_ENDS)
    window = _window(_trend(sources, subject[0], basis))
    return Measured(height(above) - height(below), float(low), float(high), window)


def _doubling_time_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Doubling time of one trend over that of another, with the widest ends of their intervals."""
    first, second = (_fitted(_trend(sources, name, basis)) for name in subject)
    return Measured(
        first.value / second.value,
        first.low / second.high,
        first.high / second.low,
        f"{first.window}, against {second.window}",
    )


def _compute_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Compute of one system over that of another; both as uncertain as their estimates."""
    rows = sources.compute.set_index("system_id").loc[list(subject)]
    first, second = np.log10(rows[f"training_compute_{basis}_flop"])
    low, high = (rows[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    return _ratio(first - second, spread_oom(low, high).to_list(), "")


QUANTITIES: dict[str, Callable[[Sources, Sequence[str], str], Measured]] = {
    "doubling_time_months": _doubling_time,
    "parameter_doubling_time_months": _parameter_doubling_time,
    "growth_factor": _growth_factor,
    "growth_per_year": _growth_per_year,
    "range_factor": _range_factor,
    "oom_above_trend": _oom_above_trend,
    "oom_above_at_start": _oom_above_at_start,
    "doubling_time_ratio": _doubling_time_ratio,
    "compute_ratio": _compute_ratio,
}
# Those that a row of a table of trends gives, so that they can be measured on exports.
OF_TRENDS = ("doubling_time_months", "growth_factor", "growth_per_year", "doubling_time_ratio")
# Names that each takes; the others take one.
SUBJECTS = {
    "oom_above_trend": 2,
    "oom_above_at_start": 2,
    "doubling_time_ratio": 2,
    "compute_ratio": 2,
}


def verdict(measured: Measured, low: float | None, high: float | None) -> str:
    """Whether a statement holds.

    Parameters
    ----------
    measured : Measured
        Value of this run.
    low, high : float or None
        Values that the statement covers; None where it is open.

    Returns
    -------
    str
        holds: the value lies within; compatible: its interval meets the statement;
        contradicted: it does not.
    """
    least, most = (-math.inf if low is None else low), (math.inf if high is None else high)
    if least <= measured.value <= most:
        return "holds"
    if measured.low <= most and measured.high >= least:
        return "compatible"
    return "contradicted"


def check_claims(
    claims: pd.DataFrame,
    trends: pd.DataFrame,
    points: pd.DataFrame,
    parameters: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    bases: list[str],
    samples: int,
    seed: int,
    file: str,
) -> pd.DataFrame:
    """Measure each claim and judge it.

    Parameters
    ----------
    claims : pandas.DataFrame
        Raw table ``claims``; the index is the row of the file.
    trends, parameters, compute : pandas.DataFrame
        Tables of these names.
    points : pandas.DataFrame
        From `selection.join_members`.
    bases : list of str
        Bases to judge on.
    samples : int
        Bootstrap samples.
    seed : int
        Seed of the run.
    file : str
        File of the claims, to name in messages.

    Returns
    -------
    pandas.DataFrame
        Table ``claims``. A claim about trends or systems that are not there is left
        out, and said so in the log.

    Raises
    ------
    InputError
        If a claim's quantity is unknown, its subjects are not as many as it takes, or
        it states no range.
    """
    sources = Sources(trends, points, parameters, compute, samples, seed)
    known = {
        "parameter_doubling_time_months": set(parameters["trend"]),
        "compute_ratio": set(compute["system_id"]),
    }
    problems, rows = [], []
    for row, claim in zip(claims.index.to_list(), records(claims), strict=True):
        quantity, subject = claim["quantity"], claim["subject"].split("; ")
        if quantity not in QUANTITIES:
            expected = f"one of {', '.join(QUANTITIES)}"
            problems.append(Problem(file, row, "quantity", quantity, expected))
            continue
        if len(subject) != SUBJECTS.get(quantity, 1):
            expected = f"{SUBJECTS.get(quantity, 1)} names, joined by '; '"
            problems.append(Problem(file, row, "subject", claim["subject"], expected))
            continue
        low, high = claim["low"], claim["high"]
        if (low is None and high is None) or (None not in (low, high) and low > high):
            stated = f"{low}, {high}"
            problems.append(Problem(file, row, "low, high", stated, "an end, or two in order"))
            continue
        missing = set(subject) - known.get(quantity, set(trends["trend"]))
        if missing:
            names = ", ".join(sorted(missing))
            LOG.warning("claim %s is left out: %s is not fitted", claim["claim_id"], names)
            continue
        of_parameters = quantity == "parameter_doubling_time_months"
        for basis in ["parameters"] if of_parameters else bases:
            measured = QUANTITIES[quantity](sources, subject, basis)
            if math.isnan(measured.value):
                LOG.warning("claim %s: no value on basis %s", claim["claim_id"], basis)
                continue
            judged = verdict(measured, low, high)
            rows.append(
                {
                    **{name: claim[name] for name in ("claim_id", "study", "claim")},
                    "basis": basis,
                    "quantity": quantity,
                    "claimed_low": low,
                    "claimed_high": high,
                    "value": measured.value,
                    "value_ci95_low": measured.low,
                    "value_ci95_high": measured.high,
                    "window": measured.window or None,
                    "verdict": judged,
                    "why": _why(measured, low, high, judged),
                    "source_url": claim["source_url"],
                    "source_locator": claim["source_locator"],
                }
            )
    stop_on(problems)
    return typed(pd.DataFrame(rows), "claims")


def check_on_exports(
    claims: pd.DataFrame,
    trends: pd.DataFrame,
    exports: Sequence[pd.DataFrame],
    *,
    samples: int,
    seed: int,
    file: str,
) -> pd.DataFrame:
    """Measure claims on the trends of exports of notable models.

    Parameters
    ----------
    claims : pandas.DataFrame
        Raw table ``claims``.
    trends : pandas.DataFrame
        Table ``trends``, of the paper's datasets.
    exports : sequence of pandas.DataFrame
        Tables ``export_trends``.
    samples, seed, file
        See `check_claims`.

    Returns
    -------
    pandas.DataFrame
        Table ``export_claims``: every claim about growth that a trend of an export
        answers, once for each. A claim that no trend of the paper's datasets answers
        and no export either is ``not measured``.
    """
    about = claims[claims["quantity"].isin(OF_TRENDS)]
    none = pd.DataFrame({"trend": [], "basis": [], "system_id": []})
    measured = []
    for table in exports:
        fitted = table[table["note"].isna() & (table["models"] == "notable")]
        named = about["subject"].str.split("; ").map(set(fitted["trend"]).issuperset)
        if not named.any():
            continue
        found = check_claims(
            about[named],
            fitted,
            *(none, none, none),
            bases=["published"],
            samples=samples,
            seed=seed,
            file=file,
        )
        of = {name: fitted[name].iloc[0] for name in ("export", "vintage")}
        measured.append(found.assign(**of))
    rows = pd.concat(measured) if measured else pd.DataFrame({"claim_id": []})
    subjects = about["subject"].str.split("; ").map(set(trends["trend"]).issuperset)
    waiting = about[~subjects & ~about["claim_id"].isin(rows["claim_id"])].rename(
        columns={"low": "claimed_low", "high": "claimed_high"}
    )
    why = "No export of notable models in this run gives the trend."
    return typed(
        pd.concat(
            [rows, waiting.assign(export="none", verdict="not measured", why=why)],
            ignore_index=True,
        ),
        "export_claims",
    )


def _why(measured: Measured, low: float | None, high: float | None, judged: str) -> str:
    """The verdict in one sentence."""

    def said(value: float) -> str:
        return "∞" if math.isinf(value) else plain(float(f"{value:.3g}"))

    stated = (
        f"more than {said(low)}"
        if low is not None and high is None
        else f"at most {said(high)}"
        if low is None and high is not None
        else f"{said(float(low or 0))} to {said(float(high or 0))}"
    )
    here = said(measured.value)
    if not math.isnan(measured.low):
        here += f" ({said(measured.low)} to {said(measured.high)})"
    words = {
        "holds": "lies within",
        "compatible": "lies outside, but its interval meets",
        "contradicted": "lies outside",
    }
    return f"{here} here {words[judged]} the stated {stated}."
