from __future__ import annotations

import pandas as pd
import pytest
from html_tree import Element

from compute_trends.render.sections.estimates import estimate_counts, expected_pairs
from compute_trends.settings.models import Settings

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]
PUBLISHED = "training_compute_published_flop"


def test_estimates_are_counted_once(tables: Tables) -> None:
    counts = estimate_counts(tables)
    assert sum(counts["by_method"].values()) == counts["estimates"]
    assert counts["two_methods"] <= counts["computed"] <= counts["systems"]
    assert counts["systems"] <= len(tables["systems"])


def test_verdicts_are_counted_as_they_are(show: ShowSection, tables: Tables) -> None:
    disagreements = tables["disagreements"].copy()
    of_system = disagreements[disagreements["of_system"]]
    better = of_system.index[of_system["right"] == of_system["second"]]
    text = show("estimates").text
    assert f"{len(of_system)} systems differ by more than a factor of 2" in text
    assert f"for {len(better)}, the re-derived value is the better one" in text
    without = int(of_system["right"].isna().sum())
    verdict = ["right", "reason", "source_url", "source_locator"]
    disagreements.loc[better[0], verdict] = None
    text = show("estimates", disagreements=disagreements).text
    assert f"for {len(better) - 1}, the re-derived value is the better one" in text
    assert f"for {without + 1}, there is no verdict on these values" in text
    assert "None" not in text


def test_a_verdict_for_the_published_value_is_counted_for_it(
    show: ShowSection, tables: Tables
) -> None:
    disagreements = tables["disagreements"].copy()
    disagreements.loc[disagreements.index[disagreements["of_system"]][0], "right"] = "published"
    text = show("estimates", disagreements=disagreements).text
    assert "for 1, the published value is the better one" in text


def outlier(section: Element, name: str) -> Element:
    """Rows of a system in the table of low outliers."""
    [table] = [one for one in section.all("figure") if "low outliers" in one.caption]
    return next(body for body in table.all("tbody") if body.all("th")[0].text == name)


def test_low_outliers_get_both_answers(show: ShowSection, tables: Tables) -> None:
    section = show("estimates")
    for name, annotation in (
        ("ERNIE 3.0", "in error, by our verdict"),
        ("Hanabi 4 player", "no error found"),
    ):
        assert outlier(section, name).rows()[0][3] == annotation


def test_a_system_without_an_estimate_is_not_said_to_agree(
    show: ShowSection, tables: Tables
) -> None:
    compute, scores = tables["compute"].copy(), tables["scores"]
    gone = compute["system_id"] == "deepstack"
    compute.loc[gone, [name for name in compute if name not in ("system_id", PUBLISHED)]] = None
    section = show(
        "estimates",
        compute=compute,
        scores=scores.query("system_id != 'deepstack' or basis != 'estimated'"),
        disagreements=tables["disagreements"].query("system_id != 'deepstack'"),
    )
    row = outlier(section, "DeepStack").text
    assert "not re-derived" in row
    assert "lie within a factor" not in row


def captioned(section: Element, words: str) -> Element:
    [table] = [one for one in section.all("figure", "table") if words in one.caption]
    return table


def test_implied_utilization_is_told_by_whether_one_is_stated(
    show: ShowSection, tables: Tables
) -> None:
    utilization = tables["utilization"]
    rows = captioned(show("estimates"), "Utilization that counted operations imply").rows()
    for words, assumed in (("stated", False), ("none stated", True)):
        n = sum(int(row[2]) for row in rows if row[0] == words)
        assert n == (utilization["utilization_assumed"] == assumed).sum()


def test_bounds_and_values_of_something_else_are_shown(show: ShowSection, tables: Tables) -> None:
    compute = tables["compute"].copy()
    bounds = compute["bound"].notna()
    compute.loc[compute.index[~bounds][0], "scope"] = "other_run"
    section = show("estimates", compute=compute)
    rows = captioned(section, "that are a bound").rows()
    assert len(rows) == (bounds | (compute["scope"] != "system")).sum()
    assert [row[1] for row in rows].count("no bound") == len(rows) - bounds.sum()
    assert f"{bounds.sum()} of the {len(compute)} values used are bounds" in section.text
    compute[["bound", "scope"]] = [None, "system"]
    assert "that are a bound" not in show("estimates", compute=compute).text


def test_reported_totals_are_counted(show: ShowSection, tables: Tables) -> None:
    n = (tables["compute"]["method"] == "reported").sum()
    text = show("estimates").text
    assert f"{n} of the values used are reported totals" in text


def test_whether_a_stated_utilization_helps_is_said(show: ShowSection, tables: Tables) -> None:
    for within, said in ((0.99, "brings them closer."), (0.01, "brings them no closer.")):
        table = tables["agreement"].copy()
        table.loc[table["kind"] == "utilization stated", "within_2"] = within
        assert said in show("estimates", agreement=table).text


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ("estimate", "They rarely favour the published value"),
        ("published", "Most favour the published value"),
    ],
)
def test_whom_the_verdicts_favour(show: ShowSection, tables: Tables, right: str, said: str) -> None:
    table = tables["disagreements"].copy()
    table.loc[table["right"].notna(), "right"] = right
    text = show("estimates", disagreements=table).text
    assert said in text and text.count("favour the published value") == 1


def test_counts_above_a_limit_are_shown_with_why(show: ShowSection, tables: Tables) -> None:
    physics = tables["physics"].copy()
    above = physics[physics["exceeds"] != "nothing"]
    section = show("estimates")
    rows = captioned(section, "could do").rows()
    assert len(rows) == len(above)
    unexplained = above["explained"].isna().sum()
    assert [row[-1] for row in rows].count("unexplained") == unexplained
    assert f"{len(above)} lie above their limit, {unexplained or 'none'} of them" in section.text
    physics["exceeds"] = "nothing"
    assert "None lies above its limit." in show("estimates", physics=physics).text


def test_where_the_interval_holds_both_values_no_verdict_is_due(
    show: ShowSection, tables: Tables
) -> None:
    """Two values far apart, one of a utilization that is learnt."""
    disagreements, estimates = tables["disagreements"].copy(), tables["estimates"].copy()
    pair = disagreements[disagreements["of_system"] & disagreements["right"].notna()].iloc[0]
    verdict = ["right", "reason", "source_url", "source_locator"]
    disagreements.loc[pair.name, verdict] = None
    before = expected_pairs({"disagreements": disagreements, "estimates": estimates})
    assert not before[disagreements.index.get_loc(pair.name)]
    second = estimates["estimate_id"] == f"{pair['system_id']}/{pair['second']}"
    ends = [f"training_compute_flop_ci90_{end}" for end in ("low", "high")]
    estimates.loc[second, ["interval_from", *ends]] = ["utilization", 1.0, 1e30]
    after = expected_pairs({"disagreements": disagreements, "estimates": estimates})
    assert sum(after) == sum(before) + 1
    text = show("estimates", disagreements=disagreements, estimates=estimates).text
    assert "No verdict is due: the interval of chips and time holds both values." in text


def test_each_era_counts_its_systems(show: ShowSection, tables: Tables, settings: Settings) -> None:
    [table] = [one for one in show("estimates").all("figure") if "in each era" in one.text]
    kinds = tables["estimate_kinds"].groupby("era")["n"].sum()
    for era, row in zip(settings.render.eras, table.rows(), strict=True):
        assert int(row[1]) == kinds[era.name] == sum(map(int, row[2:7]))
