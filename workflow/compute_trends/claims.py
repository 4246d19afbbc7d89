"""What earlier studies and the paper state, held against this run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from .fit import CI95_LEVELS
from .loglinear import fit_line
from .problems import Problem, stop_on
from .selection import Record
from .streams import random_stream
from .tables import as_written, records, typed
from .training_compute import Z90

# Half a 95 % interval over half a 90 % interval of the same normal distribution.
FROM_90_TO_95 = NormalDist().inv_cdf(0.975) / Z90
RESAMPLES = 2000


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
    row = _trend(sources, subject[0], basis)
    name = "doubling_time_months"
    low, high = row[f"{name}_ci95_low"], row[f"{name}_ci95_high"]
    return Measured(row[name], low, high, _window(row))


def _window(row: Record) -> str:
    """Dates and number of a trend's systems."""
    return f"{row['period']}, n = {row['n']}"


def _parameter_doubling_time(sources: Sources, subject: Sequence[str], _basis: str) -> Measured:
    """Doubling time of a trend of parameters."""
    rows = sources.parameters
    [row] = records(rows[rows["trend"] == subject[0]])
    name = "doubling_time_months"
    low, high = row[f"{name}_ci95_low"], row[f"{name}_ci95_high"]
    return Measured(row[name], low, high, _window(row))


def _growth_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Fitted line at the last system over that at the first."""
    row = _trend(sources, subject[0], basis)
    years = math.log10(row["end_flop"] / row["start_flop"]) / row["slope_oom_per_year"]
    low, high = (10 ** (row[f"slope_oom_per_year_ci95_{end}"] * years) for end in ("low", "high"))
    return Measured(row["end_flop"] / row["start_flop"], low, high, _window(row))


def _range_factor(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Largest over smallest compute of a trend's systems."""
    spread = _members(sources, subject[0], basis)["log_flop"]
    window = _window(_trend(sources, subject[0], basis))
    return Measured(10 ** float(spread.max() - spread.min()), math.nan, math.nan, window)


def _oom_above_trend(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Median distance of the systems of one trend above the line of another, in OOM."""
    above, below = (_members(sources, name, basis) for name in subject)
    line = fit_line(below["day"], below["log_flop"])
    distance = (
        above["log_flop"] - line.start - line.slope * (above["day"] - below["day"].min())
    ).to_numpy()
    rng = random_stream(sources.seed, f"above {' '.join(subject)}")
    drawn = distance[rng.integers(distance.size, size=(RESAMPLES, distance.size))]
    ends = [CI95_LEVELS["low"], CI95_LEVELS["high"]]
    low, high = np.quantile(np.median(drawn, axis=1), ends)
    window = _window(_trend(sources, subject[0], basis))
    return Measured(float(np.median(distance)), float(low), float(high), window)


def _doubling_time_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Doubling time of one trend over that of another."""
    first, second = (_trend(sources, name, basis) for name in subject)
    ratio = first["doubling_time_months"] / second["doubling_time_months"]
    window = f"{_window(first)}, against {_window(second)}"
    return Measured(ratio, math.nan, math.nan, window)


def _compute_ratio(sources: Sources, subject: Sequence[str], basis: str) -> Measured:
    """Compute of one system over that of another; both as uncertain as their estimates."""
    rows = sources.compute.set_index("system_id").loc[list(subject)]
    first, second = rows[f"training_compute_{basis}_flop"]
    ends = (rows[f"training_compute_estimated_flop_ci90_{end}"] for end in ("low", "high"))
    low, high = ends
    half = np.log10(high / low) / 2 * FROM_90_TO_95
    spread = 10 ** float(np.sqrt((half**2).sum()))
    ratio = float(first / second)
    return Measured(ratio, ratio / spread, ratio * spread, "")


QUANTITIES: dict[str, Callable[[Sources, Sequence[str], str], Measured]] = {
    "doubling_time_months": _doubling_time,
    "parameter_doubling_time_months": _parameter_doubling_time,
    "growth_factor": _growth_factor,
    "range_factor": _range_factor,
    "oom_above_trend": _oom_above_trend,
    "doubling_time_ratio": _doubling_time_ratio,
    "compute_ratio": _compute_ratio,
}
# Trends or systems that each takes.
SUBJECTS = {"oom_above_trend": 2, "doubling_time_ratio": 2, "compute_ratio": 2}


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
    seed : int
        Seed of the run.
    file : str
        File of the claims, to name in messages.

    Returns
    -------
    pandas.DataFrame
        Table ``claims``. A claim about trends that the config does not fit is left out.

    Raises
    ------
    InputError
        If a claim's quantity is unknown, or its subjects are not as many as it takes.
    """
    sources = Sources(trends, points, parameters, compute, seed)
    known = {*trends["trend"], *parameters["trend"], *compute["system_id"]}
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
        if not known.issuperset(subject):
            continue
        of_parameters = quantity == "parameter_doubling_time_months"
        for basis in ["parameters"] if of_parameters else bases:
            measured = QUANTITIES[quantity](sources, subject, basis)
            judged = verdict(measured, claim["low"], claim["high"])
            rows.append(
                {
                    **{name: claim[name] for name in ("claim_id", "study", "claim")},
                    "basis": basis,
                    "quantity": quantity,
                    "claimed_low": claim["low"],
                    "claimed_high": claim["high"],
                    "value": measured.value,
                    "value_ci95_low": measured.low,
                    "value_ci95_high": measured.high,
                    "window": measured.window or None,
                    "verdict": judged,
                    "why": _why(measured, claim["low"], claim["high"], judged),
                    "source_url": claim["source_url"],
                    "source_locator": claim["source_locator"],
                }
            )
    stop_on(problems)
    return typed(pd.DataFrame(rows), "claims")


def _why(measured: Measured, low: float | None, high: float | None, judged: str) -> str:
    """The verdict in one sentence."""

    def said(value: float) -> str:
        return "∞" if math.isinf(value) else as_written(float(f"{value:.3g}"))

    stated = (
        f"more than {said(low)}"
        if low is not None and high is None
        else f"at most {said(high)}"
        if low is None and high is not None
        else f"{said(low or 0)} to {said(high or 0)}"
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
