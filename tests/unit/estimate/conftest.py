"""The calculator, which each of hundreds of tests asks anew."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest
from project import ROOT

from compute_trends.estimate import calculator


@pytest.fixture(scope="session", autouse=True)
def delivered_config_read_once() -> Iterator[None]:
    """Read the config as delivered once for all questions, and any other each time."""
    read = calculator._read_settings
    kept = functools.cache(read)
    delivered = str(ROOT / "config.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            calculator,
            "_read_settings",
            lambda path: (kept if path == delivered else read)(path),
        )
        yield
