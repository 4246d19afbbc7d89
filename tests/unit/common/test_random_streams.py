from __future__ import annotations

import hashlib

import numpy as np
import pytest

from compute_trends.common.random_streams import random_stream


def test_streams_depend_on_seed_and_name_only() -> None:
    def draw(seed: int, name: str) -> float:
        return float(random_stream(seed, name).random())

    assert draw(1, "a") == draw(1, "a")
    assert len({draw(1, "a"), draw(1, "b"), draw(2, "a")}) == 3


@pytest.mark.parametrize(
    ("seed", "name", "first"),
    [
        (1, "a", 16_787_381_471_884_951_405),
        (20220205, "until_2009", 6_421_555_540_974_929_990),
        (20220205, "coverage Über", 17_026_179_323_695_416_490),
    ],
)
def test_a_stream_is_the_one_that_every_published_interval_was_drawn_from(
    seed: int, name: str, first: int
) -> None:
    """PCG64, seeded by the seed and the name's SHA-256 as eight 32-bit words."""
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    words = [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 32, 4)]
    raw = np.random.PCG64(np.random.SeedSequence([seed, *words])).random_raw(3).tolist()
    assert raw[0] == first
    stream = random_stream(seed, name)
    assert stream.bit_generator.random_raw(3).tolist() == raw
    # A number in [0, 1) is made of the upper 53 bits.
    assert random_stream(seed, name).random(3).tolist() == [(bits >> 11) / 2**53 for bits in raw]
