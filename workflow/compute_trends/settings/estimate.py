"""Section ``estimate`` of config.yaml: how training compute follows from its inputs."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from compute_trends.common.vocabulary import CONFIDENCES, METHODS
from compute_trends.settings.field_types import AS_WRITTEN, Factor, Section, Share, Unique, one_of

Method = Annotated[str, one_of(*METHODS)]
Confidence = Annotated[str, one_of(*CONFIDENCES)]
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
]


class Utilization(Section):
    """Share of a chip's peak rate that training achieves."""

    by_domain: dict[str, Share]
    otherwise: Share


class Defaults(Section):
    """Inputs of estimates where no source states them."""

    utilization: Utilization
    backward_forward_ratio: Annotated[float, Field(ge=0, le=10), AS_WRITTEN] = Field(
        description="operations of the backward pass over those of the forward pass"
    )


class Preference(Section):
    """One rank of estimates: those by these methods, of this confidence."""

    methods: Annotated[Unique[Method], Field(min_length=1)]
    confidence: Confidence


class Choice(Section):
    """Which of a system's estimates is its value on the basis ``estimated``."""

    rule: Literal["preference", "geometric_mean"]
    preference: Unique[Preference]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message for each kind of estimate that does not have one rank."""
        ranks = Counter((name, one.confidence) for one in self.preference for name in one.methods)
        for method, confidence in itertools.product(METHODS, CONFIDENCES):
            if (times := ranks[method, confidence]) != 1:
                kind = f"method {method} with confidence {confidence}"
                yield "preference", f"{kind} must stand there once, it does {times} times"


class Factors(Section):
    """Factors within which an input lies with 90 % probability."""

    stated: Factor = Field(description="where a source states the input")
    assumed: Factor = Field(description="where no source does")


class Uncertainty(Section):
    """Intervals of 90 % around each estimate."""

    samples: Annotated[int, Field(ge=100, le=1_000_000)] = Field(description="draws per estimate")
    inputs: dict[Input, Factors]
    classes: dict[Confidence, Factor] = Field(
        description="factor of each class, for estimates with an input that is not listed"
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


class Physics(Section):
    """What no training can do."""

    highest_utilization: Share = Field(
        description="share of the peak rate that no training exceeds, where no source states it"
    )
    impossible: Literal["stop", "list"] = Field(
        description="what a count above all that the chips could do does: it stops the run, or "
        "is only listed"
    )


class Estimate(Section):
    """How training compute follows from its inputs."""

    defaults: Defaults
    choice: Choice
    uncertainty: Uncertainty
    disagreements: Disagreements
    physics: Physics
