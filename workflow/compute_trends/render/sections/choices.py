"""Choices: each headline under every combination of defensible choices."""

from __future__ import annotations

from collections.abc import Iterator

from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CHOICE_WORDS
from compute_trends.render.figures.choices_content import growth_stated, mark_words
from compute_trends.render.figures.formats import choices_figure
from compute_trends.render.look_ups import crossed_headlines, grouped
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.render.wording import option_words
from compute_trends.settings.clean import leading_export
from compute_trends.settings.models import Settings

PART = 4
ORDER = 20
TABLES = (
    "headlines",
    "specification_directions",
    "specification_influence",
    "specification_marks",
    "specification_options",
    "specification_quantiles",
    "specification_shares",
)
# Exports' systems are named in the list of those that move a headline most.
EXPORT_TABLES = ("systems",)
# A choice explains much if its total effect is at least the one share, and hardly anything if it
# is below the other.
MUCH, LITTLE = 0.15, 0.02
# Choices that are named at most among those that explain much
MOST = 3
# Among so few of all, at either end, a headline lies at the edge of its curve.
EDGE = 0.1
# A direction is said to hold in so many pairs, and to fail in as few as the rest
OFTEN = 0.8


def digest(inputs: ReportInputs) -> Record:
    """Headlines with what their specifications say; none without exports."""
    settings, tables = inputs.settings, inputs.tables
    export = leading_export(settings.clean.exports)
    crossed = crossed_headlines(settings) if set(TABLES) <= set(tables) else []
    # Each table is read once.
    rows = {name: records(tables[name]) for name in TABLES} if crossed else {}
    names = _names(inputs.exports.get(export.name, {})) if export else {}
    of_each = (_part(_of_headline(rows, headline.name), names) for headline in crossed)
    shown = [part for part in of_each if part is not None]
    return {
        "parts": shown,
        "directions": _directions(rows["specification_directions"], settings) if shown else [],
        "draws": settings.fit.specifications.draws,
        "fixed": settings.fit.specifications.members == "fixed",
    }


def _of_headline(rows: Record, name: str) -> dict[str, list[Record]]:
    """Rows of each table that are of a headline."""
    return {
        table: [row for row in of_table if row["headline_name"] == name]
        for table, of_table in rows.items()
    }


def _part(rows: dict[str, list[Record]], names: dict[str, str]) -> Record | None:
    """What the section says of one headline; None where none of its specifications is a line."""
    leading = next((row for row in rows["headlines"] if row["leads"]), None)
    quantiles = {row["curve"]: row for row in rows["specification_quantiles"]}
    every, mild = quantiles.get("all"), quantiles.get("without_strong")
    if leading is None or every is None or not every["with_number"]:
        return None
    shares = sorted(rows["specification_shares"], key=lambda row: -(row["total_effect"] or 0))
    shares = [row | {"words": CHOICE_WORDS[row["choice"]]} for row in shares]
    influence = [
        row | {"system": names.get(row["system_id"], row["system_id"])}
        for row in rows["specification_influence"]
    ]
    alone = [row["growth_per_year"] for row in influence]
    effects = [row for row in shares if row["total_effect"] is not None]
    return {
        "headline": leading,
        "figure": choices_figure(leading["headline_name"]),
        "every": every,
        "mild": mild if mild and mild["with_number"] else None,
        "digits": 1 if leading["growth_per_year"] is None or leading["growth_per_year"] > 2 else 2,
        "at_edge": not EDGE < (every["share_below_own"] or 0.0) < 1 - EDGE,
        "times": _times(every),
        "times_mild": _times(mild) if mild else None,
        "without_number": every["specifications"] - every["with_number"],
        "reasons": _reasons(every["without_number_why"]),
        "shares": shares,
        "most": [row for row in effects[:MOST] if row["total_effect"] >= MUCH],
        "least": [row for row in effects if row["total_effect"] < LITTLE],
        "options": [
            {"words": CHOICE_WORDS[choice], "options": list(_in_words(rows))}
            for choice, rows in grouped(rows["specification_options"], "choice").items()
        ],
        "marks": [
            row | {"letter": letter, "stated": growth_stated(row)}
            for letter, _, row in mark_words(rows["specification_marks"])
        ],
        "influence": influence,
        "without_one": (min(alone), max(alone)) if alone else None,
    }


def _names(tables: Tables) -> dict[str, str]:
    """Names of the systems of an export by their keys."""
    if "systems" not in tables:
        return {}
    systems = tables["systems"]
    return dict(zip(systems["system_id"], systems["system"], strict=True))


def _times(quantiles: Record) -> float | None:
    """How much more choices move a number than the choice of systems does."""
    spread, sampling = quantiles["spread_oom_per_year"], quantiles["sampling_sd_oom_per_year"]
    return spread / sampling if spread is not None and sampling else None


def _reasons(why: str | None) -> str:
    """Why specifications have no number, with how many where there are several reasons."""
    reasons = (why or "").split("; ")
    return reasons[0].partition(": ")[2] if len(reasons) == 1 else "; ".join(reasons)


def _in_words(rows: list[Record]) -> Iterator[Record]:
    """Options with the words for them."""
    for row in rows:
        yield row | {"words": option_words(row["choice"], row["option"])}


def _directions(rows: list[Record], settings: Settings) -> list[Record]:
    """Findings with how often their directions hold, and what that means.

    ``says``: holds, fails or open, by the share of all pairs and of those without strong options.
    """
    by_finding = {(row["finding"], row["curve"]): row for row in rows}
    found = []
    for direction in settings.fit.specifications.directions:
        every = by_finding.get((direction.name, "all"))
        if every is None or every["share_holds"] is None:
            continue
        mild = by_finding.get((direction.name, "without_strong"))
        mild = mild if mild and mild["share_holds"] is not None else None
        shares = [row["share_holds"] for row in (every, mild) if row is not None]
        fails = min(1 - share for share in shares) >= OFTEN
        says = "holds" if min(shares) >= OFTEN else "fails" if fails else "open"
        found.append({"finding": direction.finding, "every": every, "mild": mild, "says": says})
    return found
