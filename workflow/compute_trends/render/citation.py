"""What each headline is cited with: the number in a sentence, and all that it depends on.

One place for the card in the report, the text that its button copies, and
``results/headlines.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from compute_trends.common.numbers import fixed, plain
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import CHOSEN_WORDS
from compute_trends.fit.intervals import LEVEL
from compute_trends.render import attribution
from compute_trends.render.rule_words import rule_in_words, systems_in_words
from compute_trends.render.wording import data_of, day_in_words, interval, period_in_words
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.export_rules import ExportRule
from compute_trends.settings.fit import ExportFits, Intervals

# Tables that headlines are cited from
CITED = ("headlines", "specification_quantiles")
# Digits of a fingerprint that texts show
SHORT = 12
# Place in the report of the table of rules and years
RULES_ANCHOR = "other-rules"
# Columns of table `specification_quantiles` by what the files call them
QUANTILES = {end: f"growth_per_year_{end}" for end in ("q05", "q50", "q95")}


class Run(NamedTuple):
    """Whose the numbers are: version of the software, inputs and settings, where it is published.

    ``address`` is empty where the report has none.
    """

    version: str
    fingerprint: str
    address: str

    def where(self, anchor: str) -> str:
        """Link to a place in the report; without an address how to tell the file by itself."""
        return self.link(anchor) or f"this file, fingerprint {self.fingerprint[:SHORT]}"

    def link(self, anchor: str) -> str | None:
        """Link to a place in the report, if it has an address."""
        return f"{self.address}#{anchor}" if self.address else None

    @property
    def software(self) -> str:
        """Who computed a number, in words."""
        licences = f"code {attribution.CODE_LICENCE}, data {attribution.LICENCE}"
        who = f"{attribution.AUTHORS}, compute-trends {self.version} ({licences})"
        return f"{who}, fingerprint {self.fingerprint[:SHORT]}"


def headline_citations(
    headlines: pd.DataFrame | None = None,
    specification_quantiles: pd.DataFrame | None = None,
    *,
    exports: Sequence[ExportFile],
    fits: ExportFits,
    intervals: Intervals,
    seed: int,
    run: Run,
) -> list[Record]:
    """What each headline of the newest vintage is cited with, in the order of the config.

    Parameters
    ----------
    headlines : pandas.DataFrame, optional
        The table; none without exports.
    specification_quantiles : pandas.DataFrame, optional
        The table of what growth is over the choices that can be defended.
    exports, fits, intervals, seed
        ``clean.exports``, ``fit.exports``, ``fit.intervals`` and ``seed`` of config.yaml.
    run : Run
        Whose the numbers are.

    Returns
    -------
    list of dict
        Nothing but texts, numbers, lists and None, as JSON has them. ``anchor`` is the place in
        the report, ``citation`` the text to copy.
    """
    export = leading_export(exports)
    if headlines is None or export is None:
        return []
    rules = {trend.name: trend for trend in fits.trends}
    spans = spans_over_choices(specification_quantiles)
    method = {"level": LEVEL, "draws": intervals.draws, "seed": seed}
    return [
        _citation(row, rules[row["trend"]], export, run, method, spans.get(row["headline_name"]))
        for row in records(headlines[headlines["leads"]])
    ]


def headlines_json(citations: list[Record]) -> str:
    """Text of ``results/headlines.json``: what `headline_citations` gives, but for the anchors."""
    told = [{key: value for key, value in one.items() if key != "anchor"} for one in citations]
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _citation(
    row: Record, rule: ExportRule, export: ExportFile, run: Run, method: Record, span: Record | None
) -> Record:
    """What one headline is cited with, see `headline_citations`."""
    name, years = row["headline_name"], period_in_words(row["period"])
    after, _, through = row["period"].partition("/")
    anchor = f"cite-{name}"
    about = {
        "name": name,
        "title": row["title"],
        "sentence": sentence(row, rule, export),
        "growth_per_year": _value(row, "growth_per_year"),
        "doubling_time_months": doubling_time(row),
        "slope_oom_per_year": _value(row, "slope_oom_per_year"),
        "rule": rule_in_words(rule, export),
        "window": {"after": after, "through": through, "words": years},
        **{key: row[key] for key in ("n", "n_listed", "n_with_compute", "share_with_compute")},
        "vintage": export.date,
        "export": row["export"],
        "models": row["models"],
        "note": row["note"],
        "interval": method,
        "span_over_choices": span,
        "version": run.version,
        "fingerprint": run.fingerprint,
        "bibtex": _bibtex(row, export, run, anchor),
        "link": run.link(anchor),
        "anchor": anchor,
    }
    return about | {"citation": citation_text(about, export, run)}


def sentence(row: Record, rule: ExportRule, export: ExportFile) -> str:
    """A headline that can be quoted as it stands.

    Number, unit, interval, years, rule, number of systems, data and their date.
    """
    systems, data = systems_in_words(rule, export), data_of(export.date)
    years = period_in_words(row["period"])
    if row["growth_per_year"] is None:
        return f"There is no trend of {systems} from {years} in {data}: {row['note']}."
    chosen = CHOSEN_WORDS.get(row["selection"])
    return (
        f"From {years} the training compute of {systems} {growth_in_words(row)}: a log-linear "
        f"trend of the {row['n']} such models whose training compute is known, in {data}"
        f"{f' (systems {chosen})' if chosen else ''}."
    )


def growth_in_words(row: Record) -> str:
    """What compute did along a trend, such as "grew 4.3 times a year (90 % interval ...), ...".

    A doubling time only where the interval leaves out no growth, else its lower end.
    """
    value, low = row["growth_per_year"], row["growth_per_year_ci90_low"]
    rate = f"{fixed(value)} times a year"
    did = "grew" if value > 1 else "changed"
    if low is None:
        return f"{did} {rate} ({row['note']})"
    ends = f"{round(100 * LEVEL)} % interval {interval(row, 'growth_per_year')}"
    doubling = doubling_time(row)
    if doubling is None:
        return f"did not grow ({rate}; {ends})"
    if "more_than" in doubling:
        least = f"doubling takes more than {fixed(doubling['more_than'])} months"
        return f"{did} {rate} ({ends}), which leaves open whether it grew: {least}"
    months = f"{fixed(doubling['value'])} months ({interval(row, 'doubling_time_months')})"
    return f"grew {rate} ({ends}), doubling every {months}"


def doubling_time(row: Record) -> Record | None:
    """Doubling time in months with its interval, or what it exceeds if there may be no growth.

    None without an interval of growth, and where compute did not grow.
    """
    low, high = (row[f"growth_per_year_ci90_{end}"] for end in ("low", "high"))
    if low is None or high <= 1:
        return None
    if low <= 1:
        return {"more_than": row["doubling_time_months_ci90_low"]}
    return _value(row, "doubling_time_months")


def spans_over_choices(quantiles: pd.DataFrame | None) -> dict[str, Record]:
    """What growth is over the choices that can be defended, by headline.

    By curve, ``all`` or ``without_strong``: specifications, those that gave a number, and
    `QUANTILES` of growth per year; a curve without any number is left out.
    """
    spans: dict[str, Record] = {}
    rows = records(quantiles) if quantiles is not None else []
    for row in (each for each in rows if each["with_number"]):
        counts = {key: row[key] for key in ("specifications", "with_number")}
        growth = {key: row[column] for key, column in QUANTILES.items()}
        spans.setdefault(row["headline_name"], {})[row["curve"]] = counts | {
            "growth_per_year": growth
        }
    return spans


def span_in_words(span: Record) -> str:
    """What growth is over the choices that can be defended, in a sentence."""
    every, mild = span["all"], span.get("without_strong")
    text = (
        f"Across {plain(every['specifications'])} defensible specifications the growth runs from "
        f"{_range(every)} times a year (5 % to 95 % of them)"
    )
    if mild is not None:
        text += f"; without strong choices, across {plain(mild['specifications'])}, "
        text += f"from {_range(mild)}"
    if (failed := every["specifications"] - every["with_number"]) > 0:
        text += f"; {plain(failed)} give no number"
    return f"{text}."


def _range(curve: Record) -> str:
    return " to ".join(fixed(curve["growth_per_year"][end]) for end in ("q05", "q95"))


def known_in_words(row: Record, export: ExportFile) -> str:
    """How many of the listed systems have a known compute."""
    share = row["share_with_compute"]
    of_all = "" if share is None else f" ({fixed(100 * share, 0)} %)"
    models = attribution.MODELS_WORDS[export.models]
    counts = f"{row['n_with_compute']} of the {row['n_listed']} {models} listed in these years"
    return f"{counts} have a known training compute{of_all}"


def citation_text(about: Record, export: ExportFile, run: Run) -> str:
    """All that a headline is cited with, as text."""
    window, method, slope = about["window"], about["interval"], about["slope_oom_per_year"]
    level, draws = round(100 * method["level"]), plain(method["draws"])
    lines = {
        "Rule": about["rule"],
        "Years": f"{window['words']} (after {window['after']}, through {window['through']})",
        "n": f"{about['n']}; {known_in_words(about, export)}",
        "Slope": slope and f"{fixed(slope['value'], 3)} orders of magnitude a year",
        "Interval": f"{level} %, from {draws} resamples of the systems, the rule applied anew in "
        f"each (seed {method['seed']})",
        "Choices": about["span_over_choices"] and span_in_words(about["span_over_choices"]),
        **source_lines(export, run, about["anchor"]),
    }
    return "\n".join([about["sentence"], "", *_told(lines), "", about["bibtex"]])


def rule_text(rule: ExportRule, rows: list[Record], export: ExportFile, run: Run) -> str:
    """All that the growth of a rule in some windows is cited with, as text.

    ``rows`` are of table ``rules_by_window``.
    """
    lines = [f"{rule.label}: {rule_in_words(rule, export)}."]
    for row in rows:
        value = row["growth_per_year"]
        found = row["note"] if value is None else f"compute {growth_in_words(row)}"
        years = period_in_words(row["period"])
        lines.append(f"{years}: {found}. n = {row['n']}; {known_in_words(row, export)}.")
    return "\n".join([*lines, *_told(source_lines(export, run, RULES_ANCHOR))]) + "\n"


def source_lines(export: ExportFile, run: Run, anchor: str) -> dict[str, str]:
    """Whose data and software a number is of, and where it stands, by what each line says."""
    models, day = attribution.kept_models(export), day_in_words(pd.Timestamp(export.date))
    of_day = f"Epoch AI, Data on AI Models, export of {day} ({models})"
    return {
        "Data": f"{of_day}, {attribution.LICENCE}, {attribution.ADDRESS}",
        "Computed by": run.software,
        "Where": run.where(anchor),
    }


def _told(lines: dict[str, Any]) -> list[str]:
    """Lines that say something."""
    return [f"{name}: {text}" for name, text in lines.items() if text]


def _bibtex(row: Record, export: ExportFile, run: Run, anchor: str) -> str:
    """Entries of a headline and of its data."""
    what = row["note"] if row["growth_per_year"] is None else f"compute {growth_in_words(row)}"
    own = attribution.report(
        export,
        version=run.version,
        key=f"computetrends_{row['headline_name']}",
        about=f"{row['title']}: {what}; fingerprint {run.fingerprint[:SHORT]}",
        url=run.link(anchor) or "",
    )
    return f"{own}\n{attribution.reference(export)}"


def _value(row: Record, name: str) -> Record | None:
    """A number with its interval; None without either."""
    if row[name] is None:
        return None
    ends = [row[f"{name}_ci90_{end}"] for end in ("low", "high")]
    return {"value": row[name], "ci90": None if None in ends else ends}
