"""Each cell of the paper's tables held against this run."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.paper_method import (
    INTERVAL_COLUMNS,
    interval_columns,
    paper_interval,
    paper_lines,
)
from compute_trends.fit.selection import join_members
from compute_trends.fit.trend_numbers import Growth
from compute_trends.settings.fit import PaperMethod, Reproduction, Units
from compute_trends.tables.dictionary import typed

# Numbers that do not depend on random draws, and those that do
POINT_COLUMNS = ("n", "start_flop", "end_flop", "slope_oom_per_year", "doubling_time_months", "r2")
LOST = {"verdict": "not reproducible"}
NO_TREND = LOST | {"reason": "No trend of the config answers this row."}


def check_reproduction(
    published_tables: pd.DataFrame,
    trends: pd.DataFrame,
    paper_intervals: pd.DataFrame,
    members: pd.DataFrame,
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    *,
    reproduction: Reproduction,
    paper_method: PaperMethod,
    units: Units,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Hold each published cell of tables 2 to 4 and 6 to 9 against this run.

    Parameters
    ----------
    published_tables, trends, paper_intervals, members, systems, compute : pandas.DataFrame
        Tables of these names, the first a raw one; the basis ``published`` is compared. The
        other parameters are sections of ``fit`` in config.yaml, and the seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Table ``reproduction``. A point value is reproduced if it rounds to the
        printed digits, an interval end if it lies within half a printed unit plus
        what two bootstrap draws differ by (see `draw_difference`). A row that no released slice
        gives is not reproducible as a whole, even where a cell agrees by chance.
    """
    points = join_members(members[members["basis"] == "published"], systems, compute)
    ours = trends.merge(paper_intervals, on=["trend", "basis"])
    ours = ours[ours["basis"] == "published"].set_index(["table", "row"])
    cells: list[Record] = []
    for _, line in published_tables[published_tables["table"] > 1].iterrows():
        key = (line["table"], line["row"])
        if key not in ours.index:
            cells += [cell | NO_TREND for cell in _printed_cells(line)]
            continue
        trend = ours.loc[key]
        of_trend = points[points["trend"] == trend["trend"]]
        rng = random_stream(seed, f"{trend['trend']} replicates")
        differences = draw_difference(
            of_trend, reproduction=reproduction, method=paper_method, units=units, rng=rng
        )
        cells += _check_row(line, trend, differences)
    return {"reproduction": typed(pd.DataFrame(cells), "reproduction")}


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
    reproduction: Reproduction,
    method: PaperMethod,
    units: Units,
    rng: np.random.Generator,
) -> Growth:
    """Distance between the same quantiles of two independent bootstrap draws.

    At the quantiles of a `paper_interval`: z x sqrt(2) x the standard deviation of the
    quantile over the replicates, normal z; infinite where a draw has no finite quantile.
    """
    times, samples = reproduction.replicates, method.samples
    slopes = paper_lines(points, method=method, rng=rng, times=times).slope
    draws = slopes[: slopes.size // samples * samples].reshape(-1, samples)
    intervals = paper_interval(draws, units=units)
    z = NormalDist().inv_cdf((1 + reproduction.level) / 2)
    with np.errstate(invalid="ignore"):
        differences = [z * np.sqrt(2) * np.std(ends, axis=1, ddof=1) for ends in intervals]
    return Growth(*(np.nan_to_num(difference, nan=np.inf) for difference in differences))


def _printed_cells(line: pd.Series) -> list[Record]:
    """Cells of a published row that hold a number, without a verdict."""
    key = {"table": line["table"], "row": line["row"]}
    columns = [name for name in (*POINT_COLUMNS, *INTERVAL_COLUMNS) if pd.notna(line[name])]
    return [key | {"column": column, "published": line[column]} for column in columns]


def _check_row(line: pd.Series, trend: pd.Series, differences: Growth) -> list[Record]:
    """Cells of one published row against the trend that answers it."""
    tolerances = interval_columns(differences)
    cells = []
    for cell in _printed_cells(line):
        column, printed = cell["column"], cell["published"]
        check = _check_cell(printed, float(trend[column]), tolerances.get(column))
        cells.append(cell | {"trend": trend["trend"]} | check)
    agrees = all(cell["verdict"] == "reproduced" for cell in cells)
    if line["slice_found"] == "no" and not agrees:
        return [cell | LOST | {"reason": line["note"]} for cell in cells]
    return cells


def _check_cell(printed: str, value: float, of_draws: float | None) -> Record:
    """Value of this run against a printed one; ``of_draws`` is what two draws differ by."""
    rounded = round_as_printed(value, printed)
    tolerance = half_unit(printed) + (of_draws or 0.0)
    if of_draws is None:
        agrees = rounded == printed
        reason = f"Rounds to {rounded}, not to the printed {printed}."
    elif not np.isfinite(tolerance):
        agrees = False
        reason = f"Some bootstrap runs give no such end to compare with the printed {printed}."
    else:
        agrees = abs(value - float(printed)) <= tolerance
        reason = (
            f"Differs from the printed {printed} by more than {tolerance:.2g}, "
            "which is what two bootstrap runs differ by."
        )
    return {
        "ours": value,
        "ours_as_printed": rounded,
        "tolerance": tolerance,
        "verdict": "reproduced" if agrees else "differs",
        "reason": None if agrees else reason,
    }
