"""Cells of very many letters: none of the patterns takes them apart again and again."""

from __future__ import annotations

import re
import time

import pytest

from compute_trends.clean.export import VERSION
from compute_trends.clean.export_headers import DEPRECATED
from compute_trends.clean.export_notes import SPARSE, SPARSE_NAME, TOKENS
from compute_trends.clean.look_alikes import BETWEEN_DIGITS, JOINERS
from compute_trends.common.files import MARKUP, WEB_PAGE
from compute_trends.common.numbers import FORMULA, NEUTRAL
from compute_trends.estimate.quantities import MIXTURE
from compute_trends.tables.cells.money import BEFORE, BEHIND, OTHER
from compute_trends.tables.cells.numbers import PARTS, SUPERSCRIPT, TIMES

SEARCHED = [
    *(VERSION, DEPRECATED, MIXTURE, BETWEEN_DIGITS, JOINERS, FORMULA, NEUTRAL),
    *(BEFORE, BEHIND, OTHER, PARTS, SUPERSCRIPT, TIMES, MARKUP),
    *(re.compile(pattern, re.IGNORECASE) for pattern in (SPARSE, SPARSE_NAME, TOKENS)),
]
REPEATED = [
    "1",
    " ",
    "x",
    "1x",
    "1 ",
    "-",
    "A1",
    "(",
    "$",
    "'",
    ";",
    "=",
    "10",
    "<",
    ".",
    "⁹",
    "a ",
]
LETTERS = 30_000


@pytest.mark.parametrize("pattern", SEARCHED, ids=lambda pattern: pattern.pattern[:30])
def test_a_long_cell_takes_no_time(pattern: re.Pattern[str]) -> None:
    for one in REPEATED:
        cell = one * (LETTERS // len(one))
        for text in (cell, cell + "!"):
            start = time.process_time()
            sum(1 for _ in pattern.finditer(text))
            assert time.process_time() - start < 1, one


def test_a_long_page_is_looked_at_in_no_time() -> None:
    start = time.process_time()
    for one in REPEATED:
        WEB_PAGE.search(
            one.encode() * LETTERS if isinstance(WEB_PAGE.pattern, bytes) else one * LETTERS
        )
    assert time.process_time() - start < 1


@pytest.mark.parametrize("name", ["Mixtral 8x7B", "DBRX 16x12B", "Qwen3-30B-A3B", "a MoE"])
def test_names_of_mixtures_are_known(name: str) -> None:
    assert re.search(SPARSE_NAME, name) and MIXTURE.search(name)
