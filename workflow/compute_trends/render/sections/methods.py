"""Methods: how each number was computed, with the settings in force."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.common.vocabulary import CONVENTION_WORDS
from compute_trends.render.report_inputs import ReportInputs, Tables

PART = 4
ORDER = 110
TABLES = ("estimates",)


def digest(inputs: ReportInputs) -> Record:
    """Settings, conventions, and trends that mark large-scale systems from a date of their own."""
    return {
        "settings": inputs.settings,
        "own_marking": [
            trend.label for trend in inputs.settings.fit.trends if trend.large_scale_from
        ],
        "conventions": convention_counts(inputs.tables),
    }


def convention_counts(tables: Tables) -> list[Record]:
    """How many estimates, and of how many systems, each convention decided; from ``estimates``.

    A convention that decided none is left out.
    """
    rows = tables["estimates"].dropna(subset="conventions")
    codes = rows["conventions"].str.split("; ")
    each = (
        rows.assign(code=codes)
        .explode("code")
        .groupby("code")["system_id"]
        .agg(["size", "nunique"])
    )
    return [
        {
            "code": code,
            "words": words,
            "n": int(each["size"][code]),
            "systems": int(each["nunique"][code]),
        }
        for code, words in CONVENTION_WORDS.items()
        if code in each.index
    ]
