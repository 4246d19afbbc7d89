from __future__ import annotations

from conftest import Real

from compute_trends.render.paper_tables import TREND_TABLES, paper_tables


def test_every_table_of_the_paper_is_laid_out(real: Real) -> None:
    fit = real.settings.fit
    settings = {"outliers": fit.outliers, "paper_method": fit.paper_method, "units": fit.units}
    tables = paper_tables(real.trends, real.paper_intervals, real.published, **settings)
    assert set(tables) == {f"table{number}" for number in range(1, 10)}
    answers = {trend.table for trend in fit.trends} - {None, 1}
    assert answers == set(TREND_TABLES)
    for number in TREND_TABLES:
        table = tables[f"table{number}"]
        assert set(table["table"]) == {number} and table["row"].is_monotonic_increasing
    assert f"z above {fit.outliers.high_z:g}" in tables["table5"]["meaning"].str.cat()
