"""Trends of inference compute against plain loops, and what a user adds."""

from __future__ import annotations

import functools
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipeline import PaperRun
from project import RAW, ROOT

from compute_trends.common.random_streams import random_stream
from compute_trends.estimate.inference import estimate_inference
from compute_trends.fit.inference import LAWS, TOO_FEW, fit_inference
from compute_trends.fit.intervals import interval, system_counts
from compute_trends.settings.fit import Intervals, Units
from compute_trends.settings.inference import ChipTrend, Inference, InferenceTrend, Years
from compute_trends.settings.models import Settings
from compute_trends.settings.simulations import Worlds
from compute_trends.tables.raw import read_checked

NAMES = ("inference", "inference_layers", "inference_listings", "network_flop")
FILES = tuple(f"{name}.csv" for name in NAMES[:3])
TINY = ROOT / "tests" / "data" / "raw"
UNITS = Units(days_per_year=365, days_per_month=30)
INTERVALS = Intervals(draws=999, least_systems=8, withheld=[])
# Simulated zoos of each kind
ZOOS = 200 if os.environ.get("GATE") == "1" else 25
ALWAYS = Years(after="1950-01-01")


@pytest.fixture(scope="module")
def real(paper_run: PaperRun) -> dict[str, pd.DataFrame]:
    names = ("models", "trends", "members", "null")
    return {name: paper_run[f"inference_{name}"] for name in names}


def trend(**changes: Any) -> InferenceTrend:
    given = {"name": "own", "label": "Own", "task": "image classification", "period": ALWAYS}
    return InferenceTrend(**given | changes)


@functools.cache
def raw_tables(folder: Path) -> list[pd.DataFrame]:
    names = (*NAMES, "inference_passes", "hardware")
    return [read_checked(str(folder / f"{name}.csv"), name) for name in names]


def fitted(
    *trends: InferenceTrend, raw: Path = TINY, models: pd.DataFrame | None = None, **changes: Any
) -> dict[str, pd.DataFrame]:
    """Tables of a folder of raw tables with some trends."""
    tables = list(raw_tables(raw))
    if models is not None:
        tables[0], tables[2] = models, tables[2].head(0)
    given = {"draws": 200, "worlds": Worlds(light=40, deep=800), "chips": []}
    columns = ["system_id", "system", "publication_date", "inference_compute_flop"]
    systems = pd.DataFrame(columns=columns)
    compute = pd.DataFrame(
        columns=[
            *("system_id", "training_compute_estimated_flop", "training_compute_published_flop")
        ]
    )
    return fit_inference(
        *(*tables, [systems], [compute]),
        files=FILES,
        inference=Inference(trends=list(trends), **given | changes),
        intervals=INTERVALS,
        units=UNITS,
        leading=[],
        depth="light",
        seed=1,
    )


def best_so_far(rows: pd.DataFrame, score: pd.Series) -> pd.DataFrame:
    """Rows that no row dated no later exceeds, by a loop."""
    dates = rows["publication_date"]
    kept = [not (score[dates <= date] > own).any() for date, own in zip(dates, score, strict=True)]
    return rows[kept]


def growth(rows: pd.DataFrame, column: str = "flop_per_unit") -> float:
    """Growth per year by numpy's least squares."""
    years = (rows["publication_date"] - pd.Timestamp("2000-01-01")).dt.days / 365
    return float(10 ** np.polyfit(years, np.log10(rows[column]), 1)[0])


# The real data, against an independent fit of the same rows (n, growth per year) before this
# code was written: fixed rows, FLOP of language models as 2 x parameters where not counted


@pytest.mark.parametrize(
    ("name", "n", "expected"),
    [
        ("vision", 109, 1.47),
        ("vision_study", 93, 1.40),
        ("vision_no_extra_data", 79, 1.24),
        ("vision_records", 12, 1.90),
        ("language", 39, 4.75),
    ],
)
def test_an_independent_fit_finds_the_same(
    real: dict[str, pd.DataFrame], name: str, n: int, expected: float
) -> None:
    row = real["trends"].set_index("trend").loc[name]
    assert row["n"] == n
    assert row["growth_per_year"] == pytest.approx(expected, rel=0.02)


def test_selections_are_those_of_loops(real: dict[str, pd.DataFrame], settings: Settings) -> None:
    models, members = real["models"], real["members"]
    rows = real["trends"].set_index("trend")
    for own in settings.fit.inference.trends:
        kept = models[models["task"] == own.task]
        if own.extra_data == "none":
            kept = kept[kept["extra_data"] == "none"]
        if own.accuracy_kind:
            kept = kept[kept["accuracy_kind"] == own.accuracy_kind]
        if own.at_least_percent:
            kept = kept[kept["accuracy_percent"] >= own.at_least_percent]
        if own.task == "language":
            kept = kept.sort_values("input_size").drop_duplicates("model", keep="last")
        if own.selection == "best_of_year":
            years = kept["publication_date"].dt.year
            best = kept.groupby(years)["accuracy_percent"].transform("max")
            kept = kept[kept["accuracy_percent"] == best]
        elif own.selection != "all":
            score = kept["accuracy_percent"]
            if own.selection in ("largest", "least"):
                score = kept["flop_per_unit"] * (1 if own.selection == "largest" else -1)
            kept = best_so_far(kept, score)
        kept = kept[kept["publication_date"] > own.period.after]
        if own.period.through:
            kept = kept[kept["publication_date"] <= own.period.through]
        found = members[members["trend"] == own.name]
        keys = set(zip(found["model"], found["input_size"], strict=True))
        assert keys == set(zip(kept["model"], kept["input_size"], strict=True)), own.name
        assert rows.at[own.name, "n_papers"] == kept["paper"].nunique()
        if len(kept) > 2 and not own.at_equal_accuracy:
            column = {"forward_flop": "flop_per_unit"}.get(own.quantity, own.quantity)
            assert rows.at[own.name, "growth_per_year"] == pytest.approx(growth(kept, column))


def test_an_interval_picks_records_anew_in_each_resample(
    real: dict[str, pd.DataFrame],
) -> None:
    records = trend(selection="accuracy_records", accuracy_kind="imagenet_top_1")
    row = fitted(records, raw=RAW)["inference_trends"].iloc[0]
    models = real["models"].query("task == 'image classification'")
    models = models.sort_values(["publication_date", "model", "input_size"], ignore_index=True)
    counts = system_counts(models["paper"].to_list(), draws=200, seed=1)
    slopes = []
    for drawn in counts:
        there = models[drawn > 0]
        picked = best_so_far(there, there["accuracy_percent"])
        if len(picked) < 3:
            slopes.append(math.nan)
            continue
        days = (picked["publication_date"] - pd.Timestamp("1970-01-01")).dt.days
        weights = np.sqrt(drawn[picked.index].astype(float))
        slopes.append(np.polyfit(days, np.log10(picked["flop_per_unit"]), 1, w=weights)[0])
    own = best_so_far(models, models["accuracy_percent"])
    days = (own["publication_date"] - pd.Timestamp("1970-01-01")).dt.days.to_numpy(dtype=float)
    ends = interval(days, np.array(slopes), least_systems=8)
    for end, column in ((ends.low, "low"), (ends.high, "high")):
        assert row[f"growth_per_year_ci90_{column}"] == pytest.approx(10 ** (365 * end), rel=1e-6)


def test_growth_at_equal_accuracy_is_a_partial_slope(real: dict[str, pd.DataFrame]) -> None:
    models = real["models"].query("task == 'image classification'")
    years = (models["publication_date"] - pd.Timestamp("2000-01-01")).dt.days / 365
    error = np.log10(100 - models["accuracy_percent"])
    design = np.column_stack([np.ones(len(models)), years, error])
    slope = np.linalg.lstsq(design, np.log10(models["flop_per_unit"]), rcond=None)[0][1]
    row = real["trends"].set_index("trend").loc["vision_at_equal_accuracy"]
    assert row["growth_per_year"] == pytest.approx(10**slope)
    assert row["halving_time_months"] == pytest.approx(-math.log10(2) / slope * 365 / 30)
    assert math.isinf(row["doubling_time_months"])


def test_each_selected_group_stands_beside_its_null(
    real: dict[str, pd.DataFrame], settings: Settings
) -> None:
    selected = {t.name for t in settings.fit.inference.trends if t.selection != "all"}
    null = real["null"]
    assert set(null["trend"]) == selected
    assert (null.groupby("trend")["law"].nunique() == len(LAWS)).all()
    # Records of a zoo that does not grow at all would still seem to.
    idle = null[null["law"] == "no_change"].set_index("trend")["null_median"]
    assert idle["vision_records"] > 0 > idle["vision_least_for_76"]


# Simulated zoos, with known truth


def zoo(rng: np.random.Generator, *, progress: float = 0.0) -> pd.DataFrame:
    """Models along one line; accuracy by FLOP, better by ``progress`` a year at the same FLOP."""
    n = 60
    days = np.sort(rng.integers(0, 3650, size=n))
    log_flop = 3 + 0.2 * days / 365 + rng.normal(0, 0.5, size=n)
    score = 0.3 * log_flop + progress * days / 365 + rng.normal(0, 0.05, size=n)
    names = [f"m{place}" for place in range(n)]
    given: dict[str, Any] = dict.fromkeys(raw_tables(TINY)[0])
    given |= {
        "model": names,
        "paper": names,
        "publication_date": pd.Timestamp("2010-01-01") + pd.to_timedelta(days, unit="D"),
        "listed_value": 10**log_flop,
        "accuracy_percent": 100 - 10 ** (2.5 - score),
        "input_size": 8.0,
        "parameters": 100.0,
    }
    texts = {"input_unit": "pixels", "task": "image classification", "listed_by": "List"}
    texts |= {"publication_date_precision": "day", "listed_as": "flop", "extra_data": "none"}
    texts |= {"accuracy_kind": "imagenet_top_1", "accuracy_source": "made up"}
    texts |= {"source_url": "https://example.org", "source_locator": "made up"}
    return pd.DataFrame(given | texts)


def simulated(trends: list[InferenceTrend], **zoo_of: float) -> list[pd.DataFrame]:
    """Nulls of trends in many zoos."""
    rng = random_stream(3, f"zoos {zoo_of}")
    return [
        fitted(*trends, models=zoo(rng, **zoo_of), worlds=Worlds(light=60, deep=1200))[
            "inference_null"
        ]
        for _ in range(ZOOS)
    ]


def test_record_setters_of_one_line_are_not_called_faster() -> None:
    records = trend(selection="accuracy_records", accuracy_kind="imagenet_top_1")
    nulls = pd.concat(simulated([records])).query("law == 'one_line'")
    # They do grow faster than 0.2 OOM a year, every time that few enough set records.
    assert nulls["slope_oom_per_year"].median() > 0.2
    assert (nulls["p_at_least"] <= 0.05).mean() <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / ZOOS)
    assert 0.3 < nulls["p_at_least"].mean() < 0.7


def test_fewest_flop_fall_without_progress_and_growth_at_equal_accuracy_does_not() -> None:
    least = trend(selection="least", accuracy_kind="imagenet_top_1", at_least_percent=40.0)
    equal = trend(name="equal", accuracy_kind="imagenet_top_1", at_equal_accuracy=True)
    rng = random_stream(4, "equal accuracy")
    for progress, falls in ((0.0, False), (0.1, True)):
        own = [fitted(least, equal, models=zoo(rng, progress=progress)) for _ in range(ZOOS)]
        slopes = pd.concat([each["inference_trends"] for each in own]).set_index("trend")
        found = slopes.loc["equal", "slope_oom_per_year"]
        assert (slopes.loc["own", "slope_oom_per_year"].dropna() < 0).all()
        assert (found.median() < -0.1) == falls
        if not falls:
            assert abs(found.mean()) < 4 * found.std() / math.sqrt(ZOOS) + 0.02


# What a user does


def test_a_user_adds_a_model_and_a_trend() -> None:
    own = trend(name="mine", at_least_percent=55.0, accuracy_kind="imagenet_top_1")
    before = fitted(own)["inference_trends"].set_index("trend").loc["mine"]
    models = raw_tables(TINY)[0]
    added = models.loc[[3]].assign(model="Net E", listed_value=77.0)
    more = pd.concat([models, added], ignore_index=True)
    after = fitted(own, models=more)["inference_trends"].set_index("trend").loc["mine"]
    assert (before["n"], after["n"]) == (3, 4)
    assert after["growth_per_year"] != before["growth_per_year"]


def test_a_group_without_a_line_says_so() -> None:
    tables = fitted(trend(task="language"), trend(name="far", period=Years(after="2100-01-01")))
    rows = tables["inference_trends"]
    assert rows["n"].tolist() == [1, 0]
    assert (rows["note"] == TOO_FEW).all()
    assert rows["growth_per_year"].isna().all()
    assert tables["inference_null"].empty


def test_without_trends_and_models_of_no_export() -> None:
    tables = fitted()
    assert tables["inference_trends"].empty
    assert tables["inference_members"].empty
    assert tables["training_inference"].empty


def test_rates_per_watt_are_of_chips_that_state_both() -> None:
    hardware = raw_tables(RAW)[-1]
    chips = ChipTrend(name="watts", label="W", precision="fp32", types=["GPU"], period=ALWAYS)
    row = fitted(raw=RAW, chips=[chips])["inference_trends"].iloc[0]
    needed = ["peak_fp32_flop_per_second", "thermal_design_power_w", "release_date"]
    there = hardware[hardware["type"] == "GPU"].dropna(subset=needed)
    rate = (there[needed[0]] / there[needed[1]]).rename("rate")
    points = there.assign(publication_date=there["release_date"]).join(rate)
    assert row["n"] == len(points)
    assert row["growth_per_year"] == pytest.approx(growth(points, "rate"))


def test_estimates_are_those_of_the_estimate() -> None:
    tables = raw_tables(TINY)[:4]
    alone = estimate_inference(*tables, files=FILES)
    for name, table in alone.items():
        pd.testing.assert_frame_equal(fitted()[name], table)
