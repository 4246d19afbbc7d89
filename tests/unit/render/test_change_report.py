"""What the newest vintage changed, in Markdown."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from made_up_vintages import FITS, SETTINGS, system, vintage
from project import ROOT

from compute_trends.render.change_report import change_report, flop, plain
from compute_trends.settings.fit import ExportFits
from compute_trends.tables.dictionary import raw_table
from compute_trends.vintages.changes import compare_vintages
from compute_trends.vintages.leading import headlines_table
from compute_trends.vintages.vintage import Vintage

TEMPLATE = (ROOT / "workflow" / "report" / "changes.md.jinja").read_text(encoding="utf-8")
HEADLINES = [
    {"name": "whole", "title": "All systems", "trend": "all"},
    {"name": "frontier", "title": "The frontier", "trend": "top"},
]
LEADING = ExportFits.model_validate(FITS.model_dump(exclude_unset=True) | {"headlines": HEADLINES})
BEFORE = [system(number) for number in range(40)]
UNREAD = {"row": 7, "column": "epochs", "value": "many", "expected": "a number"}


def report(*vintages: Vintage, carried: str | None = None, listed: int = 5) -> str:
    """The report on vintages of one kind of models, made as in a run; ``carried``: one of them."""
    tables = {"headlines": headlines_table(vintages, fits=LEADING)}
    tables |= compare_vintages(list(vintages), **SETTINGS | {"fits": LEADING})
    row: dict[str, Any] = dict.fromkeys(raw_table("vintages").columns)
    row |= {"export": carried, "source_md5": "abc", "n_rows": 42, "n_with_compute": 40}
    row |= {"source_url": "https://example.org/models.csv", "note": "Found | there"}
    tables["vintages"] = pd.DataFrame([row] if carried else [], columns=list(row))
    members = [
        pd.DataFrame(
            {
                "trend": "top",
                "system_id": each.compute.nlargest(3, "training_compute_published_flop")[
                    "system_id"
                ],
            }
        )
        for each in vintages
    ]
    unread = pd.DataFrame([UNREAD])
    return change_report(
        tables,
        members,
        [unread.head(0)] * (len(vintages) - 1) + [unread],
        template=TEMPLATE,
        exports=[each.export for each in vintages],
        fits=LEADING,
        listed=listed,
    )


def section(text: str, title: str) -> str:
    """Text below one heading of a report."""
    [part] = [part for part in text.split("\n## ") if part.startswith(f"{title}\n")]
    return part.removeprefix(f"{title}\n").strip()


@pytest.fixture(scope="module")
def text() -> str:
    """From forty systems to those, two new ones, one of them huge, and a value restated."""
    after = [*BEFORE, system(40, system="Giant | @all <b>", training_compute_flop=1e22)]
    after += [system(41)]
    after[3] = system(3, training_compute_flop=BEFORE[3]["training_compute_flop"] / 25)
    after[5] = system(5, epochs=2.0)
    del after[1]
    old, new = (
        vintage(name, date, rows)
        for name, date, rows in (("a", "2024-01-01", BEFORE), ("b", "2025-01-01", after))
    )
    return report(old, new, carried="b")


def test_headlines_before_and_after_stand_with_intervals_and_a_sentence(text: str) -> None:
    found = section(text, "Headlines")
    assert "| | 2024-01-01 | n | 2025-01-01 | n | with known compute |" in found
    [cells] = [row.split(" | ") for row in found.splitlines() if row.startswith("| All systems")]
    assert [cells[2], cells[4]] == ["40", "41"]
    for estimate in (cells[1], cells[3]):
        assert re.fullmatch(
            r"\d\.\d\d × \(\d\.\d\d to \d\.\d\d\), doubling in \d+\.\d months", estimate
        )
    assert cells[5] == "100 % of 41 |"
    assert "- **All systems.** All: " in found and "times a year" in found


def test_systems_that_came_onto_the_frontier_and_left_it(text: str) -> None:
    found = section(text, "Frontier")
    assert "The frontier: 3 systems before, 3 now; 1 came, 1 left." in found
    assert re.search(r"\| Giant .* \| 2010-12-20 \| 1\.0e22 \| new row \|", found)
    assert re.search(r"No longer on it: System B. \(\d\.\de\d+; others ahead of it\)\.", found)


def test_rows_are_counted_and_listed_by_compute(text: str) -> None:
    found = section(text, "Rows")
    assert found.startswith(
        "39 rows kept their name, 0 have another one, 2 are new, 1 were removed."
    )
    assert "restated in 1, given in 0 and withdrawn in 0" in found
    new = found.split("### New")[1]
    assert new.index("Giant") < new.index("System BP")
    assert "System AB" in found.split("### Removed")[1]


def test_values_restated_by_more_than_ten_times_are_named(text: str) -> None:
    # Epochs were doubled in another row.
    found = section(text, "Restated by more than 10 times")
    [line] = [line for line in found.splitlines() if "System" in line]
    assert line.startswith("| System AD | Training compute (FLOP) | ")
    assert line.endswith(" | 0.04 |")


def test_the_source_is_named_with_its_licence(text: str) -> None:
    [line] = [line for line in text.splitlines() if line.startswith("Data: Epoch AI")]
    for part in ("https://example.org/models.csv", "2025-01-01", "`abc`", "42 rows", "CC BY 4.0"):
        assert part in line
    assert "Found \\| there" in line


def test_cells_that_cannot_be_read_and_columns(text: str) -> None:
    assert "| 7 | epochs | many | a number |" in section(text, "Cells that cannot be read")
    assert section(text, "Columns") == "The same as before."


def test_who_names_a_system_does_not_write_the_text(text: str) -> None:
    assert "Giant \\| &#64;all &lt;b>" in text
    assert "@" not in text
    assert plain("[a](b) `c` *d*\n# e") == "\\[a\\](b) \\`c\\` \\*d\\* \\# e"


def test_long_lists_say_how_many_more_there_are() -> None:
    after = [*BEFORE, *(system(number) for number in range(40, 52))]
    old, new = vintage("a", "2024-01-01", BEFORE), vintage("b", "2025-01-01", after)
    found = section(report(old, new, listed=4), "Rows")
    assert found.count("| System") == 4
    assert "8 more are in `results/changes/rows.csv`." in found
    assert "`b.csv`; licence" in report(old, new)


def test_without_an_earlier_vintage_or_any() -> None:
    alone = report(vintage("a", "2024-01-01", BEFORE))
    assert "the run has no earlier one to compare it with" in alone
    assert "## Rows" not in alone and "| All systems | " in alone
    nothing = change_report({}, [], [], template=TEMPLATE, exports=[], fits=LEADING, listed=5)
    assert "The run uses no export" in nothing


def test_short_compute() -> None:
    assert [flop(value) for value in (2.3e25, 40.0, None)] == ["2.3e25", "4.0e1", ""]
