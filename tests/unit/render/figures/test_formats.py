from __future__ import annotations

from project import RAW

from compute_trends.render.figures.formats import CHECK_FIGURES, export_figures, figure_titles
from compute_trends.settings.carried import with_carried
from compute_trends.settings.models import Settings


def test_each_figure_of_a_run_has_a_title(settings: Settings) -> None:
    carried, problems = with_carried(settings, str(RAW / "vintages.csv"))
    assert not problems and carried.clean.exports
    drawn = [
        *(figure.name for figure in (*settings.render.figures, *settings.render.comparisons)),
        *CHECK_FIGURES,
        *export_figures(["any"], carried.fit.crossed),
    ]
    titles = figure_titles(carried)
    assert sorted(titles) == sorted(drawn)
    assert all(titles.values()) and len(set(titles.values())) == len(titles)
