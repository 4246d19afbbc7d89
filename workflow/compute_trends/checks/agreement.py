"""How far values of one system agree: published, estimated, and by one method or another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.common.vocabulary import METHODS
from compute_trends.estimate.ranks import rank_estimates
from compute_trends.estimate.ratios import shares_within
from compute_trends.estimate.utilization import implied_utilization
from compute_trends.estimate.verdicts import Judgements
from compute_trends.settings.estimate import Preference
from compute_trends.tables.dictionary import typed

RESAMPLES = 2000


def compared_values(
    estimates: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    x: str,
    y: str,
    preference: Sequence[Preference],
) -> pd.DataFrame:
    """Two values of each system that has both.

    Parameters
    ----------
    x, y : str
        published, estimated, or a method: the preferred estimate by it.
    preference : sequence of Preference
        See `estimate.rank_estimates`.

    Returns
    -------
    pandas.DataFrame
        system_id, x_flop, y_flop, and of the chosen estimate: method, estimate_ids.
    """
    ranked = rank_estimates(estimates, preference)
    by_method = ranked.drop_duplicates(["system_id", "method"])

    def value(name: str) -> pd.Series:
        if name in METHODS:
            rows = by_method[by_method["method"] == name]
            return rows.set_index("system_id")["training_compute_flop"]
        return compute.set_index("system_id")[f"training_compute_{name}_flop"]

    both = pd.DataFrame({"x_flop": value(x), "y_flop": value(y)}).dropna()
    chosen = compute.set_index("system_id")[["method", "estimate_ids"]]
    return both.join(chosen).rename_axis("system_id").reset_index()


def agreement_table(
    estimates: pd.DataFrame, compute: pd.DataFrame, *, preference: Sequence[Preference], seed: int
) -> pd.DataFrame:
    """Table ``agreement``: how far values agree over all systems that have both.

    Published against estimated, over all systems, those whose estimate is computed, and by its
    method; and each pair of methods.
    """
    rows = []
    for first, second, kind, both in _groups(estimates, compute, preference):
        row = {"first": first, "second": second, "kind": kind} | _ratios(both)
        if first != "published":
            row |= _noise(both, random_stream(seed, f"agreement {first} {second} {kind}"))
        rows.append(row)
    return typed(pd.DataFrame(rows), "agreement")


def _groups(
    estimates: pd.DataFrame, compute: pd.DataFrame, preference: Sequence[Preference]
) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Names of two values, kind of group, and the systems of it that have both; none empty."""
    both = compared_values(estimates, compute, x="published", y="estimated", preference=preference)
    # A reported total may be the published value itself.
    computed = both[~both["estimate_ids"].str.contains("/reported")]
    groups = [("published", "estimated", "all", both)]
    groups.append(("published", "estimated", "computed", computed))
    for method, group in both.groupby("method"):
        groups.append(("published", "estimated", str(method), group))
    for x, y in itertools.combinations(METHODS, 2):
        both = compared_values(estimates, compute, x=x, y=y, preference=preference)
        groups.append((x, y, "all", both))
        if (x, y) == ("operation_count", "hardware_time"):
            ranked = rank_estimates(estimates, preference)
            utilization = implied_utilization(ranked, Judgements())
            systems = utilization.loc[utilization["utilization_assumed"], "system_id"]
            assumed = both["system_id"].isin(systems)
            groups.append((x, y, "utilization stated", both[~assumed]))
            groups.append((x, y, "utilization assumed", both[assumed]))
    yield from (group for group in groups if len(group[-1]))


def _ratios(both: pd.DataFrame) -> Record:
    """Number, middle, spread and shares within factors of the ratios y / x."""
    ratio = (both["y_flop"] / both["x_flop"]).map(np.log10)
    return {
        "n": len(both),
        "ratio_median": float(10 ** ratio.median()),
        "ratio_q05": float(10 ** ratio.quantile(0.05)),
        "ratio_q95": float(10 ** ratio.quantile(0.95)),
        "spread_oom": float(ratio.std(ddof=1)) if len(both) > 1 else None,
    } | shares_within(ratio)


def noise_factor(log_ratios: ArrayLike) -> tuple[float, float]:
    """The log-uniform factor on each of two values that would spread their ratios so.

    Parameters
    ----------
    log_ratios : array_like, shape (..., n)
        log10 of the ratio of two values, n systems.

    Returns
    -------
    from_spread, from_median : float or array, shape (...)
        If each of two values is off by its own log-uniform factor in [1/f, f], their
        log ratio is triangular on +-2w, w = log10 f: its standard deviation is
        w sqrt(2/3), and half of its absolute values lie below 2w (1 - sqrt(1/2)).
        The second does not see a few large disagreements. Neither sees a bias: the
        ratios are taken about their mean, or their median.
    """
    d = np.asarray(log_ratios, dtype=float)
    from_spread = d.std(axis=-1, ddof=1) * np.sqrt(3 / 2)
    distances = np.abs(d - np.median(d, axis=-1, keepdims=True))
    from_median = np.median(distances, axis=-1) / (2 * (1 - np.sqrt(0.5)))
    return 10**from_spread, 10**from_median


def _noise(both: pd.DataFrame, rng: np.random.Generator) -> Record:
    """`noise_factor` of the ratios with 95 % bootstrap intervals; empty for fewer than ten."""
    ratios = np.log10((both["y_flop"] / both["x_flop"]).to_numpy())
    if len(ratios) < 10:
        return {}
    names = ("noise_factor", "noise_factor_robust")
    values = dict(zip(names, map(float, noise_factor(ratios)), strict=True))
    resamples = ratios[rng.integers(ratios.size, size=(RESAMPLES, ratios.size))]
    for name, draws in zip(names, noise_factor(resamples), strict=True):
        low, high = np.quantile(draws, [0.025, 0.975])
        values |= {f"{name}_ci95_low": float(low), f"{name}_ci95_high": float(high)}
    return values
