"""Chips by name or alias, and their peak rates."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from compute_trends.common.numbers import as_written
from compute_trends.common.problems import Problem, nearest
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

LEAST_RECENT_RATE = 1e8
# Number formats as people write them, in lower case and with nothing between the words, and
# those of hardware.csv that may be meant, the likeliest first. ASSUME: of two 16-bit rates,
# training runs at that of the matrix units where the chip has them.
FORMATS = {
    "fp64": ("fp64",),
    "float64": ("fp64",),
    "double": ("fp64",),
    "fp32": ("fp32",),
    "float32": ("fp32",),
    "single": ("fp32",),
    "tf32": ("tf32",),
    "tensorfloat32": ("tf32",),
    "fp16": ("tensor_fp16", "fp16"),
    "float16": ("tensor_fp16", "fp16"),
    "half": ("tensor_fp16", "fp16"),
    "tensorfp16": ("tensor_fp16",),
    "fp16tensor": ("tensor_fp16",),
    "bf16": ("tensor_fp16",),
    "bfloat16": ("tensor_fp16",),
    "mixed": ("tensor_fp16",),
    "mixedprecision": ("tensor_fp16",),
    "fp8": ("fp8",),
    "float8": ("fp8",),
    "mxfp8": ("fp8",),
    "fp4": ("fp4",),
    "float4": ("fp4",),
    "mxfp4": ("fp4",),
    "nvfp4": ("fp4",),
    "int8": ("int8",),
}
# A rate so many times another one is much faster.
MUCH_FASTER = 1.5


def peak_column(precision: str) -> str:
    """Column of hardware.csv that holds the peak rate in a number format."""
    return f"peak_{precision}_flop_per_second"


def formats_of(written: str) -> tuple[str, ...]:
    """Number formats that a name as people write it may mean, the likeliest first; see `FORMATS`.

    Case, blanks, hyphens, underscores and slashes do not matter. Empty for an unknown name.
    """
    return FORMATS.get(re.sub(r"[\s_/-]+", "", written.lower()), ())


def number_format(written: str) -> str | None:
    """Number format of a name as people write it; None for an unknown name.

    One of hardware.csv, such as fp16, means itself; another the likeliest of `formats_of`.
    """
    meant = formats_of(written)
    plain = written.strip().lower()
    return plain if plain in meant else next(iter(meant), None)


def names_of_chips(hardware: pd.DataFrame, *, file: str) -> tuple[dict[str, str], list[Problem]]:
    """Chip of each name and alias in lower case, and problems of names that two chips share.

    Parameters
    ----------
    hardware : pandas.DataFrame
        Raw table ``hardware``; the index is the row of the file.
    file : str
        File to name in messages.
    """
    names: dict[str, str] = {}
    problems = []
    for row, chip in hardware.iterrows():
        name = str(chip["hardware"])
        aliases = str(chip["aliases"]).split(";") if pd.notna(chip["aliases"]) else []
        for alias in (name, *filter(None, map(str.strip, aliases))):
            owner = names.setdefault(alias.lower(), name)
            if owner != name:
                column = "hardware" if alias == name else "aliases"
                expected = f"a name of its own ({owner} has it, too)"
                problems.append(Problem(file, int(str(row)), column, alias, expected))
    return names, problems


def known_chips(hardware: pd.DataFrame, more: pd.DataFrame | None = None) -> pd.DataFrame:
    """Chips that estimates may use: ours, and those that only an export of hardware has.

    Parameters
    ----------
    hardware : pandas.DataFrame
        Raw table ``hardware``, whose rates are taken where both have a chip.
    more : pandas.DataFrame, optional
        Chips of the export, from `export_file.read_chips`.

    Returns
    -------
    pandas.DataFrame
        Table ``export_hardware``.
    """
    if more is None:
        return typed(hardware, "export_hardware")
    names, _ = names_of_chips(hardware, file="hardware.csv")
    name = more["hardware"].str.lower()
    new = more[name.notna() & ~name.isin(names) & ~name.duplicated()].copy()
    for column in new.filter(regex=r"^peak_"):
        # A rate in another unit would be worse than none.
        new[column] = new[column].where(new[column] >= LEAST_RECENT_RATE)
    LOG.info("%d chips besides those of hardware.csv", len(new))
    return typed(pd.concat([hardware, new], ignore_index=True), "export_hardware")


def implausible_rates(hardware: pd.DataFrame, *, file: str) -> list[Problem]:
    """Problems of rates too low for a chip of this century, as rates in TFLOP/s would be.

    See `names_of_chips`.
    """
    recent = hardware[hardware["release_date"] >= "2000-01-01"]
    expected = f"at least {LEAST_RECENT_RATE:g} FLOP/s for a chip of this century"
    return [
        Problem(file, row, column, as_written(rate), expected)
        for column in recent.filter(regex=r"^peak_").columns
        for row, rate in zip(recent.index.to_list(), recent[column].to_list(), strict=True)
        if rate < LEAST_RECENT_RATE
    ]


def find_chip(name: str, names: Mapping[str, str]) -> tuple[str | None, str]:
    """Chip of a name or an alias in any case, and what was expected if there is none.

    Parameters
    ----------
    names : mapping of str to str
        From `names_of_chips`.
    """
    if (chip := names.get(name.strip().lower())) is not None:
        return chip, ""
    near = nearest(name.lower(), names, most=3, likeness=0.5)
    chips = ", ".join(dict.fromkeys(names[key] for key in near))
    return None, f"a chip of hardware.csv{f', such as {chips}' if chips else ''}"


def peak_rate(hardware: pd.DataFrame, chip: str, precision: str) -> tuple[float | None, str]:
    """Peak rate of a chip in a number format in FLOP/s; or None, and a hint at those it has.

    Parameters
    ----------
    hardware : pandas.DataFrame
        Raw table ``hardware``, which has the chip.
    precision : str
        Number format, such as fp32.
    """
    place = int(np.flatnonzero(hardware["hardware"] == chip)[0])
    column = peak_column(precision)
    rate = hardware[column].iloc[place] if column in hardware else None
    if pd.notna(rate):
        return float(rate), ""
    rates = hardware.iloc[place].filter(regex=r"^peak_").dropna()
    formats = ", ".join(rates.index.str.extract("peak_(.+)_flop_per_second")[0])
    return None, f"a precision that {chip} has: {formats}"


def faster_tensor_rate(hardware: pd.DataFrame, chip: str, precision: str) -> float | None:
    """How many times faster the matrix units of a chip are than the plain fp16 asked for.

    None where another format was asked for, or where they are not much faster, or there are
    none. See `peak_rate`.
    """
    plain, tensor = (peak_rate(hardware, chip, name)[0] for name in ("fp16", "tensor_fp16"))
    if precision != "fp16" or plain is None or tensor is None:
        return None
    ratio = tensor / plain
    return ratio if ratio >= MUCH_FASTER else None
