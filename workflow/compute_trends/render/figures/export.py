"""Figures of exports: what the newest answers, what it hides, and what may come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pandas as pd

from compute_trends.common.records import records
from compute_trends.render.figures import formats
from compute_trends.render.figures.choices import draw_choices
from compute_trends.render.figures.choices_content import choices_content
from compute_trends.render.figures.drivers import draw_drivers
from compute_trends.render.figures.files import Drawing, Plan
from compute_trends.render.figures.growth import draw_growth
from compute_trends.render.figures.outlook import draw_outlook, shown
from compute_trends.render.figures.slowing import draw_slowing
from compute_trends.render.figures.today import draw_today, headline_lines
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.render import Era

Tables = Mapping[str, pd.DataFrame]


def export_plans(
    tables: Mapping[str, list[pd.DataFrame]],
    systems: list[pd.DataFrame],
    members: list[pd.DataFrame],
    trends: list[pd.DataFrame],
    *,
    leading: Sequence[ExportFile],
    followed: Sequence[str],
    crossed: Sequence[str],
    eras: Sequence[Era],
    named: int,
) -> list[Plan]:
    """The figures of exports, to be drawn.

    Parameters
    ----------
    tables : mapping of str to list of pandas.DataFrame
        Tables of `formats.SHOWN` by name, each alone.
    systems, members, trends : list of pandas.DataFrame
        Tables ``systems``, ``export_members`` and ``export_trends`` of the leading export, alone.
    leading : sequence of ExportFile
        The leading export, alone; none without exports, and then nothing is drawn.
    followed : sequence of str
        ``fit.exports.followed``: trends of a fixed period that are followed over vintages.
    crossed : sequence of str
        ``fit.crossed``: headlines whose specifications are drawn.
    eras, named
        See `today.draw_today`.
    """
    plans = []
    for export, of_it, members_of_it, trends_of_it in zip(
        leading, systems, members, trends, strict=True
    ):
        own = {name: table for name, (table,) in tables.items()}
        headlines, day = own["headlines"], export.date
        lines = headline_lines(headlines, trends_of_it, members_of_it, of_it)
        today = partial(draw_today, of_it, members_of_it, lines, eras=eras, named=named)
        today = partial(today, vintage=day)
        plans.append(_plan(formats.TODAY_FIGURE, formats.today_title(day), today))
        by_vintage = partial(draw_growth, headlines, own["growth_by_vintage"], followed=followed)
        plans.append(_plan(formats.GROWTH_FIGURE, formats.GROWTH_TITLE, by_vintage))
        titles = dict(zip(headlines["headline_name"], headlines["title"], strict=True))
        hidden = partial(draw_slowing, own["slowing"], titles)
        plans.append(_plan(formats.SLOWING_FIGURE, formats.SLOWING_TITLE, hidden))
        forecasts = shown([own[name] for name in formats.FORECASTS], export.name)
        outlook = partial(draw_outlook, of_it, forecasts, vintage=day)
        plans.append(_plan(formats.OUTLOOK_FIGURE, formats.OUTLOOK_TITLE, outlook))
        parts = partial(draw_drivers, own["drivers"], own["threshold_counts"])
        plans.append(_plan(formats.DRIVERS_FIGURE, formats.DRIVERS_TITLE, parts))
        plans += _choices_plans(own, crossed)
    return plans


def _plan(name: str, title: str, draw: partial[Drawing]) -> Plan:
    """A figure that shows its title."""
    return Plan(name, title, partial(draw, title=title))


def _choices_plans(tables: Tables, crossed: Sequence[str]) -> Iterator[Plan]:
    """Figures of the specifications of headlines."""
    headlines, own = tables["headlines"], [tables[name] for name in formats.CHOICES]
    leading = headlines[headlines["leads"] & headlines["headline_name"].isin(crossed)]
    for headline in records(leading):
        title, name = formats.choices_title(headline["title"]), headline["headline_name"]
        content = choices_content(*own, headline=headline)
        yield _plan(formats.choices_figure(name), title, partial(draw_choices, content))
