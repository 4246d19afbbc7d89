"""Section ``render`` of config.yaml: what figures and the report show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.common.vocabulary import METHODS
from compute_trends.settings.days import Period
from compute_trends.settings.field_types import (
    Count,
    Maybe,
    Name,
    Number,
    OneOf,
    Positive,
    Section,
    Text,
    Unique,
)
from compute_trends.settings.fit import Basis, Fit, Trend, unknown

Compared = Annotated[str, OneOf("published", "estimated", *METHODS)]


class Era(Section):
    """A span of time that figures shade."""

    name: Name
    label: Text
    period: Period


class Reference(Section):
    """A line of known growth, from the start of the first trend."""

    label: Text
    doubling_time_months: Positive = Field(description="months")


class Figure(Section):
    """Systems over time, with lines of trends."""

    name: Name
    title: Text
    dataset: Name
    basis: Basis
    period: Period
    eras: list[Name]
    mark: Literal["none", "scale", "outliers", "records", "domain"]
    label: Literal["none", "all", "marked"] = Field(description="whose names are shown")
    high_z: Maybe[Number] = Field(default=None, description="instead of fit.outliers.high_z")
    reference: Maybe[Reference] = None
    trends: list[Name]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if the reference has no trend to start with."""
        if self.reference is not None and not self.trends:
            yield "reference", "starts with the first of 'trends', but there is none"


class Lines(Section):
    """Trends that the lines of the chart in the page start as."""

    before: Name = Field(description="before deep learning")
    until: Name = Field(description="deep learning, until large scale begins")
    regular: Name = Field(description="regular-scale systems since then")
    large: Name = Field(description="large-scale systems since then")
    since: Name = Field(description="regular-scale systems since deep learning")


class Explorer(Section):
    """Systems that can be chosen in the chart whose boundaries readers move."""

    label: Text
    lines: Lines


class Comparison(Section):
    """Two values of each system against each other."""

    name: Name
    title: Text
    x: Compared
    y: Compared


class Finding(Section):
    """A sentence of the report, made from the numbers of a trend."""

    title: Text
    trend: Name


class ExportViews(Section):
    """What the report shows of exports."""

    headlines: Annotated[Unique[Name], Field(min_length=1)] = Field(
        description="trends with a sentence and a place in the figure of growth by vintage"
    )
    listed: Count = Field(description="rows of each table of changes")


class Render(Section):
    """What figures and the report show."""

    eras: list[Era]
    figures: Annotated[list[Figure], Field(min_length=1)]
    explorer: list[Explorer]
    comparisons: list[Comparison]
    findings: list[Finding]
    exports: ExportViews

    def conflicts_with(self, fit: Fit) -> Iterator[tuple[str, str]]:
        """Yield what does not go together with the trends that are fitted."""
        for index, finding in enumerate(self.findings):
            place = f"findings[{index}].trend"
            yield from unknown(place, finding.trend, list(fit.trends_by_name))
        for index, name in enumerate(self.exports.headlines):
            yield from unknown(f"exports.headlines[{index}]", name, fit.exports.names)
        for index, chart in enumerate(self.explorer):
            yield from _chart_conflicts(chart, fit, f"explorer[{index}].lines")
        eras = [era.name for era in self.eras]
        for index, figure in enumerate(self.figures):
            yield from _figure_conflicts(figure, fit, eras, f"figures[{index}]")


def _figure_conflicts(
    figure: Figure, fit: Fit, eras: list[str], place: str
) -> Iterator[tuple[str, str]]:
    """Yield what a figure names that is not there, or not of its dataset."""
    trends = fit.trends_by_name
    yield from unknown(f"{place}.dataset", figure.dataset, fit.dataset_names)
    yield from unknown(f"{place}.basis", figure.basis, fit.bases)
    for position, name in enumerate(figure.trends):
        key = f"{place}.trends[{position}]"
        yield from unknown(key, name, list(trends))
        if name in trends and trends[name].dataset != figure.dataset:
            yield (
                key,
                f"{name!r} is fitted on dataset {trends[name].dataset!r}, "
                f"the figure shows {figure.dataset!r}",
            )
    for position, name in enumerate(figure.eras):
        yield from unknown(f"{place}.eras[{position}]", name, eras)


def _chart_conflicts(chart: Explorer, fit: Fit, place: str) -> Iterator[tuple[str, str]]:
    """Yield what keeps the lines of a chart from starting as their trends."""
    trends = fit.trends_by_name
    missing = [
        conflict
        for line, name in chart.lines
        for conflict in unknown(f"{place}.{line}", name, list(trends))
    ]
    yield from missing
    if missing:
        return
    lines = {line: trends[name] for line, name in chart.lines}
    first, last = lines["before"].period, lines["regular"].period
    turn = lines["until"].period.through
    expected = {
        "before": (first.after, first.through, ("all", "regular")),
        "until": (first.through, turn, ("all", "regular")),
        "regular": (turn, last.through, ("regular",)),
        "large": (turn, last.through, ("large",)),
        "since": (first.through, last.through, ("regular",)),
    }
    for line, (after, through, scales) in expected.items():
        trend, key = lines[line], f"{place}.{line}"
        for message in _line_conflicts(trend, lines["before"].dataset, turn):
            yield key, message
        if (trend.period.after, trend.period.through) != (after, through):
            yield (
                key,
                f"trend {trend.name!r} must run after {after} through {through} to join the other "
                "lines",
            )
        if trend.scale not in scales:
            expectation = " or ".join(scales)
            yield key, f"trend {trend.name!r} has scale {trend.scale!r}, expected {expectation}"
    if fit.outliers.large_scale_from != turn:
        yield (
            place,
            f"large scale begins after {turn}, "
            f"fit.outliers.large_scale_from is {fit.outliers.large_scale_from}; "
            "change both, or leave the chart out with `explorer: []`",
        )


def _line_conflicts(trend: Trend, dataset: str, turn: str) -> Iterator[str]:
    """Yield what no line of a chart may have that is of a dataset and turns at a day."""
    name = f"trend {trend.name!r}"
    if trend.dataset != dataset:
        yield f"{name} is not of the dataset of 'before', {dataset!r}"
    for option in ("domain", "records", "high_z"):
        if getattr(trend, option) is not None:
            yield f"{name} has {option!r}, which the chart cannot start with"
    if trend.large_scale_from not in (None, turn):
        yield f"{name} marks large-scale systems from another day than {turn}"
