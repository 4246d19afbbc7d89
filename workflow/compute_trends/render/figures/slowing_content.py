"""What the figure of slowing or hidden shows, for the page too, which needs no tools of drawing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compute_trends.common.records import Record

# What the title of a headline says of its years, which are others here
WITH_YEARS = re.compile(r" since \d{4}$")
SLOPE = "slope_oom_per_year"


def possible(rows: Sequence[Record]) -> tuple[float, float, float, float]:
    """Ends of all growth since a date that is possible, without and with sampling."""
    slopes = [row[f"{SLOPE}_after"] for row in rows if row[f"{SLOPE}_after"] is not None]
    ends = [row[f"{SLOPE}_ci90_{end}_after"] for row in rows for end in ("low", "high")]
    every = slopes + [end for end in ends if end is not None]
    return min(slopes), max(slopes), min(every), max(every)
