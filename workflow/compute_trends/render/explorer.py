"""Interactive chart of the report: its systems, its lines at first, the program that draws it."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import vl_convert

from compute_trends.clean.replay import systems_on
from compute_trends.common.checksums import checksum
from compute_trends.common.dates import day_numbers
from compute_trends.common.records import Record, records
from compute_trends.common.vocabulary import METHOD_WORDS
from compute_trends.fit.selection import compute_column
from compute_trends.render.explorer_choices import export_choices, paper_choices
from compute_trends.render.page import web_address
from compute_trends.render.wording import times_a_year
from compute_trends.run.seals import broken_seal, is_sealed, write_sealed
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import ExportFits, Intervals, Outliers, Trend, Units
from compute_trends.settings.render import Explorer

PEAK = re.compile(r"peak_(.+)_flop_per_second")
# The bundle makes its libraries known to the page's own script by this.
BUNDLE = "window.vegaEmbed = vegaEmbed;"
# Milliseconds, in which Vega has dates
DAY = 86_400_000
# Names of systems that find room beside the marks, which Vega-Lite has no words for
NAMES = {
    "type": "text",
    "name": "names",
    "from": {"data": "named_marks"},
    "interactive": False,
    "aria": False,
    "encode": {
        "enter": {
            "text": {"field": "datum.name"},
            "fontSize": {"value": 11},
            "fontWeight": {"field": "datum.weight"},
        },
        "update": {"fill": {"signal": "ink"}},
    },
    "transform": [
        {
            "type": "label",
            "size": {"signal": "[max(width, 50), max(height, 50)]"},
            "anchor": ["top-left", "left", "top", "bottom-right", "right", "bottom"],
            "offset": [3],
            "avoidMarks": ["legend_marks"],
        }
    ],
}


class OwnTables(NamedTuple):
    """Tables of these names: of the annotations, or of one export."""

    systems: pd.DataFrame
    compute: pd.DataFrame
    scores: pd.DataFrame
    trends: pd.DataFrame
    members: pd.DataFrame


def _coded(texts: pd.Series, missing: str) -> Record:
    """A column of few texts: ``words``, and the place among them of each row in ``at``."""
    codes, words = pd.factorize(texts.fillna(missing), sort=True)
    return {"words": list(words), "at": codes.tolist()}


def _digits(values: pd.Series) -> list[float | None]:
    """Compute with six significant digits, which no line of two decimals tells apart."""
    return [None if np.isnan(value) else float(f"{value:.6g}") for value in values]


def systems_record(tables: OwnTables, countries: pd.Series | None) -> Record:
    """Columns of the systems that have a score, in the order of the table.

    Returns
    -------
    dict of str to list
        id, name, organization, link (the first address of the web, or None), published and
        estimated (FLOP or None) and how (of the re-derived one); ``country``, coded as
        `_coded` does, where they are known (``countries`` by system_id).
    """
    systems = tables.systems.merge(tables.compute, on="system_id", validate="one_to_one")
    systems = systems[systems["system_id"].isin(set(tables.scores["system_id"]))]
    links = systems["link"].str.split().str[0]
    record: Record = {
        "id": systems["system_id"].to_list(),
        "name": systems["system"].to_list(),
        "organization": systems["organizations"].fillna("").to_list(),
        "link": [web_address(link) for link in links.astype(object).where(links.notna(), None)],
        "how": [METHOD_WORDS.get(method, "") for method in systems["method"]],
        **{basis: _digits(systems[compute_column(basis)]) for basis in ("published", "estimated")},
    }
    if countries is not None:
        record["country"] = _coded(systems["system_id"].map(countries), "unknown")
    return record


def pool_record(tables: OwnTables, dataset: str, basis: str, places: dict[str, int]) -> Record:
    """Systems that are scored and ranked together, by date, as columns.

    Returns
    -------
    dict
        ``system`` (place in `systems_record`), ``day`` (day number), ``flop`` and ``domain``
        (coded as `_coded` does).
    """
    scores = tables.scores
    marks = scores[(scores["dataset"] == dataset) & (scores["basis"] == basis)][["system_id"]]
    rows = marks.merge(systems_on(tables.systems, basis), on="system_id")
    rows = rows.merge(tables.compute[["system_id", compute_column(basis)]], on="system_id")
    rows = rows.assign(day=day_numbers(rows["publication_date"]))
    rows = rows.sort_values(["day", "system_id"], kind="stable")
    return {
        "system": [places[system] for system in rows["system_id"]],
        "day": rows["day"].to_list(),
        "flop": _digits(rows[compute_column(basis)]),
        "domain": _coded(rows["domain"], "None"),
    }


def offered_chips(hardware: pd.DataFrame) -> list[Record]:
    """Chips (``name``, ``precision``, ``rate`` in FLOP/s) that the calculator offers."""
    peaks = [match for column in hardware if (match := PEAK.fullmatch(str(column)))]
    return [
        {"name": row["hardware"], "precision": peak[1], "rate": row[peak[0]]}
        for row in sorted(records(hardware), key=lambda row: str(row["hardware"]).lower())
        for peak in peaks
        if row[peak[0]] is not None
    ]


def build_explorer(
    trends_table: pd.DataFrame,
    members: pd.DataFrame,
    hardware: pd.DataFrame,
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    scores: Sequence[pd.DataFrame],
    export_trends: Sequence[pd.DataFrame],
    export_members: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    *,
    template: Record,
    leading: Sequence[ExportFile],
    explorer: Sequence[Explorer],
    trends: Sequence[Trend],
    fits: ExportFits,
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
) -> tuple[Record, Record]:
    """Build the chart, and what the page needs for it.

    Parameters
    ----------
    trends_table, members, hardware : pandas.DataFrame
        Tables ``trends``, ``members`` and ``hardware``.
    systems, compute, scores : sequence of pandas.DataFrame
        Tables of these names, of the annotations and then of the export that answers for today.
    export_trends, export_members, attributes, leading
        Tables of these names (the last ``export_attributes``) of that export, and its item of
        ``clean.exports``; nothing in each without exports.
    template : dict
        ``workflow/report/explorer.vl.json``. The other parameters are settings of these names,
        ``fits`` are those of exports.

    Returns
    -------
    chart : dict
        As Vega-Lite, with the systems and lines that are chosen at first.
    page : dict
        ``spec`` (the same chart as Vega, without data), ``choices`` (see
        `explorer_choices.paper_choices`), ``systems`` and ``pools`` by dataset (see
        `systems_record`, `pool_record`), ``rules`` (numbers that selection and intervals need)
        and ``chips``.
    """
    both = ([trends_table, *export_trends], [members, *export_members])
    every = [OwnTables(*tables) for tables in zip(systems, compute, scores, *both, strict=True)]
    choices = [
        choice
        for export, tables in zip(leading, every[1:], strict=True)
        for choice in export_choices(
            export, tables.trends, explorer=explorer, trends=trends, fits=fits, outliers=outliers
        )
    ] + paper_choices(explorer, trends, trends_table, outliers=outliers)
    countries = [None, *map(_countries, attributes)]
    sources = {export.name: place for place, export in enumerate(leading, start=1)}
    records_of, pools = _columns(choices, every, countries, sources)
    page = {
        "spec": compile_explorer(template),
        "choices": choices,
        "systems": records_of,
        "pools": pools,
        "rules": explorer_rules(outliers, intervals, units),
        "chips": offered_chips(hardware),
    }
    return chart_of(template, page, every[sources.get(choices[0]["pool"], 0)]), page


def _columns(
    choices: Sequence[Record],
    every: Sequence[OwnTables],
    countries: Sequence[pd.Series | None],
    sources: Mapping[str, int],
) -> tuple[Record, Record]:
    """Columns of the systems by where they come from, and of the pools by dataset."""
    systems: Record = {}
    pools: Record = {}
    for choice in choices:
        pool, place = choice["pool"], sources.get(choice["pool"], 0)
        source = pool if place else "annotations"
        if source not in systems:
            systems[source] = systems_record(every[place], countries[place])
        if pool not in pools:
            places = {system: at for at, system in enumerate(systems[source]["id"])}
            bases = {
                basis: pool_record(every[place], pool, basis, places) for basis in choice["bases"]
            }
            pools[pool] = {"source": source, "bases": bases}
    return systems, pools


def _countries(attributes: pd.DataFrame) -> pd.Series:
    """Countries of systems by system_id; from table ``export_attributes``."""
    known = attributes.dropna(subset="system_id").drop_duplicates("system_id")
    return known.set_index("system_id")["countries"]


def explorer_rules(outliers: Outliers, intervals: Intervals, units: Units) -> Record:
    """Numbers by which the page selects systems and puts intervals around lines, as the fits do."""
    from compute_trends.fit.intervals import expanded_reach

    # Of many systems, by one over the degrees of freedom
    steps = np.linspace(0, 1, 101)
    reach = expanded_reach(1e15, 1 / np.maximum(steps, 1e-9))
    return {
        "window_days": outliers.window_days,
        "low_z": outliers.low_z,
        "least_systems": intervals.least_systems,
        "withheld": list(intervals.withheld),
        "reach": [float(f"{value:.6g}") for value in reach],
        **dict(units),
    }


def compile_explorer(template: Record) -> Record:
    """Chart as the program in the page runs it: in Vega, without data, with names of systems."""
    vega: Record = vl_convert.vegalite_to_vega(template)
    vega["marks"].append(NAMES)
    # Vega-Lite takes two expressions of a scale of time for fields.
    [dates] = (scale for scale in vega["scales"] if scale["name"] == "x")
    dates["domain"] = [{"signal": "x0"}, {"signal": "x1"}]
    return vega


def chart_of(template: Record, page: Record, tables: OwnTables) -> Record:
    """Chart as Vega-Lite with the systems and lines of the first choice."""
    choice = page["choices"][0]
    basis = choice["bases"][0]
    pool = page["pools"][choice["pool"]]
    columns, names = pool["bases"][basis], page["systems"][pool["source"]]
    members, trends = (
        table[table["basis"] == basis] if "basis" in table else table
        for table in (tables.members, tables.trends)
    )
    of_trend = {str(name): set(rows["system_id"]) for name, rows in members.groupby("trend")}
    after, through = choice["period"]
    rows = [
        {
            "system_id": names["id"][at],
            "name": names["name"][at],
            "organization": names["organization"][at],
            "time": DAY * day,
            "flop": flop,
            "link": names["link"][at],
        }
        for at, day, flop in zip(columns["system"], columns["day"], columns["flop"], strict=True)
        if after < day <= through
    ]
    for row in rows:
        own = (line for line in choice["lines"] if row["system_id"] in of_trend[line["trend"]])
        row["line"] = next((line["line"] for line in own if line["line"] != "since"), "other")
    lines = _drawn_lines(choice["lines"], records(trends), of_trend, rows)
    limits = {
        f"{axis}{end}": limit(row[name] for row in rows)
        for axis, name in {"x": "time", "y": "flop"}.items()
        for end, limit in enumerate((min, max))
    }
    chart = copy.deepcopy(template)
    chart["datasets"] |= {"systems": rows, "lines": lines}
    for parameter in chart["params"]:
        parameter["value"] = limits.get(parameter["name"], parameter["value"])
    return chart


def _drawn_lines(
    lines: Sequence[Record],
    trends: Sequence[Record],
    of_trend: Mapping[str, set[str]],
    rows: Sequence[Record],
) -> list[Record]:
    """Both ends of each line, from the first to the last of its systems."""
    by_name = {row["trend"]: row for row in trends}
    drawn = []
    for place, line in enumerate(lines):
        trend, systems = by_name[line["trend"]], of_trend[line["trend"]]
        times = [row["time"] for row in rows if row["system_id"] in systems]
        text = f"{line['words']}: {times_a_year(trend, sign=True)}, n = {trend['n']}"
        same = {"line": line["line"], "text": text, "place": place}
        ends = {min(times): trend["start_flop"], max(times): trend["end_flop"]}
        drawn += [same | {"time": time, "flop": flop} for time, flop in ends.items()]
    return drawn


def library_bundle(kept: Path) -> str:
    """Vega and its embedder in one script, as vl-convert ships them.

    To bundle them takes two seconds and gives the same with the same version, so the script is kept
    in a folder, sealed: one that anything has changed since is made anew.
    """
    file = kept / f"vega-{version('vl-convert-python')}-{checksum(BUNDLE)[:8]}.js"
    if not (file.is_file() and is_sealed(file)) or broken_seal(file):
        kept.mkdir(parents=True, exist_ok=True)
        write_sealed(str(file), str(vl_convert.javascript_bundle(BUNDLE)))
    return file.read_bytes().decode()
