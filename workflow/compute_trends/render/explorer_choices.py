"""What readers of the page may choose between: systems, lines through them, boundaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from compute_trends.common.dates import day_number
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import LINE_WORDS
from compute_trends.fit.export import VintageTrend, trends_of
from compute_trends.fit.trend_numbers import VALUE_AND_ENDS
from compute_trends.render.attribution import MODELS_WORDS
from compute_trends.render.rule_words import frontier_name
from compute_trends.render.wording import first_year
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.export_rules import ExportTrend
from compute_trends.settings.fit import ExportFits, Outliers, Trend, continued
from compute_trends.settings.render import Explorer
from compute_trends.settings.trends import ResolvedTrend, resolve

# Names of the boundaries that readers move
DEEP, LARGE, FRONTIER = "deep_learning", "large_scale", "frontier"
# Boundaries that lines of the paper's eras lie between; None is an end of the whole period.
ERAS = {
    "large": (LARGE, None),
    "regular": (LARGE, None),
    "until": (DEEP, LARGE),
    "since": (DEEP, None),
    "before": (None, DEEP),
}
# Lines without which eras are not offered
NEEDED = {"before", "until", "regular", "large"}
NUMBERS = [
    f"{name}{end}" for name in ("growth_per_year", "doubling_time_months") for end in VALUE_AND_ENDS
]


class Line(NamedTuple):
    """A line to start with: its name in `LINE_WORDS`, its trend and numbers, and its boundaries."""

    name: str
    words: str
    trend: Trend | ExportTrend
    resolved: ResolvedTrend
    rows: Mapping[str, Record]
    between: tuple[str | None, str | None]

    def as_record(self, starts: Mapping[str, int]) -> Record:
        """The line as the page takes it; days where no boundary is moved."""
        ends = zip(self.between, self.resolved.days, strict=True)
        after, through = (name if starts.get(name or "") == day else day for name, day in ends)
        rule = self.trend if isinstance(self.trend, ExportTrend) else None
        by_score = rule is not None and rule.frontier == "z_score"
        large = self.resolved.large_scale_day
        return {
            "line": self.name,
            "words": self.words,
            "trend": self.trend.name,
            "period": self.resolved.period.text,
            "after": after,
            "through": through,
            "scale": "large" if by_score else self.trend.scale,
            "top": None if rule is None else rule.top,
            "keeps_low": rule is not None and bool(rule.frontier or rule.low_outliers == "keep"),
            "marked_after": LARGE if starts.get(LARGE) == large else large,
            "numbers": {basis: _numbers(row) for basis, row in self.rows.items()},
        }


def _numbers(row: Record) -> Record:
    """Numbers of a trend as the run has them; infinity as a text that scripts read as one."""
    values = {name: row[name] for name in NUMBERS}
    finite = {
        name: "Infinity" if value == float("inf") else value for name, value in values.items()
    }
    return {"n": row["n"], "r2": row["r2"], "note": row["note"], **finite}


def _choice(
    name: str,
    label: str,
    pool: str,
    lines: Sequence[Line],
    starts: dict[str, int],
    since: int | None,
) -> Record:
    """Systems to choose, with their lines and where the boundaries start."""
    days = [day for line in lines for day in line.resolved.days]
    scored = [line.resolved.high_z for line in lines if line.trend.scale != "all"]
    return {
        "name": name,
        "label": label,
        "pool": pool,
        "period": [min(days), max(days)],
        # First year that the chart shows at first; all where there is none
        "since": since,
        "bases": list(lines[0].rows),
        "boundaries": starts,
        "high_z": scored[0] if scored else None,
        "lines": [line.as_record(starts) for line in lines],
    }


def paper_choices(
    explorer: Sequence[Explorer],
    trends: Sequence[Trend],
    table: pd.DataFrame,
    *,
    outliers: Outliers,
) -> list[Record]:
    """Datasets of the paper with the lines of its eras.

    ``table`` is ``trends``; the other parameters are settings of these names.

    Returns
    -------
    list of dict
        ``name``, ``label``, ``pool`` (dataset), ``period`` (day numbers: last before, last),
        ``since``, ``bases``, ``boundaries`` (day number of each, its last day before),
        ``high_z`` and ``lines`` (see `Line.as_record`).
    """
    by_name = {trend.name: trend for trend in trends}
    choices = []
    for choice in explorer:
        names = {line: by_name[trend] for line, trend in dict(choice.lines).items()}
        lines = [
            _era_line(
                line, names[line], resolve(names[line], outliers), _by_basis(table, names[line])
            )
            for line in ERAS
        ]
        dataset = names["before"].dataset
        choices.append(_choice(dataset, choice.label, dataset, lines, _era_starts(lines), None))
    return choices


def export_choices(
    export: ExportFile,
    table: pd.DataFrame,
    *,
    explorer: Sequence[Explorer],
    trends: Sequence[Trend],
    fits: ExportFits,
    outliers: Outliers,
) -> list[Record]:
    """Systems of an export, with the lines of its headlines and with those of the paper's eras.

    ``table`` is ``export_trends`` of the export; see `paper_choices` for the rest. What the page
    cannot fit anew (a flag of the export, a domain, systems left out) is not offered, nor is a
    trend without numbers.
    """
    rows = {row["trend"]: row for row in records(table) if row["growth_per_year"] is not None}
    fitted = {one.trend.name: one for one in trends_of(export, fits, trends, outliers)}
    there = {name: one for name, one in fitted.items() if name in rows}
    words = MODELS_WORDS[export.models].capitalize()
    label = f"{words} as of {export.date}"
    choices = []
    lines = list(_headline_lines(fits, there, rows, f"All {MODELS_WORDS[export.models]}"))
    if {line.name for line in lines} - {"before"}:
        starts = _headline_starts(lines)
        since = min(
            first_year(line.resolved.period.text) for line in lines if line.name != "before"
        )
        choices.append(_choice("today", label, export.name, lines, starts, since))
    for choice in explorer:
        named = {line: _continued(trend, there) for line, trend in dict(choice.lines).items()}
        own = [
            _era_line(line, one.trend, one.resolved, {"published": rows[one.trend.name]})
            for line in ERAS
            if (one := named[line]) is not None
        ]
        if {line.name for line in own} >= NEEDED:
            text = f"{label}, in the paper's eras"
            choices.append(_choice("today_eras", text, export.name, own, _era_starts(own), None))
            break
    return choices


def _continued(name: str, there: Mapping[str, VintageTrend]) -> VintageTrend | None:
    """A trend of the paper on an export, up to its vintage where it is continued."""
    return there.get(continued(name), there.get(name))


def _by_basis(table: pd.DataFrame, trend: Trend) -> dict[str, Record]:
    return {row["basis"]: row for row in records(table[table["trend"] == trend.name])}


def _era_line(
    name: str, trend: Trend | ExportTrend, resolved: ResolvedTrend, rows: Mapping[str, Record]
) -> Line:
    return Line(name, LINE_WORDS[name], trend, resolved, rows, ERAS[name])


def _era_starts(lines: Sequence[Line]) -> dict[str, int]:
    """Where the boundaries of eras are: the last days before deep learning and large scale."""
    [until] = (line.resolved.period for line in lines if line.name == "until")
    return {DEEP: day_number(until.after), LARGE: day_number(until.through)}


def _headline_lines(
    fits: ExportFits,
    there: Mapping[str, VintageTrend],
    rows: Mapping[str, Record],
    everything: str,
) -> Iterator[Line]:
    """Lines of the headlines, one of each kind: the frontier, all systems, those before."""
    kinds: dict[str, Line] = {}
    for headline in fits.headlines:
        one = there.get(headline.trend)
        if one is None or not isinstance(one.trend, ExportTrend):
            continue
        trend, row = one.trend, {"published": rows[headline.trend]}
        if trend.domain or trend.without or trend.frontier == "flag":
            continue
        if trend.frontier is not None:
            line = Line("frontier", frontier_name(trend.frontier), *one, row, (FRONTIER, None))
            kinds.setdefault("frontier", line)
        elif one.resolved.fixed:
            kinds.setdefault(
                "before", Line("before", LINE_WORDS["before"], *one, row, (None, DEEP))
            )
        else:
            kinds.setdefault("all", Line("all", everything, *one, row, (DEEP, None)))
    yield from (kinds[kind] for kind in ("frontier", "all", "before") if kind in kinds)


def _headline_starts(lines: Sequence[Line]) -> dict[str, int]:
    """Where the boundaries of the lines of headlines are."""
    starts: dict[str, int] = {}
    for line in lines:
        after, through = line.resolved.days
        starts |= {FRONTIER: after} if line.name == "frontier" else {}
        starts |= {DEEP: after} if line.name == "all" else {}
        starts |= {DEEP: through} if line.name == "before" and DEEP not in starts else {}
    return starts
