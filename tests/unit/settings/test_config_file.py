from __future__ import annotations

import copy
import gzip
import os
import re
import textwrap
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from project import ROOT, TINY
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from snakemake.common.configfile import load_configfile
from snakemake.utils import update_config

from compute_trends.common.problems import Problem
from compute_trends.settings.config_file import files_behind, merge, read_config
from compute_trends.settings.config_text import config_problems_text, effective_yaml, plain_dates
from compute_trends.settings.yaml_file import YamlFile, read_yaml

DELIVERED = ROOT / "config.yaml"
# Nine lines that say a billion
BOMB = (
    "a: &a0 {"
    + ", ".join(f"k{key}: 1" for key in range(10))
    + "}\n"
    + "".join(
        f"b{n}: &a{n + 1} {{{', '.join(f'k{key}: *a{n}' for key in range(10))}}}\n"
        for n in range(9)
    )
)
LIST_BOMB = 'a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]\n' + "".join(
    f"{key}: &{key} [{','.join(f'*{below}' for _ in range(9))}]\n"
    for below, key in zip("abcdefghi", "bcdefghij", strict=True)
)
# A deep value that no bracket shows
CHAIN = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 500))


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def read(folder: Path, text: str) -> YamlFile:
    return read_yaml(written(folder / "config.yaml", text))


def test_unquoted_dates_become_text() -> None:
    assert plain_dates({"a": [date(2012, 9, 30), {"b": 1}]}) == {"a": ["2012-09-30", {"b": 1}]}
    assert plain_dates({date(2012, 9, 30): 1}) == {"2012-09-30": 1}


def test_the_config_in_force_can_be_read_back(config: dict[str, Any]) -> None:
    assert yaml.safe_load(effective_yaml(config)) == config


@pytest.mark.parametrize(
    ("text", "row", "column", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "a", "this key, once"),
        ("a:\n  b: [{c: 1, c: 2}]\n", 2, "a.b[0].c", "this key, once"),
        ("__use_yte__: true\n?if True: {a: 1}\n", 1, "__use_yte__", "it would run code"),
        ("a:\n  __use_yte__: true\n", 2, "a.__use_yte__", "it would run code"),
        ("a: !!python/object/apply:os.system [true]\n", 1, None, "YAML in UTF-8"),
        ("a: !!str 5\n", 1, "a", "YAML in UTF-8 without tags"),
        ("a: [1\nb: 2\n", 2, None, "YAML in UTF-8"),
        ("a: 1\nb: 2022-02-30\n", 2, "b", "a date y-m-d"),
        ("\ta: 1\n", 1, None, "YAML in UTF-8"),
        ("- 1\n", None, None, "keys with values"),
        ("", None, None, "keys with values"),
        ("[" * 100_000, 1, None, "YAML in UTF-8"),
        ("a: " + "{b: " * 200 + "}" * 200, 1, None, "YAML in UTF-8 with at most 100 levels"),
        (CHAIN, 1, None, "YAML in UTF-8 with at most 100 levels"),
        ("a: &a [*a]\n", 1, None, "YAML in UTF-8"),
        (BOMB, None, None, "fewer than"),
        (LIST_BOMB, None, None, "fewer than"),
        ("a: \x00\n", None, None, "YAML in UTF-8"),
        ("a: &b {c: 1}\nd:\n  <<: *b\n", 3, "d.<<", "no merge key"),
        ("a: &b 1\nc: &b 2\n", 2, None, "YAML in UTF-8"),
        ("? [a]\n: 1\n", 1, None, "YAML in UTF-8 with keys that are text"),
        ("a: 1\n---\nb: 1\n", 2, None, "YAML in UTF-8"),
        ("a: *b\n", 1, None, "YAML in UTF-8"),
        ("a: =\n", 1, "a", "'=', which YAML 1.1 and YAML 1.2 read alike"),
    ],
)
def test_a_file_is_checked_before_it_is_used(
    tmp_path: Path, text: str, row: int | None, column: str | None, message: str
) -> None:
    start = time.process_time()
    [problem] = read(tmp_path, text).problems
    assert time.process_time() - start < 5
    assert (problem.row, problem.column) == (row, column)
    assert message in problem.expected
    assert read_config([str(tmp_path / "config.yaml")])[1] == [problem]


def test_each_problem_of_a_file_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, "a: yes\nb: 2010-02-30\nb: 1\nc: [on, 017]\n").problems
    assert [(problem.row, problem.column) for problem in found] == [
        *((1, "a"), (2, "b"), (3, "b"), (4, "c[0]"), (4, "c[1]"))
    ]


def test_keys_of_any_type_are_told(tmp_path: Path) -> None:
    over = written(tmp_path / "over.yaml", "1.5: a\n~: b\n3: c\n'': d\nyes: e\nno: f\n")
    _, problems = read_config([str(DELIVERED), over])
    assert [(problem.row, problem.value) for problem in problems] == [(5, "yes"), (6, "no")]
    over = written(tmp_path / "over.yaml", "1.5: a\n~: b\n3: c\n'': d\n2010-01-01: e\n")
    _, problems = read_config([str(DELIVERED), over], {"seed": -1})
    assert len(problems) == 6
    assert {problem.row for problem in problems if problem.file == over} >= {1, 3, 5}


@pytest.mark.parametrize(
    ("data", "row", "found"),
    [
        (gzip.compress(b"seed: 1\n", mtime=0), None, "a gzip file"),
        ("seed: 1\n".encode("utf-16"), None, "text in UTF-16"),
        (("seed: 1\n" * 9).encode("utf-16-le"), None, "text in UTF-16 without a mark"),
        (b"<!DOCTYPE html>", None, "a web page (HTML): <!DOCTYPE html>"),
        (b"seed: 1\n# \xe9\n", 2, "a byte that is none of UTF-8"),
        (b"", None, "an empty file"),
        (None, None, "a folder"),
    ],
)
def test_what_is_no_config_is_told(
    tmp_path: Path, data: bytes | None, row: int | None, found: str
) -> None:
    path = tmp_path / "config.yaml"
    path.mkdir() if data is None else path.write_bytes(data)
    [problem] = read_yaml(str(path)).problems
    assert (problem.file, problem.row, problem.value) == (str(path), row, found)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.yaml")
    [problem] = read_yaml(str(tmp_path / "config.yaml")).problems
    assert problem.value == "a pipe"


def test_the_delivered_file_is_sound(tmp_path: Path) -> None:
    content = read_yaml(str(DELIVERED))
    assert content.problems == []
    # What is checked is what Snakemake runs with.
    assert repr(content.value) == repr(plain_dates(load_configfile(str(DELIVERED))))
    lines = DELIVERED.read_text(encoding="utf-8").splitlines()
    for place, row in content.lines.items():
        key = place.rpartition(".")[2]
        assert place.endswith("]") or f"{key}:" in lines[row - 1], place
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    assert len(read_yaml(str(tmp_path / "latin.yaml")).problems) == 1
    (tmp_path / "mark.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(str(tmp_path / "mark.yaml")).value == {"a": 1}


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    path = str(tmp_path / "config.yaml")
    _, problems = read_config([path])
    assert config_problems_text(problems).splitlines()[1:] == [f"{path}: no such file"]


# Scalars that the two versions of YAML read apart, and how they may be written
APART = {
    "017": ["17", "15", "'017'"],
    "+017": ["17", "15", "'+017'"],
    "-017": ["-17", "-15", "'-017'"],
    "08": ["8", "'08'"],
    "0o17": ["15", "'0o17'"],
    "1:30": ["90", "'1:30'"],
    "190:20:30.15": ["685230.15", "'190:20:30.15'"],
    "1e28": ["1.0e+28", "'1e28'"],
    "1e+28": ["1.0e+28", "'1e+28'"],
    "1.0e28": ["1.0e+28", "'1.0e28'"],
    "-2E+05": ["-200000.0", "'-2E+05'"],
    "1.e5": ["100000.0", "'1.e5'"],
    "-.5": ["-0.5", "'-.5'"],
    "+.5": ["0.5", "'+.5'"],
    "yes": ["true", "'yes'"],
    "No": ["false", "'No'"],
    "ON": ["true", "'ON'"],
    "off": ["false", "'off'"],
    "2010-01-01T10:00:00Z": ["'2010-01-01T10:00:00Z'"],
}
ALIKE = [
    *("0", "1", "-1", "+1", "1_000", "0b101", "0x1F", "00", "1.", ".5", "1.5", "1.0e+28", "-0.0"),
    *("1.5e-3", ".inf", "-.inf", ".nan", "true", "False", "TRUE", "null", "~", "", "y", "n", "N"),
    *("2010-01-01", "2010-1-1", "2010-01-01 10:00:00", "1e", "1e5.0", "0o8", "_1", "a", "a:b"),
    *("'017'", '"yes"', "'1:30'", "a b", "it's", "-a", "[]", "{}", "[a, b]", '"\\x41"', "é", "1-2"),
    *("=1+1", "../../x", "<b>", "top_10", "Moore's law, a law", "|\n  text", ">\n  text\n  more"),
]


def readings(text: str) -> list[Any]:
    """A text by Snakemake's reader and by one of YAML 1.2; an error as its kind."""
    found = []
    for reader in (lambda: yaml.full_load(text), lambda: YAML(typ="safe", pure=True).load(text)):
        try:
            found.append(reader())
        except (YAMLError, yaml.YAMLError, ValueError):
            found.append("no YAML")
    return found


@pytest.mark.parametrize("scalar", APART)
@pytest.mark.parametrize("text", ["a: 1\nb: {}\n", "a: 1\nb: [{}]\n", "a: 1\n{}: b\n"])
def test_what_two_readers_take_apart_is_refused(tmp_path: Path, scalar: str, text: str) -> None:
    one, other = readings(text.format(scalar))
    assert repr(one) != repr(other) or one == "no YAML"
    [problem] = read(tmp_path, text.format(scalar)).problems
    assert (problem.row, problem.value) == (2, scalar)
    assert str(problem.column).startswith("b" if "b:" in text else scalar)
    options, comma, rest = problem.expected.partition(", ")
    assert options.split(" or ") == APART[scalar]
    assert comma + rest == ", which YAML 1.1 and YAML 1.2 read alike"
    for option in APART[scalar]:
        assert read(tmp_path, text.format(option)).problems == []


@pytest.mark.parametrize("scalar", ALIKE)
def test_what_two_readers_take_alike_is_used(tmp_path: Path, scalar: str) -> None:
    text = f"a: {scalar}\n"
    one, other = readings(text)
    assert repr(one) == repr(other)
    content = read(tmp_path, text)
    assert content.problems == []
    assert repr(content.value) == repr(plain_dates(one))
    assert repr(plain_dates(load_configfile(str(tmp_path / "config.yaml")))) == repr(content.value)


def test_a_problem_names_the_line_of_its_key(tmp_path: Path) -> None:
    text = DELIVERED.read_text(encoding="utf-8")
    text = text.replace("days_per_month: 30", "days_per_month: 0")
    path = written(tmp_path / "config.yaml", text)
    row = next(n for n, line in enumerate(text.splitlines(), 1) if "days_per_month: 0" in line)
    _, [problem] = read_config([path])
    assert (problem.row, problem.column) == (row, "fit.units.days_per_month")
    assert config_problems_text([problem]).splitlines()[1] == (
        f"{path}, line {row}: fit.units.days_per_month: 0 is less than the minimum of 28"
    )
    # What was changed elsewhere has no line here.
    _, [problem] = read_config([path], {"fit": {"units": {"days_per_month": -1}}})
    assert (problem.file, problem.row) == ("--configfile or --config", None)
    # What says the same again has.
    _, [problem] = read_config([path], {"fit": {"units": {"days_per_month": 0}}})
    assert (problem.file, problem.row) == (path, row)


def test_an_unknown_key_is_told_with_its_own_line(tmp_path: Path) -> None:
    over = written(
        tmp_path / "over.yaml", "fit:\n  units:\n    # more\n    days_a_year: 1\nseed: 1\n"
    )
    _, problems = read_config([str(DELIVERED), over])
    expected = "unknown key 'days_a_year'; did you mean 'days_per_year'?"
    assert problems == [Problem(over, 4, "fit.units", None, expected)]


def test_a_config_that_is_handed_on_is_told_by_the_files_it_comes_from(tmp_path: Path) -> None:
    own = written(tmp_path / "config.yaml", "# of this run\nfit:\n  units:\n    days_per_year: 1\n")
    other = written(tmp_path / "others.yaml", "trends: {seed: 1}\nelse: 2\n")
    empty, none = written(tmp_path / "empty.yaml", ""), str(tmp_path / "none.yaml")
    text = written(tmp_path / "broken.yaml", "a: [")
    handed = {"fit": {"units": {"days_per_year": 1}}, "seed": "x"}
    found = files_behind(handed, [own, other, empty, none, text])
    assert found == [own]
    _, problems = read_config([str(DELIVERED), *found], handed)
    assert {(problem.file, problem.row) for problem in problems} == {
        (own, 4),
        ("--configfile or --config", None),
    }


def test_the_examples_of_a_config_are_accepted(tmp_path: Path) -> None:
    blocks = re.findall(
        r"(?:^    .*\n)+", (ROOT / "config" / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    examples = [block for block in blocks if not block.lstrip().startswith("python")]
    assert len(examples) == 2
    for example in examples:
        own = written(tmp_path / "own.yaml", textwrap.dedent(example))
        assert read_config([str(DELIVERED), own])[1] == []


def test_files_go_over_each_other(tmp_path: Path, config: dict[str, Any]) -> None:
    one = written(tmp_path / "one.yaml", "fit: {other_methods: [hc3], domains: {least: 0}}\n")
    two = written(tmp_path / "two.yaml", "# nothing\n\nfit: {domains: {least: 3}}\n")
    merged, problems = read_config([str(DELIVERED), one, two])
    assert problems == []
    expected = copy.deepcopy(config)
    expected["fit"] |= {"other_methods": ["hc3"], "domains": {"least": 3}}
    assert merged == expected and list(merged["fit"]) == list(config["fit"])
    _, [problem] = read_config([str(DELIVERED), two, one])
    assert (problem.file, problem.row, problem.column) == (one, 1, "fit.domains.least")


def test_a_problem_between_keys_is_told_where_it_is_set(tmp_path: Path) -> None:
    over = written(
        tmp_path / "over.yaml",
        "render:\n  findings:\n    - title: One\n      trend: until_2009\n"
        "    - title: Two\n      trend: until_2010\n",
    )
    _, [problem] = read_config([str(DELIVERED), over])
    assert (problem.file, problem.row, problem.column) == (over, 6, "render.findings[1].trend")


def test_every_file_is_read_before_keys_are_compared(tmp_path: Path) -> None:
    one = written(tmp_path / "one.yaml", "seed: yes\n")
    two = written(tmp_path / "two.yaml", "seed: [\n")
    _, problems = read_config([str(DELIVERED), one, two])
    assert [(problem.file, problem.row) for problem in problems] == [(one, 1), (two, 2)]


@pytest.mark.parametrize(
    ("under", "over"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}),
        ({"a": [1, 2]}, {"a": [3]}),
        ({"a": [1, 2]}, {"a": {}}),
        ({"a": [1, 2]}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": None}),
        ({"a": 1}, {"b": {"c": {"d": 1}}}),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"d": 1}], "e": {}}}),
    ],
)
def test_configs_merge_as_snakemake_merges_them(
    under: dict[str, Any], over: dict[str, Any]
) -> None:
    expected = copy.deepcopy(under)
    update_config(expected, over)
    assert merge(under, over) == expected


def test_days_stand_in_place_of_boundaries(tmp_path: Path, config: dict[str, Any]) -> None:
    over = written(
        tmp_path / "over.yaml",
        "boundaries: {some_day: 1951-01-01}\nclean: {published_after: some_day}\n",
    )
    named, problems = read_config([str(DELIVERED), over])
    assert problems == []
    assert named["boundaries"]["some_day"] == "1951-01-01"
    assert named["clean"]["published_after"] == "1951-01-01"
    # The order of the file stays, on which the text of the config in force depends.
    assert list(named["clean"]) == list(config["clean"])
    # The command line moves it, as text or as YAML reads it.
    for day in ("1952-01-01", date(1952, 1, 1)):
        moved, problems = read_config([str(DELIVERED), over], {"boundaries": {"some_day": day}})
        assert problems == []
        changed = {"boundaries": moved["boundaries"], "clean": moved["clean"]}
        assert moved == named | changed
        assert moved["clean"] == named["clean"] | {"published_after": "1952-01-01"}


def test_an_unknown_boundary_is_told_with_its_line(tmp_path: Path) -> None:
    over = written(
        tmp_path / "over.yaml",
        "boundaries: {some_day: 1951-01-01}\nclean:\n  published_after: some_dya\n",
    )
    _, [problem] = read_config([str(DELIVERED), over])
    assert (problem.file, problem.row, problem.column) == (over, 3, "clean.published_after")
    assert re.fullmatch(
        r"'some_dya' is not a date y-m-d or a name of boundaries; did you mean 'some_day'\?",
        problem.expected,
    )


@pytest.mark.parametrize("file", [DELIVERED, TINY / "config.yaml"], ids=["delivered", "tiny"])
def test_a_day_with_a_name_stands_in_one_place(file: Path) -> None:
    config, problems = read_config([file])
    assert problems == []
    text = file.read_text(encoding="utf-8")
    assert {name: text.count(day) for name, day in config["boundaries"].items()} == dict.fromkeys(
        config["boundaries"], 1
    )


def test_what_is_shaded_is_what_is_fitted(config: dict[str, Any]) -> None:
    periods = {era["name"]: era["period"] for era in config["render"]["eras"]}
    trends = {trend["name"]: trend["period"] for trend in config["fit"]["trends"]}
    figures = [figure for figure in config["render"]["figures"] if figure["eras"]]
    assert figures
    for figure in figures:
        shaded = {day for name in figure["eras"] for day in periods[name].values()}
        assert shaded == {day for name in figure["trends"] for day in trends[name].values()}


def test_an_era_moves_by_one_edit(config: dict[str, Any]) -> None:
    moved, problems = read_config([DELIVERED], {"boundaries": {"deep_learning": "2011-12-31"}})
    assert problems == []
    assert effective_yaml(moved) == effective_yaml(config).replace("2009-12-31", "2011-12-31")
    # The chart's check sees that large scale begins later for all that depends on it.
    moved, problems = read_config([DELIVERED], {"boundaries": {"large_scale": "2016-09-01"}})
    assert problems == []
