"""Trends against other methods, against one line, and against corrected annotations.

One stage, because starting three jobs takes longer than their work.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.checks.corrections import corrected_trends
from compute_trends.checks.other_methods import robust_table
from compute_trends.checks.selection_null import selection_null_table
from compute_trends.fit.selection import join_members, score_systems, select_datasets
from compute_trends.settings import fit as config
from compute_trends.settings import simulations


def check_trends(
    members: pd.DataFrame,
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    other_methods: Sequence[str],
    selection_null: simulations.SelectionNull,
    depth: simulations.Depth,
    datasets: Sequence[config.Dataset],
    bases: Sequence[str],
    trends: Sequence[config.Trend],
    outliers: config.Outliers,
    domains: config.Domains,
    units: config.Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Hold the trends against other methods, one line, and corrected annotations.

    Parameters
    ----------
    members, systems, compute : pandas.DataFrame
        Tables of these names. The other parameters are sections of ``fit`` in config.yaml, and
        the seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``robust`` (see `other_methods.robust_table`), ``selection_null`` (see
        `selection_null.selection_null_table`) and ``corrected_trends`` (see
        `corrections.corrected_trends`).
    """
    points = join_members(members, systems, compute)
    scores = score_systems(
        select_datasets(systems, compute, datasets=datasets, bases=bases), outliers=outliers
    )
    return {
        "robust": robust_table(points, methods=other_methods, units=units),
        "selection_null": selection_null_table(
            scores,
            settings=selection_null,
            worlds=selection_null.worlds.at(depth),
            trends=trends,
            outliers=outliers,
            domains=domains,
            units=units,
            seed=seed,
        ),
        "corrected_trends": corrected_trends(
            systems,
            compute,
            datasets=datasets,
            trends=trends,
            outliers=outliers,
            domains=domains,
            units=units,
        ),
    }
