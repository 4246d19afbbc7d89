from __future__ import annotations

import pandas as pd

from compute_trends.render.sections.reproduction import VERDICTS, verdict_counts

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_verdicts_add_up_to_the_cells(tables: Tables) -> None:
    *rows, total = verdict_counts(tables["reproduction"])
    assert total["table"] == "all"
    assert sum(total[word] for word in VERDICTS) == len(tables["reproduction"])
    for word in VERDICTS:
        assert sum(row[word] for row in rows) == total[word]


def test_each_row_shows_its_worst_cell(show: ShowSection) -> None:
    section = show("reproduction")
    verdicts = [row[8] for row in section.by_id("table4").rows() if len(row) == 9]
    assert verdicts.count("differs: 1 of 12 cells") == 2
    assert verdicts.count("reproduced") == 2
    assert {one.text for one in section.all("span", "not-reproducible")} == {"not reproducible"}


def test_a_lost_row_is_told_with_and_without_a_note(show: ShowSection, tables: Tables) -> None:
    for reason in (tables["reproduction"]["reason"], None):
        section = show("reproduction", reproduction=tables["reproduction"].assign(reason=reason))
        assert "Table 2 row 2. " in section.text
        assert "Table 2 row 3. " in section.text


def test_a_row_without_a_trend_keeps_its_printed_numbers(show: ShowSection, tables: Tables) -> None:
    cells = tables["reproduction"].copy()
    cells.loc[cells["trend"] == "until_2011", ["trend", "ours", "tolerance"]] = None
    trends = tables["trends"].query("trend != 'until_2011'")
    section = show("reproduction", trends=trends, reproduction=cells)
    rows = [
        row for number in (2, 3, 4, 6, 7, 8, 9) for row in section.by_id(f"table{number}").rows()
    ]
    papers = sum("paper" in row for row in rows)
    for kind, basis in (("ours", "published"), ("again", "re-derived")):
        assert papers == len(section.all("tr", kind)) + 1
        assert all(row.all("td")[0].text == basis for row in section.all("tr", kind))


def test_changes_of_membership_are_named(show: ShowSection, tables: Tables) -> None:
    members = tables["members"].query("trend == 'from_2015_large'").groupby("basis")
    published, estimated = (
        set(members.get_group(basis)["system_id"]) for basis in ("published", "estimated")
    )
    names = tables["systems"].set_index("system_id")["system"]
    remarks = [row.text for row in show("reproduction").by_id("table4").all("tr", "remark")]
    gained, lost = (
        ", ".join(sorted(names[list(systems)]))
        for systems in (estimated - published, published - estimated)
    )
    assert any(f"now in: {gained}; no longer in: {lost}." in remark for remark in remarks)


def test_a_row_that_corrections_move_is_shown_both_ways(show: ShowSection, tables: Tables) -> None:
    corrected = tables["corrected_trends"].set_index("trend")
    section = show("reproduction").by_id("table7")
    shown = [row.all("td")[1].text for row in section.all("tr", "corrected")]
    in_order = corrected.sort_values("row")
    assert shown == [str(n) for n in in_order["n"]]
    language = corrected.loc["language_from_2010"]
    remark = section.containing("td", "With our corrections n = 37, not 36").text
    assert f"now in: {language['gained']}" in remark
    none = show("reproduction", corrected_trends=tables["corrected_trends"][:0])
    assert none.all("tr", "corrected") == []
    assert "With our corrections" not in none.text


def test_cells_that_differ_stand_in_a_table_with_units(show: ShowSection, tables: Tables) -> None:
    differing = tables["reproduction"].query("verdict == 'differs'")
    rows = show("reproduction").by_id("differing").one("tbody").rows()
    assert len(rows) == len(differing)
    assert "Doubling time, low end of the 95 % interval (months of 30 days)" in {
        row[2] for row in rows
    }
