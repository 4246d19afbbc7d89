"""Figures of exports: today's answer on the newest, growth by vintage, growth by choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pandas as pd

from compute_trends.common.records import records
from compute_trends.render.figures.choices import draw_choices
from compute_trends.render.figures.choices_content import choices_content
from compute_trends.render.figures.files import Plan, save_drawings
from compute_trends.render.figures.formats import (
    GROWTH_FIGURE,
    GROWTH_TITLE,
    TODAY_FIGURE,
    choices_figure,
    choices_title,
    today_title,
)
from compute_trends.render.figures.growth import draw_growth
from compute_trends.render.figures.today import draw_today, headline_lines
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.render import Era


def draw_exports(
    headlines: pd.DataFrame,
    growth: pd.DataFrame,
    systems: list[pd.DataFrame],
    members: list[pd.DataFrame],
    trends: list[pd.DataFrame],
    crossed_tables: Sequence[pd.DataFrame],
    *,
    leading: Sequence[ExportFile],
    followed: Sequence[str],
    crossed: Sequence[str],
    eras: Sequence[Era],
    named: int,
    paths: list[str],
    fingerprint: str,
) -> pd.DataFrame:
    """Draw today's answer, growth by vintage and by choice at each width, and write the files.

    Parameters
    ----------
    headlines, growth : pandas.DataFrame
        Tables ``headlines`` and ``growth_by_vintage``.
    systems, members, trends : list of pandas.DataFrame
        Tables ``systems``, ``export_members`` and ``export_trends`` of the leading export, alone.
    crossed_tables : sequence of pandas.DataFrame
        Tables ``specifications``, ``specification_options``, ``specification_shares`` and
        ``specification_marks``.
    leading : sequence of ExportFile
        The leading export, alone; none without exports, and then nothing is drawn.
    followed : sequence of str
        ``fit.exports.followed``: trends of a fixed period that are followed over vintages.
    crossed : sequence of str
        ``fit.crossed``: headlines whose specifications are drawn.
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
        plans += _choices_plans(headlines, crossed_tables, crossed)
    return save_drawings(plans, paths, fingerprint=fingerprint)


def _choices_plans(
    headlines: pd.DataFrame, tables: Sequence[pd.DataFrame], crossed: Sequence[str]
) -> Iterator[Plan]:
    """Figures of the specifications of headlines."""
    leading = headlines[headlines["leads"] & headlines["headline_name"].isin(crossed)]
    for headline in records(leading):
        title = choices_title(headline["title"])
        draw = partial(draw_choices, choices_content(*tables, headline=headline), title=title)
        yield Plan(choices_figure(headline["headline_name"]), title, draw)
