"""Section ``estimate`` of config.yaml: how training compute follows from its inputs."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.common.vocabulary import CONFIDENCES, METHODS, OPERATIONS
from compute_trends.settings.field_types import (
    AS_WRITTEN,
    Count,
    Factor,
    Maybe,
    Section,
    Share,
    Text,
    Unique,
    one_of,
)

Method = Annotated[str, one_of(*METHODS)]
Confidence = Annotated[str, one_of(*CONFIDENCES)]
Operations = Annotated[str, one_of(*OPERATIONS)]
# Method, confidence and operations of an estimate
Kind = tuple[str, str, str]
Input = Literal[
    "forward_flop",
    "forward_multiply_adds",
    "parameters",
    "examples",
    "epochs",
    "backward_forward_ratio",
    "peak_flop_per_second",
    "chips",
    "hours",
    "utilization",
    "scale_factor",
    "reported_flop",
]
# Other choices: name, setting of `Choice`, and its value
ALTERNATIVES = (
    ("replayable_only", "replayable_only", True),
    ("with_reported_totals", "replayable_only", False),
    ("generated_data_left_out", "generated_data", "left_out"),
    ("generated_data_counted", "generated_data", "counted"),
    ("geometric_mean", "rule", "geometric_mean"),
    ("preference", "rule", "preference"),
)


class Utilization(Section):
    """Share of a chip's peak rate that training achieves."""

    rule: Literal["learnt", "fixed"]
    fixed: Share = Field(description="taken where nothing is learnt")


class Defaults(Section):
    """Inputs of estimates where no source states them."""

    utilization: Utilization
    backward_forward_ratio: Annotated[float, Field(ge=0, le=10), AS_WRITTEN] = Field(
        description="operations of the backward pass over those of the forward pass"
    )


class Preference(Section):
    """One rank of estimates: those by these methods, of this confidence and these operations."""

    methods: Annotated[Unique[Method], Field(min_length=1)]
    confidence: Confidence
    operations: Maybe[Operations] = Field(None, description="both kinds unless said")

    @property
    def kinds(self) -> list[Kind]:
        """Kinds of estimates that have this rank."""
        operations = [self.operations] if self.operations else list(OPERATIONS)
        return list(itertools.product(self.methods, [self.confidence], operations))


class Choice(Section):
    """Which of a system's estimates is its value on the basis ``estimated``."""

    rule: Literal["preference", "geometric_mean"]
    generated_data: Literal["counted", "left_out"] = Field(
        description="making the data that a system learns from, where both values are kept"
    )
    replayable_only: bool = Field(description="no totals that are only reported")
    preference: Unique[Preference]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message for each kind of estimate that does not have one rank."""
        ranks = Counter(kind for one in self.preference for kind in one.kinds)
        for method, confidence, operations in itertools.product(METHODS, CONFIDENCES, OPERATIONS):
            if (times := ranks[method, confidence, operations]) != 1:
                kind = f"method {method} with confidence {confidence} of {operations} operations"
                yield "preference", f"{kind} must stand there once, it does {times} times"


class Factors(Section):
    """Factors within which an input lies with 90 % probability."""

    stated: Factor = Field(description="where a source states the input")
    assumed: Factor = Field(description="where no source does")


class Uncertainty(Section):
    """Intervals of 90 % around each estimate."""

    samples: Annotated[int, Field(ge=100, le=1_000_000)] = Field(description="draws per estimate")
    inputs: dict[Input, Factors]
    least_systems: Count = Field(description="an error is learnt from at least so many systems")
    classes: dict[Confidence, Factor] = Field(
        description="factor of each class, where nothing is learnt or an input is not listed"
    )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message for each class without a factor."""
        for confidence in CONFIDENCES:
            if confidence not in self.classes:
                yield "classes", f"key {confidence!r} is missing"


class Disagreements(Section):
    """Values of one system that need a verdict."""

    factor: Annotated[float, Field(gt=1), AS_WRITTEN] = Field(
        description="values further apart than this need one"
    )
    missing_verdict: Literal["stop", "list"]


class Calibration(Section):
    """Intervals held against values that they should hold."""

    least_systems: Count = Field(description="groups of at least so many systems are judged")
    coverage: Share = Field(description="least share that the intervals must hold")
    below: Literal["stop", "list"]


class Physics(Section):
    """What no training can do."""

    highest_utilization: Share = Field(
        description="share of the peak rate that no training exceeds, where no source states it"
    )
    impossible: Literal["stop", "list"] = Field(
        description="what a count above all that the chips could do does: it stops the run, or "
        "is only listed"
    )


class Different(Section):
    """A quantity of a system of which two files rightly state values that are far apart."""

    system: Text
    quantity: Literal[
        "parameters", "training_dataset_size_datapoints", "equivalent_training_time_hours"
    ]
    why: Text


class Quantities(Section):
    """Quantities of one system that several files state."""

    factor: Annotated[float, Field(gt=1), AS_WRITTEN] = Field(
        description="values further apart than this stop the run"
    )
    differ: list[Different] = Field(description="those that may")


class Estimate(Section):
    """How training compute follows from its inputs."""

    defaults: Defaults
    choice: Choice
    uncertainty: Uncertainty
    calibration: Calibration
    disagreements: Disagreements
    physics: Physics
    quantities: Quantities = Field(
        default_factory=lambda: Quantities(factor=20, differ=[]),
        description="the same quantities of one system in several files",
    )
