"""What specifications say together: quantiles, what each choice explains, directions, marks."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compute_trends.checks.specification_fits import Fits
from compute_trends.checks.specification_plan import Plan
from compute_trends.common.records import Record, records
from compute_trends.common.rounding import nine_digits
from compute_trends.fit.factorial import strides, variance_effects
from compute_trends.fit.loglinear import LOG10_OF_2, Array
from compute_trends.settings.fit import Units
from compute_trends.settings.specifications import Direction, Specifications
from compute_trends.tables.dictionary import typed

QUANTILES = {f"growth_per_year_q{level:02d}": level / 100 for level in (0, 5, 25, 50, 75, 95, 100)}
# Of the options of a choice only these
OF_OPTION = ("growth_per_year_q05", "growth_per_year_q50", "growth_per_year_q95")
# Systems that are listed as the most influential ones of a headline
LISTED = 10


def specifications_table(plan: Plan, fits: Fits, units: Units) -> pd.DataFrame:
    """Rows of table ``specifications``: each specification of a headline with its line."""
    texts = {
        choice: np.array([option.text for option in options], dtype=object)[plan.places[:, place]]
        for place, (choice, options) in enumerate(plan.options.items())
    }
    ends = {"": fits.slope, "_ci90_low": fits.low, "_ci90_high": fits.high}
    growth = {f"growth_per_year{end}": _growth(each, units) for end, each in ends.items()}
    growth["slope_oom_per_year"] = fits.slope * units.days_per_year
    about = {"headline_name": plan.headline, "specification": plan.numbers, "strong": plan.strong}
    there = fits.set_key != 0
    sets = pd.Series(pd.NA, range(len(there)), dtype="Int64")
    sets[there] = pd.factorize(fits.set_key[there])[0]
    numbers = {"n": fits.n, "set_number": sets, "note": fits.notes}
    rows = pd.DataFrame(about | texts | numbers | growth)
    return typed(rows, "specifications")


def options_rows(plan: Plan, fits: Fits, units: Units) -> Iterator[Record]:
    """Rows of table ``specification_options``: the specifications that take each option."""
    growth = _growth(fits.slope, units)
    for place, (choice, options) in enumerate(plan.options.items()):
        for at, option in enumerate(options):
            own = growth[plan.places[:, place] == at]
            there = own[~np.isnan(own)]
            yield {
                "headline_name": plan.headline,
                "choice": choice,
                "option": option.text,
                "headlines_own": at == 0,
                "strong": option.strong,
                "why": option.why,
                "specifications": own.size,
                "without_number": own.size - there.size,
                **{name: _quantile(there, QUANTILES[name]) for name in OF_OPTION},
            }


def shares_rows(plan: Plan, fits: Fits) -> Iterator[Record]:
    """Rows of table ``specification_shares``: what each choice explains of the slope."""
    effects = variance_effects(plan.numbers, fits.slope, plan.sizes)
    for choice, size, main, total in zip(plan.options, plan.sizes, *effects, strict=True):
        yield {
            "headline_name": plan.headline,
            "choice": choice,
            "options": size,
            "main_effect": main,
            "total_effect": total,
        }


def quantiles_rows(
    plan: Plan, fits: Fits, units: Units, *, own: float = math.nan
) -> Iterator[Record]:
    """Rows of table ``specification_quantiles``: all, and those without a strong option.

    ``own`` is the slope of the headline in OOM per day, which a sample need not hold.
    """
    for curve, rows in (
        ("all", np.ones(len(plan.numbers), bool)),
        ("without_strong", ~plan.strong),
    ):
        slope = fits.slope[rows] * units.days_per_year
        there = slope[~np.isnan(slope)]
        sd = fits.sd[rows] * units.days_per_year
        spread, sampling = (there.std() if there.size else math.nan), _median(sd)
        yield {
            "headline_name": plan.headline,
            "curve": curve,
            "combinations": math.prod(plan.sizes),
            "specifications": int(rows.sum()),
            "with_number": there.size,
            "with_interval": int((~np.isnan(fits.low[rows])).sum()),
            "without_number_why": _counted(fits.notes[rows]),
            "sets": np.unique(fits.set_key[rows & (fits.set_key != 0)]).size,
            **{name: _quantile(10**there, level) for name, level in QUANTILES.items()},
            "spread_oom_per_year": spread,
            "sampling_sd_oom_per_year": sampling,
            "share_below_own": _share_below(there, own * units.days_per_year),
        }


def _counted(notes: NDArray[np.object_]) -> str | None:
    """How many specifications each note is of, such as "12: fewer than 8 systems"."""
    counts = collections.Counter(note for note in notes if note is not None)
    return "; ".join(f"{count}: {note}" for note, count in counts.most_common()) or None


def _share_below(slopes: Array, own: float) -> float | None:
    """Share of slopes below another one; it is below itself by no rounding."""
    if math.isnan(own) or not slopes.size:
        return None
    return float((slopes < own - 1e-12).mean())


def directions_rows(
    plans: Mapping[str, Plan], fitted: Mapping[str, Fits], directions: Sequence[Direction]
) -> Iterator[Record]:
    """Rows of table ``specification_directions``: how often a finding's direction holds.

    Over pairs of specifications that differ in nothing but the two options of the finding; pairs
    in which either has no number are counted apart.
    """
    for direction in directions:
        plan = plans.get(direction.headline)
        if plan is None or direction.choice not in plan.options:
            continue
        fits, at = fitted[direction.headline], plan.choices.index(direction.choice)
        texts = [option.text for option in plan.options[direction.choice]]
        rest = plan.numbers - plan.places[:, at] * strides(plan.sizes)[at]
        faster, slower = (
            pd.Series(fits.slope, rest)[plan.places[:, at] == texts.index(text)]
            for text in (direction.faster, direction.slower)
        )
        strong = pd.Series(plan.strong_but(direction.choice), rest)
        strong = strong[~strong.index.duplicated()]
        pairs = pd.concat([faster, slower], axis=1, join="inner", keys=["faster", "slower"])
        for curve, own in (("all", pairs), ("without_strong", pairs[~strong[pairs.index]])):
            both = own.dropna()
            holds = int((both["faster"] > both["slower"]).sum())
            yield {
                "finding": direction.name,
                "headline_name": direction.headline,
                "choice": direction.choice,
                "faster": direction.faster,
                "slower": direction.slower,
                "curve": curve,
                "pairs": len(both),
                "without_number": len(own) - len(both),
                "holds": holds,
                "share_holds": holds / len(both) if len(both) else None,
            }


def influence_rows(
    plan: Plan, systems: Sequence[str], without: Array, slope: float, units: Units
) -> Iterator[Record]:
    """Rows of table ``specification_influence``: the systems that move a headline most.

    Parameters
    ----------
    systems, without
        From `specification_fits.Engine.without_each`.
    slope : float
        Of the headline, in OOM per day.
    """
    change = nine_digits(np.abs(np.nan_to_num(without - slope)) * units.days_per_year)
    for place in np.lexsort((np.array(systems), -change))[:LISTED]:
        if change[place] > 0:
            yield {
                "headline_name": plan.headline,
                "system_id": systems[place],
                "growth_per_year": 10 ** (without[place] * units.days_per_year),
                "change_oom_per_year": (without[place] - slope) * units.days_per_year,
            }


def marks_rows(
    plan: Plan, fits: Fits, claims: pd.DataFrame, published: Sequence[str], units: Units
) -> Iterator[Record]:
    """Rows of table ``specification_marks``: where published growth lies on a curve.

    Parameters
    ----------
    claims : pandas.DataFrame
        Raw table ``claims``: statements in growth per year, or in months to double.
    published : sequence of str
        Keys of the claims to mark.
    """
    growth = _growth(fits.slope, units)
    growth = growth[~np.isnan(growth)]
    rows = {row["claim_id"]: row for row in reversed(records(claims))}
    for name in published:
        row = rows[name]
        ends = [row["low"], row["high"]]
        if row["quantity"] == "doubling_time_months":
            ends = [_growth_of(months, units) for months in (ends[1], ends[0])]
        # What is open ends at no growth, or nowhere.
        low, high = 1.0 if ends[0] is None else ends[0], ends[1]
        top = math.inf if high is None else high
        yield {
            "headline_name": plan.headline,
            "claim_id": name,
            "study": row["study"],
            "claim": row["claim"],
            "growth_per_year_low": low,
            "growth_per_year_high": high,
            "share_below": float((growth < low).mean()) if growth.size else None,
            "share_within": float(((growth >= low) & (growth <= top)).mean())
            if growth.size
            else None,
        }


def _growth_of(months: float | None, units: Units) -> float | None:
    """Growth per year of a doubling time in months."""
    if months is None:
        return None
    return float(10 ** (LOG10_OF_2 / (months * units.days_per_month) * units.days_per_year))


def _growth(slope: Array, units: Units) -> Array:
    """Growth per year of slopes in OOM per day."""
    return np.asarray(10 ** (slope * units.days_per_year))


def _quantile(values: Array, level: float) -> float | None:
    return float(np.quantile(values, level)) if values.size else None


def _median(values: Array) -> float:
    there = values[~np.isnan(values)]
    return float(np.median(there)) if there.size else math.nan


def unknown_claims(claims: pd.DataFrame, specifications: Specifications) -> list[str]:
    """Statements that are to be marked and that are none of growth in table ``claims``."""
    there = claims[claims["quantity"].isin(["growth_per_year", "doubling_time_months"])]
    named = [name for names in specifications.published.values() for name in names]
    return sorted(set(named) - set(there["claim_id"]))
