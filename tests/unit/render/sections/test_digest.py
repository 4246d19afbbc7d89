from __future__ import annotations

from conftest import Real

from compute_trends.render.sections.digest import VERDICTS, Results, digest_results


def test_verdicts_add_up_to_the_cells(results: Results, real: Real) -> None:
    digest = digest_results(results, real.config)
    total = digest["verdicts"][-1]
    assert total["table"] == "all"
    assert sum(total[word] for word in VERDICTS) == len(results.reproduction)
    for word in VERDICTS:
        assert sum(row[word] for row in digest["verdicts"][:-1]) == total[word]


def test_estimates_are_counted_once(results: Results, real: Real) -> None:
    counts = digest_results(results, real.config)["estimate_counts"]
    assert sum(counts["by_method"].values()) == counts["estimates"]
    assert counts["two_methods"] <= counts["computed"] <= counts["systems"] <= len(results.systems)


def test_each_estimate_stands_with_its_system(results: Results, real: Real) -> None:
    rows = digest_results(results, real.config)["estimates"]
    assert [row["publication_date"] for row in rows] == sorted(
        row["publication_date"] for row in rows
    )
    listed = [(row["system_id"], one["estimate_id"]) for row in rows for one in row["estimates"]]
    estimated = results.estimates[results.estimates["basis"] == "estimated"]
    assert sorted(listed) == sorted(
        zip(estimated["system_id"], estimated["estimate_id"], strict=True)
    )
    chosen = [one["estimate_id"] for row in rows for one in row["estimates"] if one["chosen"]]
    assert len(chosen) >= counts_with_value(results)


def counts_with_value(results: Results) -> int:
    return int(results.compute["training_compute_estimated_flop"].notna().sum())


def test_tables_of_the_appendices_hold_their_trends(results: Results, real: Real) -> None:
    appendix = digest_results(results, real.config)["appendix"]
    assert sorted(appendix) == [6, 7, 8, 9]
    for number, rows in appendix.items():
        assert len(rows) == (results.trends["table"] == number).sum()
        assert [row["row"] for row in rows] == sorted(row["row"] for row in rows)
