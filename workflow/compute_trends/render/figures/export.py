"""Figures of exports: today's answer on the newest, growth by vintage, and the outlook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from compute_trends.render.figures.files import Plan, save_drawings
from compute_trends.render.figures.formats import (
    GROWTH_FIGURE,
    GROWTH_TITLE,
    OUTLOOK_FIGURE,
    OUTLOOK_TITLE,
    TODAY_FIGURE,
    today_title,
)
from compute_trends.render.figures.growth import draw_growth
from compute_trends.render.figures.outlook import draw_outlook, shown
from compute_trends.render.figures.today import draw_today, headline_lines
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.render import Era


def draw_exports(
    headlines: pd.DataFrame,
    growth: pd.DataFrame,
    systems: list[pd.DataFrame],
    members: list[pd.DataFrame],
    trends: list[pd.DataFrame],
    forecasts: Sequence[pd.DataFrame],
    *,
    leading: Sequence[ExportFile],
    followed: Sequence[str],
    eras: Sequence[Era],
    named: int,
    paths: list[str],
    fingerprint: str,
) -> pd.DataFrame:
    """Draw today's answer, growth by vintage and the outlook at each width, and write the files.

    Parameters
    ----------
    headlines, growth : pandas.DataFrame
        Tables ``headlines`` and ``growth_by_vintage``.
    systems, members, trends : list of pandas.DataFrame
        Tables ``systems``, ``export_members`` and ``export_trends`` of the leading export, alone.
    forecasts : sequence of pandas.DataFrame
        Tables ``backtest``, ``forecast_scores``, ``forecast_outcomes`` and ``threshold_dates``.
    leading : sequence of ExportFile
        The leading export, alone; none without exports, and then nothing is drawn.
    followed : sequence of str
        ``fit.exports.followed``: trends of a fixed period that are followed over vintages.
    eras, named
        See `today.draw_today`.
    paths, fingerprint
        See `files.save_drawings`, which also says what comes back.
    """
    plans = []
    for export, *tables in zip(leading, systems, members, trends, strict=True):
        of_it, members_of_it, trends_of_it = tables
        lines = headline_lines(headlines, trends_of_it, members_of_it, of_it)
        title = today_title(export.date)
        today = partial(draw_today, of_it, members_of_it, lines, eras=eras, named=named)
        today = partial(today, title=title, vintage=export.date)
        plans.append(Plan(TODAY_FIGURE, title, today))
        by_vintage = partial(draw_growth, headlines, growth, followed=followed)
        plans.append(Plan(GROWTH_FIGURE, GROWTH_TITLE, partial(by_vintage, title=GROWTH_TITLE)))
        outlook = partial(draw_outlook, of_it, shown(forecasts, export.name), vintage=export.date)
        plans.append(Plan(OUTLOOK_FIGURE, OUTLOOK_TITLE, partial(outlook, title=OUTLOOK_TITLE)))
    return save_drawings(plans, paths, fingerprint=fingerprint)
