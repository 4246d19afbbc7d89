"""What is not seen: models that the newest export lists without compute, and what they hide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.checks.slowing import slowing_tables
from compute_trends.checks.visibility_delay import delay_tables
from compute_trends.clean.export import lists_any
from compute_trends.clean.names import names_in
from compute_trends.clean.reasons import NO_COMPUTE
from compute_trends.common.dates import day_number, day_numbers
from compute_trends.common.problems import stop_on
from compute_trends.common.records import Record
from compute_trends.common.references import config_problems
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.fit import ExportFits, Intervals, Outliers, Units
from compute_trends.settings.simulations import Depth
from compute_trends.settings.visibility import Slowing, Visibility
from compute_trends.tables.dictionary import typed

OTHER = "Other"
WEIGHTS = {"yes": "open", "no": "closed"}


def check_visibility(
    systems: Sequence[pd.DataFrame],
    excluded: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    changed_rows: pd.DataFrame,
    *,
    exports: Sequence[ExportFile],
    visibility: Visibility,
    slowing: Slowing,
    fits: ExportFits,
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
    depth: Depth,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """What is listed without compute, how soon values appear, and whether growth has slowed.

    Parameters
    ----------
    systems, excluded, attributes : sequence of pandas.DataFrame
        Tables ``systems``, ``excluded`` and ``export_attributes`` of the export that leads.
    changed_rows : pandas.DataFrame
        Table of this name: rows of every two vintages.
    exports : sequence of ExportFile
        ``clean.exports`` of config.yaml, with those that the project carries. The other settings
        are sections of ``fit`` and the seed.

    Returns
    -------
    dict of str to pandas.DataFrame
        Table ``visibility`` and those of `delay_tables` and `slowing_tables`.
    """
    leading = leading_export(exports)
    assert leading is not None, "there is an export, or no such job"
    owners = pd.concat([table["organizations"] for table in (*systems, *excluded)])
    for number, group in enumerate(visibility.organizations):
        place = f"fit.visibility.organizations[{number}].members"
        stop_on(config_problems(place, group.members, names_in(owners), leading.path))
    models = listed_models(systems[0], excluded[0], attributes[0], export=leading)
    settings: Record = {"outliers": outliers, "intervals": intervals, "units": units, "seed": seed}
    delays = delay_tables(changed_rows, exports=exports, visibility=visibility, **settings)
    slowed = slowing_tables(
        models,
        export=leading,
        slowing=slowing,
        leading_labs=visibility.leading,
        fits=fits,
        depth=depth,
        **settings,
    )
    return {"visibility": visibility_table(models, visibility), **delays, **slowed}


def listed_models(
    systems: pd.DataFrame, excluded: pd.DataFrame, attributes: pd.DataFrame, *, export: ExportFile
) -> pd.DataFrame:
    """Every model that an export lists, with compute or without, in order of the dates.

    Returns
    -------
    pandas.DataFrame
        system_id (the row where it has none), day, log_flop (missing without compute), year,
        organizations, domain, open_weights and frontier.
    """
    without = excluded[(excluded["reason"] == NO_COMPUTE) & excluded["publication_date"].notna()]
    rows = pd.concat([systems, without.assign(training_compute_flop=np.nan)], ignore_index=True)
    stated = attributes[["annotation_id", "open_weights", "frontier"]]
    rows = rows.merge(stated, on="annotation_id", validate="one_to_one")
    names = rows["system_id"].fillna("row " + rows["annotation_id"].astype(str))
    models = pd.DataFrame(
        {
            "system_id": names,
            "day": day_numbers(rows["publication_date"]).astype(float),
            "log_flop": np.log10(rows["training_compute_flop"].astype(float)),
            "year": rows["publication_date"].dt.year,
        }
        | {name: rows[name] for name in ("organizations", "domain", "open_weights", "frontier")}
    )
    models = models[models["day"] <= day_number(export.date)]
    return models.sort_values(["day", "system_id"], ignore_index=True)


def visibility_table(models: pd.DataFrame, settings: Visibility) -> pd.DataFrame:
    """Table ``visibility``: how many models are listed, and with compute, by year and group.

    A model of several organizations or domains counts in the group of each, so that the groups
    of these kinds overlap.
    """
    chosen = models[models["day"] > day_number(settings.after)]
    rows: list[Record] = []
    for kind, group, label, inside in _groups(chosen, settings):
        for year, of_year in chosen[inside].groupby("year"):
            n, n_with = len(of_year), int(of_year["log_flop"].notna().sum())
            numbers = {"n_listed": n, "n_with_compute": n_with, "share_with_compute": n_with / n}
            names = {"group_kind": kind, "group_name": group, "label": label, "year": year}
            rows.append(names | numbers)
    return typed(pd.DataFrame(rows), "visibility")


def _groups(models: pd.DataFrame, settings: Visibility) -> list[tuple[str, str, str, Any]]:
    """Kind, name, label and members of each group of models."""
    owners = models["organizations"]
    groups: list[tuple[str, str, str, Any]] = [
        ("all", "all", "All models", pd.Series(True, index=models.index))
    ]
    of_some = pd.Series(False, index=models.index)
    for group in settings.organizations:
        inside = lists_any(owners, group.members)
        of_some |= inside
        groups.append(("organization", group.name, group.label, inside))
    leading = lists_any(owners, settings.leading)
    groups.append(("organization", "leading", "Leading labs together", leading))
    groups.append(("organization", "others", "All other organizations", ~of_some))
    domains = models["domain"].fillna(OTHER).str.split("; ").map(set)
    counts = domains.explode().value_counts()
    large = sorted(counts.index[(counts >= settings.least_listed) & (counts.index != OTHER)])
    for name in large:
        groups.append(("domain", name, name, domains.map(lambda own, name=name: name in own)))
    small = domains.map(lambda own: not own <= set(large))
    groups.append(("domain", OTHER, "Other domains", small))
    weights = models["open_weights"].map(WEIGHTS).fillna("not stated")
    for name in ("open", "closed", "not stated"):
        groups.append(("weights", name, f"Weights {name}", weights == name))
    for name, inside in (("yes", models["frontier"]), ("no", ~models["frontier"])):
        label = "Flagged as frontier" if name == "yes" else "Not flagged as frontier"
        groups.append(("frontier", name, label, inside.astype(bool)))
    return groups
