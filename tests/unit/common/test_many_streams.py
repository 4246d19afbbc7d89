"""Very many streams at once: the numbers that numpy gives one stream after another."""

from __future__ import annotations

import numpy as np
import pytest

from compute_trends.common.many_streams import ManyStreams
from compute_trends.common.random_streams import random_stream

NAMES = ["", "GPT-3", "résumé", *(f"system-{number}" for number in range(40))]


@pytest.mark.parametrize("seed", [0, 20220311, 2**32, 2**70 + 5])
def test_each_stream_is_that_of_numpy(seed: int) -> None:
    streams = ManyStreams(seed, NAMES)
    made = np.concatenate([streams.words(count, slice(None)) for count in (8, 4, 40)])
    alone = [
        random_stream(seed, name).integers(2**16, size=len(made), dtype=np.uint16) for name in NAMES
    ]
    np.testing.assert_array_equal(made.T, alone)


def test_some_streams_go_on_without_the_others() -> None:
    streams, together = ManyStreams(3, NAMES), ManyStreams(3, NAMES).words(8, slice(None))
    first = streams.words(8, slice(0, 5))
    rest = streams.words(8, slice(5, None))
    np.testing.assert_array_equal(np.hstack([first, rest]), together)
