"""Fits of the real data by the modules that know arrays only; quick to start, prints JSON.

For processes in which numpy and its BLAS take the processor for another kind.
"""

from __future__ import annotations

import contextlib
import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from compute_trends.common.rounding import nine_digits
from compute_trends.fit.breaks import search
from compute_trends.fit.gaps import sort_dates
from compute_trends.fit.intervals import interval, system_counts
from compute_trends.fit.loglinear import fit_line, window_scores
from compute_trends.fit.populations import Search, fit_models
from compute_trends.fit.procedure import Pool, Procedure, selected_lines
from compute_trends.fit.robust_lines import least_absolute_slope, theil_sen_slope
from compute_trends.run.machine import machine

ANNOTATIONS = Path(__file__).parents[1] / "data" / "raw" / "annotations.csv"
WINDOW = 365.0


def points() -> tuple[np.ndarray, np.ndarray]:
    """Day numbers in order and log10 FLOP of the annotations that have both."""
    found = []
    with ANNOTATIONS.open(encoding="utf-8", newline="") as file, contextlib.suppress(KeyError):
        for row in csv.DictReader(file):
            with contextlib.suppress(ValueError):
                day = datetime.strptime(row["publication_date"], "%d/%m/%Y").toordinal()
                found.append((float(day), float(row["training_compute_flop"])))
    days, flop = np.array(sorted(found)).T
    return days, np.log10(flop)


def fits() -> dict[str, Any]:
    """``selected`` must be equal on every processor, ``closed`` and ``iterated`` nearly so."""
    days, values = points()
    pool, every = Pool(days, values, WINDOW), np.full(days.size, True)
    names = [f"system {place}" for place in range(days.size)]
    counts = system_counts(names, draws=499, seed=1)
    kinds = {"all": -2.0, "regular": -2.0, "large": -np.inf}
    procedures = [
        Procedure(every, days > days[50], every, low_z=low, scale=scale, high_z=0.76)
        for scale, low in kinds.items()
    ] + [Procedure(every, every, every, top=10)]
    lines = selected_lines(pool, procedures, counts)
    ends = [interval(days, line.slope, least_systems=8)[:2] for line in lines]
    _, z = window_scores(days, values, window_days=WINDOW)
    line = fit_line(days, values)
    rng = np.random.default_rng(1)
    models = fit_models(days, values, search=Search(starts=8, least_share=0.1), rng=rng)
    breaks = {
        kind: search(sort_dates(days), values[np.newaxis], kind=kind, most=2, least=8)
        for kind in ("discontinuous", "continuous")
    }
    robust = [theil_sen_slope(days, values), least_absolute_slope(days, values)]
    return {
        "machine": machine(),
        "selected": {
            "large": np.flatnonzero(nine_digits(z) > 0.76).tolist(),
            "without a line": [int(np.isnan(line.slope).sum()) for line in lines],
            "breaks": {kind: found.places.tolist() for kind, found in breaks.items()},
        },
        "closed": [*line, *robust, *z, *(slope for line in lines for slope in line.slope[:50])],
        "iterated": [*np.ravel(ends), *(float(each[0]) for each in models.loglik.values())],
    }


if __name__ == "__main__":
    print(json.dumps(fits()))
