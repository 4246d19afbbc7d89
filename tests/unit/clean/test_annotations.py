from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from conftest import Real

from compute_trends.clean.annotations import apply_corrections, clean_annotations
from compute_trends.clean.names import split_names, system_key, tidy
from compute_trends.common.problems import InputError
from compute_trends.settings.clean import Plausible
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.schemas import Table

FILES = ("annotations.csv", "corrections.csv", "paper_values.csv")
COLUMNS = raw_table("annotations").columns


def raw(*rows: dict[str, str]) -> pd.DataFrame:
    """Raw annotations: sound ones, but for the cells given."""
    sound = dict.fromkeys(COLUMNS, "") | {
        "snapshot": "s",
        "domain": "Vision",
        "publication_date": "15/06/2012",
        "training_compute_flop": "1e18",
    }
    filled = [
        sound | {"annotation_id": str(number), "system": f"System {number}"} | row
        for number, row in enumerate(rows, start=1)
    ]
    return pd.DataFrame(filled, index=range(2, len(filled) + 2), dtype="str")


def fixes(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Corrections: id, system, column, old and new value."""
    names = ["annotation_id", "system", "column", "old_value", "new_value"]
    frame = pd.DataFrame(list(rows), columns=names, dtype="str")
    return frame.assign(reason="r", source="s").set_axis(range(2, len(rows) + 2), axis=0)


def clean(
    annotations: pd.DataFrame,
    corrections: pd.DataFrame | None = None,
    paper_values: pd.DataFrame | None = None,
    **options: Any,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    settings: dict[str, Any] = {
        "published_after": "1950-01-01",
        "first_day_is_placeholder": True,
        "plausible": Plausible(
            published_from="1943-01-01", published_through="2030-01-01", training_compute_flop=1e28
        ),
        "files": FILES,
    }
    if corrections is None:
        corrections = fixes()
    paper_values = fixes() if paper_values is None else paper_values
    tables = clean_annotations(annotations, corrections, paper_values, **(settings | options))
    return tables["systems"], tables["excluded"]


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("30/09/2012", date(2012, 9, 30), "day"),
        ("2/12/2017", date(2017, 12, 2), "day"),
        ("01/01/1952", date(1952, 1, 1), "year"),
        ("01/05/1992", date(1992, 5, 1), "month"),
        # The same two as a spreadsheet saves them
        ("18994", date(1952, 1, 1), "year"),
        ("33725", date(1992, 5, 1), "month"),
        ("2020-12-01", date(2020, 12, 1), "day"),
        ("1 May 1992", date(1992, 5, 1), "day"),
        ("05/1992", date(1992, 5, 1), "month"),
        ("1952", date(1952, 1, 1), "year"),
    ],
)
def test_dates_and_what_of_them_is_known(text: str, day: date, precision: str) -> None:
    systems, _ = clean(raw({"publication_date": text}))
    row = systems.iloc[0]
    assert (row["publication_date"].date(), row["publication_date_precision"]) == (day, precision)


def test_first_day_can_be_taken_as_exact() -> None:
    systems, _ = clean(raw({"publication_date": "01/01/1952"}), first_day_is_placeholder=False)
    assert systems.iloc[0]["publication_date_precision"] == "day"


def state_order(order: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the dictionary state an order of day and month."""

    def stated(name: str) -> Table:
        table = raw_table(name)
        return replace(table, fields=tuple(replace(f, date_order=order) for f in table.fields))

    monkeypatch.setattr("compute_trends.clean.annotations.raw_table", stated)


def test_without_a_stated_order_a_date_that_may_be_two_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(InputError, match="expected a date d/m/y"):
        clean(raw({"publication_date": "04/13/2015"}))
    state_order(None, monkeypatch)
    with pytest.raises(InputError, match="2015-04-03 or 2015-03-04") as caught:
        clean(raw({"publication_date": "03/04/2015"}, {}))
    assert [problem.row for problem in caught.value.problems] == [2]


@pytest.mark.parametrize(
    ("order", "words"), [("m/d/y", "m/d/y"), (None, "with the name of the month")]
)
def test_what_a_date_may_be_names_the_order_that_is_stated(
    order: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_order(order, monkeypatch)
    with pytest.raises(InputError) as caught:
        clean(raw({"publication_date": "soon"}, {}))
    problem = caught.value.problems[0]
    assert problem.row == 2 and problem.expected.startswith(f"a date (y-m-d, {words}), a month")


@pytest.mark.parametrize(
    ("text", "people", "names"),
    [
        ("Google, University of Science and Technology of China", False, None),
        ("IDSIA ; University of Lugano", False, ["IDSIA", "University of Lugano"]),
        ("AT&T Labs", False, ["AT&T Labs"]),
        ("DeepMind, Google Brain, ", False, ["DeepMind", "Google Brain"]),
        ("Widrow and Hoff", True, ["Widrow", "Hoff"]),
        ("A One, B Two, and C Three", True, ["A One", "B Two", "C Three"]),
        ("A One, B Two & C Three", True, ["A One", "B Two", "C Three"]),
        (
            "Rumelhart, David E.; Hinton, Geoffrey E.",
            True,
            ["David E. Rumelhart", "Geoffrey E. Hinton"],
        ),
        ("Sandy Anderson, Rand Land", True, ["Sandy Anderson", "Rand Land"]),
        ("", True, []),
    ],
)
def test_lists_of_names(text: str, people: bool, names: list[str] | None) -> None:
    if names is None:
        names = ["Google", "University of Science and Technology of China"]
    assert split_names(text, people=people) == names


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("GPT-3 175B", "gpt-3-175b"),
        ("PanGu-α", "pangu-alpha"),
        ("Rubik's cube", "rubiks-cube"),
        ("  Café (Größe) ", "cafe-groe"),
        ("KN5 LM + RNN 400/10 (WSJ)", "kn5-lm-rnn-400-10-wsj"),
    ],
)
def test_system_keys(name: str, key: str) -> None:
    assert system_key(name) == key


def test_tidy_composes_accents_and_white_space() -> None:
    assert tidy(" Dan\u00a0C.\n  Ciresan\u0327 ") == "Dan C. Ciresaņ"


def test_every_row_is_kept_or_excluded_with_a_reason(caplog: pytest.LogCaptureFixture) -> None:
    systems, excluded = clean(
        raw(
            {},
            {"training_compute_flop": ""},
            {"training_compute_flop": "0.0"},
            {"publication_date": ""},
            {"publication_date": "01/01/1950"},
            {"system": ""},
            {"publication_date": "02/01/1950"},
        )
    )
    assert systems["annotation_id"].tolist() == [1, 7]
    assert dict(zip(excluded["annotation_id"], excluded["reason"], strict=True)) == {
        2: "no training compute",
        3: "training compute of zero",
        4: "no publication date",
        5: "not published after 1950-01-01",
        6: "no name",
    }
    told = [line.partition("rows left out, ")[2] for line in caplog.text.splitlines()]
    assert [line.partition(":")[0] for line in told if line] == [
        "no name",
        "no publication date",
        "training compute of zero",
    ]


def test_all_problems_are_told_at_once_with_their_place() -> None:
    broken = raw(
        {"publication_date": "yesterday"},
        {"training_compute_flop": "a lot"},
        {"training_compute_flop": "-5"},
        {"citations": "inf"},
    )
    with pytest.raises(InputError) as caught:
        clean(broken)
    told = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "annotations.csv, row 2, column publication_date: found 'yesterday', expected" in told
    assert "row 3, column training_compute_flop: found 'a lot', expected a number" in told
    assert "row 4, column training_compute_flop: found '-5.0', expected zero or more" in told
    assert "row 5, column citations: found 'inf', expected a number" in told


@pytest.mark.parametrize(
    "cell",
    ["0222", "25/05/0021", "2202", "25/05/2202", "20222", "00/05/2021", "2021-05-00", "0/2021"],
)
def test_a_date_with_a_slip_is_refused_with_its_row(cell: str) -> None:
    with pytest.raises(InputError) as caught:
        clean(raw({}, {"publication_date": cell}))
    [problem] = caught.value.problems
    assert (problem.row, problem.column, problem.value) == (3, "publication_date", cell)


def test_what_is_hardly_right_is_questioned() -> None:
    with pytest.raises(InputError) as caught:
        clean(raw({"training_compute_flop": "1e30"}, {"publication_date": "2030-01-02"}, {}))
    told = [str(problem) for problem in caught.value.problems]
    assert told == [
        "annotations.csv, row 3, column publication_date: found '2030-01-02', expected at most "
        "2030-01-01; if it is right, change clean.plausible.published_through in config.yaml",
        "annotations.csv, row 2, column training_compute_flop: found '1e+30', expected at most "
        "1e+28; if it is right, change clean.plausible.training_compute_flop in config.yaml",
    ]
    early = raw({"publication_date": "25/05/1921"}, {"publication_date": "10000"}, {})
    with pytest.raises(InputError) as caught:
        clean(early)
    assert [str(problem) for problem in caught.value.problems] == [
        f"annotations.csv, row {row}, column publication_date: found '{day}', expected at least "
        "1943-01-01; if it is right, change clean.plausible.published_from in config.yaml"
        for row, day in ((2, "1921-05-25"), (3, "1927-05-18"))
    ]
    below = Plausible(
        published_from="1900-01-01", published_through="2030-01-01", training_compute_flop=1e28
    )
    assert set(clean(early, plausible=below)[1]["reason"]) == {"not published after 1950-01-01"}
    above = Plausible(
        published_from="1943-01-01", published_through="2030-01-02", training_compute_flop=1e30
    )
    systems, _ = clean(raw({"training_compute_flop": "1e30"}), plausible=above)
    assert systems["training_compute_flop"].tolist() == [1e30]


def test_problems_of_both_files_are_told_together() -> None:
    annotations = raw(
        {"annotation_id": "7"}, {"annotation_id": "7.0"}, {"snapshot": ""}, {"annotation_id": "x"}
    )
    broken = fixes(("9", "", "domain", "", ""), ("3", "System 3", "domain", "Vision", "V"))
    with pytest.raises(InputError) as caught:
        clean(annotations, broken.assign(reason=["", "r"]))
    told = {(problem.file, problem.row, problem.column) for problem in caught.value.problems}
    assert told == {
        ("annotations.csv", 2, "annotation_id"),
        ("annotations.csv", 3, "annotation_id"),
        ("annotations.csv", 4, "snapshot"),
        ("annotations.csv", 5, "annotation_id"),
        ("corrections.csv", 2, "reason"),
        ("corrections.csv", 2, "annotation_id"),
    }


def test_two_systems_of_one_key_and_a_system_of_none_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        clean(raw({"system": "GPT-3"}, {"system": "GPT 3"}, {"system": "悟道"}))
    found = [(problem.row, problem.column, problem.value) for problem in caught.value.problems]
    assert found == [(2, "system", "GPT-3"), (3, "system", "GPT 3"), (4, "system", "悟道")]


def test_at_least_one_system_must_be_left() -> None:
    with pytest.raises(InputError, match=r"all rows are excluded \(2 x not published after 2030"):
        clean(raw({}, {}), published_after="2030-01-01")
    with pytest.raises(InputError, match="found 'no row', expected at least one system"):
        clean(raw().reindex(columns=COLUMNS))


def test_a_missing_domain_is_told() -> None:
    with pytest.raises(InputError, match=r"row 2, column domain: expected a value"):
        clean(raw({"domain": ""}))


def test_corrections_replace_and_are_recorded() -> None:
    systems, _ = clean(
        raw({"system": "", "domain": "Visoin"}),
        fixes(("1", "", "system", "", "Named"), ("1", "", "domain", "Visoin", "Vision")),
    )
    row = systems.iloc[0]
    assert (row["system_id"], row["domain"]) == ("named", "Vision")
    assert row["corrected_columns"] == "system; domain"


@pytest.mark.parametrize(
    ("fix", "message"),
    [
        (("9", "System 1", "domain", "Vision", "x"), "column annotation_id: found '9'"),
        (("1", "System 1", "colour", "Vision", "x"), "column column: found 'colour'"),
        (("1", "System 1", "annotation_id", "1", "2"), "column column: found 'annotation_id'"),
        (("1", "Systen 1", "domain", "Vision", "x"), "expected 'System 1'"),
        (("1", "System 1", "domain", "Speech", "x"), "found 'Speech', expected 'Vision'"),
    ],
)
def test_a_correction_that_does_not_apply_stops_the_run(
    fix: tuple[str, str, str, str, str], message: str
) -> None:
    corrected, problems = apply_corrections(raw({}), fixes(fix), files=FILES[:2])
    assert len(problems) == 1 and message in str(problems[0])
    assert corrected["corrected_columns"].tolist() == [""]
    with pytest.raises(InputError, match=message):
        clean(raw({}), fixes(fix))


def test_real_annotations(real: Real) -> None:
    systems = real.systems.set_index("system_id")
    assert len(systems) + len(real.excluded) == 128
    assert (systems["snapshot"] == "2022-03-tables").sum() == 123
    assert systems["publication_date_precision"].value_counts().to_dict() == {
        "day": 101,
        "year": 14,
        "month": 13,
    }
    assert systems.loc["openai-five-rerun", "training_compute_flop"] == 1.3e22
    assert systems.loc["openai-five", "training_compute_flop"] == 6.7e22
    assert systems.loc["alphago-fan", "reference"] == systems.loc["alphago-lee", "reference"]
    assert systems.loc["alphago-fan", "link"] == systems.loc["alphago-lee", "link"]
    assert systems.loc["gpt-3-175b", "training_dataset_size_gb"] == 570
    assert pd.isna(systems.loc["deepspeech2", "training_dataset"])
    assert systems.loc["sppnet", "organizations"] == (
        "Microsoft; Xi’an Jiaotong University; University of Science and Technology of China"
    )
    unnamed = real.systems.set_index("annotation_id").loc[[116, 117, 123], "system_id"]
    assert unnamed.notna().all()


def test_no_blemish_is_left_in_the_text_of_the_real_systems(real: Real) -> None:
    columns = ["system", "task", "organizations", "authors", "reference", "training_dataset"]
    for column in columns:
        text = real.systems[column].dropna()
        for blemish in (r"\w- \w", r"\s{2}", r"[\n\u00a0]", r",\S", r"´", r"\?$", r"\.$"):
            found = text[text.str.contains(blemish)]
            # Initials end with a full stop.
            if blemish == r"\.$" and column == "authors":
                continue
            assert found.empty, (column, blemish, found.tolist())


def test_corrections_change_no_date_and_no_compute(real: Real) -> None:
    changed = real.systems["corrected_columns"].fillna("")
    assert not changed.str.contains("publication_date|training_compute_flop").any()


def test_the_paper_s_values_stand_beside_the_corrected_ones() -> None:
    """As annotated, or as the paper had them where the annotation is of a later day."""
    annotations = raw({"domain": "Games"}, {"domain": "Vision"}, {"publication_date": "1/7/2013"})
    corrections = fixes(
        ("1", "System 1", "domain", "Games", "Language"),
        ("3", "System 3", "publication_date", "1/7/2013", "2/7/2013"),
        ("3", "System 3", "training_compute_flop", "1e18", "2e18"),
    )
    had = fixes(("2", "System 2", "domain", "Vision", ""))
    systems, _ = clean(annotations, corrections, had)
    assert systems["domain"].tolist() == ["Language", "Vision", "Vision"]
    assert systems["domain_published"].tolist()[::2] == ["Games", "Vision"]
    assert pd.isna(systems["domain_published"].iloc[1])
    third = systems.iloc[2]
    assert third["publication_date"] == pd.Timestamp("2013-07-02")
    assert third["publication_date_published"] == pd.Timestamp("2013-07-01")
    assert (third["training_compute_flop"], third["training_compute_flop_published"]) == (
        2e18,
        1e18,
    )
    # What the paper had is no correction of ours.
    assert pd.isna(systems["corrected_columns"].iloc[1])


def test_a_paper_s_value_must_be_about_an_annotation() -> None:
    had = fixes(
        ("1", "System 1", "domain", "Other", ""),
        ("9", "System 9", "domain", "Vision", ""),
        ("1", "System 1", "task", "", "Chess"),
    )
    with pytest.raises(InputError) as caught:
        clean(raw({}), None, had)
    problems = {(one.file, one.row, one.column) for one in caught.value.problems}
    file = "paper_values.csv"
    assert problems == {(file, 2, "old_value"), (file, 3, "annotation_id"), (file, 4, "column")}
