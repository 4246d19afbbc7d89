"""How far long work is, for the log of a job."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
# Seconds between two lines of the log
EVERY = 10.0


def with_progress(
    items: Sequence[Item],
    what: str,
    log: logging.Logger,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Item]:
    """Yield items, and log how many are done where ten seconds passed since the last line.

    Parameters
    ----------
    what : str
        What the items are, in the plural.
    clock : callable
        Seconds since any moment.
    """
    start = told = clock()
    for done, item in enumerate(items):
        now = clock()
        if now - told >= EVERY:
            log.info("%d of %d %s after %.0f s", done, len(items), what, now - start)
            told = now
        yield item
