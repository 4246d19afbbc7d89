from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from html_tree import Element
from made_up_headlines import NEW, RUN
from project import ROOT

from compute_trends.common.records import Record
from compute_trends.render.citation import Run
from compute_trends.render.data_package import data_package
from compute_trends.render.head import page_head
from compute_trends.render.linked_data import TYPES, croissant, dataset
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import generated_table
from compute_trends.tables.resources import table_resource
from compute_trends.tables.schemas import PANDAS_TYPES

PUBLISHED = RUN._replace(address="https://example.org/trends.html")
LEAD = {
    "today": None,
    "n_systems": 123,
    "first_date": pd.Timestamp("1952-01-01"),
    "last_date": pd.Timestamp("2022-01-22"),
    "data": "",
    "version": "9.8",
    "fingerprint": RUN.fingerprint,
}


def described(run: Run = RUN) -> Record:
    """Two tables in the Croissant format."""
    tables = [
        table_resource(generated_table(name), f"fits/{name}.csv", hash=f"sha256:{'a' * 64}")
        for name in ("trends", "coverage")
    ]
    package = data_package(tables, exports=[NEW], run=run)
    return croissant(package, run, [NEW])


def addresses(value: Any) -> set[str]:
    return set(re.findall(r"https?://[^\"\s}]+", json.dumps(value)))


def ids(value: Any) -> list[str]:
    """Names of all that is described, but not where it is only referred to."""
    if isinstance(value, list):
        return [name for one in value for name in ids(one)]
    if not isinstance(value, dict):
        return []
    own = [value["@id"]] if "@type" in value and "@id" in value else []
    return own + [name for one in value.values() for name in ids(one)]


def test_each_column_is_described_once_with_its_type() -> None:
    about = described()
    [trends, _] = about["recordSet"]
    fields = {field["name"]: field for field in trends["field"]}
    assert list(fields) == [field.name for field in generated_table("trends").fields]
    months = fields["doubling_time_months"]
    assert months["dataType"] == "sc:Float" and "(months of 30 days)" in months["description"]
    assert months["source"] == {
        "fileObject": {"@id": "fits/trends.csv"},
        "extract": {"column": "doubling_time_months"},
    }
    assert trends["key"] == [{"@id": "trends/trend"}, {"@id": "trends/basis"}]
    assert set(TYPES) == set(PANDAS_TYPES)
    names = ids(about)
    assert len(set(names)) == len(names)
    assert about["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert [file["contentUrl"] for file in about["distribution"]] == [
        "fits/trends.csv",
        "fits/coverage.csv",
    ]


def test_only_a_report_with_an_address_names_one() -> None:
    for made in (dataset(RUN, [NEW], name="n", description="d"), described()):
        assert "url" not in made and not any("example.org" in url for url in addresses(made))
    published = described(PUBLISHED)
    assert published["url"] == PUBLISHED.address
    assert PUBLISHED.address in published["citeAs"]


def test_the_day_is_that_of_the_data() -> None:
    assert dataset(RUN, [NEW], name="n", description="d")["datePublished"] == "2026-08-19"
    assert "datePublished" not in dataset(RUN, [], name="n", description="d")


# The library uses what rdflib will take away.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_mlcroissant_takes_the_description() -> None:
    # Here, because it takes seconds to import.
    import mlcroissant

    read = mlcroissant.Dataset(described(PUBLISHED))
    assert str(read.metadata.ctx.conforms_to.value) == "http://mlcommons.org/croissant/1.1"
    assert not read.metadata.ctx.issues.errors and not read.metadata.ctx.issues.warnings
    assert [records.id for records in read.metadata.record_sets] == ["trends", "coverage"]


@pytest.mark.parametrize("address", ["", "https://example.org/trends.html"])
def test_the_head_has_an_address_only_where_there_is_one(address: str, settings: Settings) -> None:
    render = settings.render.model_copy(update={"address": address})
    head = page_head(LEAD, settings.model_copy(update={"render": render}))
    assert head["address"] == address and head["linked_data"].get("url", "") == address
    assert head["description"] == (
        "Trends in the training compute of 123 milestone machine-learning systems, 1952 to 2022, "
        "with intervals, data and methods"
    )


def test_the_page_tells_what_it_is(page: Element) -> None:
    template = (ROOT / "workflow" / "report" / "report.html.jinja").read_text(encoding="utf-8")
    head = template.partition("</head>")[0]
    assert 'property="og:url"' in head and 'rel="canonical"' in head
    told = {
        meta.attributes.get("property") or meta.attributes.get("name"): meta.attributes["content"]
        for meta in page.all("meta")
        if "content" in meta.attributes
    }
    assert told["og:title"] and told["og:description"] == told["description"]
    assert "og:url" not in told and not page.all("link")
    [data] = [
        script
        for script in page.all("script")
        if script.attributes.get("type") == "application/ld+json"
    ]
    about = json.loads(data.raw_text)
    assert about["@type"] == "Dataset" and told["description"] in about["description"]
