from __future__ import annotations

from typing import Any

import pytest

from compute_trends.common.dates import day_numbers, in_period
from compute_trends.settings.days import Period


def low_outliers(timelines: Any, name: str) -> int:
    """Low outliers of the dataset of a figure, in its period."""
    figure, real = timelines.record(name), timelines.real
    scores = real.scores.merge(real.systems[["system_id", "publication_date"]], on="system_id")
    of_figure = scores[
        (scores["dataset"] == figure.dataset)
        & (scores["basis"] == figure.basis)
        & in_period(day_numbers(scores["publication_date"]), figure.period)
    ]
    return int(of_figure["low_outlier"].sum())


# The trends of these share out all systems of their period.
@pytest.mark.parametrize("name", ["figure1", "figure1_estimated", "figure2", "figure3", "figure6"])
def test_a_figure_shows_the_systems_of_its_trends(timelines: Any, name: str) -> None:
    figure = timelines.record(name)
    points = timelines.points(name)
    assert len(points) == timelines.numbers(figure.basis)["n"][figure.trends].sum()
    dates = points["publication_date"]
    assert dates.is_monotonic_increasing and points["system_id"].is_unique


@pytest.mark.parametrize("name", ["figure1", "figure2"])
def test_a_figure_of_all_time_shows_its_dataset_less_low_outliers(
    timelines: Any, name: str
) -> None:
    scores = timelines.real.scores
    of_dataset = scores[(scores["dataset"] == "paper_figures") & (scores["basis"] == "published")]
    low = low_outliers(timelines, name)
    assert low > 0 and len(timelines.points(name)) == len(of_dataset) - low


def test_groups_are_what_the_figure_marks(timelines: Any) -> None:
    n = timelines.numbers()["n"]

    def counts(name: str) -> dict[str, int]:
        groups: dict[str, int] = timelines.points(name)["group"].value_counts().to_dict()
        return groups

    assert counts("figure4") == {
        "regular": n["figure_2010_regular"],
        "large": n["figure_2015_large"],
        "low": low_outliers(timelines, "figure4"),
    }
    # All time: those of the early days without another of about their date, too.
    assert counts("figure1")["not rated"] == 9 and counts("figure1")["large"] == 20
    assert counts("figure6") == {
        name: n[f"{name.lower()}_from_2010"] for name in ("Vision", "Language", "Games", "Other")
    }
    assert counts("figure8")["large"] == n["z_0_54_large"]
    assert set(counts("figure2")) == {"all"}


def test_a_figure_without_a_system_is_an_error(timelines: Any) -> None:
    long_ago = Period(after="1900-01-01", through="1901-01-01")
    with pytest.raises(ValueError, match="figure figure2: no system of its dataset in its period"):
        timelines.points("figure2", period=long_ago)
