"""Chips by name or alias, and their peak rates."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import pandas as pd

from .problems import Problem, stop_on


def peak_column(precision: str) -> str:
    """Column of hardware.csv that holds the peak rate in a number format."""
    return f"peak_{precision}_flop_per_second"


def names_of_chips(hardware: pd.DataFrame, *, file: str) -> dict[str, str]:
    """Every name and alias in lower case, each with the name of its chip.

    Parameters
    ----------
    hardware : pandas.DataFrame
        Raw table ``hardware``; the index is the row of the file.
    file : str
        File to name in messages.

    Returns
    -------
    dict of str to str
        Names as chips are looked up by; see `find_chip`.

    Raises
    ------
    InputError
        If two chips share a name.
    """
    names: dict[str, str] = {}
    problems = []
    for row, chip in hardware.iterrows():
        aliases = str(chip["aliases"]).split(";") if pd.notna(chip["aliases"]) else []
        for written in dict.fromkeys([str(chip["hardware"]), *map(str.strip, aliases)]):
            key = written.lower()
            if key in names:
                expected = f"a name of its own ({names[key]} has it, too)"
                problems.append(Problem(file, int(str(row)), "aliases", written, expected))
            names[key] = str(chip["hardware"])
    stop_on(problems)
    return names


def find_chip(name: str, names: Mapping[str, str]) -> tuple[str | None, str]:
    """The chip that goes by a name, or a hint at what it may be called.

    Parameters
    ----------
    name : str
        Name or alias, in any case.
    names : mapping of str to str
        From `names_of_chips`.

    Returns
    -------
    chip : str or None
        Name in the table; None if there is none.
    hint : str
        What was expected, with the nearest known names.
    """
    near = difflib.get_close_matches(name.lower(), list(names), n=3, cutoff=0.5)
    similar = ", ".join(dict.fromkeys(names[key] for key in near))
    hint = f"a chip of hardware.csv{f', such as {similar}' if similar else ''}"
    return names.get(name.strip().lower()), hint


def peak_rate(hardware: pd.DataFrame, chip: str, precision: str) -> tuple[float | None, str]:
    """Peak rate of a chip in a number format, or a hint at the formats it has.

    Parameters
    ----------
    hardware : pandas.DataFrame
        Raw table ``hardware``.
    chip : str
        Name in the table.
    precision : str
        Number format, such as fp32.

    Returns
    -------
    rate : float or None
        FLOP/s; None where the chip has no rate in the format.
    hint : str
        What was expected.
    """
    row = hardware.loc[hardware["hardware"] == chip].iloc[0]
    rates = row.filter(regex=r"^peak_").dropna()
    known = ", ".join(
        name.removeprefix("peak_").removesuffix("_flop_per_second") for name in rates.index
    )
    rate = rates.get(peak_column(precision))
    return (None if rate is None else float(rate)), f"a precision that {chip} has: {known}"
