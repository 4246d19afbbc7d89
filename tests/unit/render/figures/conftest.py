"""The timelines of the real data, each drawn once."""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd
import pytest
from conftest import Real

from compute_trends.render.figures.files import Drawing, Plan, save_drawings
from compute_trends.render.figures.style import FULL, Width
from compute_trends.render.figures.timeline import draw_timeline, timeline_plans
from compute_trends.render.figures.timeline_content import figure_points, trend_lines
from compute_trends.settings.render import Figure


class Timelines:
    """What the timelines of the config show and look like."""

    def __init__(self, real: Real) -> None:
        self.real = real
        # Drawn once for all tests, which change nothing of it.
        self.drawing = functools.cache(self.draw)

    def record(self, name: str, **changes: Any) -> Figure:
        """Record of a figure in the config, with changes."""
        figures = self.real.settings.render.figures
        return next(one for one in figures if one.name == name).model_copy(update=changes)

    def points(self, name: str, **changes: Any) -> pd.DataFrame:
        """Systems that a figure shows."""
        real, fit = self.real, self.real.settings.fit
        return figure_points(
            real.systems,
            real.compute,
            real.scores,
            figure=self.record(name, **changes),
            outliers=fit.outliers,
            domains=fit.domains,
        )

    def draw(self, name: str, width: Width = FULL, **changes: Any) -> Drawing:
        """A figure, drawn anew, with changes."""
        real, fit = self.real, self.real.settings.fit
        figure = self.record(name, **changes)
        return draw_timeline(
            self.points(name, **changes),
            trend_lines(real.trends, real.members, real.systems, figure=figure, trends=fit.trends),
            real.bands,
            figure=figure,
            known=real.settings.render.known,
            frame=self.points(name),
            width=width,
            eras=real.settings.render.eras,
            units=fit.units,
        )

    def plans(self, *names: str) -> list[Plan]:
        """Figures as the workflow draws them."""
        real, fit = self.real, self.real.settings.fit
        settings = {key: getattr(fit, key) for key in ("trends", "outliers", "domains", "units")}
        return timeline_plans(
            *(real.systems, real.compute, real.scores, real.trends, real.members, real.bands),
            figures=[self.record(name) for name in names],
            known=real.settings.render.known,
            eras=real.settings.render.eras,
            **settings,
        )

    def save(self, name: str, paths: list[str], processes: int) -> pd.DataFrame:
        """Write the files of a figure as the workflow does; its rows of table ``drawings``."""
        return save_drawings(self.plans(name), paths, fingerprint="f", processes=processes)

    def numbers(self, basis: str = "published") -> pd.DataFrame:
        """Trends by name, of one basis."""
        return self.real.trends[self.real.trends["basis"] == basis].set_index("trend")


@pytest.fixture(scope="session")
def timelines(real: Real) -> Timelines:
    """The timelines of the real data."""
    return Timelines(real)
