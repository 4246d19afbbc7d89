"""Back-test numbers of the carried vintages, computed anew by a plain script.

It reads the files by itself, loops where the library has arrays, and shares no code with it.
"""

from __future__ import annotations

import bisect
import csv
import datetime
import itertools
import math
import random

import pandas as pd
import pytest
from pipeline import PaperRun, settings_of
from project import RAW, ROOT

from compute_trends.settings.clean import ExportFile
from compute_trends.settings.models import Settings
from compute_trends.tables.dictionary import typed
from compute_trends.tables.raw import read_checked
from compute_trends.vintages.outlook import forecast

NAMES = {"notable_2024_07_16": "2024-07-16", "notable_2026_08_19": "2026-08-19"}
NEWEST = "notable_2026_08_19"
YEAR = 365
Day = datetime.date


def read(name: str) -> list[tuple[Day, float]]:
    """Date and log10 FLOP of each model with a compute, by date."""
    with (RAW / "vintages" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [
            (
                Day.fromisoformat(row["publication_date"]),
                math.log10(float(row["training_compute_flop"])),
            )
            for row in csv.DictReader(file)
            if row["training_compute_flop"] and row["publication_date"]
        ]
    return sorted(row for row in rows if row[0] <= Day.fromisoformat(NAMES[name]))


def record_on(rows: list[tuple[Day, float]], day: Day) -> float:
    return max(value for date, value in rows if date <= day)


def crps(draws: list[float], truth: float) -> float:
    """By its definition: mean distance to what came, less half of the mean distance of draws."""
    ordered, n = sorted(draws), len(draws)
    apart = sum((2 * k - n + 1) * value for k, value in enumerate(ordered)) / (n * (n - 1))
    return sum(abs(value - truth) for value in draws) / n - apart


def walk(rows: list[tuple[Day, float]], origin: Day, years: int) -> list[float]:
    """Records after some years where each quarter is one of the last forty again."""
    ends = [origin - datetime.timedelta(days=YEAR * k / 4) for k in range(40, -1, -1)]
    records = [record_on(rows, day) for day in ends]
    rises = [after - before for before, after in itertools.pairwise(records)]
    source, found = random.Random(7), []
    for _ in range(1500):
        resample = source.choices(rises, k=len(rises))
        found.append(records[-1] + sum(source.choices(resample, k=4 * years)))
    return found


def line(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Level and slope of least squares."""
    n = len(points)
    mean_x, mean_y = (sum(point[k] for point in points) / n for k in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return mean_y - slope * mean_x, slope


def models_of_line(rows: list[tuple[Day, float]], origin: Day) -> list[float]:
    """Compute of models within a year where the line since 2010 goes on."""
    points = [
        ((date - origin).days / YEAR, value) for date, value in rows if date > Day(2009, 12, 31)
    ]
    level, slope = line(points)
    wider = math.sqrt(len(points) / (len(points) - 2))
    around = [wider * (y - level - slope * x) for x, y in points]
    source, found = random.Random(8), []
    for _ in range(300):
        own = line(source.choices(points, k=len(points)))
        for _ in range(5):
            found.append(own[0] + own[1] * source.random() + source.choice(around))
    return found


@pytest.fixture(scope="module")
def backtest(settings: Settings) -> pd.DataFrame:
    """Table ``backtest`` of two vintages."""
    run = PaperRun(settings)
    listed = read_checked(str(RAW / "vintages.csv"), "vintages").set_index("export")
    exports, systems, compute = [], [], []
    for name, date in NAMES.items():
        exports.append(ExportFile(name=name, path=f"{name}.csv", date=date))
        assert str(listed.loc[name, "vintage"].date()) == date
        rows = pd.read_csv(ROOT / "data" / "raw" / "vintages" / f"{name}.csv")
        rows = rows.dropna(subset=["training_compute_flop", "publication_date"])
        keys = [f"row-{row}" for row in rows["row"]]
        flop = rows["training_compute_flop"].to_list()
        dates = pd.to_datetime(rows["publication_date"])
        own = {"system_id": keys, "publication_date": dates, "publication_date_published": dates}
        own |= {"training_compute_flop": flop, "training_compute_flop_published": flop}
        systems.append(pd.DataFrame(own).assign(snapshot=name, domain="", domain_published=""))
        values = {"system_id": keys, "training_compute_published_flop": flop}
        compute.append(typed(pd.DataFrame(values), "compute"))
    issued = read_checked(str(RAW / "forecasts.csv"), "forecasts")
    chosen = settings_of(run.settings, forecast, exports=exports)
    return forecast(systems, compute, issued, **chosen)["backtest"]


def origins(table: pd.DataFrame, data: str, method: str, target: str, horizon: int) -> pd.DataFrame:
    there = (table["data"] == data) & (table["method"] == method)
    there &= (table["target"] == target) & (table["horizon_years"] == horizon)
    return table[there].set_index("origin")


@pytest.mark.parametrize("horizon", [1, 2, 3])
def test_no_growth_by_hand(backtest: pd.DataFrame, horizon: int) -> None:
    rows = read(NEWEST)
    found = origins(backtest, "newest", "no_growth", "record", horizon)
    assert len(found) >= 24
    for origin, row in found.iterrows():
        day = origin.date()
        target = day + datetime.timedelta(days=YEAR * horizon)
        before, truth = record_on(rows, day), record_on(rows, target)
        assert row["target_date"].date() == target
        assert math.log10(row["forecast_flop_q50"]) == pytest.approx(before)
        assert math.log10(row["truth_flop"]) == pytest.approx(truth)
        assert row["crps_oom"] == pytest.approx(truth - before, abs=1e-9)
        assert row["within_90"] == (math.isclose(truth, before))


@pytest.mark.parametrize("horizon", [1, 3])
def test_the_random_walk_by_hand(backtest: pd.DataFrame, horizon: int) -> None:
    rows = read(NEWEST)
    found = origins(backtest, "newest", "random_walk", "record", horizon)
    differences = []
    for origin, row in found.iloc[::3].iterrows():
        day = origin.date()
        draws = walk([one for one in rows if one[0] <= day], day, horizon)
        truth = record_on(rows, day + datetime.timedelta(days=YEAR * horizon))
        own = crps(draws, truth)
        assert row["crps_oom"] == pytest.approx(own, abs=0.03 + 0.08 * own)
        assert math.log10(row["forecast_flop_q50"]) == pytest.approx(
            sorted(draws)[len(draws) // 2], abs=0.4
        )
        differences.append(row["crps_oom"] - own)
    assert abs(sum(differences) / len(differences)) < 0.03


@pytest.mark.parametrize(
    ("data", "name"), [("newest", NEWEST), ("of_the_day", "notable_2024_07_16")]
)
def test_the_line_since_2010_by_hand(backtest: pd.DataFrame, data: str, name: str) -> None:
    rows, newest = read(name), read(NEWEST)
    found = origins(backtest, data, "line_since", "model", 1)
    some = found.iloc[3::6] if data == "newest" else found
    assert len(some)
    shares = []
    for origin, row in some.iterrows():
        day = origin.date()
        draws = models_of_line([one for one in rows if one[0] <= day], day)
        last = day + datetime.timedelta(days=YEAR)
        came = [value for date, value in newest if day < date <= last]
        assert row["n_truths"] == len(came)
        mean = sum(crps(draws, truth) for truth in came) / len(came)
        # A dozen models give a line that resamples move much.
        assert row["crps_oom"] == pytest.approx(mean, abs=0.06)
        ordered = sorted(draws)
        low, high = (ordered[round(level * len(draws))] for level in (0.05, 0.95))
        share = bisect.bisect(sorted(came), high) - bisect.bisect_left(sorted(came), low)
        shares.append((row["share_within_90"], share / len(came)))
    ours, theirs = (sum(each) / len(shares) for each in zip(*shares, strict=True))
    assert ours == pytest.approx(theirs, abs=0.05)


def test_the_forecast_of_july_2024_is_scored_against_august_2026(backtest: pd.DataFrame) -> None:
    own = backtest[(backtest["data"] == "of_the_day") & (backtest["origin"] == "2024-07-16")]
    two_years = own[own["horizon_years"] == 2]
    assert set(two_years["export"]) == {"notable_2024_07_16"}
    assert len(two_years) >= 8
    truth = 10 ** record_on(read(NEWEST), Day(2026, 7, 16))
    assert two_years["truth_flop"].to_numpy() == pytest.approx(truth)
