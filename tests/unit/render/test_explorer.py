from __future__ import annotations

import copy
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert
from conftest import Real
from project import RAW, ROOT

from compute_trends.common.dates import day_number
from compute_trends.render.explorer import (
    READ_MARKS,
    build_explorer,
    explorer_choices,
    library_bundle,
    offered_chips,
)
from compute_trends.settings.render import Lines
from compute_trends.tables.raw import read_checked

TEMPLATE = ROOT / "workflow" / "report" / "explorer.vl.json"


@pytest.fixture(scope="module")
def hardware() -> pd.DataFrame:
    return read_checked(str(RAW / "hardware.csv"), "hardware")


def build(real: Real, hardware: pd.DataFrame, **changes: Any) -> tuple[dict[str, Any], ...]:
    """The chart of the real data, of tables and settings that are changed."""
    fit = real.settings.fit
    settings = {"trends": fit.trends, "outliers": fit.outliers, "units": fit.units}
    return build_explorer(
        changes.pop("systems", real.systems),
        real.compute,
        real.scores,
        hardware,
        template=json.loads(TEMPLATE.read_text(encoding="utf-8")),
        backward_forward_ratio=2,
        **settings | {"explorer": real.settings.render.explorer} | changes,
    )


@pytest.fixture(scope="module")
def built(real: Real, hardware: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    return build(real, hardware)


def test_boundaries_are_those_of_the_trends(real: Real) -> None:
    first, second = explorer_choices(real.settings.render.explorer, real.settings.fit.trends, 0.76)
    assert first["deep_learning"] == second["deep_learning"] == day_number("2009-12-31")
    assert first["large_scale"] == second["large_scale"] == day_number("2015-09-01")
    assert (first["dataset"], second["dataset"]) == ("paper_figures", "paper_tables")


def test_the_systems_of_each_line_are_the_members_of_its_trend(
    real: Real, built: tuple[dict[str, Any], ...]
) -> None:
    chart, page = built
    rows = pd.DataFrame(chart["data"]["values"]).astype({"z": float})
    names = dict(zip(real.systems["system_id"], real.systems["system"], strict=True))
    for choice in page["choices"]:
        for basis in ("published", "estimated"):
            shown = rows[
                (rows["dataset"] == choice["dataset"]) & (rows["basis"] == basis) & ~rows["low"]
            ]
            late = shown["day"] > choice["large_scale"]
            large = late & (shown["z"] > choice["high_z"])
            early = shown["day"] <= choice["deep_learning"]
            groups = {
                "before": early,
                "until": ~early & ~late,
                "regular": late & ~large,
                "large": large,
                "since": ~early & ~large,
            }
            for line in Lines.model_fields:
                of_trend = real.members[
                    (real.members["trend"] == choice["lines"][line])
                    & (real.members["basis"] == basis)
                ]
                members = sorted(names[system] for system in of_trend["system_id"])
                assert sorted(shown.loc[groups[line], "system"]) == members, (line, basis)


def drawn(chart: dict[str, Any]) -> tuple[dict[str, str], Counter[str]]:
    """Systems of each line by what the chart writes of it, and its marks by their line."""
    svg = vl_convert.vegalite_to_svg(chart | {"width": 800})
    labels = re.findall(r'aria-label="([^"]*)"', svg)
    texts = dict(
        match.groups()
        for one in labels
        if (match := re.fullmatch(r"text: (.+): .+n = (.+)\)", one))
    )
    marks = (re.search(r"line: ([a-z ]+)", one) for one in labels if "System: " in one)
    return texts, Counter(match[1] for match in marks if match)


def test_the_chart_fits_no_system_that_is_not_rated_since_deep_learning(
    built: tuple[dict[str, Any], ...],
) -> None:
    chart = copy.deepcopy(built[0])
    values = chart["data"]["values"]
    texts, marks = drawn(chart)
    assert "not rated" not in marks and marks["large"] >= int(texts["Large-scale"])
    row = next(one for one in values if one["dataset"] == "paper_figures" and one["z"] is None)
    lonely = {"system": "GPT-4", "day": day_number("2023-03-15"), "flop": 2.1e25, "z": None}
    # One of the early days is fitted: nothing is said of scale there.
    values += [row | lonely, row | {"system": "Earlier"}]
    more, marked = drawn(chart)
    before = "Before deep learning"
    assert marked - marks == Counter({"not rated": 1, "before": 1})
    assert more == texts | {before: str(int(texts[before]) + 1)}


def test_the_chart_starts_as_the_config_says(real: Real, built: tuple[dict[str, Any], ...]) -> None:
    values = {parameter["name"]: parameter["value"] for parameter in built[0]["params"]}
    assert values["dataset"] == "paper_figures"
    assert values["high_z"] == real.settings.fit.outliers.high_z
    assert values["days_per_month"] == real.settings.fit.units.days_per_month
    assert values["large_scale"] == day_number("2015-09-01")


def test_the_page_knows_the_data_sets_that_it_reads(
    built: tuple[dict[str, Any], ...],
) -> None:
    page = built[1]
    names = {data["name"] for data in page["spec"]["data"]}
    assert set(page["data"]) == set(READ_MARKS)
    assert set(page["data"].values()) <= names
    assert len(set(page["data"].values())) == len(READ_MARKS)
    # No value that JSON has no word for
    json.dumps(built, allow_nan=False)


def test_only_addresses_of_the_web_are_links(
    real: Real, hardware: pd.DataFrame, built: tuple[dict[str, Any], ...]
) -> None:
    links = {row["link"] for row in built[0]["data"]["values"]}
    assert all(link is None or link.startswith("http") for link in links)
    first = real.settings.render.explorer[:1]
    hostile = real.systems.assign(link="javascript:alert(1)")
    chart, _ = build(real, hardware, systems=hostile, explorer=first)
    assert {row["link"] for row in chart["data"]["values"]} == {None}


def test_every_rate_of_every_chip_is_offered(hardware: pd.DataFrame) -> None:
    rates = hardware.filter(regex="^peak_")
    chips = offered_chips(hardware)
    assert len(chips) == int(rates.notna().to_numpy().sum())
    assert {chip["name"] for chip in chips} == set(hardware["hardware"][rates.notna().any(axis=1)])
    assert all(np.isfinite(chip["rate"]) and chip["rate"] > 0 for chip in chips)


def test_the_libraries_make_the_embedder_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = library_bundle(tmp_path / "kept")
    assert "window.vegaEmbed" in bundle
    assert len(bundle) < 1_200_000
    # They are kept, and made anew where the copy is no longer what was kept.
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: "made anew")
    assert library_bundle(tmp_path / "kept") == bundle
    [kept] = (tmp_path / "kept").glob("vega-*.js")
    kept.write_text(bundle[:1000], encoding="utf-8")
    assert library_bundle(tmp_path / "kept") == "made anew"
    kept.unlink()
    assert library_bundle(tmp_path / "kept") == "made anew"
