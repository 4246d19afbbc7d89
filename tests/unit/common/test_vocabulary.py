"""Every code that can reach a reader has its words."""

from __future__ import annotations

import pytest

from compute_trends.checks.claims import QUANTITIES
from compute_trends.common.vocabulary import (
    ANNOTATION_WORDS,
    CHOICE_WORDS,
    LINE_WORDS,
    MEASURED_WORDS,
    METHOD_WORDS,
    METHODS,
    NO_WINNER,
    OTHER_METHOD_WORDS,
    QUANTITY_WORDS,
    STATEMENT_WORDS,
    VALUE_WORDS,
    WINNER_WORDS,
    words_for,
)
from compute_trends.settings.render import Lines
from compute_trends.settings.specifications import CHOICES
from compute_trends.tables.dictionary import generated_table


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("compute", "method", METHOD_WORDS),
        ("robust", "method", OTHER_METHOD_WORDS),
        ("claims", "basis", MEASURED_WORDS),
        ("claims", "verdict", STATEMENT_WORDS),
    ],
)
def test_every_value_of_a_column_has_words(table: str, column: str, words: dict[str, str]) -> None:
    [field] = [field for field in generated_table(table).fields if field.name == column]
    assert set(field.enum or ()) == set(words) - ({"none"} if column == "method" else set())


def test_every_quantity_of_a_claim_has_words() -> None:
    assert set(QUANTITY_WORDS) == set(QUANTITIES)


def test_every_choice_has_words() -> None:
    assert list(CHOICE_WORDS) == CHOICES


def test_every_other_code_has_words() -> None:
    assert set(VALUE_WORDS) == {"published", "estimated", *METHODS, "geometric_mean"}
    assert {*NO_WINNER, "none"} < set(WINNER_WORDS)
    assert set(LINE_WORDS) == set(Lines.model_fields)
    assert set(ANNOTATION_WORDS) == {"error", "confirmed", "open", "unknown"}


def test_words_for_codes_that_are_numbered_or_have_none() -> None:
    assert words_for("estimated") == "re-derived"
    assert words_for("hardware_time_2") == "chips and time 2"
    assert words_for("paper_tables") == "paper tables"
