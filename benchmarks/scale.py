"""How time and memory grow: systems through scores, trends and bands, and exports through stages.

Run by ``make benchmark``; writes ``results/benchmark/scale.csv``. Each size is a process of its
own on one core, so that its memory is what the operating system says: the largest it had up to
the end of a step, imports included. Systems are made up, with a trend of each kind, and as many
resamples as `DRAWS` says; time grows with resamples as with systems, and with both it is what the
delivered number takes. Exports take the delivered settings, as the export that leads: the file of
all models that the project carries, and made-up ones with the headers of 2026.
"""

from __future__ import annotations

import logging
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pipeline import ExportRun, settings_in
from project import RAW, ROOT

from compute_trends.common.dates import day_number
from compute_trends.fit.selection import score_systems
from compute_trends.fit.trends import fit_dataset
from compute_trends.settings.carried import with_carried
from compute_trends.settings.clean import ExportFile, Filters
from compute_trends.settings.fit import Trend
from compute_trends.tables.generated import read_table, write_table

FOLDER = ROOT / "results" / "benchmark"
SYSTEMS = (1000, 10_000, 100_000, 1_000_000)
ROWS = (10_000, 100_000)
# The least number of resamples that a config may ask for is 999.
DRAWS = 1000
# Seconds of CPU, which hardly depend on what else the machine does
LIMIT_SECONDS, LIMIT_MIB = {"systems": 30, "export": 120}, 2048
# Of ten times the systems, from 10 000 on. Before, what a process takes anyway is most of it.
LIMIT_FACTOR = 12
Row = dict[str, Any]


class Steps:
    """Time and memory of the steps of one size, as rows of the table."""

    def __init__(self, what: str, size: int) -> None:
        self.rows: list[Row] = []
        self._key = {"what": what, "size": size}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        took = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
        self.rows.append(self._key | {"step": name} | took | {"peak_mib": peak})
        print(f"{self._key['what']}, {self._key['size']}, {name}: {took['cpu_seconds']:.1f} s")


def made_up_systems(n: int) -> pd.DataFrame:
    """Systems of 16 years on a line of 0.55 OOM per year with scatter, as a fit needs them."""
    rng = np.random.default_rng(n)
    days = np.sort(rng.integers(0, 365 * 16, n))
    return pd.DataFrame(
        {
            "basis": "published",
            "dataset": "made_up",
            "system_id": [f"system-{number}" for number in range(n)],
            "domain": rng.choice(["Language", "Vision", "Games"], n),
            "day": days + day_number("2010-01-01"),
            "log_flop": 14 + 0.55 * days / 365 + rng.normal(size=n),
        }
    )


def trends() -> list[Trend]:
    """A trend of each kind, and of some of the years and systems."""
    kinds: dict[str, dict[str, Any]] = {
        "all": {},
        "regular": {"scale": "regular"},
        "large": {"scale": "large"},
        "records": {"records": {"without": []}},
        "top_10": {"records": {"without": [], "top": 10}},
        "language": {"domain": "Language"},
        "late": {"period": {"after": "2017-12-31", "through": "2025-12-31"}},
    }
    years = {"after": "2009-12-31", "through": "2025-12-31"}
    common = {"dataset": "made_up", "period": years, "scale": "all"}
    return [Trend(**({"name": name, "label": name} | common | own)) for name, own in kinds.items()]


def of_systems(size: int) -> list[Row]:
    """Scores, trends and bands of so many systems, in this process."""
    fit, steps, points = settings_in().fit, Steps("systems", size), made_up_systems(size)
    with steps.step("scores"):
        scores = score_systems(points, outliers=fit.outliers)
    with steps.step("trends and bands"):
        fitted = fit_dataset(
            scores,
            "published",
            trends(),
            outliers=fit.outliers,
            domains=fit.domains,
            intervals=fit.intervals.model_copy(update={"draws": DRAWS}),
            units=fit.units,
            seed=1,
        )
    if any(each.band["flop_ci90_low"].isna().any() for each in fitted):
        sys.exit(f"{size} systems: a trend without a band")
    return [row | {"draws": DRAWS} for row in steps.rows]


def made_up_export(rows: int) -> pd.DataFrame:
    """An export: three in five with compute, one in five with what an estimate needs."""
    rng = np.random.default_rng(rows)
    days = np.sort(rng.integers(0, 365 * 16, rows))
    # Within what is plausible in each year
    flop = 10 ** (14 + 0.55 * days / 365 + rng.normal(size=rows).clip(-3, 3))
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

    def __init__(self, export: ExportFile, folder: Path) -> None:
        super().__init__(export, settings_in())
        self.files = folder

    def __getitem__(self, name: str) -> pd.DataFrame:
        file = self.files / f"{name}.csv"
        if name not in self.tables and file.exists():
            self.tables[name] = read_table(str(file), name)
        return super().__getitem__(name)


def of_stage(export: ExportFile, size: int, stage: str, folder: Path) -> list[Row]:
    """A stage of an export, from files to files, in this process."""
    steps, run = Steps("export", size), RunInFiles(export, folder)
    with steps.step(stage):
        for name in run.STAGES[stage]:
            write_table(run[name], str(folder / f"{name}.csv"), name)
    return [row | {"draws": run.settings.fit.intervals.draws} for row in steps.rows]


def of_export(export: ExportFile, size: int) -> list[Row]:
    """Every stage of an export, each in a process of its own, as in a run."""
    with tempfile.TemporaryDirectory() as folder:
        stages = [alone(of_stage, export, size, stage, Path(folder)) for stage in ExportRun.STAGES]
    return [row for rows in stages for row in rows]


def of_exports() -> list[Row]:
    """The file of all models that the project carries, and made-up exports."""
    settings, _ = with_carried(settings_in(), str(RAW / "vintages.csv"))
    index = pd.read_csv(RAW / "vintages.csv").set_index("export")
    carried = {export.name: export for export in settings.clean.exports}
    rows: list[Row] = []
    for name, about in index[index["models"] == "all"].iterrows():
        # Every row, not those of notable models alone as in a run
        changes = {"models": "all", "filters": Filters()}
        rows += of_export(carried[str(name)].model_copy(update=changes), int(about["n_rows"]))
    for size in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/export.csv"
            made_up_export(size).to_csv(path, index=False)
            rows += of_export(ExportFile(name="made_up", path=path, date="2026-03-07"), size)
    return rows


def alone(work: Callable[..., list[Row]], *inputs: Any) -> list[Row]:
    """What a function gives in a process of its own on one core."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with get_context("spawn").Pool(1, quietly) as pool:
        return pool.apply(work, inputs)


def quietly() -> None:
    """No warnings of made-up data."""
    logging.disable(logging.WARNING)


def with_factors(rows: list[Row]) -> pd.DataFrame:
    """The table, with how often time and memory are those of the size before."""
    table = pd.DataFrame(rows)
    before = table.groupby(["what", "step"], sort=False)
    for name in ("size", "cpu_seconds", "peak_mib"):
        table[f"times_{name}"] = table[name] / before[name].shift()
    columns = ["what", "size", "step", "draws", "seconds", "cpu_seconds", "peak_mib"]
    return table[[*columns, "times_size", "times_cpu_seconds", "times_peak_mib"]]


def failures(table: pd.DataFrame) -> Iterator[str]:
    """What is not as claimed."""
    for (what, size), part in table.groupby(["what", "size"], sort=False):
        seconds, peak = part["cpu_seconds"].sum(), part["peak_mib"].max()
        limit = LIMIT_SECONDS[what]
        if seconds > limit or peak > LIMIT_MIB:
            yield f"{what}, {size}: {seconds:.0f} s and {peak:.0f} MiB, not {limit} and {LIMIT_MIB}"
    large = table[(table["size"] > 10_000) & (table["cpu_seconds"] > 1)]
    for row in large[large["times_cpu_seconds"] > LIMIT_FACTOR].itertuples():
        yield f"{row.what}, {row.step}: {row.times_cpu_seconds:.0f} times the time at {row.size}"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [row for size in SYSTEMS for row in alone(of_systems, size)]
    table = with_factors(rows + of_exports())
    table.to_csv(FOLDER / "scale.csv", index=False)
    print(table.to_string(index=False))
    if failed := list(failures(table)):
        sys.exit("; ".join(failed))
