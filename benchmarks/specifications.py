"""Time and memory of up to a million specifications, against one product and against loops.

Run by ``make benchmark``; writes ``results/benchmark/specifications.csv`` and ``estimators.csv``.
The specifications are all combinations of choices on the newest vintage that the project carries.
Their members are fixed: systems are scored once, not anew in each resample; a smaller factorial
of rules that select by compute repeats the selection. Each number of specifications is a process
of its own, so that its memory is what the operating system says.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd
from pipeline import ExportRun, settings_in
from project import RAW, ROOT
from scipy.optimize import linprog
from scipy.stats import linregress, theilslopes

from compute_trends.checks.specifications import fit_specifications
from compute_trends.clean.export import VERSION, is_fine_tune
from compute_trends.common.dates import day_number
from compute_trends.common.shards import WHOLE
from compute_trends.fit.export import export_scores
from compute_trends.fit.intervals import system_counts
from compute_trends.fit.robust_sets import least_absolute_slopes, theil_sen_slopes
from compute_trends.fit.set_lines import SetLines, set_lines
from compute_trends.fit.sets import crossed_sets
from compute_trends.settings.carried import with_carried
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.settings.specifications import Choices

FOLDER = ROOT / "results" / "benchmark"
SIZES = (1000, 10_000, 100_000, 1_000_000)
DRAWS = 1000
# A linear algebra of one thread each, so that they do not wait for each other
WORKERS = min(2, os.cpu_count() or 1)
LIMIT_GIB, LIMIT_RATIO, LEAST_SETS = 2.0, 8.0, 200_000
# Slower only warns: it depends on the machine.
TARGET_SECONDS = {10_000: 1.0, 1_000_000: 60.0}
# Of 10 000 specifications whose systems are selected anew
RESELECTED_SECONDS = 10.0
# Calls of scipy that are timed, of each kind
SAMPLED = {"linregress": 2000, "theilslopes": 100, "linprog": 40}


def newest_run() -> tuple[ExportRun, Settings, ExportFile]:
    """The newest vintage taken through the stages, the settings, and its record in them."""
    settings, _ = with_carried(settings_in(), str(RAW / "vintages.csv"))
    export = settings.clean.exports[-1]
    return ExportRun(export, settings), settings, export


def newest_vintage() -> tuple[pd.DataFrame, int]:
    """Scored systems of the newest vintage with what it states of them, and its day."""
    run, settings, export = newest_run()
    scores = export_scores(
        run["systems"], run["compute"], export=export, outliers=settings.fit.outliers
    )
    names = run["systems"][["system_id", "system"]]
    attributes = run["export_attributes"]
    systems = scores.merge(attributes, on="system_id").merge(names, on="system_id")
    return systems.sort_values("day", kind="stable"), day_number(export.date)


def choices_of(systems: pd.DataFrame, vintage: int) -> dict[str, np.ndarray]:
    """Systems that each option of each choice keeps; a million combinations."""
    day, z = systems["day"].to_numpy(), systems["z_score"].to_numpy()
    every = np.ones(day.size, dtype=bool)

    def lists(column: str, name: str) -> np.ndarray:
        return systems[column].fillna("").str.contains(name, regex=False).to_numpy(dtype=bool)

    family = systems["system"].str.replace(VERSION, "", regex=True)
    starts = [day_number(f"{year}-{month:02}-01") for year in range(2007, 2020) for month in (1, 7)]
    choices = {
        "start": [day >= start for start in starts[:25]],
        "months dropped": [day <= vintage - 30 * months for months in range(20)],
        "domain": [
            every,
            *(lists("domain", name) for name in ("Language", "Vision")),
            *(~lists("domain", name) for name in ("Games", "Biology")),
        ],
        "fine-tunes": [every, ~is_fine_tune(systems).to_numpy(dtype=bool)],
        "large scale": [every, *(~(z > high) for high in (0.54, 0.6, 0.76, 1.0))],
        "low outliers": [every, ~(z < -2)],
        "country": [
            every,
            *(lists("countries", name) for name in ("United States", "China")),
            *(~lists("countries", name) for name in ("United States", "China")),
        ],
        "confidence": [every, (systems["confidence"] != "Speculative").to_numpy(dtype=bool)],
        "versions": [every, ~family.duplicated().to_numpy(dtype=bool)],
    }
    return {name: np.array(options) for name, options in choices.items()}


def crossed(choices: dict[str, np.ndarray], size: int) -> tuple[np.ndarray, np.ndarray]:
    """Distinct sets of the first so many combinations, and which each has; periods vary first."""
    taken, total = [], 1
    for options in choices.values():
        options = options[: max(1, size // total)]
        taken.append(options)
        total *= len(options)
    return crossed_sets(taken[::-1])


class Case:
    """Arrays that every process gets."""

    def __init__(self, systems: pd.DataFrame, vintage: int) -> None:
        self.days = systems["day"].to_numpy(dtype=float)
        self.log_flop = systems["log_flop"].to_numpy()
        self.counts = system_counts(systems["system_id"].tolist(), draws=DRAWS, seed=1)
        self.choices = choices_of(systems, vintage)

    def lines(self, sets: np.ndarray, which: np.ndarray, workers: int = WORKERS) -> SetLines:
        """Lines and intervals of every specification."""
        lines = set_lines(self.days, self.log_flop, sets, self.counts, workers=workers)
        return SetLines(*(column[which] for column in lines))

    def product(self, sets: np.ndarray) -> float:
        """Seconds of CPU of one product of counts and masks, in slices that fit in memory."""
        counts, took, rows = self.counts.astype(float), 0.0, min(20_000, len(sets))
        # Once beforehand, as memory that is used for the first time costs more
        out = counts @ sets[:rows].T.astype(float)
        for first in range(0, len(sets), rows):
            some = np.ascontiguousarray(sets[first : first + rows].T.astype(float))
            start = time.process_time()
            np.matmul(counts, some, out=out[:, : some.shape[1]])
            took += time.process_time() - start
        return took


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Wall time of a call, and what it gives."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def factorial(case: Case, size: int) -> dict[str, float]:
    """Time and memory of so many specifications, in this process, and of one product.

    The ratio is of seconds of CPU, which hardly depend on what else the machine does.
    """
    start = time.process_time()
    crossing, (sets, which) = seconds(lambda: crossed(case.choices, size))
    fitting, lines = seconds(lambda: case.lines(sets, which))
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    product = case.product(sets)
    return {
        "specifications": len(which),
        "sets": len(sets),
        "without_interval": int((lines.reason != 0).sum()),
        "seconds": crossing + fitting,
        "cpu_seconds": cpu,
        "peak_gib": peak,
        "product_cpu_seconds": product,
        "times_the_product": cpu / product,
    }


def regression_loop(case: Case) -> float:
    """Seconds of CPU of one `scipy.stats.linregress`, of random specifications and resamples."""
    sets, _ = crossed(case.choices, SIZES[-1])
    rng = np.random.default_rng(2)
    rows = rng.choice(np.flatnonzero(sets.sum(axis=1) >= 8), 20, replace=False)
    drawn = rng.choice(DRAWS, SAMPLED["linregress"] // rows.size, replace=False)
    total = 0.0
    for row in rows:
        inside = sets[row]
        lines = set_lines(case.days, case.log_flop, sets[[row]], case.counts[drawn])
        x, y, counts = case.days[inside], case.log_flop[inside], case.counts[drawn][:, inside]
        start = time.process_time()
        slopes = [linregress(np.repeat(x, c), np.repeat(y, c)).slope for c in counts]
        total += time.process_time() - start
        if not np.isclose(np.std(slopes, ddof=1), lines.sd[0], rtol=1e-6):
            sys.exit(f"other slopes than those of scipy, in set {row}")
    return total / (rows.size * drawn.size)


def least_absolute_program(x: np.ndarray, y: np.ndarray) -> float:
    """Slope of least absolute deviations as a linear program."""
    n = x.size
    lines = np.column_stack([np.ones(n), x - x.mean(), np.eye(n), -np.eye(n)])
    cost = np.concatenate([[0, 0], np.ones(2 * n)])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * n)
    return float(linprog(cost, A_eq=lines, b_eq=y, bounds=bounds).x[1])


def estimators(case: Case) -> pd.DataFrame:
    """Time of 10 000 specifications by other estimators, and of a loop of scipy, scaled."""
    sets, which = crossed(case.choices, 10_000)
    chosen = np.random.default_rng(3).permutation(len(which))
    rows = []
    for name, slopes_of, loop, loop_of in (
        ("Theil-Sen", theil_sen_slopes, "theilslopes", lambda x, y: theilslopes(y, x).slope),
        ("least absolute", least_absolute_slopes, "linprog", least_absolute_program),
    ):
        took, slopes = seconds(lambda: slopes_of(case.days, case.log_flop, sets))
        some = which[chosen[: SAMPLED[loop]]]
        loop_took, others = seconds(
            lambda: [loop_of(case.days[sets[one]], case.log_flop[sets[one]]) for one in some]
        )
        if not np.allclose(slopes[some], others, rtol=0, atol=1e-6):
            sys.exit(f"other slopes than those of scipy {loop}")
        rows.append(
            {
                "work": name,
                "specifications": len(which),
                "sets": len(sets),
                "seconds": took,
                "loop": f"scipy {loop}, {len(some)} timed",
                "loop_seconds": loop_took / len(some) * len(which),
            }
        )
    return pd.DataFrame(rows)


def reselected() -> pd.DataFrame:
    """Time of 10 000 specifications whose systems each resample selects anew, by least squares."""
    run, settings, export = newest_run()
    starts = [f"{year}-12-31" for year in (2009, 2011, 2013, 2015, 2017)]
    values: dict[str, list[Any]] = {
        "start": starts,
        "end": ["vintage", *(f"vintage-{months}" for months in range(1, 13))],
        "population": ["regular", "large", "records", *(f"top_{top}" for top in (3, 5, 10, 20))],
        "low_outliers": ["keep", "drop"],
        "high_z": [0.54, 0.6, 0.76],
        "window_days": [364, 547],
        "fine_tunes": ["keep", "drop"],
    }
    choices = Choices(
        **{
            name: [{"value": value, "why": "benchmark"} for value in each]
            for name, each in values.items()
        }
    )
    update = {"headlines": {"all": choices}, "draws": DRAWS}
    fit = settings.fit
    tables = [[None, run["systems"]], [None, run["compute"]], [run["export_attributes"]]]
    took, lines = seconds(
        lambda: fit_specifications(
            None,
            *tables,
            part=WHOLE,
            specifications=fit.specifications.model_copy(update=update),
            exports=[export],
            classes=settings.estimate.uncertainty.classes,
            fits=fit.exports,
            datasets=fit.datasets,
            outliers=fit.outliers,
            intervals=fit.intervals,
            seed=settings.seed,
        )
    )
    keys = lines["all.set_key"]
    row = {"specifications": keys.size, "sets": np.unique(keys[keys != 0]).size, "seconds": took}
    return pd.DataFrame([{"work": "selection repeated"} | row])


def alone(work: Callable[..., Any], *inputs: Any) -> Any:
    """What a function gives in a process of its own, whose linear algebra has one thread."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, inputs)


def failures(table: pd.DataFrame) -> list[str]:
    """What is not as claimed of the largest factorial; prints what is only slower."""
    largest = table.iloc[-1]
    for size, target in TARGET_SECONDS.items():
        took = table.loc[table["specifications"] == size, "seconds"].iloc[0]
        if took > target:
            print(f"WARNING: {size} specifications took {took:.1f} s, more than {target:.0f} s")
    checks = {
        f"more than {LIMIT_GIB:g} GiB": table["peak_gib"].max() > LIMIT_GIB,
        f"more than {LIMIT_RATIO:g} times one product": largest["times_the_product"] > LIMIT_RATIO,
        f"fewer than {LEAST_SETS} sets": largest["sets"] < LEAST_SETS,
    }
    return [message for message, fails in checks.items() if fails]


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    case = Case(*newest_vintage())
    table = pd.DataFrame([alone(factorial, case, size) for size in SIZES])
    call = alone(regression_loop, case)
    table["loop_cpu_seconds"] = call * table["specifications"] * DRAWS
    table["times_faster"] = table["loop_cpu_seconds"] / table["cpu_seconds"]
    others = alone(estimators, case)
    others["times_faster"] = others["loop_seconds"] / others["seconds"]
    again = alone(reselected)
    if (each := 10_000 * again["seconds"][0] / again["specifications"][0]) > RESELECTED_SECONDS:
        print(f"WARNING: 10 000 with selection repeated took {each:.1f} s")
    others = pd.concat([others, again], ignore_index=True)
    table.to_csv(FOLDER / "specifications.csv", index=False)
    others.to_csv(FOLDER / "estimators.csv", index=False)
    print(
        f"Specifications of fixed members, {DRAWS} resamples each, {WORKERS} workers; loop: "
        f"scipy.stats.linregress, {SAMPLED['linregress']} of its calls timed and scaled"
    )
    print(table.to_string(index=False))
    print(others.to_string(index=False))
    if failed := failures(table):
        sys.exit("; ".join(failed))
