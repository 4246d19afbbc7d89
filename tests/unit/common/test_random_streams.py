from __future__ import annotations

from compute_trends.common.random_streams import random_stream


def test_streams_depend_on_seed_and_name_only() -> None:
    def draw(seed: int, name: str) -> float:
        return float(random_stream(seed, name).random())

    assert draw(1, "a") == draw(1, "a")
    assert len({draw(1, "a"), draw(1, "b"), draw(2, "a")}) == 3
