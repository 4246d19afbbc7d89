"""Stage render: the report, one HTML file that needs nothing else.

Every number in it comes from a result file or the config in force.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from compute_trends.common.numbers import fixed, percent
from compute_trends.common.records import Record, records
from compute_trends.render.page import (
    archive,
    content_policy,
    contents,
    data_uri,
    inline_script,
    json_in_html,
    packed_file,
    saved_file,
)
from compute_trends.render.sections.digest import Results, digest_results
from compute_trends.render.sections.exports import export_figures
from compute_trends.render.wording import change, growth, interval

# Figures and tables that are not the paper's are numbered after its own.
PAPER_FIGURES = 8
PAPER_TABLES = 9
FIGURE_NAME = re.compile(r"figure([1-8])")


def flop(value: float, digits: int = 1) -> Markup:
    """Power-of-ten notation: 29253 gives 2.9 x 10 to the 4, with ``digits`` decimals."""
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    return Markup("{}&nbsp;×&nbsp;10<sup>{}</sup>").format(mantissa, int(exponent))


def printed_flop(text: str) -> Markup:
    """A printed number such as ``3e4`` in power-of-ten notation, its digits kept."""
    mantissa, _, exponent = text.partition("e")
    return Markup("{}&nbsp;×&nbsp;10<sup>{}</sup>").format(mantissa, exponent)


def ratio(value: float) -> str | Markup:
    """A ratio with two digits, in power-of-ten notation where it is far from one."""
    if 1e-2 <= value < 99.5:
        return f"{value:.2g}"
    return f"{value:.0f}" if 99.5 <= value < 9999.5 else flop(value)


def web_address(link: str | None) -> str | None:
    """A link if it leads to the web, so that no other kind of address gets into the page."""
    return link if link and re.match(r"https?://", link) else None


def render_report(
    results: Results,
    *,
    n_raw: int,
    config_text: str,
    figures: Iterable[str],
    tables: dict[str, list[str]],
    provenance: str,
    references: str,
    template: str,
    stylesheets: Iterable[str],
    explorer: str | None,
    scripts: Iterable[str],
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
    figures : iterable of str
        Files of the figures: ``{name}.svg`` and, to be saved from the page,
        ``{name}.png`` and ``{name}.pdf``; ``{name}_column.svg`` for narrow screens.
    tables : dict of str to list of str
        Files of each table by its name, to be saved from the page.
    provenance : str
        ``results/provenance.json``; see `provenance.provenance_json`.
    references : str
        BibTeX of what to cite.
    template : str
        ``workflow/report/report.html.jinja``; what it includes lies beside it.
    stylesheets, scripts : iterable of str
        Files that go into the page, in order.
    explorer : str, optional
        What the chart in the page needs, as JSON (see `explorer.build_explorer`).

    Returns
    -------
    str
        HTML, with figures, tables, styles and scripts inside.
    """
    config = yaml.safe_load(config_text)
    origin = json.loads(Path(provenance).read_text(encoding="utf-8"))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(template).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.do"],
    )
    filters: list[Callable[..., Any]] = [
        change,
        contents,
        fixed,
        flop,
        growth,
        interval,
        percent,
        printed_flop,
        ratio,
        web_address,
    ]
    environment.filters |= {function.__name__: function for function in filters}
    digest = digest_results(results, config)
    script = inline_script(*(Path(path).read_text(encoding="utf-8") for path in scripts))
    css = "\n".join(Path(path).read_text(encoding="utf-8") for path in stylesheets)
    saved = {name: [packed_file(name, path) for path in paths] for name, paths in tables.items()}
    return environment.get_template(Path(template).name).render(
        digest,
        stylesheet=Markup(css),
        script=script,
        policy=content_policy(script),
        config=config,
        config_text=config_text,
        provenance=origin,
        fingerprint=origin["fingerprint"],
        versions=origin["environment"],
        references=references,
        n_raw=n_raw,
        figures=_figures(results, digest, config, list(figures)),
        shown_figures=[],
        explorer=_explorer(explorer) if explorer else None,
        downloads=saved,
        archive=archive(itertools.chain(*saved.values())),
        offered=[],
        next_table=itertools.count(PAPER_TABLES + 1).__next__,
    )


def _explorer(payload: str) -> Record:
    """What the chart's section writes out, and what its program reads."""
    page: Record = json.loads(payload)
    names = ("spec", "data", "choices", "backward_forward_ratio")
    held = {name: page[name] for name in names}
    return {
        "choices": page["choices"],
        "domains": page["domains"],
        "chips": page["chips"],
        "payload": Markup(json_in_html(held)),
    }


def _figures(
    results: Results, digest: Record, config: Record, paths: list[str]
) -> dict[str, Record]:
    """Figures by name: their records of the config, numbers, descriptions and files."""
    files = {Path(path).name: path for path in paths}
    drawings = records(results.drawings) + records(results.comparisons)
    counts = {row["figure"]: row for row in drawings if row["width"] == "full"}
    settings = config["render"]
    chosen = [figure | {"kind": "chart"} for figure in settings["figures"]]
    chosen += [figure | {"kind": "comparison"} for figure in settings["comparisons"]]
    further = itertools.count(PAPER_FIGURES + 1)
    drawn = {}
    for record in chosen:
        name = record["name"]
        of_paper = FIGURE_NAME.fullmatch(name)
        if record["kind"] == "chart":
            record |= _shown(results, record)
        drawn[name] = record | {
            "number": int(of_paper[1]) if of_paper else next(further),
            "source": data_uri(files[f"{name}.svg"]),
            "column": data_uri(files[f"{name}_column.svg"]),
            "n_shown": counts[name]["n_shown"],
            "n_named": counts[name]["n_named"],
            "description": _describe(record, digest, config),
            "files": [saved_file(files[f"{name}.{ending}"]) for ending in ("png", "pdf")],
        }
    first = 1 + max((figure["number"] for figure in drawn.values()), default=PAPER_FIGURES)
    return drawn | export_figures(results.exports, config, paths, first=first)


def _describe(record: Record, digest: Record, config: Record) -> str:
    """What a figure shows, for those who cannot see it."""
    title = record["title"]
    if record["kind"] == "comparison":
        factor = config["estimate"]["disagreements"]["factor"]
        return (
            f"{title}: a scatter plot on two logarithmic axes, with a band of a factor of "
            f"{factor} around the diagonal."
        )
    lines = digest["trends" if record["basis"] == "published" else "rederived"]
    told = [
        f"{digest['labels'][name]}, {lines[name]['n']} systems: {growth(lines[name])}, "
        f"95 % interval {interval(lines[name], 'doubling_time_months')}, from "
        f"{lines[name]['start_flop']:.1e} to {lines[name]['end_flop']:.1e} FLOP."
        for name in record["trends"]
    ]
    shown = record["n_dataset"] - (0 if record["mark"] == "outliers" else record["n_low"])
    head = (
        f"{title}: training compute in FLOP on a logarithmic axis against publication date, "
        f"for systems of a dataset of {shown}, after {record['period']['after']}."
    )
    return " ".join([head, *told])


def _shown(results: Results, figure: Record) -> Record:
    """How many systems a figure's dataset holds and how many are left out as low outliers."""
    scores = results.scores
    of_figure = scores[
        (scores["dataset"] == figure["dataset"]) & (scores["basis"] == figure["basis"])
    ]
    return {"n_dataset": len(of_figure), "n_low": int(of_figure["low_outlier"].sum())}
