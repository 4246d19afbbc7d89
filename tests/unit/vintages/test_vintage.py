from __future__ import annotations

import pandas as pd

from compute_trends.settings.clean import ExportFile
from compute_trends.vintages.vintage import Vintage, pairs_of


def test_the_whole_change_comes_first_then_each_step_the_newest_first() -> None:
    exports = [
        ExportFile(path="export.csv", **export)
        for export in (
            {"name": "c", "date": "2026-01-01"},
            {"name": "x", "date": "2025-01-01", "models": "all"},
            {"name": "a", "date": "2022-01-01", "models": "notable"},
            {"name": "b", "date": "2024-01-01"},
            {"name": "y", "date": "2021-01-01", "models": "frontier"},
            {"name": "z", "date": "2023-01-01", "models": "frontier"},
        )
    ]
    vintages = [Vintage(export, *([pd.DataFrame()] * 6)) for export in exports]
    pairs = [(one.export.name, other.export.name) for one, other in pairs_of(vintages)]
    # A single step is the whole change already.
    assert pairs == [("y", "z"), ("a", "c"), ("b", "c"), ("a", "b")]
    assert pairs_of(vintages[1:2]) == []
