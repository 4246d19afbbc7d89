"""Systems that are not rated: their window gives no z-score, so that they have no scale."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

import pandas as pd

from compute_trends.common.dates import Span, in_period
from compute_trends.common.vocabulary import NOT_RATED
from compute_trends.settings.fit import Trend

LOG = logging.getLogger(__name__)


def tell_unrated_of_datasets(scores: pd.DataFrame, trends: Sequence[Trend]) -> None:
    """`tell_unrated` for each dataset and basis of the scores, and the trends of the dataset."""
    for (dataset, basis), group in scores.groupby(["dataset", "basis"], sort=False):
        own = (trend for trend in trends if trend.dataset == dataset and trend.scale != "all")
        tell_unrated(group, of=f"{dataset}, {basis}", by_scale=[trend.period for trend in own])


def tell_unrated(scores: pd.DataFrame, *, of: str, by_scale: Iterable[Span]) -> None:
    """Log how many systems are not rated, and which; a warning where trends lose some by it.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `selection.score_systems`, of one dataset and basis.
    of : str
        What was scored, as the message names it.
    by_scale : iterable of Span
        Periods of the trends that hold systems of one scale only.
    """
    unrated = scores[scores["scale"] == NOT_RATED]
    if unrated.empty:
        return
    lost = pd.Series(False, index=unrated.index)
    for period in by_scale:
        lost |= in_period(unrated["day"], period)
    without = "not rated, for want of others in their window"
    LOG.info("%s: %d %s: %s", of, len(unrated), without, ", ".join(unrated["system_id"]))
    if lost.any():
        names = ", ".join(unrated.loc[lost, "system_id"])
        message = "%s: %d %s, so neither regular nor large-scale and left out of trends: %s"
        LOG.warning(message, of, int(lost.sum()), without, names)
