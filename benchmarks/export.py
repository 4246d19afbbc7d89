"""Time and memory of a large export through clean, estimate and fit.

Run by ``make benchmark``; writes ``results/benchmark/export.csv``. The export is made up:
100 000 rows with the headers of 2026, three in five with compute, one in five with what an
estimate needs. Each stage is a process of its own, as in a run, so that its memory is
what the operating system says.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.clean.export import clean_export
from compute_trends.clean.export_file import read_export
from compute_trends.estimate.export import export_inputs
from compute_trends.estimate.systems import estimate_stage
from compute_trends.fit.export import export_scores, fit_export, flagged_systems, trends_of
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.config_file import read_config
from compute_trends.settings.models import Settings
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import read_checked

ROOT = Path(__file__).parents[1]


FOLDER = ROOT / "results" / "benchmark"
RAW = ROOT / "data" / "raw"
ROWS = 100_000
LIMIT_SECONDS, LIMIT_GIB = 60, 2
EXPORT: dict[str, Any] = {"name": "made_up", "date": "2026-03-07"}


def made_up(rows: int) -> pd.DataFrame:
    """An export of as many rows, compute on a line of 0.6 OOM per year with scatter."""
    rng = np.random.default_rng(rows)
    days = np.sort(rng.integers(0, 365 * 16, rows))
    flop = 10 ** (15 + 0.6 * days / 365 + rng.normal(scale=1.5, size=rows))
    parameters = np.round(10 ** rng.uniform(6, 12, rows))
    counted = rng.random(rows) < 0.2
    return pd.DataFrame(
        {
            "Model": [f"Model {number}" for number in range(rows)],
            "Organization": rng.choice(["Here", "There,Elsewhere", "Nowhere"], rows),
            "Publication date": (pd.Timestamp("2010-01-01") + pd.to_timedelta(days, "D")).strftime(
                "%Y-%m-%d"
            ),
            "Domain": rng.choice(["Language", "Vision", "Multimodal,Language,Vision"], rows),
            "Parameters": parameters,
            "Training compute (FLOP)": pd.Series(flop).where(rng.random(rows) < 0.6),
            "Training dataset size (total)": pd.Series(np.round(10 ** rng.uniform(11, 13, rows)))
            .where(counted)
            .map("{:.0f}".format, na_action="ignore"),
            "Epochs": pd.Series(1.0, index=range(rows)).where(counted),
            "Confidence": rng.choice(["Confident", "Likely", "Speculative"], rows),
            "Link": [f"https://example.org/{number}" for number in range(rows)],
            "Abstract": "A model of ours, which we trained on data of ours. " * 8,
            "Frontier model": np.where(rng.random(rows) < 0.01, "True", ""),
        }
    )


def config() -> dict[str, Any]:
    """The config as delivered."""
    return read_config([ROOT / "config.yaml"])[0]


def clean(folder: Path) -> None:
    """Stage clean."""
    settings = Settings(**config()).clean
    cells = read_export(str(folder / "export.csv"), format_name="epoch_models")
    tables = clean_export(
        cells,
        read_checked(str(RAW / "hardware.csv"), "hardware"),
        export=ExportFile(**EXPORT, path="export.csv"),
        hardware_file=None,
        published_after=settings.published_after,
        first_day_is_placeholder=settings.first_day_is_placeholder,
    )
    for name, table in (tables | export_inputs(cells, tables)).items():
        write_table(table, str(folder / f"{name}.csv"), name)


def estimate(folder: Path) -> None:
    """Stage estimate."""
    settings = Settings(**config())
    names = ("systems", "excluded", "export_inputs", "export_hardware")
    values = estimate_stage(
        *(read_table(str(folder / f"{name}.csv"), name) for name in names),
        files=names[2:],
        defaults=settings.estimate.defaults,
        uncertainty=settings.estimate.uncertainty,
        choice=settings.estimate.choice,
        seed=settings.seed,
    )
    write_table(values["compute"], str(folder / "compute.csv"), "compute")


def fit(folder: Path) -> None:
    """Stage fit, every trend of the config."""
    settings, seed = config()["fit"], config()["seed"]
    systems, compute = (
        read_table(str(folder / f"{name}.csv"), name) for name in ("systems", "compute")
    )
    attributes = read_table(str(folder / "export_attributes.csv"), "export_attributes")
    outliers = settings["outliers"]
    fitted, members = fit_export(
        export_scores(systems, compute, export=EXPORT, outliers=outliers),
        export=EXPORT,
        trends=trends_of(EXPORT, settings["exports"], settings["trends"]),
        flagged=flagged_systems(attributes),
        bootstrap=settings["exports"]["bootstrap"],
        outliers=outliers,
        units=settings["units"],
        seed=seed,
    )
    write_table(fitted, str(folder / "trends.csv"), "export_trends")
    write_table(members, str(folder / "members.csv"), "export_members")


def measured(stage: str, folder: Path) -> tuple[str, float, float]:
    """Wall time and peak memory in GiB of a stage, in this process."""
    start = time.perf_counter()
    {"clean": clean, "estimate": estimate, "fit": fit}[stage](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return stage, time.perf_counter() - start, peak


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_up(ROWS).to_csv(folder / "export.csv", index=False)
        rows = []
        for stage in ("clean", "estimate", "fit"):
            with get_context("spawn").Pool(1) as pool:
                rows.append(pool.apply(measured, (stage, folder)))
    table = pd.DataFrame(rows, columns=["stage", "seconds", "peak_gib"])
    table.to_csv(FOLDER / "export.csv", index=False)
    print(table.to_string(index=False))
    of_claim = table[table["stage"] != "estimate"]
    seconds, peak = of_claim["seconds"].sum(), of_claim["peak_gib"].max()
    print(f"clean and fit of {ROWS} rows: {seconds:.0f} s, {peak:.2f} GiB")
    if seconds > LIMIT_SECONDS or peak > LIMIT_GIB:
        sys.exit(f"more than {LIMIT_SECONDS} s or {LIMIT_GIB} GiB")
