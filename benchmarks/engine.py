"""Time and memory of the fitting engine against one regression call per resample.

Run by ``make benchmark``; writes ``results/benchmark/``. Times are the best of a few
repetitions in one process, memory is what numpy and Python allocate at most.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from pipeline import PaperRun, settings_in
from project import ROOT
from sklearn.linear_model import LinearRegression

from compute_trends.fit.loglinear import CHUNK, bootstrap_lines, window_scores
from compute_trends.fit.selection import join_members

FOLDER = ROOT / "results" / "benchmark"
NOISE = 2.0
# Before 2010, since late 2015, since 2010: 19, 60 and 77 systems as delivered.
TRENDS = ("until_2009", "from_2015_regular", "from_2010_regular")
REPETITIONS = 5


def paper_trends() -> list[tuple[np.ndarray, np.ndarray]]:
    """Dates and compute of the paper's trends."""
    run = PaperRun(settings_in())
    points = join_members(run["members"], run["systems"], run["compute"])
    points = points[points["basis"] == "published"]
    groups = [points[points["trend"] == trend] for trend in TRENDS]
    return [(group["day"].to_numpy(float), group["log_flop"].to_numpy()) for group in groups]


def made_up(n: int) -> tuple[np.ndarray, np.ndarray]:
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
    return bootstrap_lines(days, log_flop, samples=samples, noise_factor=NOISE, rng=rng).slope


def seconds(work: Callable[[], object]) -> float:
    """Best wall time of a few repetitions, as many for every case."""
    best = np.inf
    for _ in range(REPETITIONS):
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
    trends = paper_trends()
    for days, log_flop in trends:
        n = len(days)
        cases: dict[str, Callable[[], object]] = {
            "one scikit-learn call per resample": (
                lambda d=days, y=log_flop: one_call_each(d, y, samples=1000)
            ),
            "engine": lambda d=days, y=log_flop: engine(d, y, samples=1000),
            "random numbers alone": lambda n=n: draws_alone(n, samples=1000),
        }
        rows += [row(name, n, 1000, work) for name, work in cases.items()]
    days, log_flop = trends[-1]
    n = len(days)
    for samples in (10_000, 100_000, 1_000_000):
        rows.append(row("engine", n, samples, lambda s=samples: engine(days, log_flop, samples=s)))
        rows.append(
            row("random numbers alone", n, samples, lambda s=samples: draws_alone(n, samples=s))
        )
    for n in (100, 1000, 10_000, 100_000, 1_000_000):
        dates, values = made_up(n)
        rows.append(
            row(
                "z-scores",
                n,
                None,
                lambda d=dates, v=values: window_scores(d, v, window_days=364),
            )
        )
    return pd.DataFrame(rows)


def row(name: str, n: int, samples: int | None, work: Callable[[], object]) -> dict[str, object]:
    """Time and memory of one case."""
    return {
        "work": name,
        "systems": n,
        "resamples": samples,
        "seconds": seconds(work),
        "peak_mib": peak_mib(work),
    }


def compared(table: pd.DataFrame) -> pd.DataFrame:
    """Seconds of the same work by each, and the engine against the others."""
    wide = table[table["work"] != "z-scores"].pivot_table(
        index=["systems", "resamples"], columns="work", values="seconds"
    )
    wide["times faster than scikit-learn"] = (
        wide["one scikit-learn call per resample"] / wide["engine"]
    )
    wide["times the random numbers"] = wide["engine"] / wide["random numbers alone"]
    return wide.reset_index()


def draw(table: pd.DataFrame) -> Figure:
    """Time and memory against size."""
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    for axes, column, label in zip(
        figure.subplots(1, 2),
        ("seconds", "peak_mib"),
        ("Wall time (s)", "Peak memory (MiB)"),
        strict=True,
    ):
        resampled = table[table["resamples"].notna()]
        most = resampled["systems"].max()
        for name, group in resampled[resampled["systems"] == most].groupby("work"):
            label_of = f"{name}, {most} systems"
            axes.plot(group["resamples"], group[column], marker="o", label=label_of)
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
