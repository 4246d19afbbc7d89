"""Values that no system of their years has, which are more likely slips."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from compute_trends.common.dates import months_before
from compute_trends.common.numbers import as_written
from compute_trends.common.problems import Problem
from compute_trends.settings.clean import Plausible

IF_RIGHT = "if it is right, change clean.plausible.{} in config.yaml"
# ASSUME: a date so much later than the file is no announcement and no wrong day of the download
MONTHS_AHEAD = 60


def implausible_dates(
    days: pd.Series, plausible: Plausible, file: str, *, vintage: str | None = None
) -> list[Problem]:
    """Problems of dates beyond the limits.

    Parameters
    ----------
    days : pandas.Series of datetime64
        Dates of a column; the index is the row of the file.
    plausible : Plausible
        The limits.
    file : str
        File to name in messages.
    vintage : str, optional
        Day y-m-d of an export: it may be newer than the upper limit, and hold what is still
        to come, which is left out with a reason of its own.
    """
    first, last = plausible.published_from, plausible.published_through
    if vintage:
        last = max(last, months_before(vintage, -MONTHS_AHEAD))
    beyond = (
        (days < pd.Timestamp(first), f"at least {first}; " + IF_RIGHT.format("published_from")),
        (days > pd.Timestamp(last), f"at most {last}; " + IF_RIGHT.format("published_through")),
    )
    return [
        Problem(file, int(str(row)), str(days.name), day, expected)
        for wrong, expected in beyond
        for row, day in days[wrong].dt.strftime("%Y-%m-%d").items()
    ]


def implausible(
    rows: pd.DataFrame, plausible: Plausible, file: str, *, notable: bool
) -> list[Problem]:
    """Problems of training compute and parameters beyond the limits of the config.

    Parameters
    ----------
    rows : pandas.DataFrame
        publication_date, training_compute_flop and parameters of systems; the index is the row
        of the ``file`` that messages name.
    plausible : Plausible
        The limits. Those of years hold for rows with a date.
    notable : bool
        Whether the systems are notable ones, of which none is small.
    """
    flop, most = rows["training_compute_flop"], plausible.training_compute_flop
    expected = f"at most {most}; {IF_RIGHT.format('training_compute_flop')}"
    large = flop > float(most)
    problems = [_problem(flop, row, expected, file) for row in rows.index[large]]
    if plausible.since:
        problems += _beyond_those_of_their_years(rows[~large], plausible, file, notable=notable)
    return problems


def _beyond_those_of_their_years(
    rows: pd.DataFrame, plausible: Plausible, file: str, *, notable: bool
) -> Iterator[Problem]:
    """Yield problems of values beyond the limits that hold from a year on."""
    since = plausible.since
    place = np.searchsorted(
        [each.year for each in since], rows["publication_date"].dt.year, "right"
    )
    rows, place = rows[place > 0], place[place > 0] - 1
    least_flop = [each.least_notable_flop if notable else each.least_flop for each in since]
    for column, least, most in (
        ("training_compute_flop", least_flop, [each.most_flop for each in since]),
        ("parameters", [1.0] * len(since), [each.most_parameters for each in since]),
    ):
        values = rows[column].to_numpy(dtype=float)
        for wrong, limits, word in (
            ((values > 0) & (values < np.array(least)[place]), least, "at least"),
            (values > np.array(most)[place], most, "at most"),
        ):
            for row, which in zip(rows.index[wrong], place[wrong], strict=True):
                of = f"a {'notable ' if notable else ''}system dated since {since[which].year}"
                if which + 1 < len(since):
                    of += f" and before {since[which + 1].year}"
                key = IF_RIGHT.format(f"since[{which}]")
                expected = f"{word} {limits[which]:g} for {of}; {key}"
                yield _problem(rows[column], row, expected, file)


def _problem(values: pd.Series, row: int, expected: str, file: str) -> Problem:
    """Problem of a cell of a column."""
    return Problem(file, int(row), str(values.name), as_written(values.at[row]), expected)
