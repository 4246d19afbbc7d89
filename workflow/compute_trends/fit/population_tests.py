"""Whether two populations explain compute better than one line, and how well that can be told.

Arrays in, arrays out, as `populations`. Neither the likelihood ratio of two lines over one nor
BIC has a known law here, because under one line the share of the second has no meaning. So
both are held against simulated worlds of the real dates, in which everything is fitted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.laws import draw_scatter
from compute_trends.fit.loglinear import Array
from compute_trends.fit.populations import (
    Models,
    Search,
    TwoLines,
    fit_models,
    memberships,
    worlds_of,
)
from compute_trends.fit.skewed_line import scatter

Mask = NDArray[np.bool_]

# The models of two populations, and what each is held against
TWO = ("parallel", "separate")
BASES = {"parallel": ("normal", "skewed"), "separate": ("normal", "skewed", "parallel")}
CRITERIA = ("bic", "normal_test", "skewed_test")
# Laws of simulated worlds in which there is one line, and two
ONE_LINE = ("normal", "skewed", "shrinking", "heavy_tails")
TWO_LINES = ("fitted", "paper")
# Systems that a line by the paper's rule needs for worlds to be drawn from it
LEAST_OF_RULE = 5


class RuleLines(NamedTuple):
    """The paper's two populations: lines fitted to regular and to large systems.

    ``level`` (at the mean day), ``slope`` (OOM per day) and ``scatter`` are pairs, regular
    first. ``share`` is that of large systems among those after ``first``, where they begin.
    """

    level: tuple[float, float]
    slope: tuple[float, float]
    scatter: tuple[float, float]
    share: float
    first: float


class Comparison(NamedTuple):
    """How two populations compare with one line.

    Parameters
    ----------
    models : Models
        Fits to the real systems, one world.
    ratio : dict
        2 ln of the likelihood ratio of a model of `TWO` over a base of `BASES`, by (model, base).
    p : dict
        Share of simulated worlds that reach the ratio, (1 + count) / (1 + simulations), by
        (model, base, law that made the worlds).
    found : dict
        Share of worlds in which a criterion finds two populations, by (model, criterion, law):
        false alarms under the laws of one line, power under ``fitted`` and ``paper``.
    simulations : int
        Worlds of each law.
    """

    models: Models
    ratio: dict[tuple[str, str], float]
    p: dict[tuple[str, str, str], float]
    found: dict[tuple[str, str, str], float]
    simulations: int


def rule_lines(days: Array, log_flop: Array, chosen: Mask, *, first: float) -> RuleLines | None:
    """The paper's two populations; None where either has fewer than `LEAST_OF_RULE` systems."""
    if min(chosen.sum(), (~chosen).sum()) < LEAST_OF_RULE:
        return None
    fits = []
    for group in (~chosen, chosen):
        x, y = days[group] - days.mean(), log_flop[group]
        slope = float(np.polyfit(x - x.mean(), y, 1)[0])
        level = float(y.mean() - slope * x.mean())
        squares = float(((y - level - slope * x) ** 2).sum())
        fits.append((level, slope, float(np.sqrt(squares / (x.size - 2)))))
    (low, low_slope, low_scatter), (high, high_slope, high_scatter) = fits
    share = float(chosen[days > first].mean())
    slopes, scatters = (low_slope, high_slope), (low_scatter, high_scatter)
    return RuleLines((low, high), slopes, scatters, share, first)


def compare(
    days: Array,
    log_flop: Array,
    *,
    rule: RuleLines | None,
    simulations: int,
    search: Search,
    level: float,
    rng: np.random.Generator,
) -> Comparison:
    """Hold two populations against one line, in the real systems and in simulated worlds.

    Parameters
    ----------
    days, log_flop : numpy.ndarray, shape (n,)
        Day numbers, and log10 FLOP.
    rule : RuleLines or None
        The paper's populations, for the power to find them.
    simulations : int
        Worlds of each law.
    search : Search
        Of two lines; the same in all worlds.
    level : float
        A test finds two populations where p is no larger.

    Raises
    ------
    ValueError
        See `populations.standardise`.
    """
    models = fit_models(days, log_flop, search=search, rng=rng)
    drawn = draw_worlds(models, days, rule, simulations=simulations, rng=rng)
    fits = fit_models(days, np.concatenate(list(drawn.values())), search=search, rng=rng)
    own = fit_models(days, skewed_worlds(fits, rng=rng), search=search, rng=rng)
    laws = list(drawn)
    real = likelihood_ratios(models)
    ratios, of_own = (_by_law(likelihood_ratios(each), laws) for each in (fits, own))
    bic = _by_law(bic_calls(fits), laws)
    return Comparison(
        models,
        ratio={pair: float(values[0]) for pair, values in real.items()},
        p={
            (model, base, law): float(p_value(real[model, base], worlds)[0])
            for (model, base, law), worlds in ratios.items()
            if law in ONE_LINE or (base == "parallel" and law == "fitted")
        },
        found=_found(ratios, of_own, level) | {key: float(of.mean()) for key, of in bic.items()},
        simulations=simulations,
    )


def _by_law(
    values: Mapping[tuple[str, str], NDArray[Any]], laws: Sequence[str]
) -> dict[tuple[str, str, str], NDArray[Any]]:
    """Values of worlds, as many of each law in turn, by (model, base or criterion, law)."""
    return {
        (model, other, law): part
        for (model, other), worlds in values.items()
        for law, part in zip(laws, np.split(worlds, len(laws)), strict=True)
    }


def _found(
    ratios: Mapping[tuple[str, str, str], Array],
    own: Mapping[tuple[str, str, str], Array],
    level: float,
) -> dict[tuple[str, str, str], float]:
    """Share of the worlds of each law in which the tests find two populations.

    The null of ``normal_test`` is a normal line: its ratio has the same law whatever the line,
    so that the worlds of law normal serve for all; among themselves, each is held against the
    others. That of ``skewed_test`` is a skewed line, fitted anew in each world: each has drawn
    one world from its own, and these together are the null (the warp-speed bootstrap of
    Giacomini, Politis and White 2013, Econometric Theory 29, 567-589).
    """
    found = {}
    for (model, base, law), worlds in ratios.items():
        if base == "normal":
            p = p_value(worlds, ratios[model, base, "normal"], among=law == "normal")
        elif base == "skewed":
            p = p_value(worlds, own[model, base, law])
        else:
            continue
        found[model, f"{base}_test", law] = float((p <= level).mean())
    return found


def likelihood_ratios(models: Models) -> dict[tuple[str, str], Array]:
    """2 ln of the likelihood ratio of two populations over each base, arrays (worlds,)."""
    loglik = models.loglik
    return {
        (model, base): 2 * (loglik[model] - loglik[base]) for model in TWO for base in BASES[model]
    }


def bic_calls(models: Models) -> dict[tuple[str, str], Mask]:
    """Whether BIC prefers two populations to a normal and a skewed line, by (model, "bic")."""
    bic = models.bic
    return {(model, "bic"): bic[model] < np.minimum(bic["normal"], bic["skewed"]) for model in TWO}


def p_value(ratios: Array, null: Array, *, among: bool = False) -> Array:
    """Share of null worlds with at least the ratio: (1 + count) / (1 + worlds).

    Parameters
    ----------
    ratios, null : numpy.ndarray, shapes (m,) and (worlds,)
        Likelihood ratios.
    among : bool
        Whether the ratios are themselves among the null ones, and do not count for themselves.
    """
    count = null.size - np.searchsorted(np.sort(null), ratios, side="left") - among
    return np.asarray((1 + count) / (1 + null.size - among))


def draw_worlds(
    models: Models,
    days: Array,
    rule: RuleLines | None,
    *,
    simulations: int,
    rng: np.random.Generator,
) -> dict[str, Array]:
    """Worlds of the real dates: log10 FLOP by law, arrays of shape (simulations, n).

    Of one line: ``normal`` and ``skewed`` from the fits to the real systems, ``shrinking`` and
    ``heavy_tails`` by `laws.draw_scatter`. Of two: ``fitted``, the parallel lines, and
    ``paper``, the paper's populations, where there are such.
    """
    standard, size = models.standard, (simulations, models.standard.x.size)
    back = standard.level + standard.slope * standard.x
    two = models.parallel
    place = (rng.random(size) < two.share).astype(int)
    lines = two.level + two.slope * standard.x
    fitted = np.take_along_axis(lines, place, axis=0) + two.scatter * rng.standard_normal(size)
    residuals = standard.spread * standard.values[0]

    def one_line(law: str) -> Array:
        return back + draw_scatter(law, days, residuals, worlds=simulations, rng=rng)

    worlds = {
        "normal": one_line("normal"),
        "skewed": skewed_worlds(models, times=simulations, rng=rng),
        "shrinking": one_line("shrinking"),
        "heavy_tails": one_line("heavy_tails"),
        "fitted": back + standard.spread * fitted,
    }
    if rule is not None:
        worlds["paper"] = _of_rule(rule, days, size, rng)
    return worlds


def skewed_worlds(models: Models, *, times: int = 1, rng: np.random.Generator) -> Array:
    """Draws from the skewed line of each world, ``times`` of each; shape (worlds x times, n)."""
    standard, line = models.standard, models.skewed
    n = standard.x.size
    noise = scatter(np.repeat(line.shape, times), n, rng)

    def of(values: Array) -> Array:
        return np.repeat(values, times)[:, np.newaxis]

    residuals = of(line.level) + of(line.slope) * standard.x + of(line.scale) * noise
    lines = of(standard.level) + of(standard.slope) * standard.x
    return np.asarray(lines + of(standard.spread) * residuals)


def _of_rule(
    rule: RuleLines, days: Array, size: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Worlds of the paper's two populations."""
    x = days - days.mean()
    place = ((rng.random(size) < rule.share) & (days > rule.first)).astype(int)
    lines = np.array(rule.level)[:, np.newaxis] + np.outer(rule.slope, x)
    spread: Array = np.array(rule.scatter)[place]
    on_line: Array = np.take_along_axis(lines, place, axis=0)
    return on_line + spread * rng.standard_normal(size)


def upper_members(models: Models, model: str) -> Mask:
    """Whether each real system belongs to the upper line rather than to the lower, (n,)."""
    lines: TwoLines = getattr(models, model)
    worlds = worlds_of(models.standard.x, models.standard.values)
    starts = TwoLines(*(part[..., np.newaxis] for part in lines))
    return np.asarray(memberships(worlds, starts)[0, 0] > 0.5)


def overlap(one: Mask, other: Mask) -> float:
    """Systems in both groups over those in either (Jaccard index); 0 where there is none."""
    either = (one | other).sum()
    return float((one & other).sum() / either) if either else 0.0
