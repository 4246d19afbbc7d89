"""Interactive chart of the report: its systems, its first boundaries, the program that draws it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import vl_convert

from compute_trends.clean.replay import systems_on
from compute_trends.common.checksums import checksum
from compute_trends.common.dates import day_number, day_numbers, in_period
from compute_trends.common.records import Record, records
from compute_trends.common.rounding import nine_digits
from compute_trends.common.vocabulary import METHOD_WORDS
from compute_trends.fit.selection import compute_column
from compute_trends.render.page import web_address
from compute_trends.run.seals import broken_seal, is_sealed, write_sealed
from compute_trends.settings.days import Period
from compute_trends.settings.fit import Outliers, Trend, Units
from compute_trends.settings.render import Explorer

# Marks of the chart whose data the page reads: systems shown, and coefficients of lines.
READ_MARKS = ("points", "fits", "since")
PEAK = re.compile(r"peak_(.+)_flop_per_second")
# The bundle makes its libraries known to the page's own script by this.
BUNDLE = "window.vegaEmbed = vegaEmbed;"


def explorer_choices(
    explorer: Sequence[Explorer], trends: Sequence[Trend], high_z: float
) -> list[Record]:
    """Datasets that a reader may choose between, each with the boundaries at first.

    Returns
    -------
    list of dict
        ``label``, ``dataset``, ``lines`` (trend of each line), ``period``, and ``deep_learning``
        and ``large_scale`` (day numbers: last day before each era), ``high_z``.
    """
    by_name = {trend.name: trend for trend in trends}
    choices = []
    for choice in explorer:
        lines = dict(choice.lines)
        before, until, regular = (by_name[lines[line]] for line in ("before", "until", "regular"))
        choices.append(
            {
                "label": choice.label,
                "dataset": before.dataset,
                "lines": lines,
                "period": {"after": before.period.after, "through": regular.period.through},
                "deep_learning": day_number(before.period.through),
                "large_scale": day_number(until.period.through),
                "high_z": high_z,
            }
        )
    return choices


def explorer_systems(
    systems: pd.DataFrame, compute: pd.DataFrame, scores: pd.DataFrame, *, choices: list[Record]
) -> list[Record]:
    """Systems of the chart, one record per dataset, basis and system.

    Returns
    -------
    list of dict
        dataset, basis, system, date, day (day number), flop, z (None where the window
        gives none), low (low outlier), domain, link, and texts of both values.
    """
    rows: list[Record] = []
    marks = scores[["dataset", "basis", "system_id", "z_score", "low_outlier"]]
    candidates = pd.concat(
        of_basis.merge(systems_on(systems, str(basis)), on="system_id")
        for basis, of_basis in marks.groupby("basis", sort=False)
    ).merge(compute, on="system_id")
    candidates["day"] = day_numbers(candidates["publication_date"])
    # As the page compares them with a threshold
    candidates["z_score"] = nine_digits(candidates["z_score"])
    for choice in choices:
        inside = in_period(candidates["day"], Period(**choice["period"]))
        for row in records(candidates[inside & (candidates["dataset"] == choice["dataset"])]):
            rows.append(
                {
                    "dataset": row["dataset"],
                    "basis": row["basis"],
                    "system": row["system"],
                    "date": str(row["publication_date"].date()),
                    "day": row["day"],
                    "flop": row[compute_column(row["basis"])],
                    "z": row["z_score"],
                    "low": row["low_outlier"],
                    "domain": row["domain"] or "None",
                    "link": web_address(row["link"]),
                    "published_text": _flop(row["training_compute_published_flop"]),
                    "estimated_text": _flop(row["training_compute_estimated_flop"]),
                    "how": METHOD_WORDS.get(row["method"], ""),
                }
            )
    return rows


def _flop(value: float | None) -> str:
    """A compute as the chart's texts show it."""
    return "none" if value is None else f"{value:.2e}"


def explorer_spec(template: Record, rows: list[Record], *, start: Record, units: Units) -> Record:
    """Chart with its data, as Vega-Lite.

    The ``rows`` are those of `explorer_systems`; ``start`` is the one of `explorer_choices` that is
    shown at first; ``template`` is ``workflow/report/explorer.vl.json``.
    """
    spec = copy.deepcopy(template)
    for parameter in spec["params"]:
        parameter["value"] = (start | dict(units)).get(parameter["name"], parameter["value"])
    spec["data"]["values"] = rows
    return spec


def compile_explorer(spec: Record) -> Record:
    """Chart of `explorer_spec` as the program in the page runs it.

    ``spec`` in Vega, and in ``data`` the name of the data set of each of `READ_MARKS`, which
    Vega-Lite numbers as it likes.
    """
    vega = vl_convert.vegalite_to_vega(spec)
    names = {mark.get("name"): mark.get("from", {}).get("data") for mark in _marks(vega)}
    return {"spec": vega, "data": {name: names[f"{name}_marks"] for name in READ_MARKS}}


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
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    scores: pd.DataFrame,
    hardware: pd.DataFrame,
    *,
    template: Record,
    explorer: Sequence[Explorer],
    trends: Sequence[Trend],
    outliers: Outliers,
    units: Units,
    backward_forward_ratio: float,
) -> tuple[Record, Record]:
    """Build the chart, and what the page needs for it.

    Parameters
    ----------
    systems, compute, scores, hardware : pandas.DataFrame
        Tables of these names.
    template : dict
        See `explorer_spec`. The other parameters are settings of these names.

    Returns
    -------
    chart : dict
        As Vega-Lite.
    page : dict
        ``spec`` and ``data`` (see `compile_explorer`), ``choices`` (see `explorer_choices`),
        ``domains``, ``chips``, ``backward_forward_ratio``.
    """
    choices = explorer_choices(explorer, trends, outliers.high_z)
    rows = explorer_systems(systems, compute, scores, choices=choices)
    chart = explorer_spec(template, rows, start=choices[0], units=units)
    page = compile_explorer(chart) | {
        "choices": choices,
        "domains": sorted({row["domain"] for row in rows}),
        "chips": offered_chips(hardware),
        "backward_forward_ratio": backward_forward_ratio,
    }
    return chart, page


def _marks(group: Record) -> Iterator[Record]:
    """Marks of a chart, those within groups too."""
    for mark in group.get("marks", []):
        yield mark
        yield from _marks(mark)


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
