from __future__ import annotations

import pandas as pd

from compute_trends.tables.dictionary import typed
from compute_trends.vintages.differences import changed_columns


def test_columns_are_matched_by_their_meaning() -> None:
    def columns(**headers: str) -> pd.DataFrame:
        named = {"x": None, "y": None, "system": "system", "size": "size"}
        rows = [
            {"number": n, "position": n, "header": h, "column": named[k], "status": "read"}
            for n, (k, h) in enumerate(headers.items(), start=1)
        ]
        return typed(pd.DataFrame(rows).assign(filled=1), "export_columns")

    found = changed_columns(
        columns(system="System", size="Size (a)", x="Mood"), columns(system="Model", y="Colour")
    )
    headers = found[["status", "header_before", "header_after"]].fillna("")
    assert headers.to_numpy().tolist() == [
        ["renamed", "System", "Model"],
        ["removed", "Size (a)", ""],
        ["removed", "Mood", ""],
        ["added", "", "Colour"],
    ]
