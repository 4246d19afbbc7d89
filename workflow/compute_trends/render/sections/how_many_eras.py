"""How many eras? Breaks of the trend of all systems, and what can be told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import of_lead
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.settings.clean import leading_export
from compute_trends.settings.simulations import Eras

PART = 2
ORDER = 30
TABLES = ("era_lines", "era_verdicts", "eras")

KEY = ("dataset", "basis", "span", "low_outliers", "kind")
VERDICTS = ("established", "consistent", "undecided", "rejected")


def digest(inputs: ReportInputs) -> Record:
    """The lead with its lines and verdicts, and a row of the table for everything searched."""
    settings = inputs.settings.fit.eras
    lines, verdicts, rows = (inputs.tables[name] for name in TABLES)
    lead = records(of_lead(rows, settings.lead))
    questions = {row["question"]: row for row in records(of_lead(verdicts, settings.lead))}
    leading = leading_export(inputs.settings.clean.exports)
    of_export = verdicts["dataset"] == (leading.name if leading else "")
    return {
        "settings": settings,
        "depth": inputs.settings.fit.depth,
        "years": [pd.Timestamp(day) + pd.Timedelta(days=1) for day in settings.stated],
        "lead": lead,
        "questions": questions,
        "growth": growth_by_segment(records(of_lead(lines, settings.lead)), breaks=1),
        "cases": cases(rows, verdicts, settings),
        "counts": verdict_counts(records(verdicts[~of_export])),
        "leading": leading,
        "counts_today": verdict_counts(records(verdicts[of_export])),
        "next_break": next_break(questions),
    }


def growth_by_segment(lines: Sequence[Record], *, breaks: int) -> list[float]:
    """Factor of growth per year in each segment of the line with so many breaks."""
    return [10 ** row["slope_oom_per_year"] for row in lines if row["breaks"] == breaks]


def cases(rows: pd.DataFrame, verdicts: pd.DataFrame, settings: Eras) -> list[Record]:
    """Everything that was searched: its best lines by number of breaks, and its verdicts."""
    labels = {span.name: span.label for span in settings.spans}
    found: dict[tuple[Any, ...], Record] = {}
    for row in records(verdicts):
        key = tuple(row[name] for name in KEY)
        case = found.setdefault(key, {name: row[name] for name in KEY} | {"questions": {}})
        case["questions"][row["question"]] = row
    for row in records(rows):
        found[tuple(row[name] for name in KEY)].setdefault("lines", {})[row["breaks"]] = row
    lead = tuple(settings.lead.model_dump()[name] for name in KEY)
    return [
        {"lines": {}} | case | {"years": labels[case["span"]], "is_lead": key == lead}
        for key, case in found.items()
    ]


def verdict_counts(verdicts: Sequence[Record]) -> dict[str, list[tuple[str, int]]]:
    """For each question how many of the ways to ask it give each verdict, none left out."""
    counts: dict[str, Counter[str]] = {}
    for row in verdicts:
        counts.setdefault(row["question"], Counter())[row["verdict"]] += 1
    return {
        question: [(word, of_question[word]) for word in VERDICTS if of_question[word]]
        for question, of_question in sorted(counts.items())
    }


def next_break(questions: dict[str, Record]) -> Record | None:
    """The first stated break of the lead that is not established."""
    stated = [row for name, row in sorted(questions.items()) if name != "number"]
    return next((row for row in stated if row["verdict"] != "established"), None)
