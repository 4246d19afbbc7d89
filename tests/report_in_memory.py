"""The report in memory: of the tables of a run, with any bytes for the files of its figures."""

from __future__ import annotations

import pandas as pd
from pipeline import PaperRun
from project import ROOT

from compute_trends.render.figures.formats import CHECK_FIGURES
from compute_trends.render.page import packed_file
from compute_trends.render.report import render_report
from compute_trends.render.report_inputs import ReportFiles, ReportInputs
from compute_trends.settings.models import Settings

# Ending of a figure's file, and the attribute that holds its bytes
FIGURE_FILES = {".svg": "src", ".png": "href", ".pdf": "href", "_column.svg": "srcset"}
PROVENANCE = {
    "fingerprint": "f" * 64,
    "seed": 7,
    "inputs": {"data/raw/annotations.csv": "a" * 64},
    "config": "c" * 64,
    "code": {"commit": "d" * 40, "dirty": True, "sha256": "e" * 64, "files": {"Snakefile": ""}},
    "environment": {"compute-trends": "1", "python": "3", "requirements.txt": "b" * 64},
    "machine": dict.fromkeys(("processor", "system", "simd", "blas", "blas_kernel"), "of one kind"),
}


def report_tables(run: PaperRun) -> dict[str, pd.DataFrame]:
    """Tables of the report by their names.

    Raw tables are among them; what was found of the claims has the name that they share.
    """
    figures = [figure.name for figure in run.settings.render.figures]
    drawings = pd.DataFrame({"figure": figures, "width": "full", "n_shown": 100, "n_named": 90})
    return {
        "annotations": run.text("annotations"),
        "later_verdicts": run.raw("later_verdicts"),
        "corrections": run.raw("corrections"),
        "published_tables": run.raw("published_tables"),
        "drawings": drawings,
        **run,
    }


def report_inputs(run: PaperRun, config_text: str = "") -> ReportInputs:
    """What the sections of the report may use."""
    return ReportInputs(
        tables=report_tables(run),
        settings=run.settings,
        config_text=config_text,
        provenance=PROVENANCE,
        references="@article{one}",
    )


def report_files(settings: Settings) -> ReportFiles:
    """What the page holds; of the figures any bytes do, for the page only holds them."""
    render = settings.render
    names = [figure.name for figure in (*render.figures, *render.comparisons)]
    names += CHECK_FIGURES
    folder = ROOT / "workflow" / "report"
    return ReportFiles(
        figures={
            f"{name}{end}": f"{name} as {end}".encode() for name in names for end in FIGURE_FILES
        },
        downloads={"table3": [packed_file("table3", "results/tables/table3.csv", "n\n1\n")]},
        stylesheets=[(folder / "report.css").read_text(encoding="utf-8")],
        scripts=[(folder / "page.js").read_text(encoding="utf-8")],
    )


def report(run: PaperRun) -> str:
    """The page of a run."""
    return render_report(report_inputs(run), report_files(run.settings))
