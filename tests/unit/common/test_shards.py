"""Parts of numbered work: each number in one of them, and gathered in their order."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compute_trends.common.progress import EVERY, with_progress
from compute_trends.common.shards import WHOLE, Part, gather


@given(st.integers(0, 200), st.integers(1, 40))
def test_each_number_is_in_one_part_and_parts_are_of_a_size(total: int, of: int) -> None:
    parts = [Part(number, of).numbers(total) for number in range(1, of + 1)]
    assert [number for part in parts for number in part] == list(range(total))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert WHOLE.numbers(total) == range(total)


def test_parts_have_the_names_that_snakemake_gives_them() -> None:
    assert Part.named("3-of-16") == Part(3, 16)


@pytest.mark.parametrize("of", [1, 3, 7])
def test_rows_are_gathered_in_order_of_their_numbers(of: int) -> None:
    rows = np.random.default_rng(of).normal(size=(20, 3))
    parts = {Part(k, of): {"a": rows[Part(k, of).numbers(20)]} for k in range(of, 0, -1)}
    assert gather(parts)["a"].tobytes() == rows.tobytes()


@pytest.mark.parametrize("parts", [[], [(1, 3), (3, 3)], [(1, 2), (2, 3)], [(2, 2)], [(1, 2)]])
def test_what_is_not_the_whole_is_not_gathered(parts: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="are not all parts"):
        gather({Part(*part): {"a": np.zeros(1)} for part in parts})


def test_long_work_is_told_of_every_ten_seconds(caplog: pytest.LogCaptureFixture) -> None:
    log, seconds = logging.getLogger("compute_trends.test"), iter(range(0, 1000, 4))
    with caplog.at_level(logging.INFO):
        items = list(with_progress(list("abcdef"), "worlds", log, clock=lambda: next(seconds)))
    assert items == list("abcdef") and EVERY == 10
    # The clock ticks once before, and then before each item.
    assert caplog.messages == ["2 of 6 worlds after 12 s", "5 of 6 worlds after 24 s"]
