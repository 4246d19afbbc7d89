"""Names of systems, organizations and people."""

from __future__ import annotations

import csv
import re
import unicodedata

import pandas as pd

from compute_trends.tables.cells.columns import INVISIBLE


def tidy(text: str) -> str:
    """Text with composed accents, single blanks for white space, and no sign that nobody sees."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(INVISIBLE))
    return " ".join(text.split())


def split_names(text: str, *, people: bool) -> list[str]:
    """Names in a list of organizations or people, in the order written.

    They are separated by semicolons if there is one, else by commas. Between people,
    ``and`` and ``&`` separate too, and ``Last, First`` between semicolons becomes
    ``First Last``. An organization may have ``and`` in its name.
    """
    if people:
        text = re.sub(r",?\s+(?:and|&)\s+", ";" if ";" in text else ",", text)
    names = [tidy(name) for name in text.split(";" if ";" in text else ",")]
    if people and ";" in text:
        names = [re.sub(r"^([^,]+), ([^,]+)$", r"\2 \1", name) for name in names]
    return [name for name in names if name]


def split_list(text: object) -> list[str]:
    """Names of a comma-joined list, each once, in the order written; nothing for a missing cell.

    A cell that a program could not join otherwise is quoted where a name holds a comma.
    """
    if not isinstance(text, str):
        return []
    # A line break in a cell is a blank, or it would end a row of names.
    line = " ".join(text.split())
    row = next(csv.reader([line], skipinitialspace=True), []) if '"' in line else line.split(",")
    return list(dict.fromkeys(name for part in row if (name := " ".join(part.split()))))


def names_in(lists: pd.Series) -> set[str]:
    """Every name of lists joined by "; "."""
    return {name for text in lists.dropna().unique() for name in str(text).split("; ")}


def system_key(name: str) -> str:
    """Key of a system: its name in lower-case ASCII, words joined by hyphens.

    Accents are dropped and Greek letters spelt out, so that the key can stand in
    file names and addresses: ``PanGu-α`` gives ``pangu-alpha``.
    """
    letters = name if name.isascii() else _spelt_out(name)
    plain = letters.encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _spelt_out(name: str) -> str:
    """A name with its accents apart and its Greek letters as words."""
    return "".join(
        unicodedata.name(letter).split()[-1] if "GREEK" in unicodedata.name(letter, "") else letter
        for letter in unicodedata.normalize("NFKD", name)
    )
