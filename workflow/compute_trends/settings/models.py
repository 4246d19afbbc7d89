"""config.yaml as one typed object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from compute_trends.settings.clean import Clean
from compute_trends.settings.days import Boundary, PlainDay
from compute_trends.settings.estimate import Estimate
from compute_trends.settings.field_types import Section
from compute_trends.settings.fit import Fit
from compute_trends.settings.names import repeated
from compute_trends.settings.render import Render


class Settings(Section):
    """Every choice of the analysis."""

    seed: Annotated[int, Field(ge=0)] = Field(description="seed of every random number")
    clean: Clean
    estimate: Estimate
    fit: Fit
    render: Render
    boundaries: dict[Boundary, PlainDay] = Field(
        default={}, description="days by name; the name may stand wherever a date may"
    )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that are used twice, and what sections say against each other."""
        fit, render = self.fit, self.render
        lines = [trend.name for trend in fit.trends + fit.parameter_trends]
        figures = [figure.name for figure in render.figures + render.comparisons]
        yield from repeated("clean.exports", [export.name for export in self.clean.exports])
        yield from repeated("fit.datasets", fit.dataset_names)
        yield from repeated("fit.trends and fit.parameter_trends", lines)
        yield from repeated("render.eras", [era.name for era in render.eras])
        yield from repeated("render.figures and render.comparisons", figures)
        for index, export in enumerate(self.clean.exports):
            if export.name in fit.dataset_names:
                message = f"{export.name!r} is a dataset of fit.datasets"
                yield f"clean.exports[{index}].name", message
        for key, message in render.conflicts_with(fit):
            yield f"render.{key}", message
