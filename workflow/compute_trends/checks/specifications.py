"""Each headline under every combination of defensible choices."""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from compute_trends.checks import specification_tables as tables
from compute_trends.checks.specification_data import data_by_option
from compute_trends.checks.specification_fits import Engine
from compute_trends.checks.specification_plan import plans_of
from compute_trends.common.records import Record
from compute_trends.settings import fit as config
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.specifications import Specifications
from compute_trends.tables.dictionary import typed


def check_specifications(
    alternatives: pd.DataFrame,
    claims: pd.DataFrame,
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
    units: config.Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Fit each headline under every combination of defensible choices.

    Parameters
    ----------
    alternatives, claims : pandas.DataFrame
        Table ``alternatives``, and raw table ``claims``.
    systems, compute : sequence of pandas.DataFrame
        Tables of these names: of the annotations first, then of each of the exports.
    attributes : sequence of pandas.DataFrame
        Table ``export_attributes`` of each of the exports.
    exports : sequence of ExportFile
        Those of `settings.specifications.crossed_exports`.
    classes : mapping
        ``estimate.uncertainty.classes`` of config.yaml. The other parameters are sections of
        ``fit``, and the seed of the run.

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
    engine = Engine(data, specifications, outliers, intervals, seed)
    fitted = {name: engine.fit(plan, np.arange(len(plan.numbers))) for name, plan in plans.items()}
    curves: list[pd.DataFrame] = []
    rows: dict[str, list[Record]] = collections.defaultdict(list)
    for name, plan in plans.items():
        each = fitted[name]
        curves.append(tables.specifications_table(plan, each, units))
        rows["options"] += tables.options_rows(plan, each, units)
        rows["shares"] += tables.shares_rows(plan, each)
        systems_of_own, without, own_slope = engine.without_each(plan)
        rows["quantiles"] += tables.quantiles_rows(plan, each, units, own=own_slope)
        rows["influence"] += tables.influence_rows(plan, systems_of_own, without, own_slope, units)
        marked = specifications.published.get(name, [])
        rows["marks"] += tables.marks_rows(plan, each, claims, marked, units)
    rows["directions"] += tables.directions_rows(plans, fitted, specifications.directions)
    return {"specifications": pd.concat(curves, ignore_index=True)} | {
        f"specification_{name}": typed(pd.DataFrame(of_name), f"specification_{name}")
        for name, of_name in rows.items()
    }
