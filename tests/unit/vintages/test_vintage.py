from __future__ import annotations

import pandas as pd

from compute_trends.settings.clean import ExportFile
from compute_trends.vintages.vintage import Vintage, neighbours


def test_vintages_of_the_same_models_are_compared_in_the_order_of_their_dates() -> None:
    exports = [
        ExportFile(path="export.csv", **export)
        for export in (
            {"name": "c", "date": "2026-01-01"},
            {"name": "x", "date": "2025-01-01", "models": "all"},
            {"name": "a", "date": "2022-01-01", "models": "notable"},
            {"name": "b", "date": "2024-01-01"},
        )
    ]
    vintages = [Vintage(export, *([pd.DataFrame()] * 6)) for export in exports]
    pairs = [(one.export.name, other.export.name) for one, other in neighbours(vintages)]
    assert pairs == [("a", "b"), ("b", "c")]
