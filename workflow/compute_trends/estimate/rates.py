"""Rate of a chip on the command line: which one is meant is said, or asked."""

from __future__ import annotations

import pandas as pd

from compute_trends.clean.chips import (
    FORMATS,
    faster_tensor_rate,
    find_chip,
    formats_of,
    names_of_chips,
    peak_column,
    peak_rate,
)
from compute_trends.common.problems import did_you_mean, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.estimate.quantities import MARK
from compute_trends.estimate.reader import StageReader
from compute_trends.tables.raw import read_checked

HARDWARE = str(PROJECT / "data" / "raw" / "hardware.csv")
# The rate that a chip with matrix units has without them
PLAIN_FP16 = "fp16_plain"


class Chips:
    """Chips of hardware.csv, by their names."""

    def __init__(self) -> None:
        self.table = read_checked(HARDWARE, "hardware")
        self.names, problems = names_of_chips(self.table, file=HARDWARE)
        stop_on(problems)

    def read(self, reader: StageReader, phase: int) -> tuple[str | None, str | None, str]:
        """Chip, number format as a column of hardware.csv has it, and a note of the rate taken.

        None where they were not given or cannot be told.
        """
        texts = (reader.text(option, phase) for option in ("hardware", "precision"))
        name, written = (None if text is None else text.rstrip(f" {MARK}") for text in texts)
        chip = None
        if name is not None:
            chip, hint = find_chip(name, self.names)
            if chip is None:
                reader.tell("hardware", name, hint)
        if written is None:
            formats = f": {self._formats(chip)}" if chip else ""
            reader.tell("precision", None, f"a value: hardware_time needs it{formats}")
            return chip, None, ""
        meant = ("fp16",) if written.lower() == PLAIN_FP16 else formats_of(written)
        if "spars" in written.lower():
            reader.tell("precision", written, "a dense rate: no training is known at sparse ones")
        elif not meant:
            known = [*FORMATS, PLAIN_FP16]
            near = did_you_mean(written.lower(), known)
            here = f" ({chip} has {self._formats(chip)})" if chip else ""
            reader.tell("precision", written, f"a number format; {near}{here}")
        if chip is None or not meant:
            return chip, None, ""
        return self._rate(reader, chip, written, meant)

    def _rate(
        self, reader: StageReader, chip: str, written: str, meant: tuple[str, ...]
    ) -> tuple[str | None, str | None, str]:
        """Format among those meant, at which a chip has a rate."""
        rates = {name: peak_rate(self.table, chip, name)[0] for name in meant}
        held = [name for name, rate in rates.items() if rate is not None]
        if not held:
            hint = f"a precision that {chip} has: {self._formats(chip)}"
            reader.tell("precision", written, hint)
            return chip, None, ""
        faster = faster_tensor_rate(self.table, chip, "fp16")
        if len(held) > 1 and faster:
            question = (
                f"tensor_fp16 ({rates['tensor_fp16']:.4g} FLOP/s, with tensor cores, as nearly all "
                f"training of today) or {PLAIN_FP16} ({rates['fp16']:.4g}, without them, "
                f"{faster:.1f} times slower): which one is meant?"
            )
            reader.tell("precision", written, question)
            return chip, None, ""
        note = f"Peak rate of {chip} in {held[0]}"
        note += f" ({written})" if written.lower() != held[0] else ""
        note += f": {rates[held[0]]:.4g} FLOP/s per chip"
        tf32 = peak_rate(self.table, chip, "tf32")[0]
        if held[0] == "fp32" and tf32:
            note += f"; in tf32, which frameworks may take for fp32, {tf32:.4g}"
        return chip, held[0], f"{note}."

    def _formats(self, chip: str) -> str:
        """Formats of a chip, in the words of `--precision`."""
        row = self.table.loc[self.table["hardware"] == chip].iloc[0]
        held = [name for name in dict.fromkeys(sum(FORMATS.values(), ())) if _has(row, name)]
        both = "tensor_fp16" in held
        return ", ".join(PLAIN_FP16 if name == "fp16" and both else name for name in held)


def _has(row: pd.Series, name: str) -> bool:
    return peak_column(name) in row.index and pd.notna(row[peak_column(name)])
