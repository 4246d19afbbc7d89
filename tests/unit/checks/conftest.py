"""Specifications of made-up data, which several tests look at."""

from __future__ import annotations

import pandas as pd
import pytest
from made_up_specifications import (
    CURVE_CLAIMS,
    OLD,
    SELECTION,
    World,
    check,
    made_up_world,
    specifications,
)

from compute_trends.settings.specifications import Direction


@pytest.fixture(scope="session")
def world() -> World:
    """Two exports and some annotations."""
    return made_up_world()


def direction(name: str, choice: str, faster: str, slower: str) -> Direction:
    return Direction(
        name=name, headline="all", choice=choice, faster=faster, slower=slower, finding=name
    )


@pytest.fixture(scope="session")
def selection(world: World) -> dict[str, pd.DataFrame]:
    """Tables of the specifications of `SELECTION`."""
    section = specifications(
        SELECTION,
        directions=[
            direction("top_faster", "population", "top_3", "all"),
            direction("large_slower", "population", "regular", "large"),
            direction("older_slower", "data", "newest", OLD),
        ],
        published={"all": CURVE_CLAIMS},
    )
    return check(world, section)
