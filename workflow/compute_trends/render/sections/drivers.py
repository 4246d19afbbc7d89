"""What drives it: parts of growth, counts above thresholds, countries, on the newest data."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import grouped
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.rule_words import frontier_in_words
from compute_trends.render.wording import data_of
from compute_trends.settings.clean import leading_export

PART = 4
ORDER = 70
TABLES = ("country_frontiers", "country_lags", "drivers", "stated_growth", "threshold_counts")

FACTORS = ("chips", "rate", "time", "utilization")


def digest(inputs: ReportInputs) -> Record:
    """Parts of growth by population and window, counts, frontiers of groups, and their lags."""
    export = leading_export(inputs.settings.clean.exports)
    settings = inputs.settings.fit.drivers
    if export is None or TABLES[0] not in inputs.tables:
        return {"samples": []}
    tables = {name: inputs.tables[name] for name in TABLES}
    samples = parts_of_growth(tables["drivers"], tables["stated_growth"])
    labels = {window.name: window.label for window in settings.windows}
    for sample in samples:
        sample["years"] = labels[sample["window"]]
    counts = records(tables["threshold_counts"].query("year == 'all'"))
    return {
        "samples": samples,
        "data": data_of(export.date),
        "top": settings.top,
        "picks": frontier_in_words(f"top_{settings.top}"),
        "counts": list(grouped(with_first_years(counts, tables), "threshold_flop").values()),
        "group_labels": {"all": "All"} | {group.name: group.label for group in settings.groups},
        "joint": settings.joint[0],
        "frontiers": grouped(records(tables["country_frontiers"]), "joint"),
        "group_period": settings.group_period.until(export.date),
        "lags": lags_of_pairs(tables["country_lags"]),
        "least_systems": inputs.settings.fit.intervals.least_systems,
        "draws": settings.draws,
    }


def parts_of_growth(drivers: pd.DataFrame, stated: pd.DataFrame) -> list[Record]:
    """One record of each population and window, in the order of the table.

    ``implied`` and ``learnt`` hold the rows by driver, ``stated`` those of ``stated_growth`` by
    quantity; ``parts`` are the factors with a slope, those that grow most first.
    """
    samples: dict[tuple[str, str], Record] = {}
    for row in records(drivers):
        key = (row["population"], row["window"])
        sample = samples.setdefault(key, {name: row[name] for name in ("population", "window")})
        sample |= {name: row[name] for name in row if name == "n" or name.startswith("n_")}
        sample.setdefault(row["missing_utilization"], {})[row["driver"]] = row
    for row in records(stated):
        sample = samples[row["population"], row["window"]]
        sample.setdefault("stated", {})[row["quantity"]] = row
    for sample in samples.values():
        rows = [sample["implied"][name] for name in FACTORS]
        there = [row for row in rows if row["slope_oom_per_year"] is not None]
        sample["parts"] = sorted(there, key=lambda row: -row["slope_oom_per_year"])
    return list(samples.values())


def with_first_years(counts: list[Record], tables: dict[str, pd.DataFrame]) -> list[Record]:
    """Counts of all years with the first of these."""
    by_year = tables["threshold_counts"].query("year != 'all'")
    first = by_year.groupby("threshold_flop")["year"].min().to_dict()
    return [row | {"since": first[row["threshold_flop"]]} for row in counts]


def lags_of_pairs(lags: pd.DataFrame) -> list[list[Record]]:
    """Lags of each pair of groups, by rule for joint systems and date."""
    rows = records(lags)
    for row in rows:
        row["pair"] = (row["ahead"], row["behind"])
    return list(grouped(rows, "pair").values())
