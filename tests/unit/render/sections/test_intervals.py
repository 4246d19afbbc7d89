from __future__ import annotations

import pandas as pd

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_what_intervals_hold_is_told_by_law(show: ShowSection, tables: Tables) -> None:
    coverage = tables["coverage"].assign(coverage=0.91, paper_coverage=0.4)
    coverage.loc[coverage["law"] == "skewed", "coverage"] = 0.83
    section = show("intervals", coverage=coverage)
    assert "Share of simulated worlds whose 90 % interval holds the average" in section.text
    shares = [[cell.text for cell in row.all("td")] for row in section.all("tr")]
    laws = list(tables["coverage"]["law"])
    assert ["83" if law == "skewed" else "91" for law in laws] + ["40"] in shares
    findings = " ".join(show("findings", coverage=coverage).text.split())
    assert "the interval held the true average 83 to 91 % of the time" in findings


def test_a_method_without_an_interval_says_why(show: ShowSection, tables: Tables) -> None:
    robust = tables["robust"].copy()
    first = (robust["trend"] == robust["trend"].iloc[0]) & (robust["method"] == "hc3")
    numbers = [name for name in robust if "slope" in name or "months" in name]
    robust.loc[first, numbers] = float("nan")
    robust.loc[first, "note"] = "one system decides the slope alone"
    text = show("intervals", robust=robust).text
    assert text.count("one system decides the slope alone") == first.sum()
