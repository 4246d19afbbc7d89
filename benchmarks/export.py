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

import numpy as np
import pandas as pd
from pipeline import ExportRun, settings_in
from project import ROOT

from compute_trends.settings.clean import ExportFile
from compute_trends.tables.generated import read_table, write_table

FOLDER = ROOT / "results" / "benchmark"
ROWS = 100_000
LIMIT_SECONDS, LIMIT_GIB = 60, 2


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


class RunInFiles(ExportRun):
    """An export whose stages leave their tables in files, each read when a later stage needs it."""

    def __init__(self, folder: Path) -> None:
        export = ExportFile(name="made_up", path=str(folder / "export.csv"), date="2026-03-07")
        super().__init__(export, settings_in())
        self.files = folder

    def __getitem__(self, name: str) -> pd.DataFrame:
        file = self.files / f"{name}.csv"
        if name not in self.tables and file.exists():
            self.tables[name] = read_table(str(file), name)
        return super().__getitem__(name)


def measured(stage: str, folder: Path) -> tuple[str, float, float]:
    """Wall time and peak memory in GiB of a stage, in this process."""
    start = time.perf_counter()
    run = RunInFiles(folder)
    for name in run.STAGES[stage]:
        write_table(run[name], str(folder / f"{name}.csv"), name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return stage, time.perf_counter() - start, peak


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_up(ROWS).to_csv(folder / "export.csv", index=False)
        rows = []
        for stage in ExportRun.STAGES:
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
