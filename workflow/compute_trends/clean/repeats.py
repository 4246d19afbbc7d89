"""Rows that may be of one system: repeated up to noise, restated, or under a name that looks alike.

Nothing is dropped here: rows that are the same count once by their key, the others are questioned.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from compute_trends.clean.look_alikes import (
    DIGITS,
    appearance,
    letters_in_words,
    strange_letters,
)
from compute_trends.clean.names import system_key
from compute_trends.common.notices import tell
from compute_trends.common.numbers import as_written
from compute_trends.common.problems import Problem

# Two numbers that differ by a smaller share of them are the same, written by two programs.
SAME_VALUE = 1e-6
# ASSUME: variants of one system that share name, date and organization differ by less than this
# factor in compute, or in size, too; values further apart are a slip of the power of ten.
FAR = 10.0
# Columns of names, whose letters should be of one alphabet
NAMES = ("system", "organizations", "domain", "snapshot")
# What tells two variants of a system apart that share a name
SIZES = ("parameters", "training_dataset_size_datapoints")


def number_of_value(values: pd.Series, groups: pd.Series) -> pd.Series:
    """Number of each value among those of its group, from 1 by size; noise makes no new one.

    Missing values are number 1, and so is the least one beside them.
    """
    frame = pd.DataFrame({"group": groups, "value": values}).sort_values(["group", "value"])
    before = frame.groupby("group")["value"].shift()
    is_new = frame["value"] > before * (1 + SAME_VALUE)
    numbers = is_new.astype("int64").groupby(frame["group"]).cumsum() + 1
    return numbers.reindex(values.index).where(values.notna(), 1)


def questioned(systems: pd.DataFrame, file: str) -> list[Problem]:
    """Problems of systems whose names look like others, or have letters that do.

    Parameters
    ----------
    systems : pandas.DataFrame
        Table ``systems``; the index is the row of the ``file`` that messages name.
    """
    return [*_strange(systems, file), *_look_alikes(systems, file)]


def _strange(systems: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield a problem for each name with letters of two alphabets in a word."""
    for column in NAMES:
        texts = systems[column].dropna() if column in systems else pd.Series(dtype="str")
        for row, text in texts[~texts.map(str.isascii)].items():
            if strange := strange_letters(text):
                expected = f"letters of one alphabet in a word, not {letters_in_words(strange)}"
                yield Problem(file, int(str(row)), column, text, expected)


def _look_alikes(systems: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield a problem for each system whose name looks like that of another key above it."""
    looks = systems["system"].map(appearance)
    dated = looks.str.translate(DIGITS) + systems["publication_date"].dt.strftime(" %Y-%m-%d")
    keys = systems["system"].map(system_key)
    seen: dict[str, tuple[str, str, str]] = {}
    for row, name, key, *forms in zip(
        systems.index, systems["system"], keys, looks, dated, strict=True
    ):
        for form in forms:
            other_key, other, other_row = seen.setdefault(form, (key, name, str(row)))
            if other_key != key:
                expected = f"a name that does not look like {other!r} in row {other_row}"
                yield Problem(file, int(str(row)), "system", name, expected)
                break


def restated(systems: pd.DataFrame, file: str) -> list[Problem]:
    """Problems of rows with the name, date and organization of another but another compute.

    Where it is no further away than `FAR`, or sizes differ, too, they may be variants of one name:
    that is told, and both stay.
    """
    day = systems["publication_date"].dt.strftime("%Y-%m-%d")
    organization = systems["organizations"].fillna("").map(system_key)
    name = systems["system"].map(lambda name: system_key(name) or name)
    group = name + " " + day + " " + organization
    problems = []
    for _, rows in systems[group.duplicated(keep=False)].groupby(group):
        flop = rows["training_compute_flop"]
        first = rows.index[0]
        for row in rows.index[1:]:
            found, ratio = as_written(flop[row]), flop[row] / flop[first]
            what = f"the name, date and organization of row {first} with {as_written(flop[first])}"
            is_far = max(ratio, 1 / ratio) >= FAR
            if is_far and not _differ(rows.loc[[first, row], [*SIZES]]):
                expected = f"another name, or one row: it has {what}"
                problems.append(
                    Problem(file, int(str(row)), "training_compute_flop", found, expected)
                )
            else:
                tell(f"{file}, row {row}: {found} FLOP beside {what}; both are taken as systems")
    return problems


def _differ(two: pd.DataFrame) -> bool:
    """Whether two rows state sizes that differ."""
    one, other = two.to_numpy(dtype=float)
    stated = ~np.isnan(one) & ~np.isnan(other)
    return bool((stated & ~np.isclose(one, other, rtol=SAME_VALUE, atol=0)).any())


def same_but_name(rows: pd.DataFrame, systems: pd.DataFrame, file: str) -> list[Problem]:
    """Problems of rows that say the same as one above of a system with another name.

    ``rows`` are the text cells of the hand-kept ``file``, of which ``systems`` are used. Rows
    without a reference and a link say too little to be the same.
    """
    cells = rows.loc[systems.index].drop(columns=["annotation_id", "system"])
    cells = cells[(cells["reference"] + cells["link"]).str.strip() != ""]
    first = cells.reset_index().groupby(list(cells.columns), dropna=False)["index"].transform("min")
    first.index = cells.index
    return [
        Problem(
            file,
            int(str(row)),
            "system",
            str(systems.at[row, "system"]),
            f"another system than {systems.at[above, 'system']!r}: row {above} has the same cells",
        )
        for row, above in first.items()
        if above != row
    ]
