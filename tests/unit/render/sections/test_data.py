from __future__ import annotations

import pandas as pd

from compute_trends.clean.replay import REPLAYED, all_corrected

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_every_annotation_is_accounted_for(show: ShowSection, tables: Tables) -> None:
    kept, excluded = len(tables["systems"]), len(tables["excluded"])
    words = f"{kept + excluded} raw annotations = {kept} systems kept + {excluded} excluded."
    assert words in show("data").text


def test_excluded_rows_are_listed(show: ShowSection) -> None:
    row = {"annotation_id": 7, "snapshot": "s", "system": "Lost", "reason": "no training compute"}
    section = show("data", excluded=pd.DataFrame([row]))
    [table] = [one for one in section.all("figure") if "take no part" in one.text]
    assert table.rows() == [["7", "Lost", "no training compute"]]


def test_text_from_the_data_is_escaped(show: ShowSection, tables: Tables) -> None:
    corrections = tables["corrections"].copy()
    corrections.loc[corrections.index[0], "reason"] = "<script>alert(1)</script>"
    section = show("data", corrections=corrections)
    assert "<script>alert(1)</script>" in section.text
    assert not section.all("script")


def test_corrections_that_move_a_fit_are_marked(show: ShowSection, tables: Tables) -> None:
    corrections = tables["corrections"].assign(column="reference")
    corrections.loc[corrections.index[:3], "column"] = list(REPLAYED)
    section = show("data", corrections=corrections)
    assert len(section.all("tr", "touched")) == 3
    assert "3 of the corrections touch a domain, a date or a training compute" in section.text
    corrections["column"] = "reference"
    section = show("data", corrections=corrections)
    assert not section.all("tr", "touched")
    assert "None of the corrections touches a domain" in section.text


def test_what_the_paper_had_otherwise_is_listed(show: ShowSection, tables: Tables) -> None:
    rows = show("data").containing("figure", "as the paper had it").rows()
    assert ["Cross-lingual alignment", "domain", "(empty)", "Language"] in rows
    assert ["M6-10T", "domain", "Language", "Multimodal"] in rows
    systems = all_corrected(tables["systems"])
    assert "as the paper had it" not in show("data", systems=systems).text


def test_low_outliers_on_each_compute_stand_with_their_dataset(
    show: ShowSection, tables: Tables
) -> None:
    still = tables["scores"].query(
        "basis == 'estimated' and dataset == 'paper_tables' and low_outlier"
    )
    names = tables["systems"].set_index("system_id")["system"]
    [row] = [one for one in show("data").all("tr") if one.text.startswith("paper_tables2022")]
    assert all(names[system] in row.text for system in still["system_id"])
