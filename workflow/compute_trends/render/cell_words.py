"""Words for the codes in cells of tables that people take away, as the report has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from compute_trends.common import vocabulary as known
from compute_trends.common.vocabulary import words_for
from compute_trends.render.attribution import MODELS_WORDS
from compute_trends.render.wording import day_in_words, first_year, option_words
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import generated_table
from compute_trends.tables.schemas import Field

YES_OR_NO = {"True": "yes", "False": "no"}
# Dates of systems, after one day and through another
PERIOD = re.compile(r"\d{4}-\d\d-\d\d/(\d{4})-\d\d-\d\d")
# Nothing but codes, one of them of several words
CODES = re.compile(r"(?=.*_)[a-z][a-z0-9]*(_[a-z0-9]+)*(; [a-z][a-z0-9]*(_[a-z0-9]+)*)*")
UNITS = re.compile(r"_(flop|months|oom_per_year|oom|hours|days|years)$")
# Estimates of a system, by their keys
ESTIMATE = re.compile(r"([a-z0-9-]+)/([a-z0-9_]+)")
WORLD_WORDS = {
    "real": "The systems",
    "normal": "Simulated: one line",
    "skewed": "Simulated: one line, scatter skewed",
    "shrinking": "Simulated: one line, scatter shrinking",
    "heavy_tails": "Simulated: one line, heavy tails",
    "fitted": "Simulated: the two parallel lines",
    "paper": "Simulated: the two lines of the paper's rule",
}
QUANTITY_WORDS = {
    "training_flop": "training compute in FLOP",
    "flop_per_unit": "FLOP of one unit",
    "units_per_training": "units that cost the training",
    "forward_flop": "FLOP of one pass",
}
# Words of a column's codes, in whatever table it stands
WORDS: dict[str, Mapping[str, str]] = {
    "basis": known.BASIS_WORDS | {"inference": "inference compute"},
    "bar": known.BAR_WORDS,
    "bound": known.BOUND_WORDS,
    "choice": known.CHOICE_WORDS,
    "curve": {"without_strong": "without strong choices"},
    "data": {"newest": "the newest data", "of_the_day": "data of the day"},
    "error": {"utilization": "utilization that is not stated"},
    "fault": known.FAULT_WORDS,
    "group": {
        "not identical": "all but identical values",
        "stated_or_assumed": "stated or assumed",
    },
    "hypothesis": known.HYPOTHESIS_WORDS,
    "kind": {kind: f"lines {words}" for kind, words in known.BREAK_WORDS.items()},
    "law": known.LAW_WORDS
    | {"one_line": "The line of all models", "no_change": "Nothing changes with time"},
    "listed_by": {"library": "a library's counter"},
    "listed_quantity": QUANTITY_WORDS,
    "low_outliers": known.LOW_OUTLIER_WORDS,
    "method": known.METHOD_WORDS
    | known.OTHER_METHOD_WORDS
    | known.FORECAST_SHORT
    | {"data": "Crossed already"},
    "models": MODELS_WORDS,
    "quantity": known.QUANTITY_WORDS | QUANTITY_WORDS,
    "question": {"number": "As many breaks as stated"}
    | {f"break_{n}": f"Stated break {n}" for n in range(1, 10)},
    "sample": {"annotations": "systems of the paper", "models": "listed models"},
    "scope": known.SCOPE_WORDS,
    "statistic": {
        "number": "Number of systems",
        "offset": "Distance above the line (OOM)",
        "slope": "Slope (OOM/year)",
        "slope_difference": "Difference of the slopes (OOM/year)",
    },
    "study_doubling_time_relation": {"equal": "exactly"},
    "world": WORLD_WORDS,
}
Word = Callable[[str], str]


class CellWords:
    """Words for codes, by the column that they stand in.

    Parameters
    ----------
    settings : Settings
        Whose labels of trends, headlines and spans are the words for their names.
    systems : dict of str to str
        Names of systems by their keys.
    """

    def __init__(self, settings: Settings, systems: Mapping[str, str]) -> None:
        fit = settings.fit
        labels = {trend.name: trend.label for trend in fit.trends}
        labels |= {trend.name: trend.label for trend in fit.parameter_trends}
        labels |= {trend.name: trend.label for trend in fit.exports.trends}
        labels |= {trend.name: trend.label for trend in fit.inference.trends}
        labels |= {trend.name: trend.label for trend in fit.inference.chips}
        self.systems, self.labels = systems, labels
        self.by_column: dict[str, Mapping[str, str]] = WORDS | {
            **dict.fromkeys(("trend", "beside"), labels),
            "group": {**WORDS["group"], **labels},
            "headline_name": {one.name: one.title for one in fit.exports.headlines},
            "dataset": {
                export.name: f"{MODELS_WORDS[export.models].capitalize()} of "
                f"{day_in_words(pd.Timestamp(export.date))}"
                for export in settings.clean.exports
            },
            "span": {span.name: span.label for span in fit.eras.spans},
            "statement": {one.name: one.label for one in fit.slowing.statements},
            "finding": {one.name: one.finding for one in fit.specifications.directions},
        }

    def of_column(self, frame: pd.DataFrame, table: str, field: Field) -> list[str] | None:
        """Words for the cells of a column; None where these are numbers or days."""
        if field.type not in ("string", "boolean"):
            return None
        cells = frame[field.name]
        texts = [str(text) for text in cells.astype("str").where(cells.notna(), "")]
        if field.name in ("option", "faster", "slower"):
            pairs = zip(frame["choice"], texts, strict=True)
            return [in_words(option_words(choice, option)) for choice, option in pairs]
        return [self.of_cell(text, field) for text in texts]

    def of_cell(self, text: str, field: Field) -> str:
        """Words for one cell."""
        if field.type == "boolean":
            return YES_OR_NO.get(text, text)
        special: dict[str, Word] = {
            "system_id": self._system,
            "estimate_id": self._estimate,
            "estimate_ids": lambda keys: ESTIMATE.sub(lambda key: words_for(key[2]), keys),
            "subject": self._subjects,
            "column": quantity,
            "group_name": words_for,
            "first": words_for,
            "second": words_for,
            "other": words_for,
            "right": words_for,
        }
        if field.name in special:
            return special[field.name](text)
        words = self.by_column.get(field.name, {})
        return words[text] if text in words else in_words(text)

    def _system(self, key: str) -> str:
        return self.systems.get(key, key)

    def _subjects(self, names: str) -> str:
        """Trends or systems that something is measured on, the first against the second."""
        words = [self.labels.get(name, self._system(name)) for name in names.split("; ")]
        return " against ".join(map(in_words, words))

    def _estimate(self, key: str) -> str:
        """Name of the system of an estimate, with the number of its estimate from the second on."""
        system, _, estimate = key.partition("/")
        n = re.search(r"_(\d)$", estimate)
        return self._system(system) + (f" ({n[1]})" if n else "")


def heading(field: Field, name: str | None = None) -> str:
    """Heading of a column without its unit, or of a ``name`` that stands for it."""
    words = UNITS.sub("", name or field.name).replace("_", " ")
    return field.title or words[:1].upper() + words[1:]


def quantity(column: str) -> str:
    """What a column of the paper's tables is, such as "Slope, low end of the 95 % interval"."""
    base, _, end = column.partition("_ci95_")
    fields = fields_of("table2")
    words = heading(fields[base]) if base in fields else in_words(base)
    of_end = {"median": "bootstrap median", "": ""}
    return ", ".join(filter(None, [words, of_end.get(end, f"{end} end of the 95 % interval")]))


def fields_of(table: str) -> dict[str, Field]:
    """Columns of a generated table by name."""
    return {field.name: field for field in generated_table(table).fields}


def in_words(text: str) -> str:
    """A text with its periods in years and, if it is nothing but codes, these in words."""
    years = PERIOD.sub(lambda period: f"{first_year(period[0])} to {period[1]}", text)
    return words_for(years) if CODES.fullmatch(years) else years
