"""Section ``render`` of config.yaml: what figures and the report show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from compute_trends.common.vocabulary import METHODS
from compute_trends.settings.days import Period
from compute_trends.settings.field_types import (
    Count,
    Maybe,
    Months,
    Name,
    Score,
    Section,
    Text,
    inside,
    one_of,
)
from compute_trends.settings.fit import Fit
from compute_trends.settings.names import unknown
from compute_trends.settings.simulations import Basis

# Nothing that would end an attribute of HTML or a field of BibTeX; no place in the page
ADDRESS = re.compile(r"https?://[^\s#{}<>\"'\\^`|]+")


def _address(text: str) -> str:
    if text and not ADDRESS.fullmatch(text):
        raise ValueError(
            f"{text!r} is no address of a page, such as https://example.org/trends.html"
        )
    return text


Address = Annotated[str, AfterValidator(_address)]
Compared = Annotated[str, one_of("published", "estimated", *METHODS)]


class Era(Section):
    """A span of time that figures shade."""

    name: Name
    label: Text
    period: Period


class Reference(Section):
    """A line of known growth, from the start of the first trend."""

    label: Text
    doubling_time_months: Months = Field(description="months")


class Figure(Section):
    """Systems over time, with lines of trends."""

    name: Name
    title: Text
    dataset: Name
    basis: Basis
    period: Period
    eras: list[Name]
    mark: Literal["none", "scale", "outliers", "records", "domain"]
    label: Literal["none", "marked", "known", "all"] = Field(
        description="whose names are shown; known: marked ones, records, and those of render.known"
    )
    high_z: Maybe[Score] = Field(default=None, description="instead of fit.outliers.high_z")
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

    listed: Count = Field(description="rows of each table of changes")
    named: Count = Field(description="systems that the figure of today names at most")
    eras: list[Name] = Field(description="eras of render.eras that it shades")


class Render(Section):
    """What figures and the report show."""

    address: Address = Field(description="where the report is published; empty where it is not")
    eras: list[Era]
    figures: Annotated[list[Figure], Field(min_length=1)]
    known: list[Text] = Field(description="systems that readers look for first, by name")
    explorer: list[Explorer]
    comparisons: list[Comparison]
    findings: list[Finding]
    exports: ExportViews

    @property
    def eras_of_exports(self) -> list[Era]:
        """Eras that the figure of today shades."""
        return [era for era in self.eras if era.name in self.exports.eras]

    def conflicts_with(self, fit: Fit) -> Iterator[tuple[str, str]]:
        """Yield what does not go together with the trends that are fitted."""
        findings = [finding.trend for finding in self.findings]
        yield from unknown("findings[{}].trend", findings, fit.trends_by_name)
        eras = [era.name for era in self.eras]
        yield from unknown("exports.eras[{}]", self.exports.eras, eras)
        for index, chart in enumerate(self.explorer):
            for key, message in _chart_conflicts(chart, fit):
                yield inside(f"explorer[{index}].lines", key), message
        for index, figure in enumerate(self.figures):
            for key, message in _figure_conflicts(figure, fit, eras):
                yield inside(f"figures[{index}]", key), message


def _figure_conflicts(figure: Figure, fit: Fit, eras: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what a figure names that is not there, or not of its dataset."""
    trends, dataset = fit.trends_by_name, figure.dataset
    yield from unknown("dataset", [dataset], fit.dataset_names)
    yield from unknown("basis", [figure.basis], fit.bases)
    yield from unknown("trends[{}]", figure.trends, trends)
    for index, name in enumerate(figure.trends):
        if name in trends and trends[name].dataset != dataset:
            other = f"is fitted on dataset {trends[name].dataset!r}, the figure shows {dataset!r}"
            yield f"trends[{index}]", f"{name!r} {other}"
    yield from unknown("eras[{}]", figure.eras, eras)


def _chart_conflicts(chart: Explorer, fit: Fit) -> Iterator[tuple[str, str]]:
    """Yield what keeps the lines of a chart from starting as their trends."""
    trends, names = fit.trends_by_name, dict(chart.lines)
    for line, name in names.items():
        yield from unknown(line, [name], trends)
    if not set(names.values()) <= set(trends):
        return
    lines = {line: trends[name] for line, name in names.items()}
    first, last = lines["before"].period, lines["regular"].period
    turn = lines["until"].period.through
    expected = {
        # The chart fits systems that are not rated, too, before deep learning.
        "before": (first.after, first.through, ("all",)),
        "until": (first.through, turn, ("all", "regular")),
        "regular": (turn, last.through, ("regular",)),
        "large": (turn, last.through, ("large",)),
        "since": (first.through, last.through, ("regular",)),
    }
    for line, (after, through, scales) in expected.items():
        trend, dataset = lines[line], lines["before"].dataset
        name = f"trend {trend.name!r}"
        if trend.dataset != dataset:
            yield line, f"{name} is not of the dataset of 'before', {dataset!r}"
        for option in ("domain", "records", "high_z"):
            if getattr(trend, option) is not None:
                yield line, f"{name} has {option!r}, which the chart cannot start with"
        if trend.large_scale_from not in (None, turn):
            yield line, f"{name} marks large-scale systems from another day than {turn}"
        if (trend.period.after, trend.period.through) != (after, through):
            yield line, f"{name} must run after {after} through {through} to join the other lines"
        if trend.scale not in scales:
            yield line, f"{name} has scale {trend.scale!r}, expected {' or '.join(scales)}"
    if (start := fit.outliers.large_scale_from) != turn:
        other = f"large scale begins after {turn}, fit.outliers.large_scale_from is {start}"
        yield "", f"{other}; change both, or leave the chart out with `explorer: []`"
