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
from compute_trends.render.figures.files import Drawing, Plan, save_drawings
from compute_trends.render.figures.growth import draw_growth
from compute_trends.render.figures.outlook import draw_outlook, shown
from compute_trends.render.figures.slowing import draw_slowing
from compute_trends.render.figures.today import draw_today, headline_lines
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.render import Era

Tables = Mapping[str, pd.DataFrame]
FORECASTS = ("backtest", "forecast_scores", "forecast_outcomes", "threshold_dates")
CHOICES = (
    "specifications",
    "specification_options",
    "specification_shares",
    "specification_marks",
)
# Tables of the run that the figures show
SHOWN = (
    "headlines",
    "growth_by_vintage",
    "slowing",
    "drivers",
    "threshold_counts",
    *FORECASTS,
    *CHOICES,
)


def draw_exports(
    tables: Tables,
    systems: list[pd.DataFrame],
    members: list[pd.DataFrame],
    trends: list[pd.DataFrame],
    *,
    leading: Sequence[ExportFile],
    followed: Sequence[str],
    crossed: Sequence[str],
    eras: Sequence[Era],
    named: int,
    paths: list[str],
    fingerprint: str,
) -> pd.DataFrame:
    """Draw the figures of exports at each width, and write the files.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of `SHOWN` by name.
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
    paths, fingerprint
        See `files.save_drawings`, which also says what comes back.
    """
    plans = []
    headlines = tables["headlines"]
    for export, of_it, members_of_it, trends_of_it in zip(
        leading, systems, members, trends, strict=True
    ):
        lines = headline_lines(headlines, trends_of_it, members_of_it, of_it)
        title = formats.today_title(export.date)
        today = partial(draw_today, of_it, members_of_it, lines, eras=eras, named=named)
        plans.append(_plan(formats.TODAY_FIGURE, title, partial(today, vintage=export.date)))
        by_vintage = partial(draw_growth, headlines, tables["growth_by_vintage"])
        by_vintage = partial(by_vintage, followed=followed)
        plans.append(_plan(formats.GROWTH_FIGURE, formats.GROWTH_TITLE, by_vintage))
        titles = dict(zip(headlines["headline_name"], headlines["title"], strict=True))
        hidden = partial(draw_slowing, tables["slowing"], titles)
        plans.append(_plan(formats.SLOWING_FIGURE, formats.SLOWING_TITLE, hidden))
        forecasts = shown([tables[name] for name in FORECASTS], export.name)
        outlook = partial(draw_outlook, of_it, forecasts, vintage=export.date)
        plans.append(_plan(formats.OUTLOOK_FIGURE, formats.OUTLOOK_TITLE, outlook))
        parts = partial(draw_drivers, tables["drivers"], tables["threshold_counts"])
        plans.append(_plan(formats.DRIVERS_FIGURE, formats.DRIVERS_TITLE, parts))
        plans += _choices_plans(tables, crossed)
    return save_drawings(plans, paths, fingerprint=fingerprint)


def _plan(name: str, title: str, draw: partial[Drawing]) -> Plan:
    """A figure that shows its title."""
    return Plan(name, title, partial(draw, title=title))


def _choices_plans(tables: Tables, crossed: Sequence[str]) -> Iterator[Plan]:
    """Figures of the specifications of headlines."""
    headlines, own = tables["headlines"], [tables[name] for name in CHOICES]
    leading = headlines[headlines["leads"] & headlines["headline_name"].isin(crossed)]
    for headline in records(leading):
        title, name = formats.choices_title(headline["title"]), headline["headline_name"]
        content = choices_content(*own, headline=headline)
        yield _plan(formats.choices_figure(name), title, partial(draw_choices, content))
