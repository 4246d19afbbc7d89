"""Each headline under every combination of defensible choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from compute_trends.checks import specification_tables as tables
from compute_trends.checks.specification_data import data_by_option
from compute_trends.checks.specification_fits import Engine, Fits, by_pool
from compute_trends.checks.specification_plan import Plan, plans_of
from compute_trends.common.records import Record
from compute_trends.common.shards import WHOLE, Arrays, Part, gather
from compute_trends.settings import fit as config
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.specifications import Specifications
from compute_trends.tables.dictionary import typed

# What specifications say, by the names of the tables after ``specification_``
SAYS = ("options", "shares", "quantiles", "influence", "marks", "directions")


def check_specifications(
    alternatives: pd.DataFrame,
    claims: pd.DataFrame,
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    shards: Mapping[Part, Arrays] | None = None,
    *,
    specifications: Specifications,
    units: config.Units,
    **settings: Any,
) -> dict[str, pd.DataFrame]:
    """Fit each headline under every combination of defensible choices.

    Parameters
    ----------
    claims : pandas.DataFrame
        Raw table of this name.
    shards : mapping of Part to dict of str to numpy.ndarray, optional
        Lines that other jobs have fitted, from `fit_specifications`.
    units : Units
        ``fit.units`` of config.yaml. The others are parameters of `fit_specifications`.

    Returns
    -------
    dict of str to pandas.DataFrame
        Table ``specifications``, and what it says: ``specification_quantiles``, ``_shares``,
        ``_options``, ``_directions``, ``_influence`` and ``_marks``.

    Raises
    ------
    ValueError
        If a statement to mark is none of growth.
    """
    unknown = tables.unknown_claims(claims, specifications)
    if unknown:
        raise ValueError(
            "fit.specifications.published: no statement of growth in data/raw/claims.csv is "
            f"named {', '.join(unknown)}"
        )
    data = (alternatives, systems, compute, attributes)
    plans, engine = _prepared(*data, specifications=specifications, **settings)
    arrays = gather(shards) if shards else _fitted(plans, engine, WHOLE)
    # There may be no headline that is crossed.
    curves = [typed(pd.DataFrame(), "specifications")] if not plans else []
    rows: dict[str, list[Record]] = {name: [] for name in SAYS}
    fitted: dict[str, Fits] = {}
    for name, plan in plans.items():
        each = fitted[name] = Fits.empty(len(plan.numbers))
        each.enter(by_pool(plan), {column: arrays[f"{name}.{column}"] for column in Fits._fields})
        curves.append(tables.specifications_table(plan, each, units))
        rows["options"] += tables.options_rows(plan, each, units)
        rows["shares"] += tables.shares_rows(plan, each)
        own_systems, without, own = engine.without_each(plan)
        rows["quantiles"] += tables.quantiles_rows(plan, each, units, own=own)
        rows["influence"] += tables.influence_rows(plan, own_systems, without, own, units)
        marked = specifications.published.get(name, [])
        rows["marks"] += tables.marks_rows(plan, each, claims, marked, units)
    rows["directions"] += tables.directions_rows(plans, fitted, specifications.directions)
    return {"specifications": pd.concat(curves, ignore_index=True)} | {
        f"specification_{name}": typed(pd.DataFrame(of_name), f"specification_{name}")
        for name, of_name in rows.items()
    }


def fit_specifications(
    alternatives: pd.DataFrame,
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    *,
    part: Part,
    **settings: Any,
) -> Arrays:
    """Lines of a part of the specifications of each headline.

    Parameters
    ----------
    alternatives : pandas.DataFrame
        Table of this name.
    systems, compute : sequence of pandas.DataFrame
        Tables of these names: of the annotations first, then of each of the exports.
    attributes : sequence of pandas.DataFrame
        Table ``export_attributes`` of each of the exports.
    part : Part
        Which specifications; the numbers of one depend on it alone.
    **settings
        ``specifications``; ``exports``, those of `settings.specifications.crossed_exports`;
        ``classes``, which is ``estimate.uncertainty.classes`` of config.yaml; the sections
        ``fits`` (``fit.exports``), ``datasets``, ``outliers`` and ``intervals`` of ``fit``; and
        the ``seed`` of the run.

    Returns
    -------
    dict of str to numpy.ndarray
        Columns of `specification_fits.Fits`, each with the name of its headline before it.
    """
    return _fitted(*_prepared(alternatives, systems, compute, attributes, **settings), part)


def _fitted(plans: Mapping[str, Plan], engine: Engine, part: Part) -> Arrays:
    """See `fit_specifications`."""
    return {
        f"{name}.{column}": values
        for name, plan in plans.items()
        for column, values in engine.fit_part(plan, part).items()
    }


def _prepared(
    alternatives: pd.DataFrame,
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    *,
    specifications: Specifications,
    exports: Sequence[ExportFile],
    classes: Mapping[str, float],
    fits: config.ExportFits,
    datasets: Sequence[config.Dataset],
    outliers: config.Outliers,
    intervals: config.Intervals,
    seed: int,
) -> tuple[dict[str, Plan], Engine]:
    """Specifications of each headline, and what they are fitted with."""
    plans = {plan.headline: plan for plan in plans_of(specifications, fits, outliers, seed=seed)}
    own = [plan.own["data"] for plan in plans.values()]
    named = [option.text for plan in plans.values() for option in plan.options.get("data", [])]
    data = data_by_option(
        list(dict.fromkeys(own + named)),
        systems,
        compute,
        attributes,
        alternatives,
        exports=exports,
        datasets=datasets,
        classes=classes,
    )
    return plans, Engine(data, specifications, outliers, intervals, seed)
