"""Figures of the report: their numbers, descriptions and files."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

import pandas as pd

from compute_trends.common.dates import day_numbers, in_period
from compute_trends.common.numbers import fixed
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import DRIVER_WORDS, FORECAST_SHORT, NOT_RATED, TASK_UNITS
from compute_trends.render.figures.formats import (
    DRIVERS_FIGURE,
    DRIVERS_TITLE,
    ERAS_FIGURE,
    ERAS_TITLE,
    GROWTH_FIGURE,
    GROWTH_TITLE,
    INFERENCE_FIGURE,
    INFERENCE_TITLE,
    OUTLOOK_FIGURE,
    OUTLOOK_TITLE,
    SLOWING_FIGURE,
    SLOWING_TITLE,
    TODAY_FIGURE,
    UTILIZATION_FIGURE,
    UTILIZATION_TITLE,
    choices_figure,
    choices_title,
    today_title,
)
from compute_trends.render.look_ups import (
    crossed_headlines,
    grouped,
    inference_lines,
    of_lead,
    rows_by,
    table_or_empty,
    trend_labels,
    trends_on,
)
from compute_trends.render.page import data_uri, saved_file
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.wording import growth, interval, spanned
from compute_trends.settings.clean import leading_export
from compute_trends.settings.render import Figure
from compute_trends.settings.trends import large_scale

# Kinds of large figures, whose PNG and PDF the page does not hold
NOT_SAVED = ("choices", "analysis")
QUANTILES = "specification_quantiles"
OF_PAPER = re.compile(r"figure([1-8])")


def report_figures(inputs: ReportInputs, images: Mapping[str, bytes]) -> dict[str, Record]:
    """Figures by name, in the order of the config.

    Parameters
    ----------
    inputs : ReportInputs
        With `report_inputs.PAGE_TABLES`, and with exports ``headlines`` and
        ``specification_quantiles``.
    images : mapping of str to bytes
        See `report_inputs.ReportFiles`.

    Returns
    -------
    dict of str to dict
        ``kind`` (chart, comparison, export, analysis or choices), ``title``, ``number`` (that of
        the paper, or None: the page counts the others as they come),
        ``description`` for those who cannot see it, ``source`` and ``column`` (data URIs),
        ``files`` (see `page.saved_file`; none of the kinds `NOT_SAVED`); of a chart also what its
        caption says.
    """
    figures = {}
    for name, record in itertools.chain(*(make(inputs) for make in FIGURES)):
        of_paper = OF_PAPER.fullmatch(name)
        figures[name] = record | {
            "number": int(of_paper[1]) if of_paper else None,
            "source": data_uri(f"{name}.svg", images[f"{name}.svg"]),
            "column": data_uri(f"{name}_column.svg", images[f"{name}_column.svg"]),
            "files": [
                saved_file(file, images[file])
                for file in (f"{name}.png", f"{name}.pdf")
                if record["kind"] not in NOT_SAVED
            ],
        }
    return figures


def _charts(inputs: ReportInputs) -> Iterator[tuple[str, Record]]:
    """Yield figures of systems over time."""
    outliers, labels = inputs.settings.fit.outliers, trend_labels(inputs.settings)
    scores = inputs.tables["scores"]
    drawings = rows_by(inputs.tables, "drawings", "figure", "width")
    for figure in inputs.settings.render.figures:
        of_figure = (scores["dataset"] == figure.dataset) & (scores["basis"] == figure.basis)
        trends = trends_on(figure.basis, inputs.tables)
        chart = {
            "kind": "chart",
            "title": figure.title,
            "settings": figure,
            "outliers": outliers,
            "high_z": large_scale(outliers, high_z=figure.high_z).high_z,
            "n_dataset": int(of_figure.sum()),
            "n_low": int(scores.loc[of_figure, "low_outlier"].sum()),
            "n_unrated": _unrated(scores[of_figure], inputs.tables["systems"], figure),
            "drawing": drawings[figure.name, "full"],
            "lines": [trends[trend] | {"label": labels[trend]} for trend in figure.trends],
        }
        yield figure.name, chart | {"description": _chart_in_words(chart)}


def _unrated(scores: pd.DataFrame, systems: pd.DataFrame, figure: Figure) -> int:
    """How many systems of a figure's period are not rated."""
    unrated = set(scores.loc[scores["scale"] == NOT_RATED, "system_id"])
    dates = systems.loc[systems["system_id"].isin(unrated), "publication_date"]
    return int(in_period(day_numbers(dates), figure.period).sum())


def _chart_in_words(chart: Record) -> str:
    """What a figure of systems over time shows, for those who cannot see it."""
    lines = [
        f"{line['label']}, {line['n']} systems: {growth(line)}, "
        f"90 % interval {interval(line, 'doubling_time_months')}, from "
        f"{line['start_flop']:.1e} to {line['end_flop']:.1e} FLOP."
        for line in chart["lines"]
    ]
    figure: Figure = chart["settings"]
    n = chart["n_dataset"] - (0 if figure.mark == "outliers" else chart["n_low"])
    head = (
        f"{figure.title}: training compute in FLOP on a logarithmic axis against publication "
        f"date, for systems of a dataset of {n}, after {figure.period.after}."
    )
    return " ".join([head, *lines])


def _comparisons(inputs: ReportInputs) -> Iterator[tuple[str, Record]]:
    """Yield figures of two values of each system, and of the utilization that they imply."""
    factor = inputs.settings.estimate.disagreements.factor
    for comparison in inputs.settings.render.comparisons:
        title = comparison.title
        description = (
            f"{title}: a scatter plot on two logarithmic axes, with a band of a "
            f"factor of {factor} around the diagonal."
        )
        yield comparison.name, {"kind": "comparison", "title": title, "description": description}
    description = (
        f"{UTILIZATION_TITLE}: a scatter plot on two logarithmic axes against what the chips "
        "could do at most, with the line that is taken where none is stated, and its band."
    )
    title = UTILIZATION_TITLE
    yield UTILIZATION_FIGURE, {"kind": "analysis", "title": title, "description": description}


def _eras(inputs: ReportInputs) -> Iterator[tuple[str, Record]]:
    """Yield the figure of the lines with breaks."""
    lead = inputs.settings.fit.eras.lead
    breaks = [
        f"{row['breaks']} break{'s' if row['breaks'] > 1 else ''}: "
        + ", ".join(
            f"{row[f'break_{number}']:%B %Y} (90 % interval "
            f"{row[f'break_{number}_ci90_low']:%B %Y} to {row[f'break_{number}_ci90_high']:%B %Y})"
            for number in range(1, row["breaks"] + 1)
        )
        for row in records(of_lead(inputs.tables["eras"], lead))
        if row["breaks"] in (1, 2)
    ]
    description = (
        f"{ERAS_TITLE}: training compute in FLOP on a logarithmic axis against publication date, "
        f"dataset {lead.dataset}. {'; '.join(breaks)}."
    )
    yield ERAS_FIGURE, {"kind": "analysis", "title": ERAS_TITLE, "description": description}


def _exports(inputs: ReportInputs) -> Iterator[tuple[str, Record]]:
    """Yield the figures of exports; none without exports."""
    export = leading_export(inputs.settings.clean.exports)
    if export is None:
        return
    rows = [row for row in records(inputs.tables["headlines"]) if row["growth_per_year"]]
    lines = [
        f"{row['title']}, {row['n']} models: {growth(row)}, 90 % interval "
        f"{interval(row, 'doubling_time_months')}."
        for row in rows
        if row["leads"]
    ]
    title = today_title(export.date)
    axes = "training compute in FLOP on a logarithmic axis against publication date"
    description = " ".join([f"{title}: {axes}.", *lines])
    yield TODAY_FIGURE, {"kind": "export", "title": title, "description": description}
    axes = "growth per year as a factor on an axis against the date of the data"
    lines = [
        f"{title}: " + ", ".join(f"{fixed(row['growth_per_year'])} ({row['export']})" for row in of)
        for title, of in grouped(rows, "title").items()
    ]
    description = f"{GROWTH_TITLE}: {axes}. {'; '.join(lines)}."
    yield GROWTH_FIGURE, {"kind": "analysis", "title": GROWTH_TITLE, "description": description}
    axes = (
        "growth per year as a factor on a logarithmic axis against the date since which it is "
        "taken, for notable models and the frontier"
    )
    description = (
        f"{SLOWING_TITLE} {axes}: of known models, in scenarios, and all that is possible when "
        "models without a known compute have any in a range. The table below has the numbers."
    )
    yield SLOWING_FIGURE, {"kind": "analysis", "title": SLOWING_TITLE, "description": description}
    yield OUTLOOK_FIGURE, _outlook(inputs, export.name)


def _outlook(inputs: ReportInputs, export: str) -> Record:
    """The figure of the outlook, with the dates that it shows."""
    dates = table_or_empty(inputs.tables, "threshold_dates")
    own = dates[(dates["export"] == export) & dates["expected_q05"].notna()]
    lines = [
        f"{row['threshold_flop']:.0e} FLOP, {FORECAST_SHORT[row['method']]}: "
        f"{_month(row['expected_q50'])} (90 % interval {_month(row['expected_q05'])} to "
        f"{_month(row['expected_q95'])})."
        for row in records(own)
    ]
    axes = (
        "the most training compute of any model so far, in FLOP on a logarithmic axis against "
        "dates, with intervals of forecasts of it, of now and of earlier years; and dates on "
        "which thresholds are expected to be crossed"
    )
    description = " ".join([f"{OUTLOOK_TITLE}: {axes}.", *lines])
    return {"kind": "analysis", "title": OUTLOOK_TITLE, "description": description}


def _month(day: pd.Timestamp | None) -> str:
    """Month of an expected date."""
    return "later than is drawn" if day is None else f"{day:%B %Y}"


def _choices(inputs: ReportInputs) -> Iterator[tuple[str, Record]]:
    """Yield the figure of the specifications of each headline; none without exports."""
    crossed = crossed_headlines(inputs.settings)
    quantiles = rows_by(inputs.tables, QUANTILES, "headline_name", "curve") if crossed else {}
    for headline in crossed:
        title = choices_title(headline.title)
        every = quantiles.get((headline.name, "all"))
        ends = spanned(every) if every and every["with_number"] else "no number"
        description = (
            f"{title}: growth per year on a logarithmic axis against the place of each "
            f"specification, from the slowest to the fastest; 90 % of them have {ends}. Below, "
            "strips show along this curve which specifications take each option; the tables "
            "beside it hold the numbers."
        )
        record = {"kind": "choices", "title": title, "description": description}
        yield choices_figure(headline.name), record


def _drivers(inputs: ReportInputs) -> Iterator[tuple[str, Record]]:
    """Yield the figure of what growth is made of; none without exports."""
    if "drivers" not in inputs.tables:
        return
    rows = records(inputs.tables["drivers"].query("missing_utilization == 'implied'"))
    for row in rows:
        row["sample"] = f"{row['population']}, {row['window']}".replace("_", " ")
    lines = [
        f"{sample}, {of[0]['n']} models: "
        + ", ".join(
            f"{DRIVER_WORDS[row['driver']]} {fixed(row['growth_per_year'], 2)}"
            for row in of
            if row["growth_per_year"] is not None
        )
        for sample, of in grouped(rows, "sample").items()
    ]
    description = (
        f"{DRIVERS_TITLE}: stacked bars of growth in orders of magnitude per year, and numbers of "
        f"models on an axis against the year. Growth per year as a factor: {'; '.join(lines)}."
    )
    yield DRIVERS_FIGURE, {"kind": "analysis", "title": DRIVERS_TITLE, "description": description}


def _inference(inputs: ReportInputs) -> Iterator[tuple[str, Record]]:
    """Yield the figure of the compute of one image and of one token."""
    trends = table_or_empty(inputs.tables, "inference_trends")
    lines = [
        f"{line['label']}, {line['n']} models: {growth(line)}, 90 % interval "
        f"{interval(line, 'doubling_time_months')}."
        for task in TASK_UNITS
        for line in inference_lines(trends, task)
    ]
    axes = (
        "FLOP of one image and, beside it, of one token, on a logarithmic axis against publication "
        "date; image classifiers shaded by accuracy"
    )
    description = " ".join([f"{INFERENCE_TITLE}: {axes}.", *lines])
    title = INFERENCE_TITLE
    yield INFERENCE_FIGURE, {"kind": "analysis", "title": title, "description": description}


FIGURES = (_charts, _comparisons, _eras, _exports, _drivers, _inference, _choices)
