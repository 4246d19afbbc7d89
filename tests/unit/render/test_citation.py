"""What each headline is cited with, on made-up numbers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from latex_pages import compiled
from made_up_headlines import NEW, RUN, cited, row
from project import ROOT

from compute_trends.render import attribution
from compute_trends.render.citation import headline_citations, headlines_json, rule_text
from compute_trends.render.rule_words import rule_in_words, systems_in_words
from compute_trends.run.provenance import VERSION
from compute_trends.settings.clean import Filters
from compute_trends.settings.export_rules import ExportRule
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import schemas

NO_INTERVAL = (2.0, None, None)
QUANTILES = pd.DataFrame(
    {
        "headline_name": "all",
        "curve": ["all", "without_strong"],
        "specifications": [12000, 3000],
        "with_number": [11990, 3000],
        "growth_per_year_q05": [3.5, 4.0],
        "growth_per_year_q50": [4.4, 4.3],
        "growth_per_year_q95": [7.0, 5.0],
    }
)


def test_the_sentence_can_be_quoted_as_it_stands(settings: Settings) -> None:
    [one] = cited(settings, row())
    assert one["sentence"] == (
        "From 2010 to 19 August 2026 the training compute of notable models grew 4.3 times a year "
        "(90 % interval 4.0 to 4.6), doubling every 5.8 months (5.5 to 6.1): a log-linear trend of "
        "the 473 such models whose training compute is known, in Epoch AI's data of 19 August 2026."
    )


def test_numbers_are_those_of_the_table_digit_for_digit(settings: Settings) -> None:
    values = {"growth_per_year": (4.270033729000066, 3.965290606935748, 4.619111198978432)}
    [one] = json.loads(headlines_json(cited(settings, row(values))))
    value, low, high = values["growth_per_year"]
    assert one["growth_per_year"] == {"value": value, "ci90": [low, high]}
    assert one["slope_oom_per_year"]["ci90"] == [0.5988, 0.6646]
    assert one["doubling_time_months"] == {"value": 5.81, "ci90": [5.51, 6.12]}
    assert (one["n"], one["n_listed"], one["share_with_compute"]) == (473, 924, 473 / 924)
    words = {"after": "2009-12-31", "through": "2026-08-19", "words": "2010 to 19 August 2026"}
    assert one["window"] == words
    assert (one["vintage"], one["export"], one["models"]) == ("2026-08-19", "new", "notable")
    assert one["interval"] == {"level": 0.9, "draws": settings.fit.intervals.draws, "seed": 7}
    assert (one["version"], one["fingerprint"]) == ("9.8", RUN.fingerprint)
    assert one["link"] is None and "anchor" not in one


@pytest.mark.parametrize(
    ("growth", "doubling", "words"),
    [
        ((4.3, 4.0, 4.6), {"value": 5.81, "ci90": [5.51, 6.12]}, "doubling every 5.8 months"),
        (
            (1.8, 0.9, 3.3),
            {"more_than": 5.51},
            "grew 1.8 times a year (90 % interval 0.9 to 3.3), which leaves open whether it grew: "
            "doubling takes more than 5.5 months",
        ),
        ((0.9, 0.7, 1.2), {"more_than": 5.51}, "changed 0.9 times a year (90 % interval 0.7 to"),
        ((0.8, 0.7, 0.9), None, "did not grow (0.8 times a year; 90 % interval 0.7 to 0.9)"),
    ],
)
def test_a_doubling_time_only_where_no_growth_is_excluded(
    settings: Settings, growth: Any, doubling: Any, words: str
) -> None:
    [one] = cited(settings, row({"growth_per_year": growth}))
    assert one["doubling_time_months"] == doubling
    assert words in one["sentence"]
    assert ("doubling every" in one["citation"]) == (growth[1] > 1)


def test_without_an_interval_none_is_made_up(settings: Settings) -> None:
    growth = dict.fromkeys(("growth_per_year", "slope_oom_per_year"), NO_INTERVAL)
    [one] = cited(settings, row(growth, note="no interval: fewer than 8 systems"))
    assert one["growth_per_year"] == {"value": 2.0, "ci90": None}
    assert one["doubling_time_months"] is None
    assert "grew 2.0 times a year (no interval: fewer than 8 systems): a" in one["sentence"]


def test_a_headline_without_numbers_says_why(settings: Settings) -> None:
    nothing = dict.fromkeys(("growth_per_year", "slope_oom_per_year"), (None, None, None))
    why = "a trend needs at least three systems, got 2"
    [one] = cited(settings, row(nothing, note=why))
    assert one["growth_per_year"] is None and "Slope" not in one["citation"]
    assert one["sentence"] == (
        "There is no trend of notable models from 2010 to 19 August 2026 in Epoch AI's data of "
        f"19 August 2026: {why}."
    )


def test_only_the_newest_vintage_is_cited_and_none_without_exports(settings: Settings) -> None:
    assert len(cited(settings, row(), row(leads=False, export="old"))) == 1
    arguments = {"fits": settings.fit.exports, "intervals": settings.fit.intervals}
    nothing = headline_citations(exports=[], seed=7, run=RUN, **arguments)
    assert headlines_json(nothing) == "[]\n"


def test_what_is_copied_holds_all_that_the_number_depends_on(settings: Settings) -> None:
    [one] = cited(settings, row(), specification_quantiles=QUANTILES)
    lines = one["citation"].splitlines()
    assert lines[0] == one["sentence"]
    told = dict(line.split(": ", 1) for line in lines[2 : lines.index("", 2)])
    assert told == {
        "Rule": "notable models, of those with a known training compute; no outlier left out",
        "Years": "2010 to 19 August 2026 (after 2009-12-31, through 2026-08-19)",
        "n": "473; 473 of the 924 notable models listed in these years have a known training "
        "compute (51 %)",
        "Slope": "0.630 orders of magnitude a year",
        "Interval": "90 %, from 20\xa0000 resamples of the systems, the rule applied anew in each "
        "(seed 7)",
        "Choices": "Across 12\xa0000 defensible specifications the growth runs from 3.5 to 7.0 "
        "times a year (5 % to 95 % of them); without strong choices, across 3\xa0000, from 4.0 to "
        "5.0; 10 give no number.",
        "Data": "Epoch AI, Data on AI Models, export of 19 August 2026 (notable models), "
        "CC BY 4.0, https://epoch.ai/data",
        "Computed by": "The compute-trends contributors, compute-trends 9.8 (code MIT, data "
        "CC BY 4.0), fingerprint 0123456789ab",
        "Where": "this file, fingerprint 0123456789ab",
    }
    assert one["citation"].endswith(one["bibtex"])


def test_what_the_choices_span_is_left_out_where_it_is_not_known(settings: Settings) -> None:
    [known] = cited(settings, row(), specification_quantiles=QUANTILES)
    assert known["span_over_choices"]["without_strong"] == {
        "specifications": 3000,
        "with_number": 3000,
        "growth_per_year": {"q05": 4.0, "q50": 4.3, "q95": 5.0},
    }
    for none in (None, QUANTILES.assign(headline_name="other")):
        [one] = cited(settings, row(), specification_quantiles=none)
        assert one["span_over_choices"] is None and "Choices" not in one["citation"]


def test_bibtex_has_an_address_only_where_there_is_one(settings: Settings) -> None:
    [one] = cited(settings, row())
    own, data = one["bibtex"].split("\n\n")
    assert own.startswith("@misc{computetrends_all,") and "url" not in own
    assert "year    = {2026}" in own and "Data of 19 August 2026" in own
    assert "(90 \\% interval 4.0 to 4.6)" in own and "fingerprint 0123456789ab" in own
    assert data == attribution.reference(NEW)
    published = RUN._replace(address="https://example.org/trends.html")
    [there] = cited(settings, row(), run=published)
    assert there["link"] == "https://example.org/trends.html#cite-all"
    assert f"url     = {{{there['link']}}}" in there["bibtex"]
    assert f"Where: {there['link']}" in there["citation"]
    # Each brace that is opened is closed.
    for text in (one["bibtex"], there["bibtex"]):
        assert text.count("{") == text.count("}")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"frontier": "top_10"}, "that were among the 10 largest when they were released"),
        ({"frontier": "flag"}, "that are flagged as frontier by Epoch AI"),
        ({"scale": "large"}, "that are large-scale by their z-score"),
        ({"domain": "Language"}, "of the domain Language"),
    ],
)
def test_systems_of_a_rule_in_words(rule: dict[str, Any], words: str) -> None:
    made = ExportRule.model_validate({"name": "r", "label": "R"} | rule)
    assert systems_in_words(made, NEW) == f"notable models {words}"


def test_all_that_decides_is_in_the_words_of_a_rule() -> None:
    rule = ExportRule.model_validate({"name": "r", "label": "R", "without": ["alphago"]})
    kept = NEW.model_copy(update={"filters": Filters(fine_tunes="drop")})
    assert rule_in_words(rule, kept) == (
        "notable models, of those with a known training compute; low outliers left out; without "
        "alphago; of the export only these are kept: fine tunes: drop"
    )
    frontier = ExportRule.model_validate({"name": "r", "label": "R", "frontier": "records"})
    assert "outlier" not in rule_in_words(frontier, NEW)


def test_a_rule_is_copied_with_each_of_its_windows() -> None:
    rule = ExportRule.model_validate({"name": "r", "label": "Records", "frontier": "records"})
    few = {"growth_per_year": (2.0, None, None)}
    rows = [row(), row(few, period="2023-12-31/2026-08-19", n=3, note="no interval: few")]
    first, since, late, *source = rule_text(rule, rows, NEW, RUN).splitlines()
    assert first.startswith("Records: notable models that were the largest so far")
    assert since.startswith("2010 to 19 August 2026: compute grew 4.3 times a year (90 % interval")
    assert since.endswith(
        "n = 473; 473 of the 924 notable models listed in these years have a known training "
        "compute (51 %)."
    )
    assert late.startswith("2024 to 19 August 2026: compute grew 2.0 times a year (no interval:")
    assert [line.partition(":")[0] for line in source] == ["Data", "Computed by", "Where"]


def test_each_place_that_names_the_software_says_the_same() -> None:
    named = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    authors = [author["name"] for author in named["authors"]]
    assert (named["title"], authors) == (attribution.TITLE, [attribution.AUTHORS])
    assert (named["version"], named["license"]) == (VERSION, attribution.CODE_LICENCE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    # The paper and the data are named there as in the references.
    references = (ROOT / "workflow" / "report" / "references.bib").read_text(encoding="utf-8")
    references += attribution.reference(NEW).replace("{AI}", "AI")
    titles = re.findall(r"title\s*= \{(.*)\},\n", references)
    assert [other["title"] for other in named["references"]] == titles
    assert named["keywords"] == list(attribution.KEYWORDS)
    assert str(attribution.YEAR) in (ROOT / "LICENSE").read_text(encoding="utf-8")
    deposit = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    for key in ("title", "version", "license", "keywords"):
        assert deposit[key] == named[key]
    assert deposit["description"] == named["abstract"] == attribution.ABSTRACT
    assert [creator["name"] for creator in deposit["creators"]] == authors
    packages = schemas().package["contributors"]
    assert [one["title"] for one in packages if "creator" in one["roles"]] == authors


def test_bibtex_takes_the_entries_without_a_warning(tmp_path: Path, settings: Settings) -> None:
    if shutil.which("bibtex") is None:
        pytest.skip("bibtex is not installed")
    published = RUN._replace(address="https://example.org/my_trends.html")
    [one] = cited(settings, row(title="A {title\\ of_50 % ~ & #"), run=published)
    references = (ROOT / "workflow" / "report" / "references.bib").read_text(encoding="utf-8")
    software = attribution.software(version="9.8", url=published.address)
    text = "\n".join([one["bibtex"], references, software])
    (tmp_path / "references.bib").write_text(text, encoding="utf-8")
    (tmp_path / "cited.aux").write_text(
        "\\citation{*}\n\\bibstyle{plain}\n\\bibdata{references}\n", encoding="utf-8"
    )
    done = subprocess.run(
        ["bibtex", "cited"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0 and "warning" not in done.stdout.lower(), done.stdout
    made = (tmp_path / "cited.bbl").read_text(encoding="utf-8")
    compiled(tmp_path, f"% \\usepackage{{array}}\n{made}")
    shown = " ".join(made.split())
    assert shown.count("\\bibitem") == text.count("@misc")
    for told in (
        "arXiv:2202.05924v2",
        "https://example.org/my\\_trends.html",
        "fingerprint",
        "2026",
    ):
        assert told in shown
