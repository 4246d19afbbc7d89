"""What a timeline shows: its systems, each in a group that is marked alike, and its trends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.clean.replay import systems_on
from compute_trends.common.dates import day_numbers, in_period
from compute_trends.fit.selection import (
    compute_column,
    domain_groups,
    is_record,
    of_dataset,
    scale_names,
)
from compute_trends.settings.fit import Domains, Outliers, Trend
from compute_trends.settings.render import Figure
from compute_trends.settings.trends import large_scale


def figure_points(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    figure: Figure,
    outliers: Outliers,
    domains: Domains,
) -> pd.DataFrame:
    """Systems that a figure shows, each with its group, from tables of the parameters' names.

    Returns
    -------
    pandas.DataFrame
        system_id, system, publication_date, flop and group (a key of `style.MARKS`, or a
        domain; ``figure.mark`` says which): the systems of the figure's dataset and period, oldest
        first. Low outliers are left out unless outliers are what is marked.

    Raises
    ------
    ValueError
        If there is none.
    """
    of_figure = of_dataset(scores, figure.dataset, figure.basis)
    of_figure = of_figure[["system_id", "z_score", "low_outlier"]]
    points = of_figure.merge(
        systems_on(systems, figure.basis), on="system_id", validate="one_to_one"
    ).merge(compute, on="system_id", validate="one_to_one")
    points["flop"] = points[compute_column(figure.basis)]
    points["day"] = day_numbers(points["publication_date"])
    inside = in_period(points["day"], figure.period)
    if figure.mark != "outliers":
        inside &= ~points["low_outlier"]
    points["group"] = _groups(points, inside, figure, outliers=outliers, domains=domains)
    # A system without a domain is in no group of domains, as in the paper.
    inside &= points["group"].notna()
    columns = ["system_id", "system", "publication_date", "flop", "group"]
    rows: pd.DataFrame = points.loc[inside, columns]
    if rows.empty:
        raise ValueError(f"figure {figure.name}: no system of its dataset in its period")
    return rows.sort_values(["publication_date", "system_id"])


def _groups(
    points: pd.DataFrame, inside: pd.Series, figure: Figure, *, outliers: Outliers, domains: Domains
) -> pd.Series:
    """Group of each system of a dataset, by what the figure marks."""
    if figure.mark == "none":
        return pd.Series("all", index=points.index)
    if figure.mark == "domain":
        groups = domain_groups(points["domain"], among=inside, least=domains.least)
        return groups.where(inside)
    if figure.mark == "records":
        record = is_record(points.assign(log_flop=np.log10(points["flop"])))
        return record.map({True: "record", False: "no record"})
    scales = scale_names(points, large_scale(outliers, high_z=figure.high_z))
    return scales.mask(points["low_outlier"], "low")


def trend_lines(
    fits: pd.DataFrame,
    members: pd.DataFrame,
    systems: pd.DataFrame,
    *,
    figure: Figure,
    trends: Sequence[Trend],
) -> pd.DataFrame:
    """Lines of the trends that a figure shows.

    Rows of ``fits`` (table ``trends``) in the figure's order, with first_date and last_date (those
    of the first and the last system), and of ``fit.trends`` label and group (its colour).
    """
    systems = systems_on(systems, figure.basis)
    dates = members.merge(systems[["system_id", "publication_date"]], on="system_id")
    ends = dates.groupby(["trend", "basis"])["publication_date"].agg(
        first_date="min", last_date="max"
    )
    of_basis = fits[fits["basis"] == figure.basis].set_index("trend", drop=False)
    by_name = {trend.name: trend for trend in trends}
    in_order = [by_name[name] for name in figure.trends]
    lines: pd.DataFrame = of_basis.loc[figure.trends]
    return lines.join(ends.xs(figure.basis, level="basis")).assign(
        label=[trend.label for trend in in_order],
        group=[trend.domain or ("record" if trend.records else trend.scale) for trend in in_order],
    )
