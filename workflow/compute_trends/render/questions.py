"""The six questions that the report answers first: of each its numbers and a small picture.

Each function gives None where the run has nothing to answer with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import STATEMENT_WORDS
from compute_trends.render.look_ups import of_lead, rows_by, trends_on
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections import outlook, slowing, what_holds
from compute_trends.render.sections.today import compared, leading_cards
from compute_trends.render.small_pictures import Whisker, shares, whiskers
from compute_trends.settings.clean import leading_export

GROWTH = "growth_per_year"
# Axis of growth per year: the first and the last tick are its ends.
GROWTH_TICKS = (1.0, 2.0, 3.0, 5.0, 10.0)
WIDE_TICKS = (0.5, 1.0, 2.0, 5.0, 10.0, 50.0)
# Verdicts on a statement that say that it stands
HOLDING = ("established", "consistent")


def how_fast(inputs: ReportInputs) -> Record | None:
    """Growth of the headlines; without exports, of the findings of the paper's data."""
    cards = [
        card for card in leading_cards(inputs.tables, inputs.settings) if card["grows"] is not None
    ]
    today = bool(cards)
    cards = cards or _findings(inputs)
    if not cards:
        return None
    first, frontiers = cards[0], [card for card in cards[1:] if card["frontier"]]
    rows = [_growth_whisker(card["title"], card) for card in cards]
    picture = whiskers(rows, _factors(GROWTH_TICKS), title=_told(cards), logarithmic=True)
    both = compared(first, frontiers[0]) if frontiers else None
    return {
        "cards": cards,
        "first": first,
        "frontier": frontiers[0] if frontiers else None,
        "today": today,
        "verdict": both["verdict"] if both else None,
        "picture": picture,
    }


def _findings(inputs: ReportInputs) -> list[Record]:
    """Findings of the paper's data, as cards, the newest first."""
    trends = trends_on("published", inputs.tables)
    return [
        trends[finding.trend] | {"title": finding.title, "frontier": False, "selection": None}
        for finding in reversed(inputs.settings.render.findings)
    ]


def how_sure(inputs: ReportInputs) -> Record | None:
    """What other defensible choices make of the headlines that are crossed."""
    if "specification_quantiles" not in inputs.tables:
        return None
    curves = rows_by(inputs.tables, "specification_quantiles", "headline_name", "curve")
    found: list[Record] = []
    for card in leading_cards(inputs.tables, inputs.settings):
        mild = curves.get((card["headline_name"], "without_strong"))
        every = curves.get((card["headline_name"], "all"))
        curve = mild if mild and mild["with_number"] else every
        if card["grows"] is not None and curve and curve["with_number"]:
            found.append({"card": card, "curve": curve, "times": _times(curve)})
    if not found:
        return None
    rows = []
    for one in found:
        low, high = (one["curve"][f"{GROWTH}_q{level}"] for level in ("05", "95"))
        rows.append(_growth_whisker(one["card"]["title"], one["card"]))
        rows.append(Whisker("the same, by other choices", None, low, high, "possible"))
    title = "Growth per year with its interval, and what other choices make of it"
    picture = whiskers(rows, _factors(GROWTH_TICKS), title=title, logarithmic=True)
    return {"headlines": found, "picture": picture}


def _times(curve: Record) -> float | None:
    """How much more choices move a number than the choice of systems does."""
    spread, sampling = curve["spread_oom_per_year"], curve["sampling_sd_oom_per_year"]
    return spread / sampling if spread is not None and sampling else None


def how_many_eras(inputs: ReportInputs) -> Record | None:
    """Verdicts on the stated changes of pace and their number, on the newest data or the paper's.

    ``changes`` are those of the line with as many as the data call for: day, and the days that its
    interval goes from and to. ``as_stated``: as many as stated, each day within its interval.
    """
    eras, tables = inputs.settings.fit.eras, inputs.tables
    export = leading_export(inputs.settings.clean.exports)
    for dataset in filter(None, (export.name if export else None, eras.lead.dataset)):
        lead = eras.lead.model_copy(update={"dataset": dataset})
        verdicts = records(of_lead(tables["era_verdicts"], lead))
        asked = {row["question"]: row for row in verdicts}
        lines = {row["breaks"]: row for row in records(of_lead(tables["eras"], lead))}
        if "number" not in asked or asked["number"]["breaks_bic"] not in lines:
            continue
        n_breaks = int(asked["number"]["breaks_bic"])
        names = [f"break_{number}" for number in range(1, n_breaks + 1)]
        changes = [
            tuple(lines[n_breaks][name + end] for end in ("", "_ci90_low", "_ci90_high"))
            for name in names
        ]
        stated = [pd.Timestamp(day) + pd.Timedelta(days=1) for day in eras.stated]
        held = [low <= day <= high for (_, low, high), day in zip(changes, stated, strict=False)]
        return {
            "questions": asked,
            "n_breaks": n_breaks,
            "changes": changes,
            "as_stated": len(changes) == len(stated) and all(held),
            "stated": stated,
            "today": bool(export and dataset == export.name),
            "picture": _eras_picture(changes, asked, stated),
        }
    return None


def _eras_picture(
    changes: Sequence[tuple[Any, ...]], asked: dict[str, Record], stated: Sequence[pd.Timestamp]
) -> Any:
    """Dates of the changes: as found, and as the paper states them with the verdict on each."""
    rows = [
        Whisker(f"change {number}, as found", _year(day), _year(low), _year(high))
        for number, (day, low, high) in enumerate(changes, start=1)
    ]
    for number, day in enumerate(stated, start=1):
        verdict = asked[f"break_{number}"]["verdict"] if f"break_{number}" in asked else "not asked"
        at = _year(day)
        rows.append(
            Whisker(f"the paper's of {day.year}, tested alone: {verdict}", at, at, at, "possible")
        )
    ticks = [(float(year), str(year)) for year in (1950, 1970, 1990, 2010, 2026)]
    return whiskers(rows, ticks, title="When growth changed its pace", logarithmic=False)


def is_it_slowing(inputs: ReportInputs) -> Record | None:
    """The last headline since the day that leads: growth where compute is known, and possible."""
    leads = [
        case for case in slowing.slowing_cases(inputs.tables, inputs.settings) if case["is_lead"]
    ]
    if not leads:
        return None
    case = leads[-1]
    grown = case["grown"]
    start = (pd.Timestamp(inputs.settings.fit.slowing.after) + pd.Timedelta(days=1)).year
    rows = [
        Whisker(f"{start} to {case['year'] - 1}", case["before"], case["before"], case["before"]),
        _growth_whisker(f"since {case['year']}, where compute is known", grown),
        Whisker("if hidden compute were anything", None, case["least"], case["most"], "possible"),
    ]
    title = f"Growth per year before and since {case['year']}"
    picture = whiskers(rows, _factors(WIDE_TICKS), title=title, logarithmic=True)
    verdict = case["verdicts"][inputs.settings.fit.slowing.statements[0].name]["verdict"]
    return case | {"verdict": verdict, "start": start, "picture": picture}


def next_threshold(inputs: ReportInputs) -> Record | None:
    """When the next threshold is expected to be crossed, by the method that did best."""
    found = outlook.digest(inputs)
    if found["next"] is None:
        return None
    if not found["methods"]:
        return found | {"first": None, "picture": ""}
    first = found["methods"][0]
    ends = [first[f"expected_{level}"] for level in ("q05", "q50", "q95")]
    years = [None if day is None else _year(day) for day in ends]
    begin = int(min(year for year in years if year is not None))
    last = begin + max(2, int(max(year for year in years if year is not None)) - begin + 1)
    step = max(1, (last - begin) // 3)
    ticks = [(float(year), str(year)) for year in range(begin, last + 1, step)]
    row = Whisker("expected date and 90 % interval", years[1], years[0], years[2])
    picture = whiskers([row], ticks, title="When the next threshold is crossed", logarithmic=False)
    return found | {"first": first, "picture": picture}


def what_of_the_paper_holds(inputs: ReportInputs) -> Record | None:
    """How many of the paper's statements stand, on the newest data or else on its own."""
    found = what_holds.digest(inputs)
    words = [row["latest"] for row in found["statements"]]
    if not words:
        return None
    counts = [(word, words.count(word)) for word in STATEMENT_WORDS if word in words]
    title = "Statements by verdict: " + ", ".join(f"{n} {word}" for word, n in counts)
    return {
        "n": len(words),
        "holding": sum(word in HOLDING for word in words),
        "counts": counts,
        "picture": shares(counts, title=title),
    }


def _year(day: pd.Timestamp) -> float:
    """A day as a year with its part."""
    return float(day.year + (day.day_of_year - 1) / 365.25)


def _growth_whisker(label: str, row: Record) -> Whisker:
    """Growth per year with its interval."""
    low, high = (row[f"{GROWTH}_ci90_{end}"] for end in ("low", "high"))
    return Whisker(label, row[GROWTH], low, high)


def _factors(ticks: Iterable[float]) -> list[tuple[float, str]]:
    """Ticks of growth per year."""
    return [(tick, f"×{tick:g}") for tick in ticks]


def _told(cards: Sequence[Record]) -> str:
    """Growth per year of each card, for those who cannot see the picture."""
    return "Growth per year: " + "; ".join(f"{card['title']}: {card[GROWTH]:.1f}" for card in cards)
