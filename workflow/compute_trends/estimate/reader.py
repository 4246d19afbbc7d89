"""Options of one stage, read with every problem of them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from compute_trends.common.problems import Problem
from compute_trends.estimate.options import Stage, option
from compute_trends.estimate.quantities import (
    Quantity,
    out_of_range,
    read_quantity,
    read_size,
)

SIZES_IN_PARAMETERS = ("parameters", "active_parameters", "total_parameters")


class StageReader:
    """Numbers and texts of a stage's options; what is wrong with them gathers in `problems`.

    Parameters
    ----------
    place : str
        Name of the stage in messages; "" where there is one only.
    """

    def __init__(self, stage: Stage, place: str) -> None:
        self.stage = stage
        self.place = place
        self.problems: list[Problem] = []

    def has(self, *names: str) -> bool:
        """Whether any of these options was given."""
        return any(name in self.stage.given for name in names)

    def tell(self, name: str, value: str | None, expected: str) -> None:
        """Note that an option is not as expected, once."""
        problem = Problem(self.place, None, option(name), value, expected)
        if problem not in self.problems:
            self.problems.append(problem)

    def phases(self, names: Iterable[str]) -> int:
        """How often options are repeated; one that is given once holds for every phase."""
        times = {name: len(self.stage.given[name]) for name in names if self.has(name)}
        most = max(times.values(), default=1)
        for name, number in times.items():
            if number not in (1, most):
                expected = f"this option once, or {most} times as another one is"
                self.tell(name, f"{number} times", expected)
        return most

    def text(self, name: str, phase: int = 0) -> str | None:
        """Text of an option, None if it was not given."""
        texts = self.stage.given.get(name)
        return None if texts is None else texts[phase if phase < len(texts) else 0]

    def quantity(
        self, name: str, phase: int = 0, *, column: str | None = None, per_unit: float = 1
    ) -> Quantity | None:
        """Number of an option, None if it was not given or is not as expected.

        ``column`` is that of compute_inputs.csv whose limits hold (the option's own unless
        said), ``per_unit`` how many of its units one of the option is.
        """
        text = self.text(name, phase)
        if text is None:
            return None
        read = read_size if name in SIZES_IN_PARAMETERS else read_quantity
        found, expected = read(text)
        expected = expected or out_of_range(found.value, column or name, per_unit)
        if expected:
            self.tell(name, text, expected)
            return None
        return found

    def number(self, name: str, *, least: float = 0, most: float = math.inf) -> float | None:
        """Exact number of an option that has no column, None as in `quantity`."""
        text = self.text(name)
        if text is None:
            return None
        found, expected = read_quantity(text)
        if not expected and found.assumed:
            expected = "a number without ~, which only inputs of the product take"
        if not expected and not least <= found.value <= most:
            limit = f" to {most:g}" if math.isfinite(most) else " or more"
            expected = f"{least:g}{limit}"
        if expected:
            self.tell(name, text, expected)
            return None
        return found.value
