"""Stage render: the report, one HTML file that needs nothing else.

Every number in it comes from a result file or the config in force.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

import jinja2
import pandas as pd
import yaml
from markupsafe import Markup

from .wording import fixed, growth, interval

Record = dict[str, Any]

# From best to worst.
VERDICTS = ("reproduced", "differs", "not reproducible")


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables that the report shows: hand-kept ones, and what the stages wrote."""

    corrections: pd.DataFrame
    published_tables: pd.DataFrame
    systems: pd.DataFrame
    excluded: pd.DataFrame
    scores: pd.DataFrame
    trends: pd.DataFrame
    table1: pd.DataFrame
    reproduction: pd.DataFrame

    RAW: ClassVar = ("corrections", "published_tables")
    GENERATED: ClassVar = ("systems", "excluded", "scores", "trends", "table1", "reproduction")


def flop(value: float, digits: int = 1) -> Markup:
    """Power-of-ten notation: 29253 gives 2.9 x 10 to the 4, with ``digits`` decimals."""
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    return Markup("{}&nbsp;×&nbsp;10<sup>{}</sup>").format(mantissa, int(exponent))


def printed_flop(text: str) -> Markup:
    """A printed number such as ``3e4`` in power-of-ten notation, its digits kept."""
    mantissa, _, exponent = text.partition("e")
    return Markup("{}&nbsp;×&nbsp;10<sup>{}</sup>").format(mantissa, exponent)


def records(frame: pd.DataFrame) -> list[Record]:
    """Rows as dicts, missing values as None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return cast(list[Record], rows)


def data_uri(path: str) -> str:
    """An SVG file as an address that holds the file itself."""
    encoded = base64.b64encode(Path(path).read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{encoded}"


def render_report(
    results: Results,
    *,
    n_raw: int,
    config_text: str,
    figures: dict[str, str],
    checksums: dict[str, str],
    versions: dict[str, str],
    template: str,
    stylesheet: str,
) -> str:
    """Write the report.

    Parameters
    ----------
    results : Results
        What to show.
    n_raw : int
        Raw annotations, counted in their file.
    config_text : str
        The config in force, as YAML.
    figures : dict of str to str
        SVG file of each figure, by name.
    checksums : dict of str to str
        SHA-256 of each input file.
    versions : dict of str to str
        Versions of the software.
    template, stylesheet : str
        Files of ``workflow/report/``.

    Returns
    -------
    str
        HTML, with figures and style inside.
    """
    config = yaml.safe_load(config_text)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(template).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: list[Callable[..., Any]] = [flop, printed_flop, fixed, growth, interval]
    environment.filters |= {function.__name__: function for function in filters}
    published = results.trends[results.trends["basis"] == "published"]
    trends = {trend["trend"]: trend for trend in records(published)}
    return environment.get_template(Path(template).name).render(
        stylesheet=Markup(Path(stylesheet).read_text(encoding="utf-8")),
        config=config,
        config_text=config_text,
        checksums=checksums,
        versions=versions,
        trends=trends,
        labels={trend["name"]: trend["label"] for trend in config["fit"]["trends"]},
        figures=[
            figure | {"source": data_uri(figures[figure["name"]])} | _shown(results, figure)
            for figure in config["render"]["figures"]
        ],
        studies=records(results.table1),
        tables=_compared_tables(results, trends),
        all_trends=records(results.trends),
        tolerances=_interval_tolerances(results.reproduction),
        notes={
            (line["table"], line["row"]): line["note"] for line in records(results.published_tables)
        },
        unused=_unused_systems(results),
        own_marking=[
            trend["label"] for trend in config["fit"]["trends"] if "large_scale_from" in trend
        ],
        cells=records(results.reproduction),
        verdicts=_verdict_counts(results.reproduction),
        lost_rows=_lost_rows(results),
        corrections=records(results.corrections),
        excluded=records(results.excluded),
        n_raw=n_raw,
        n_systems=len(results.systems),
        first_date=results.systems["publication_date"].min(),
        last_date=results.systems["publication_date"].max(),
        precisions=results.systems["publication_date_precision"].value_counts().to_dict(),
        datasets=_datasets(results, config),
    )


def _shown(results: Results, figure: Record) -> Record:
    """How many systems a figure's dataset holds and how many are left out as low outliers."""
    scores = results.scores
    of_figure = scores[
        (scores["dataset"] == figure["dataset"]) & (scores["basis"] == figure["basis"])
    ]
    return {"n_dataset": len(of_figure), "n_low": int(of_figure["low_outlier"].sum())}


def _compared_tables(results: Results, trends: dict[str, Record]) -> list[Record]:
    """Rows of tables 2 to 4: as printed, from this run, and the worst verdict of its cells."""
    answers = {
        (trend["table"], trend["row"]): trend
        for trend in trends.values()
        if trend["table"] is not None
    }
    verdicts = results.reproduction.groupby(["table", "row"])["verdict"].agg(list)
    tables: list[Record] = []
    for line in records(results.published_tables[results.published_tables["table"] > 1]):
        key = (line["table"], line["row"])
        if not tables or tables[-1]["number"] != line["table"]:
            tables.append({"number": line["table"], "rows": []})
        tables[-1]["rows"].append(
            {
                "paper": line,
                "ours": answers.get(key),
                "verdict": max(verdicts[key], key=VERDICTS.index),
                "n_cells": len(verdicts[key]),
                "n_differs": verdicts[key].count("differs"),
                "note": line["note"],
            }
        )
    return tables


def _interval_tolerances(reproduction: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Tolerance of each interval end, by trend and column: about what two draws differ by."""
    ends = reproduction[reproduction["column"].str.contains("_ci95_")].dropna(subset="trend")
    return {
        str(trend): dict(zip(group["column"], group["tolerance"], strict=True))
        for trend, group in ends.groupby("trend")
    }


def _unused_systems(results: Results) -> list[Record]:
    """Systems that no dataset holds, so that no trend and no figure shows them."""
    used = results.systems["system_id"].isin(results.scores["system_id"])
    return records(results.systems.loc[~used, ["system", "snapshot"]])


def _verdict_counts(reproduction: pd.DataFrame) -> list[Record]:
    """Cells of each table by verdict, and all tables together."""
    counts = pd.crosstab(reproduction["table"], reproduction["verdict"])
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    counts.loc["all"] = counts.sum()
    return records(counts.reset_index())


def _lost_rows(results: Results) -> list[Record]:
    """Published rows that no released data gives though a trend answers them, with the reason."""
    cells = results.reproduction
    lost = cells[(cells["verdict"] == "not reproducible") & cells["trend"].notna()]
    return records(lost.drop_duplicates(["table", "row"]))


def _datasets(results: Results, config: Record) -> list[Record]:
    """Each dataset's size, its low outliers and its large-scale systems, by name."""
    named = results.scores.merge(
        results.systems[["system_id", "system", "publication_date"]], on="system_id"
    ).sort_values(["publication_date", "system_id"])
    rows = []
    for dataset in config["fit"]["datasets"]:
        of_dataset = named[(named["dataset"] == dataset["name"]) & (named["basis"] == "published")]
        rows.append(
            dataset
            | {
                "n": len(of_dataset),
                "low": of_dataset.loc[of_dataset["low_outlier"], "system"].to_list(),
                "large": of_dataset.loc[of_dataset["scale"] == "large", "system"].to_list(),
            }
        )
    return rows
