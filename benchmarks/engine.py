"""Time and memory of the fitting engine against one regression call per resample.

Run by ``make benchmark``; writes ``results/benchmark/``. Times are the best of a few
repetitions in one process, memory is what numpy and Python allocate at most.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.linear_model import LinearRegression

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow"))

from compute_trends.loglinear import CHUNK, bootstrap_slopes, window_scores  # noqa: E402

FOLDER = ROOT / "results" / "benchmark"
NOISE = 2.0
# Systems of the paper's trends: before 2010, since late 2015, since 2010.
TRENDS = (19, 60, 77)


def trend(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Dates over ten years and compute on a line with scatter."""
    rng = np.random.default_rng(n)
    days = np.sort(rng.uniform(0, 3650, n))
    return days, 15 + 0.6 * days / 365 + rng.normal(scale=1.0, size=n)


def one_call_each(days: np.ndarray, log_flop: np.ndarray, *, samples: int) -> np.ndarray:
    """The same bootstrap with one scikit-learn regression per resample."""
    rng = np.random.default_rng(0)
    spread = np.log10(NOISE)
    slopes = []
    for _ in range(samples):
        drawn = rng.integers(len(days), size=len(days))
        values = log_flop[drawn] + rng.uniform(-spread, spread, size=len(days))
        model = LinearRegression().fit(days[drawn].reshape(-1, 1), values)
        slopes.append(model.coef_[0])
    return np.array(slopes)


def draws_alone(n: int, *, samples: int) -> None:
    """The random numbers of a bootstrap, in the engine's chunks, and nothing else."""
    systems, noise = np.random.default_rng(0).spawn(2)
    spread = np.log10(NOISE)
    for first in range(0, samples, CHUNK):
        shape = (min(CHUNK, samples - first), n)
        systems.integers(n, size=shape)
        noise.uniform(-spread, spread, size=shape)


def engine(days: np.ndarray, log_flop: np.ndarray, *, samples: int) -> np.ndarray:
    """The engine's bootstrap."""
    rng = np.random.default_rng(0)
    return bootstrap_slopes(days, log_flop, samples=samples, noise_factor=NOISE, rng=rng)


def seconds(work: Callable[[], object], repetitions: int) -> float:
    """Best wall time of a few repetitions."""
    best = np.inf
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return float(best)


def peak_mib(work: Callable[[], object]) -> float:
    """Memory that a call allocates at most, in MiB."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def measure() -> pd.DataFrame:
    """Every case, one row each."""
    rows = []
    for n in TRENDS:
        days, log_flop = trend(n)
        cases: dict[str, tuple[Callable[[], object], int]] = {
            "one scikit-learn call per resample": (
                lambda d=days, y=log_flop: one_call_each(d, y, samples=1000),
                3,
            ),
            "engine": (lambda d=days, y=log_flop: engine(d, y, samples=1000), 20),
            "random numbers alone": (lambda n=n: draws_alone(n, samples=1000), 20),
        }
        rows += [row(name, n, 1000, *case) for name, case in cases.items()]
    days, log_flop = trend(77)
    for samples in (10_000, 100_000, 1_000_000):
        repetitions = 5 if samples < 1_000_000 else 2
        rows.append(
            row(
                "engine",
                77,
                samples,
                lambda s=samples: engine(days, log_flop, samples=s),
                repetitions,
            )
        )
        rows.append(
            row(
                "random numbers alone",
                77,
                samples,
                lambda s=samples: draws_alone(77, samples=s),
                repetitions,
            )
        )
    for n in (100, 1000, 10_000, 100_000, 1_000_000):
        dates, values = trend(n)
        rows.append(
            row(
                "z-scores",
                n,
                None,
                lambda d=dates, v=values: window_scores(d, v, window_days=364),
                5,
            )
        )
    return pd.DataFrame(rows)


def row(
    name: str, n: int, samples: int | None, work: Callable[[], object], repetitions: int
) -> dict[str, object]:
    """Time and memory of one case."""
    return {
        "work": name,
        "systems": n,
        "resamples": samples,
        "seconds": seconds(work, repetitions),
        "peak_mib": peak_mib(work),
    }


def compared(table: pd.DataFrame) -> pd.DataFrame:
    """The engine against the other two, where they did the same work."""
    wide = table[table["work"] != "z-scores"].pivot_table(
        index=["systems", "resamples"], columns="work", values="seconds"
    )
    return pd.DataFrame(
        {
            "times_faster_than_scikit_learn": wide["one scikit-learn call per resample"]
            / wide["engine"],
            "times_the_random_numbers": wide["engine"] / wide["random numbers alone"],
        }
    ).reset_index()


def draw(table: pd.DataFrame) -> Figure:
    """Time and memory against size."""
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    for axes, column, label in zip(
        figure.subplots(1, 2),
        ("seconds", "peak_mib"),
        ("Wall time (s)", "Peak memory (MiB)"),
        strict=True,
    ):
        resampled = table[(table["systems"] == 77) & table["resamples"].notna()]
        for name, group in resampled.groupby("work"):
            axes.plot(group["resamples"], group[column], marker="o", label=f"{name}, 77 systems")
        scores = table[table["work"] == "z-scores"]
        axes.plot(scores["systems"], scores[column], marker="s", label="z-scores")
        axes.set(xscale="log", yscale="log", xlabel="Resamples, or systems", ylabel=label)
    figure.axes[0].legend(frameon=False, fontsize=8)
    return figure


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    measured = measure()
    measured.to_csv(FOLDER / "engine.csv", index=False)
    ratios = compared(measured)
    ratios.to_csv(FOLDER / "compared.csv", index=False)
    draw(measured).savefig(FOLDER / "engine.svg")
    print(measured.to_string(index=False))
    print(ratios.to_string(index=False))
