from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from compute_trends.render.figures.export import draw_export, draw_exports, draw_growth
from compute_trends.render.figures.files import save_figure
from compute_trends.render.figures.formats import export_figures
from compute_trends.render.figures.style import WIDTHS
from compute_trends.settings.clean import ExportFile
from compute_trends.tables.dictionary import typed


def trend(name: str, export: str, vintage: str, **changes: Any) -> dict[str, Any]:
    return {
        "export": export,
        "vintage": pd.Timestamp(vintage),
        "models": "notable",
        "trend": name,
        "label": f"Trend {name}, 2010 on",
        "period": "2009-12-31/2024-05-31",
        "frontier": "top_10" if name == "top" else None,
        "fixed": True,
        "n": 5,
        "start_flop": 1e18,
        "end_flop": 1e24,
        "growth_per_year": 4.0,
        "growth_per_year_ci90_low": 3.5,
        "growth_per_year_ci90_high": 4.5,
        "doubling_time_months": 6.0,
        "note": None,
    } | changes


SYSTEMS = pd.DataFrame(
    {
        "system_id": [f"s{number}" for number in range(20)],
        "publication_date": pd.date_range("2008-01-01", periods=20, freq="300D"),
        "training_compute_flop": 10.0 ** np.linspace(16, 24, 20),
    }
)
MEMBERS = pd.DataFrame(
    [("all", f"s{number}") for number in range(3, 20)] + [("top", f"s{n}") for n in range(10, 20)],
    columns=["trend", "system_id"],
)


def texts(drawing: Any) -> str:
    found = drawing.figure.findobj(lambda artist: hasattr(artist, "get_text"))
    return "\n".join(artist.get_text() for artist in found)


def test_figures_have_names_and_titles(tmp_path: Path) -> None:
    assert export_figures([]) == []
    names = export_figures(["a", "b"])
    assert names == ["growth_by_vintage", "export_a", "export_b"]
    exports = [
        ExportFile(name=name, path="export.csv", date=date)
        for name, date in (("a", "2024-07-16"), ("b", "2026-03-07"))
    ]
    trends = [
        typed(pd.DataFrame([trend("all", one.name, one.date)]), "export_trends") for one in exports
    ]
    paths = [tmp_path / (name + suffix + ".svg") for name in names for suffix in ("", "_column")]
    table = draw_exports(
        typed(pd.concat(trends), "growth_by_vintage"),
        [SYSTEMS] * 2,
        [MEMBERS] * 2,
        trends,
        exports=exports,
        headlines=["all"],
        paths=list(map(str, paths)),
        fingerprint="f",
    )
    assert table["figure"].to_list() == [name for name in names for _ in WIDTHS]
    for path, title in zip(
        paths[::2],
        [
            "Growth by vintage of the data",
            "Training compute in the export of 2024-07-16",
            "Training compute in the export of 2026-03-07",
        ],
        strict=True,
    ):
        assert f"<dc:title>{title}</dc:title>" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_an_export_shows_its_systems_and_headline_trends(width: Any) -> None:
    trends = typed(
        pd.DataFrame([trend("all", "a", "2024-07-16"), trend("top", "a", "2024-07-16")]),
        "export_trends",
    )
    settings = {"headlines": ["all", "top"], "title": "An export", "width": width}
    drawing = draw_export(SYSTEMS, MEMBERS, trends, **settings)
    # Those before the trends begin are not shown.
    assert drawing.n_shown == 17
    assert [len(line.get_xdata()) for line in drawing.figure.axes[0].get_lines()] == [2, 2]
    for text in ("×4.00 a year (3.50 to 4.50)", "Trend top, 2010 on (10)", "Systems (7)"):
        assert text in texts(drawing)


def test_a_trend_without_numbers_has_no_line() -> None:
    trends = typed(
        pd.DataFrame([trend("all", "a", "2024-07-16", note="too few"), trend("b", "a", "2024")]),
        "export_trends",
    )
    settings = {"headlines": ["all"], "title": "An export", "width": WIDTHS["full"]}
    drawing = draw_export(SYSTEMS, MEMBERS, trends, **settings)
    assert not drawing.figure.axes[0].get_lines() and drawing.n_shown == 20


def test_growth_has_a_mark_for_each_vintage(tmp_path: Path) -> None:
    rows = [trend("all", "a", "2024-07-16"), trend("all", "b", "2026-03-07", growth_per_year=3.8)]
    rows += [trend("other", "a", "2024-07-16"), trend("all", "c", "2025-01-01", note="too few")]
    growth = typed(pd.DataFrame(rows), "growth_by_vintage")
    settings = {"headlines": ["all"], "title": "An export", "width": WIDTHS["full"]}
    drawing = draw_growth(growth, **settings)
    assert drawing.n_shown == 2
    shown = texts(drawing)
    assert "×4.00, 6.0 months" in shown and "×3.80" in shown
    assert "2024-07-16" in shown and "2026-03-07" in shown and "2025-01-01" not in shown
    files = [tmp_path / name for name in ("one.svg", "other.svg")]
    for file in files:
        drawing = draw_growth(growth, **settings).figure
        save_figure(drawing, str(file), title="Growth", fingerprint="0")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_figures_say_how_systems_were_chosen() -> None:
    chosen = {"models": "large_scale", "selection": "compute"}
    rows = [trend("all", "a", "2024-07-16", **chosen), trend("all", "b", "2026-03-07", **chosen)]
    settings = {"headlines": ["all"], "title": "An export", "width": WIDTHS["full"]}
    of_export = typed(pd.DataFrame(rows[:1]), "export_trends")
    drawing = draw_export(SYSTEMS, MEMBERS, of_export, **settings)
    assert "after 2009-12-31, chosen by compute, compute as stated" in texts(drawing)
    # A vintage that was chosen otherwise is a line of its own.
    rows += [trend("all", "c", "2025-01-01", models="notable")]
    rows += [trend("all", "d", "2025-06-01", models="notable", selection="no criteria")]
    shown = texts(draw_growth(typed(pd.DataFrame(rows), "growth_by_vintage"), **settings))
    for text in ("large-scale models, chosen by compute)", "(notable models)", "not known to be"):
        assert text in shown
