"""The paper's tables from this run, and each published cell against it."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.bootstrap import resampled_lines
from compute_trends.fit.trend_numbers import (
    Growth,
    bootstrap_interval,
    interval_columns,
    interval_names,
)
from compute_trends.tables.dictionary import column_names

INTERVAL_COLUMNS = interval_names("ci95")
POINT_COLUMNS = ("n", "start_flop", "end_flop", "slope_oom_per_year", "doubling_time_months", "r2")


def round_as_printed(value: float, printed: str) -> str:
    """Write a number with the digits of a printed one: 2.93e4 like ``3e4`` gives ``3e4``."""
    mantissa, e, _ = printed.partition("e")
    decimals = len(mantissa.partition(".")[2])
    if not e:
        return f"{value:.{decimals}f}"
    digits, _, exponent = f"{value:.{decimals}e}".partition("e")
    return f"{digits}e{int(exponent)}"


def half_unit(printed: str) -> float:
    """Half a unit of the last printed digit; zero for a number without decimals, a count."""
    mantissa, e, exponent = printed.partition("e")
    decimals = len(mantissa.partition(".")[2])
    if not e and not decimals:
        return 0.0
    return float(f"5e{int(exponent or 0) - decimals - 1}")


def draw_difference(
    points: pd.DataFrame,
    *,
    bootstrap: Record,
    units: Record,
    replicates: int,
    level: float,
    rng: np.random.Generator,
) -> Growth:
    """How far the same quantile of two independent bootstrap draws lies apart.

    Parameters
    ----------
    points : pandas.DataFrame
        day, log_flop and noise_oom of the systems.
    bootstrap, units : dict
        See `fit.fit_trend`.
    replicates : int
        Independent bootstrap draws to compare.
    level : float
        Share of pairs of draws that differ by no more.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    Growth
        Differences at the quantiles of a `bootstrap_interval`: z x sqrt(2) x the
        standard deviation of the quantile over the replicates, normal z;
        infinite where a draw has no finite quantile.
    """
    samples = bootstrap["samples"]
    slopes = resampled_lines(points, bootstrap=bootstrap, rng=rng, times=replicates).slope
    draws = slopes[: slopes.size // samples * samples].reshape(-1, samples)
    bands = bootstrap_interval(draws, units=units)
    z = NormalDist().inv_cdf((1 + level) / 2)
    with np.errstate(invalid="ignore"):
        differences = [z * np.sqrt(2) * np.std(ends, axis=1, ddof=1) for ends in bands]
    return Growth(*(np.nan_to_num(difference, nan=np.inf) for difference in differences))


def check_reproduction(
    published: pd.DataFrame,
    trends: pd.DataFrame,
    points: pd.DataFrame,
    *,
    bootstrap: Record,
    units: Record,
    replicates: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Compare each published cell of tables 2 to 4 with this run.

    Parameters
    ----------
    published : pandas.DataFrame
        Raw table ``published_tables``.
    trends : pandas.DataFrame
        Table ``trends``; the basis ``published`` is compared.
    points : pandas.DataFrame
        trend, day, log_flop and noise_oom of the systems behind each trend on that basis.
    bootstrap, units : dict
        See `fit.fit_trend`.
    replicates, level : int, float
        See `draw_difference`.
    seed : int
        Seed of the run.

    Returns
    -------
    pandas.DataFrame
        Table ``reproduction``. A point value is reproduced if it rounds to the
        printed digits, an interval end if it lies within half a printed unit plus
        what two bootstrap draws differ by. A row that no released slice gives is
        not reproducible as a whole, even where a cell agrees by chance.
    """
    ours = trends[trends["basis"] == "published"].set_index(["table", "row"])
    cells: list[dict[str, Any]] = []
    for _, line in published[published["table"] > 1].iterrows():
        key = (line["table"], line["row"])
        if key not in ours.index:
            cells += _unanswered(line)
            continue
        trend = ours.loc[key]
        differences = draw_difference(
            points[points["trend"] == trend["trend"]],
            bootstrap=bootstrap,
            units=units,
            replicates=replicates,
            level=level,
            rng=random_stream(seed, f"{trend['trend']} replicates"),
        )
        of_row = _check_row(line, trend, differences)
        agrees = all(cell["verdict"] == "reproduced" for cell in of_row)
        if line["slice_found"] == "no" and not agrees:
            for cell in of_row:
                cell |= {"verdict": "not reproducible", "reason": line["note"]}
        cells += of_row
    return pd.DataFrame(cells, columns=column_names("reproduction"))


def _printed_cells(line: pd.Series) -> list[str]:
    """Columns of a published row that hold a number."""
    return [column for column in (*POINT_COLUMNS, *INTERVAL_COLUMNS) if pd.notna(line[column])]


def _unanswered(line: pd.Series) -> list[dict[str, Any]]:
    """Cells of a published row that no trend answers."""
    return [
        {
            "table": line["table"],
            "row": line["row"],
            "column": column,
            "published": line[column],
            "verdict": "not reproducible",
            "reason": "No trend of the config answers this row.",
        }
        for column in _printed_cells(line)
    ]


def _difference(rounded: str, printed: str, column: str, tolerance: float) -> str:
    """Why a cell differs, in words."""
    if column in INTERVAL_COLUMNS:
        return (
            f"Lies further from the printed {printed} than the tolerance of {tolerance:.2g}, "
            "which holds what two bootstrap draws differ by."
        )
    return f"Rounds to {rounded}, not to the printed {printed}."


def _check_row(line: pd.Series, trend: pd.Series, differences: Growth) -> list[dict[str, Any]]:
    """Cells of one published row against the trend that answers it."""
    draw_tolerance = interval_columns(differences)
    cells = []
    for column in _printed_cells(line):
        printed = line[column]
        value = float(trend[column])
        rounded = round_as_printed(value, printed)
        tolerance = half_unit(printed) + draw_tolerance.get(column, 0.0)
        if column in draw_tolerance:
            agrees = np.isfinite(tolerance) and abs(value - float(printed)) <= tolerance
        else:
            agrees = rounded == printed
        cells.append(
            {
                "table": line["table"],
                "row": line["row"],
                "column": column,
                "trend": trend["trend"],
                "published": printed,
                "ours": value,
                "ours_as_printed": rounded,
                "tolerance": tolerance,
                "verdict": "reproduced" if agrees else "differs",
                "reason": None if agrees else _difference(rounded, printed, column, tolerance),
            }
        )
    return cells
