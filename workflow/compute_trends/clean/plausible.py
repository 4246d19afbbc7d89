"""Values beyond the limits of the config, which are more likely slips."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.dates import months_before
from compute_trends.common.problems import Problem
from compute_trends.settings.clean import Plausible

UNLESS = "; if it is right, change clean.plausible.{} in config.yaml"
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
        (days < pd.Timestamp(first), f"at least {first}" + UNLESS.format("published_from")),
        (days > pd.Timestamp(last), f"at most {last}" + UNLESS.format("published_through")),
    )
    return [
        Problem(file, int(str(row)), str(days.name), day, expected)
        for wrong, expected in beyond
        for row, day in days[wrong].dt.strftime("%Y-%m-%d").items()
    ]
