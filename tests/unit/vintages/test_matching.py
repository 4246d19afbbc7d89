from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from compute_trends.clean.names import system_key
from compute_trends.vintages.matching import EVIDENCE, match_rows, name_similarity, plain_links


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {"organizations": "Here", "publication_date": "2020-01-01", "link": None}
    frame = pd.DataFrame([usual | row for row in rows])
    frame["annotation_id"] = range(2, len(rows) + 2)
    frame["system_id"] = frame["system"].map(
        lambda name: system_key(name) or None, na_action="ignore"
    )
    frame["publication_date"] = pd.to_datetime(frame["publication_date"])
    return frame


def status(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What becomes of a row each, beside one that both have."""
    both = {"system": "Anchor", "publication_date": "2001-01-01"}
    matched = match_rows(table(both, before), table(both, after))
    return [how for how in matched["status"] if how != "kept"]


def test_rows_add_up() -> None:
    before = table({"system": "A"}, {"system": "B"}, {"system": "Old name of C"})
    after = table({"system": "New"}, {"system": "Older name of C"}, {"system": "A"})
    matched = match_rows(before, after)
    assert matched["status"].tolist() == ["kept", "renamed", "removed", "added"]
    assert matched.index.tolist() == [0, 1, 2, 3]
    types = {name: str(matched[name].dtype) for name in EVIDENCE}
    assert types == {
        "name_similarity": "float64",
        "same_link": "boolean",
        "same_organization": "boolean",
        "days_apart": "Int64",
    }
    for side, rows in (("before", before), ("after", after)):
        assert sorted(matched[f"{side}_row"].dropna()) == rows["annotation_id"].tolist()


def test_of_rows_of_one_key_the_first_is_kept_and_rows_without_one_are_none() -> None:
    before = table({"system": "A"}, {"system": "a"}, {"system": None})
    after = table({"system": None, "publication_date": "2022-01-01"}, {"system": "A"})
    matched = match_rows(before, after).fillna({"before_row": 0, "after_row": 0})
    rows = matched[["status", "before_row", "after_row"]].to_numpy().tolist()
    assert rows == [["kept", 2, 3], ["removed", 3, 0], ["removed", 4, 0], ["added", 0, 2]]


LINK = "https://arxiv.org/abs/2001.00001"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # The same paper on the same day, whatever the name
        ({"system": "Boxes", "link": LINK}, {"system": "SNM", "link": f"{LINK}v2"}, ["renamed"]),
        # A name that is alike, the same organization, a week later
        ({"system": "GPT"}, {"system": "GPT-1", "publication_date": "2020-01-08"}, ["renamed"]),
        # Across the turn of a year
        (
            {"system": "GPT", "publication_date": "2019-12-20"},
            {"system": "GPT-1", "publication_date": "2020-01-08"},
            ["renamed"],
        ),
        # The same organization and day, but another name
        ({"system": "Flan"}, {"system": "Gemini"}, ["removed", "added"]),
        # Two models of one paper
        (
            {"system": "Gopher (280B)", "link": LINK},
            {"system": "Gopher (7B)", "link": LINK},
            ["removed", "added"],
        ),
        # One of them states no size.
        ({"system": "Gopher (280B)"}, {"system": "Gopher"}, ["renamed"]),
        ({"system": "Gopher"}, {"system": "Gopher 280 B"}, ["renamed"]),
        # An organization in other letters
        ({"system": "Gopher A", "organizations": "HERE"}, {"system": "Gopher B"}, ["renamed"]),
        # Nearly the same name on one day, but nobody's
        (
            {"system": "Deep Net", "organizations": None},
            {"system": "Deep Nets", "organizations": None},
            ["removed", "added"],
        ),
        # Of one source, but one has no name
        ({"system": None, "link": LINK}, {"system": "Net", "link": LINK}, ["renamed"]),
        ({"system": "Net", "link": LINK}, {"system": None, "link": LINK}, ["renamed"]),
        # Nearly the same name, years apart, elsewhere
        (
            {"system": "Net Two"},
            {"system": "Net Tow", "publication_date": "2023-01-01", "organizations": "There"},
            ["removed", "added"],
        ),
        # The same, at the same place
        (
            {"system": "Deep Net"},
            {"system": "Deep-Nets", "publication_date": "2020-03-01", "link": LINK},
            ["removed", "added"],
        ),
        (
            {"system": "Deep Net", "link": LINK},
            {"system": "Deep-Nets", "publication_date": "2020-03-01", "link": LINK},
            ["renamed"],
        ),
        # Nothing in common but an address that several rows share, a year apart
        (
            {"system": "Alpha", "link": LINK},
            {"system": "Zulu", "link": LINK, "publication_date": "2021-06-01"},
            ["removed", "added"],
        ),
    ],
)
def test_renames(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert status(before, after) == expected


def test_the_best_pair_wins_and_each_row_is_used_once() -> None:
    before = table({"system": "Net base"}, {"system": "Net large"})
    after = table({"system": "Net large v2"}, {"system": "Net base v2"})
    matched = match_rows(before, after)
    assert sorted(matched[["before_row", "after_row"]].to_numpy().tolist()) == [[2, 3], [3, 2]]


def test_the_evidence_is_given() -> None:
    [row] = match_rows(
        table({"system": "GPT", "link": LINK}),
        table({"system": "GPT-1", "publication_date": "2020-01-08", "link": LINK}),
    ).to_dict("records")
    assert row["name_similarity"] == pytest.approx(2 * 3 / 8)
    assert row["same_link"] and row["same_organization"] and row["days_apart"] == 7


def test_rows_without_date_or_organization_do_not_stop_the_match() -> None:
    bare = {"organizations": None, "publication_date": None, "link": None}
    assert status({"system": "A"} | bare, {"system": "B"} | bare) == ["removed", "added"]
    assert status(
        {"system": "A net"} | bare | {"link": LINK}, {"system": "A nets"} | bare | {"link": LINK}
    ) == ["removed", "added"]


def test_nothing_against_nothing() -> None:
    matched = match_rows(table({"system": "A"}), table({"system": "A"}))
    assert matched["status"].tolist() == ["kept"]


def test_addresses_as_they_are_compared() -> None:
    assert plain_links(
        "http://www.arxiv.org/pdf/2001.00001v3.pdf, https://Example.org/a/; see also x"
    ) == {"arxiv.org/abs/2001.00001", "example.org/a"}
    assert plain_links(None) == set()


def test_similarity_is_that_of_letters_and_digits() -> None:
    assert name_similarity("GPT-4 Turbo", "gpt 4 (turbo)") == 1
    assert name_similarity("abc", "xyz") == 0


FAR = "2023-01-01"
# 17 of 20 letters, 16 of 20, and none in common with either
TWENTY, SEVENTEEN, SIXTEEN = (
    "abcdefghijklmnopqrst",
    "abcdefghijklmnopq" + "XYZ",
    "abcdefghijklmnop" + "WXYZ",
)


@pytest.mark.parametrize(
    ("names", "after", "is_renamed"),
    [
        # The same source and organization, years apart: half of the letters
        (("ab", "ac"), {"link": LINK, "publication_date": FAR}, True),
        (("abc", "ade"), {"link": LINK, "publication_date": FAR}, False),
        # The same organization, near: three of five letters
        (("abcde", "abcxy"), {}, True),
        (("abcdef", "abcxyz"), {}, False),
        # Near are 31 days.
        (("abcde", "abcxy"), {"publication_date": "2020-02-01"}, True),
        (("abcde", "abcxy"), {"publication_date": "2020-02-02"}, False),
        # The same organization, a month and more later: 17 of 20 letters
        ((TWENTY, SEVENTEEN), {"publication_date": "2020-02-20"}, True),
        ((TWENTY, SIXTEEN), {"publication_date": "2020-02-20"}, False),
    ],
)
def test_how_alike_names_need_to_be(
    names: tuple[str, str], after: dict[str, Any], is_renamed: bool
) -> None:
    one = {"system": names[0], "link": after.get("link")}
    expected = ["renamed"] if is_renamed else ["removed", "added"]
    assert status(one, {"system": names[1]} | after) == expected
    # And back
    days = {"publication_date": after.get("publication_date", "2020-01-01")}
    back = {"system": names[1], "link": after.get("link")} | days
    assert status(back, one | {"system": names[0]}) == expected


@pytest.mark.parametrize(
    ("candidates", "best"),
    [
        # An address in common is worth half of the letters,
        (({"system": "abcdefghix"}, {"system": "abcdeuvwxy", "link": LINK}), 3),
        (({"system": "abcdefghix"}, {"system": "abuvwxyzst", "link": LINK}), 2),
        # and a date that is near a quarter.
        (
            (
                {"system": "abcdefghix", "link": LINK, "publication_date": FAR},
                {"system": "abcdefgxyz", "link": LINK},
            ),
            3,
        ),
        (
            (
                {"system": "abcdefghix", "link": LINK, "publication_date": FAR},
                {"system": "abcdefuvwx", "link": LINK},
            ),
            2,
        ),
        # Of two that are as good, the first
        (({"system": "abcdefghix"}, {"system": "abcdefghiy"}), 2),
    ],
)
def test_the_best_of_two_candidates(candidates: tuple[dict[str, Any], ...], best: int) -> None:
    one = table({"system": "abcdefghij", "link": LINK})
    pairs = match_rows(one, table(*candidates))
    assert pairs.loc[pairs["status"] == "renamed", "after_row"].tolist() == [best]
    # And the other way round
    pairs = match_rows(table(*candidates), one)
    assert pairs.loc[pairs["status"] == "renamed", "before_row"].tolist() == [best]
