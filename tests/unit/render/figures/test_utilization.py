from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from compute_trends.render.figures.files import Drawing, save_figure
from compute_trends.render.figures.style import FULL, WIDTHS, Width
from compute_trends.render.figures.utilization import draw_utilization
from compute_trends.tables.dictionary import typed

LINE = {
    "error": "utilization",
    "n": 12,
    "half_width_oom": 1.0,
    "log_at_reference": -1.0,
    "utilization_slope": 0.25,
    "smallest_peak_flop": 1e18,
    "largest_peak_flop": 1e22,
}


def systems(*peaks: float) -> pd.DataFrame:
    """Systems of which the first is left out of the line."""
    rows = {
        "system_id": [f"net-{number}" for number in range(len(peaks))],
        "peak_flop": list(peaks),
        "implied_utilization": 0.1,
        "comparable": [number > 0 for number in range(len(peaks))],
    }
    return pd.DataFrame(rows)


def drawn(points: pd.DataFrame, *lines: dict[str, object], width: Width = FULL) -> Drawing:
    return draw_utilization(points, typed(pd.DataFrame(lines), "error_model"), width=width)


def svg(drawing: Drawing, tmp_path: Path) -> str:
    path = tmp_path / "utilization_fit.svg"
    save_figure(drawing.figure, str(path), title="Fit", fingerprint="f")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS.values(), ids=list(WIDTHS))
def test_marks_tell_what_the_line_is_learnt_from(tmp_path: Path, width: Width) -> None:
    drawing = drawn(systems(1e17, 1e20, 1e24), LINE, width=width)
    assert drawing.n_shown == 3
    text = svg(drawing, tmp_path)
    for words in ("Learnt from (2)", "Left out (1)", "Learnt line", "Band of 90 %"):
        assert f">{words}<" in text


def test_the_line_is_flat_outside_its_sizes() -> None:
    [axes] = drawn(systems(1e17, 1e20, 1e24), LINE).figure.axes
    [line] = axes.get_lines()
    x, y = (np.asarray(values, dtype=float) for values in line.get_data())
    assert x[1:-1] == pytest.approx([1e18, 1e22])
    assert y == pytest.approx([10**-1.5, 10**-1.5, 10**-0.5, 10**-0.5])
    assert x[0] < 1e17 and x[-1] > 1e24


def test_the_band_ends_at_the_peak_rate() -> None:
    [axes] = drawn(systems(1e17, 1e20, 1e24), LINE).figure.axes
    band = axes.collections[-1].get_paths()[0].vertices
    assert np.max(np.asarray(band)[:, 1]) == pytest.approx(1)
    assert np.min(np.asarray(band)[:, 1]) == pytest.approx(10**-2.5)


def test_a_line_without_a_corner_in_sight_is_drawn() -> None:
    [axes] = drawn(systems(1e19, 1e20), LINE).figure.axes
    [line] = axes.get_lines()
    assert len(np.asarray(line.get_xdata())) == 2


def test_nothing_learnt_draws_no_line(tmp_path: Path) -> None:
    drawing = drawn(systems(1e20))
    assert drawing.figure.axes[0].get_lines() == []
    assert "0 systems" in svg(drawn(systems(), LINE), tmp_path)
