from __future__ import annotations

from typing import Any

import pytest
from project import ROOT

from compute_trends.settings.config_file import read_config


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    """The config as delivered, days in place of the names of boundaries."""
    loaded, problems = read_config([str(ROOT / "config.yaml")])
    assert problems == []
    return loaded
