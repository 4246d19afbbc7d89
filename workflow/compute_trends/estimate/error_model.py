"""What other systems tell of the errors of an estimate: arrays in, numbers out.

Two errors cannot be read off a source. The class of confidence of an estimate has one of its
structure: it may be of another run, or count something else than it should. It is learnt from
the distances of values taken to values that were stated later. And where no utilization is
stated, chips and time say little: that is learnt from systems with counted operations, too.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.formulas import Array
from compute_trends.tables.dictionary import typed

# Part of the values that an interval is to hold
LEVEL = 0.9
# The line of utilization is written down for chips and time of so many FLOP at peak.
REFERENCE_PEAK_FLOP = 1e20
# Quantiles of the sizes between which the line runs
SIZES = (0.1, 0.9)


class UtilizationFit(NamedTuple):
    """Utilization that counted operations imply, by the size of chips and time.

    The distance from chips and time to a count is all put down to the utilization.
    log10 utilization = log_at_reference + utilization_slope x size, which is log10(FLOP at
    peak / REFERENCE_PEAK_FLOP). Beyond the smallest and the largest size the line stays flat:
    too few systems lie there. The true one lies within ``half_width_oom`` with 90 %
    probability.
    """

    log_at_reference: float
    utilization_slope: float
    smallest_peak_flop: float
    largest_peak_flop: float
    half_width_oom: float

    def utilization(self, peak_flop: float) -> float:
        """Median of the utilization of chips and time of so many FLOP at peak; at most 1."""
        within = min(max(peak_flop, self.smallest_peak_flop), self.largest_peak_flop)
        size = np.log10(within / REFERENCE_PEAK_FLOP)
        return float(min(1.0, 10 ** (self.log_at_reference + self.utilization_slope * size)))


class Errors(NamedTuple):
    """Errors learnt from systems; None, or a class left out, where they are too few."""

    utilization: UtilizationFit | None
    structural_oom: Mapping[str, float]


def needed_half_width(
    distances: Array, own: Array | None = None, held: Array | None = None
) -> float:
    """Smallest error beside its own with which 90 % of such values lie no further off.

    Parameters
    ----------
    distances, own : numpy.ndarray, shape (n,)
        Distance of each value to another of the same system, of either sign, and the half
        width of the interval that errors of its inputs leave (0 unless given), in orders of
        magnitude.
    held : numpy.ndarray, shape (n,), optional
        Half width of an interval that holds what it does for other reasons; what it
        holds needs no error.

    Returns
    -------
    float
        h, so that sqrt(own^2 + h^2) is at least the distance of another value with 90 %
        probability, in orders of magnitude: two independent normal errors add so. The
        quantile is that of conformal prediction (Vovk, Gammerman and Shafer 2005).
    """
    needed = np.abs(distances)
    if own is not None:
        needed = np.sqrt(np.maximum(0, distances**2 - own**2))
    if held is not None:
        needed = np.where(np.abs(distances) <= held, 0, needed)
    # That many of n others hold one more value with the probability LEVEL.
    rank = min(needed.size, math.ceil(LEVEL * (needed.size + 1)))
    return float(np.sort(needed)[rank - 1])


def fit_utilization(log_peak: Array, log_implied: Array) -> UtilizationFit:
    """Line through the implied utilization of systems, and how far systems are off it.

    Parameters
    ----------
    log_peak, log_implied : numpy.ndarray, shape (n,)
        log10 of the FLOP that chips and time would make at peak, and of the counted ones
        over them.
    """
    ends = np.quantile(log_peak, SIZES)
    size = np.clip(log_peak, *ends) - np.log10(REFERENCE_PEAK_FLOP)
    slope = float(np.polyfit(size, log_implied, 1)[0]) if np.ptp(size) > 0 else 0.0
    # The median of what is left, because a few tiny networks use next to nothing of a chip.
    at_reference = float(np.median(log_implied - slope * size))
    off = log_implied - at_reference - slope * size
    smallest, largest = (float(10**end) for end in ends)
    return UtilizationFit(at_reference, slope, smallest, largest, needed_half_width(off))


DISTANCES = ["system_id", "confidence", "distance_oom", "own_oom", "held_oom"]
PAIRS = ["log_peak", "log_implied"]


class Evidence:
    """Systems that errors are learnt from; any of them can be left out.

    Parameters
    ----------
    distances : pandas.DataFrame
        One row per later value of a system: system_id, confidence, distance_oom
        (log10 of the later value over it), own_oom and held_oom (see `needed_half_width`).
    pairs : pandas.DataFrame
        One row per system with both methods: system_id, log_peak and log_implied.
    least : int
        Nothing is learnt from fewer systems.
    """

    def __init__(self, distances: pd.DataFrame, pairs: pd.DataFrame, *, least: int) -> None:
        self.distances, self.pairs, self._least = distances, pairs, least
        self._known = frozenset(distances["system_id"]).union(pairs["system_id"])

    def errors(self, without: Collection[str] = ()) -> Errors:
        """Errors as all other systems than those ``without`` show them."""
        return self._errors(self._known.intersection(without))

    @functools.cache  # noqa: B019 - it lives no longer than the stage
    def _errors(self, without: frozenset[str]) -> Errors:
        system, confidence, *values = self._arrays(self.distances, DISTANCES, without)
        structural = {
            name: needed_half_width(*(value[of_class] for value in values))
            for name in CONFIDENCES
            if len(set(system[of_class := confidence == name])) >= self._least
        }
        log_peak, log_implied = self._arrays(self.pairs, PAIRS, without)
        enough = len(log_peak) >= self._least
        return Errors(fit_utilization(log_peak, log_implied) if enough else None, structural)

    @staticmethod
    def _arrays(rows: pd.DataFrame, names: list[str], without: frozenset[str]) -> list[Array]:
        """Columns as arrays, the systems ``without`` left out."""
        keep = [system not in without for system in rows["system_id"]]
        return [rows[name].to_numpy()[keep] for name in names]


# Row of table ``error_model`` that holds the line of utilization
UTILIZATION = "utilization"


def error_model_table(evidence: Evidence) -> pd.DataFrame:
    """Table ``error_model``: what all systems together tell, and how many they are."""
    errors = evidence.errors()
    counts = evidence.distances.groupby("confidence")["system_id"].nunique()
    rows = [
        {"error": name, "n": int(counts.get(name, 0)), "half_width_oom": width}
        for name in CONFIDENCES
        if (width := errors.structural_oom.get(name)) is not None
    ]
    if (fit := errors.utilization) is not None:
        line = fit._asdict() | {"error": UTILIZATION, "n": len(evidence.pairs)}
        rows.append(line)
    return typed(pd.DataFrame(rows), "error_model")


def errors_of_table(error_model: pd.DataFrame) -> Errors:
    """What table ``error_model`` says of the errors of a system that is not among its own."""
    by_error = error_model.set_index("error")
    widths = by_error["half_width_oom"].drop(UTILIZATION, errors="ignore")
    structural = {str(name): float(width) for name, width in widths.items()}
    if UTILIZATION not in by_error.index:
        return Errors(None, structural)
    line = by_error.loc[UTILIZATION, list(UtilizationFit._fields)].astype(float)
    return Errors(UtilizationFit(*line), structural)
