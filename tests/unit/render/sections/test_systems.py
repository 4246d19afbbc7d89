from __future__ import annotations

import pandas as pd

from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.systems import digest

from ..conftest import ShowSection

Tables = dict[str, pd.DataFrame]


def test_each_estimate_stands_with_its_system(inputs: ReportInputs) -> None:
    tables = inputs.tables
    rows = digest(inputs)["systems"]
    dates = [row["publication_date"] for row in rows]
    assert dates == sorted(dates)
    pairs = [(row["system_id"], one["estimate_id"]) for row in rows for one in row["estimates"]]
    estimated = tables["estimates"].query("basis == 'estimated'")
    assert sorted(pairs) == sorted(
        zip(estimated["system_id"], estimated["estimate_id"], strict=True)
    )
    chosen = [one["estimate_id"] for row in rows for one in row["estimates"] if one["chosen"]]
    used = tables["compute"]["estimate_ids"].dropna().str.split("; ").explode()
    assert sorted(chosen) == sorted(used)


def test_only_addresses_of_the_web_become_links(show: ShowSection, tables: Tables) -> None:
    systems = tables["systems"].assign(link="javascript:alert(1)")
    section = show("systems", systems=systems)
    assert len(section.by_id("systems-table").rows()) == len(systems)
    addresses = [link.attributes["href"] for link in section.all("a")]
    assert not [address for address in addresses if "javascript:" in address]
