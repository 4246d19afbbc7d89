from __future__ import annotations

import pandas as pd
import pytest

from compute_trends.clean.replay import (
    REPLAYED,
    all_corrected,
    replayed_values,
    systems_on,
    twin,
    with_annotated,
)

DATES = pd.to_datetime(["2012-01-01", "2013-01-01", "2014-01-01"])


def corrected() -> pd.DataFrame:
    """Three systems, of which the first has a wrong annotation and the second none."""
    rows = pd.DataFrame(
        {
            "system_id": ["a", "b", "c"],
            "system": ["A", "B", "C"],
            "domain": ["Vision", "Language", "Games"],
            "publication_date": DATES,
            "training_compute_flop": [1e20, 1e21, 1e22],
        }
    )
    annotated = rows.assign(
        domain=["Other", None, "Games"],
        publication_date=pd.to_datetime(["2011-06-01", None, "2014-01-01"]),
        training_compute_flop=[1e19, None, 1e22],
    )
    return with_annotated(rows, annotated)


def test_the_paper_s_values_hold_on_published_only() -> None:
    systems = corrected()
    had, ours = systems_on(systems, "published"), systems_on(systems, "estimated")
    pd.testing.assert_frame_equal(ours, systems)
    assert had["domain"].tolist()[::2] == ["Other", "Games"]
    assert pd.isna(had.loc[1, "domain"])
    # A system without date or compute was not fitted, so the annotation must have been read.
    assert had["training_compute_flop"].tolist() == [1e19, 1e21, 1e22]
    assert had["publication_date"].tolist() == [pd.Timestamp("2011-06-01"), *DATES[1:]]


def test_tables_without_twins_have_one_value_for_both() -> None:
    systems = corrected().drop(columns=[twin(column) for column in REPLAYED])
    pd.testing.assert_frame_equal(systems_on(systems, "published"), systems)


def test_every_cell_that_differs_is_named() -> None:
    cells = replayed_values(corrected())
    named = cells.set_index(["system", "column"])
    assert set(named.index) == {
        ("A", "domain"),
        ("B", "domain"),
        ("A", "publication_date"),
        ("A", "training_compute_flop"),
    }
    assert named.loc[("A", "domain"), ["published", "corrected"]].tolist() == ["Other", "Vision"]
    assert pd.isna(named.loc[("B", "domain"), "published"])
    assert replayed_values(all_corrected(corrected())).empty


@pytest.mark.parametrize("column", REPLAYED)
def test_a_correction_of_one_column_leaves_the_others(column: str) -> None:
    systems = all_corrected(corrected()).assign(**{twin(column): corrected()[twin(column)]})
    assert set(replayed_values(systems)["column"]) == {column}
