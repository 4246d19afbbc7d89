from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from compute_trends.render.figures.formats import ENDINGS, FIGURE_FILES, SUFFIXES
from compute_trends.render.figures.style import WIDTHS, mark


@pytest.mark.parametrize(
    "groups", [("regular", "large", "low", "not rated"), ("record", "no record")]
)
def test_groups_differ_in_shape_and_in_grey(groups: tuple[str, ...]) -> None:
    def lightness(group: str) -> float:
        linear = [((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(mark(group)["color"])]
        return float(116 * np.cbrt(np.dot([0.2126, 0.7152, 0.0722], linear)) - 16)

    for one, other in itertools.combinations(groups, 2):
        assert mark(one)["marker"] != mark(other)["marker"]
        assert abs(lightness(one) - lightness(other)) > 3


def test_every_width_has_its_files() -> None:
    assert set(WIDTHS) == set(SUFFIXES) == set(ENDINGS)
    assert FIGURE_FILES == [".svg", ".png", ".pdf", "_column.svg", "_column.png"]
