"""What names something that is not there is refused where it is near to what is, else told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pipeline import ExportRun, PaperRun, changed
from project import RAW, ROOT

from compute_trends.checks.drivers import misspelt_groups
from compute_trends.clean.references import claim_references, config_references
from compute_trends.common.problems import InputError
from compute_trends.common.references import misspelt
from compute_trends.settings.clean import ExportFile, Filters
from compute_trends.settings.config_file import read_config
from compute_trends.settings.models import Settings

FILES = {f"data/raw/{path.name}": str(path) for path in RAW.glob("*.csv")}


def refused(tmp_path: Path, old: str, new: str, raw: dict[str, str] = FILES) -> list[str]:
    """Problems of the delivered config with one text replaced, and the line of that."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "config.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    _, problems = read_config([path], None, partial(config_references, raw=raw))
    return [str(problem).replace(f"{path}, row {line}, ", "here: ") for problem in problems]


def test_the_delivered_config_names_what_is_there(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert list(config_references(settings, FILES)) == []
    assert claim_references(settings, FILES) == []
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "snapshots: [2022-03-tables, 2022-03-figures]",
            "snapshots: [2022-03-tables, 2022-03-figure]",
            "column fit.datasets[1].snapshots[1]: expected no system has the snapshot "
            "'2022-03-figure'; did you mean '2022-03-figures'?",
        ),
        (
            "snapshots: [2022-03-tables, 2022-03-figures]",
            "snapshots: [2022-03-tables, mine]",
            "column fit.datasets[1].snapshots[1]: expected no system has the snapshot 'mine'; "
            "known: ",
        ),
    ],
)
def test_a_dataset_of_an_unknown_snapshot_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    [problem] = refused(tmp_path, old, new)
    assert problem.startswith(f"here: {told}")


def test_a_snapshot_that_a_correction_gives_is_known(tmp_path: Path) -> None:
    copy = shutil.copy(FILES["data/raw/corrections.csv"], tmp_path / "corrections.csv")
    with Path(copy).open("a", encoding="utf-8") as file:
        file.write("1,Theseus,snapshot,2022-03-tables,mine,r,s\n")
    raw = FILES | {"data/raw/corrections.csv": str(copy)}
    old = "snapshots: [2022-03-tables, 2022-03-figures]"
    assert refused(tmp_path, old, "snapshots: [2022-03-tables, mine]", raw) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda fit: fit.trends[0].model_copy(update={"domain": "Visoin"}), "Vision"),
        (lambda fit: fit.trends[0].model_copy(update={"domain": "Cookery"}), None),
        (lambda fit: with_without(fit, "alphago-zer"), "alphago-zero"),
        (lambda fit: with_without(fit, "no-such-thing"), None),
    ],
)
def test_a_domain_or_a_system_of_a_trend_is_looked_up(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Any], Any],
    told: str | None,
) -> None:
    fit = settings.fit
    other = changed(settings, "fit.trends", [change(fit), *fit.trends[1:]])
    found = list(config_references(other, FILES))
    assert (len(found) == 1 and f"did you mean {told!r}?" in found[0][1]) == (told is not None)
    assert ("no system has the" in caplog.text) == (told is None)


def with_without(fit: Any, key: str) -> Any:
    [records] = [one.records for one in fit.trends if one.records and one.records.without][:1]
    return fit.trends[0].model_copy(
        update={"records": records.model_copy(update={"without": [key]})}
    )


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("snapshot", "2022-03-table", "a snapshot of fit.datasets of config.yaml, such as"),
        ("snapshot", "2022-03-Tables", "a snapshot of fit.datasets of config.yaml, such as"),
        ("snapshot", "2022-03-t\N{CYRILLIC SMALL LETTER A}bles", "letters of one alphabet"),
        ("domain", "Langauge", "the domain of other systems, such as 'Language'"),
        ("domain", "language", "the domain of other systems, such as 'Language'"),
        ("snapshot", "2022-03\N{ZERO WIDTH JOINER}-tables", None),
        ("snapshot", "my systems", None),
        ("domain", "Cookery", None),
    ],
)
def test_a_misspelt_word_of_an_annotation_is_refused(
    paper_run: PaperRun, caplog: pytest.LogCaptureFixture, column: str, cell: str, told: str | None
) -> None:
    """No system leaves the trends without a word."""
    texts = paper_run.text("annotations")
    texts.at[99, column] = cell
    run = PaperRun(paper_run.settings)
    run.text = lambda name: texts if name == "annotations" else paper_run.text(name)  # type: ignore[method-assign]
    if told is None:
        assert run["systems"].at[99, column] == cell.replace("\N{ZERO WIDTH JOINER}", "")
        name = run["systems"].at[99, "system"]
        words = f"snapshot {cell!r}, so that no trend has a system of it (row 99: {name})"
        assert (words in caplog.text) == (cell == "my systems")
        return
    with pytest.raises(InputError) as caught:
        run["systems"]
    assert {(problem.row, problem.column) for problem in caught.value.problems} == {(99, column)}
    assert told in str(caught.value)


def test_a_claim_about_a_misspelt_trend_is_refused(settings: Settings, tmp_path: Path) -> None:
    text = Path(FILES["data/raw/claims.csv"]).read_text(encoding="utf-8")
    path = tmp_path / "claims.csv"
    path.write_text(text.replace("top_5_alexnet_to_alphazero", "top_5_alexnet_to_alphazer", 1))
    [problem] = claim_references(settings, FILES | {"data/raw/claims.csv": str(path)})
    assert (problem.row, problem.column) == (2, "subject")
    assert problem.expected == "a trend or system, such as 'top_5_alexnet_to_alphazero'"


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"domains": ["Langauge", "Vision"]}, "filters.domains of case: found 'Langauge'"),
        (
            {"notability": ["SOTA improvment"]},
            "filters.notability of case: found 'SOTA improvment'",
        ),
        ({"confidence": ["Confidant"]}, "filters.confidence of case: found 'Confidant'"),
        ({"domains": ["language"]}, None),
        ({"domains": ["Language", "Cookery"]}, None),
    ],
)
def test_a_misspelt_filter_is_refused(
    settings: Settings, caplog: pytest.LogCaptureFixture, filters: Any, told: str | None
) -> None:
    path = str(RAW / "vintages" / "notable_2024_07_16.csv")
    record = {"name": "case", "path": path, "date": "2024-07-16", "filters": Filters(**filters)}
    run = ExportRun(ExportFile(**record), settings)
    if told is None:
        assert len(run["systems"]) > 50
        assert ("has no 'Cookery'" in caplog.text) == ("Cookery" in str(filters))
        return
    with pytest.raises(InputError, match=f"config.yaml, column clean.exports, {told}, expected a"):
        run["systems"]


def test_a_misspelt_country_of_a_group_is_refused(settings: Settings) -> None:
    drivers = settings.fit.drivers
    group = drivers.groups[0].model_copy(update={"countries": ["United States of Amerika"]})
    other = drivers.model_copy(update={"groups": [group, *drivers.groups[1:]]})
    export = ExportFile(name="e", path="e.csv", date="2026-01-01")
    systems = pd.DataFrame({"organizations": ["Google; Meta AI", "OpenAI"]})
    attributes = pd.DataFrame({"countries": ["United States of America; France", "China"]})
    found = misspelt_groups(other, [export], [systems], [attributes], [systems])
    assert str(found[0]) == (
        "config.yaml, column fit.drivers.groups[0].countries: found 'United States of Amerika', "
        "expected a name that e.csv has, such as 'United States of America'"
    )


def test_near_names() -> None:
    known = ["2022-03-tables", "Vision", "Language"]
    assert misspelt("vision", known) == "Vision" and misspelt("Vision", known) is None
    assert misspelt("Cookery", known) is None
