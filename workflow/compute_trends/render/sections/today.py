"""Today: the answer of the newest data, and why it is given by this rule."""

from __future__ import annotations

from compute_trends.common.records import Record, records
from compute_trends.render.attribution import MODELS_WORDS, kept_by_filters
from compute_trends.render.look_ups import crossed_headlines
from compute_trends.render.report_inputs import ReportInputs, Tables
from compute_trends.render.rule_words import frontier_in_words
from compute_trends.render.sections.what_holds import growth_statements
from compute_trends.render.wording import data_of, first_year, period_in_words
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.models import Settings

PART = 4
ORDER = 10
TABLES = ("claims", "export_claims", "headlines")


def digest(inputs: ReportInputs) -> Record:
    """Headlines of the leading export, and what the export is; no cards without exports."""
    export = leading_export(inputs.settings.clean.exports)
    cards = leading_cards(inputs.tables, inputs.settings)
    frontiers = [card for card in cards if card["frontier"] and card["grows"] is not None]
    first = cards[0] if cards and cards[0]["grows"] is not None else None
    return {
        "cards": cards,
        "export": export,
        "data": data_of(export.date) if export else "",
        "kept": kept_by_filters(export) if export else "",
        "compared": compared(first, frontiers[0]) if first and frontiers else None,
        "crossed": bool(crossed_headlines(inputs.settings)),
        "claims": len(inputs.tables["claims"]) > 0,
        "holds": bool(export and growth_statements(inputs.tables, export.name)),
        "followed": _is_followed(inputs.settings, export),
    }


def leading_cards(tables: Tables, settings: Settings) -> list[Record]:
    """Headlines on the leading export, in the order of the config; none without exports.

    Rows of table ``headlines`` with ``years``, the period in words; ``since``, its first year;
    ``what``, the systems that the export lists; ``picks``, what the trend picks of them, None if
    it takes all; ``frontier``, whether that is a frontier; ``grows``, whether compute does, None
    without numbers.
    """
    if "headlines" not in tables or not settings.clean.exports:
        return []
    rules = {trend.name: trend.frontier for trend in settings.fit.exports.trends}
    rows = records(tables["headlines"])
    return [
        row
        | {
            "years": period_in_words(row["period"]),
            "since": first_year(row["period"]),
            "what": MODELS_WORDS[row["models"]],
            "picks": _picks(row, rules[row["trend"]]),
            "frontier": rules[row["trend"]] is not None,
            "grows": None if row["growth_per_year"] is None else row["growth_per_year"] > 1,
        }
        for row in rows
        if row["leads"]
    ]


def _picks(row: Record, frontier: str | None) -> str | None:
    """What a trend picks of the systems with known compute, in words."""
    if frontier is not None:
        return frontier_in_words(frontier)
    return None if row["n"] == row["n_with_compute"] else "its rule keeps"


def compared(first: Record, frontier: Record) -> Record | None:
    """How the growth of the frontier compares with that of the first headline.

    ``verdict``: faster, slower or undecided, by whether the 90 % intervals meet; None where one
    has no interval, or where both are the same.
    """
    names = [f"growth_per_year_ci90_{end}" for end in ("low", "high")]
    ends = [row[name] for row in (first, frontier) for name in names]
    if first is frontier or None in ends:
        return None
    low, high, frontier_low, frontier_high = ends
    apart = "faster" if frontier_low > high else "slower" if frontier_high < low else "undecided"
    return {"first": first, "frontier": frontier, "verdict": apart}


def _is_followed(settings: Settings, export: ExportFile | None) -> bool:
    """Whether there is an earlier vintage of the same models."""
    return export is not None and any(
        other.models == export.models and other.date < export.date
        for other in settings.clean.exports
    )
