"""Made-up exports and annotations, with all that specifications ask of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from made_up import OUTLIERS, UNITS

from compute_trends.checks.specifications import check_specifications
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import Dataset, ExportFits, Intervals
from compute_trends.settings.specifications import Specifications
from compute_trends.tables.dictionary import typed

SEED, DRAWS, LEAST = 11, 24, 8
INTERVALS = Intervals(draws=999, least_systems=LEAST, withheld=[])
CLASSES = {"confident": 3.0, "likely": 10.0, "speculative": 31.0}
NEWEST, OLD, DATASET = "2025-03-31", "2022-01-31", "annotated"
LAST = {"newest": NEWEST, OLD: OLD, DATASET: "2021-06-30"}
EXPORTS = [
    ExportFile(name=f"of_{day[:4]}", path="a.csv", date=day, models=models)
    for day, models in ((OLD, "notable"), (NEWEST, "notable"))
]
OWN = {
    "start": "2009-12-31",
    "end": "vintage",
    "data": "newest",
    "basis": "published",
    "dates": "first",
    "population": "all",
    "low_outliers": "keep",
    "high_z": 0.76,
    "window_days": 364,
    "confidence": "any",
    "domain": "any",
    "countries": "any",
    "fine_tunes": "keep",
    "versions": "keep",
    "estimator": "least_squares",
    "weights": "equal",
}
STRONG = {("population", "large"), ("population", "records"), ("start", "2014-12-31")}
PERIOD = {"after": OWN["start"], "through": "vintage"}
# Who is selected, over which dates, and how the line is fitted
SELECTION: dict[str, list[Any]] = {
    "start": ["2009-12-31", "2014-12-31"],
    "end": ["vintage", "vintage-12", "2023-06-30"],
    "data": ["newest", OLD],
    "population": ["all", "regular", "large", "top_3", "records", "flag"],
    "low_outliers": ["keep", "drop"],
    "high_z": [0.76, 0.3],
    "estimator": ["least_squares", "theil_sen", "least_absolute"],
    "weights": ["equal", "certainty"],
}
# Which systems there are, by what only exports state of them
STATED: dict[str, list[Any]] = {
    "data": ["newest", OLD, DATASET, "2020-02-02"],
    "basis": ["published", "estimated", "filled", "geometric_mean"],
    "population": ["all", "large"],
    "confidence": ["any", ["Confident", "Likely"]],
    "countries": ["any", "France"],
    "fine_tunes": ["keep", "drop"],
    "weights": ["equal", "certainty"],
}
# Which systems there are, and what else the paper may have had otherwise
REPLAYED: dict[str, list[Any]] = {
    "data": ["newest", DATASET],
    "basis": ["published", "estimated", "filled", "geometric_mean"],
    "dates": ["first", "middle"],
    "population": ["all", "large"],
    "window_days": [364, 1000],
    "domain": ["any", "Language", "Robotics"],
    "versions": ["keep", "drop"],
    "weights": ["equal", "certainty"],
}


def fits_of(population: str) -> ExportFits:
    """A headline whose trend holds all systems, or a running top."""
    rule = {"low_outliers": "keep"} if population == "all" else {"frontier": population}
    trend = {"name": "from_2010", "label": "Since 2010", "period": PERIOD} | rule
    section = {"headlines": [{"name": "all", "title": "All", "trend": "from_2010"}]}
    section |= {"followed": [], "change_draws": 200, "paper_trends": [], "trends": [trend]}
    return ExportFits.model_validate(section)


def day_number(text: object) -> int:
    return (pd.Timestamp(str(text)) - pd.Timestamp("1970-01-01")).days


def made_up(rng: np.random.Generator) -> pd.DataFrame:
    """Systems with all that an export or the annotations state, dated from 2008 to 2025."""
    n = 110
    days = np.sort(rng.integers(day_number("2008-01-01"), day_number("2025-06-30"), n))
    dates = pd.to_datetime(days, unit="D").to_series(index=range(n))
    precision = rng.choice(["day", "month", "year"], n, p=[0.5, 0.3, 0.2])
    for word, period in (("month", "M"), ("year", "Y")):
        dates = dates.mask(precision == word, dates.dt.to_period(period).dt.start_time)
    scatter = rng.normal(scale=1.2, size=n) + 1.5 * (rng.random(n) < 0.15)
    published = 10 ** (15 + (days - days[0]) / 365 * 0.6 + scatter)
    families = rng.integers(40, size=n)
    rows = pd.DataFrame(
        {
            "system_id": [f"s{number}" for number in range(n)],
            "system": [
                f"Model {family} (May {number + 1900})" for number, family in enumerate(families)
            ],
            "publication_date": dates,
            "publication_date_precision": precision,
            "domain": rng.choice(["Language", "Vision", "Vision; Language", "Robotics"], n),
            "training_compute_published_flop": published,
            "training_compute_estimated_flop": published * 10 ** rng.normal(scale=0.5, size=n),
            "estimated_confidence": rng.choice(list(CLASSES), n),
            "confidence": rng.choice(["Confident", "likely", "Speculative", "Unknown"], n),
            "frontier": rng.random(n) < 0.3,
            "countries": rng.choice(["France", "France; Chile", "Chile", ""], n),
            "base_model": rng.choice(["Base", ""], n, p=[0.2, 0.8]),
            "finetune_compute_flop": np.where(rng.random(n) < 0.1, 1e10, np.nan),
        }
    )
    rows.loc[rng.random(n) < 0.4, "training_compute_estimated_flop"] = np.nan
    rows.loc[rng.random(n) < 0.1, "confidence"] = None
    rows[["countries", "base_model"]] = rows[["countries", "base_model"]].replace("", None)
    # Few enough that a line through them has no interval
    rows.loc[(rows["domain"] == "Robotics") & (rows.index % 5 > 0), "domain"] = "Vision"
    return rows


@dataclass
class World:
    """Systems of each option of the choice ``data``, and of other choices among estimates."""

    sources: dict[str, pd.DataFrame]
    alternatives: pd.DataFrame

    def tables(self) -> list[Any]:
        """What the stage takes: alternatives, systems, compute and attributes."""
        order = [DATASET, OLD, "newest"]
        systems, compute, attributes = [], [], []
        for rows in (self.sources[name] for name in order):
            both = {
                f"{column}{end}": rows.get(f"{column}{end}", rows[column])
                for column in ("publication_date", "domain")
                for end in ("", "_published")
            }
            annotation = range(len(rows))[::-1]
            of_source = rows.assign(**both, annotation_id=annotation, snapshot=rows["snapshot"])
            systems.append(typed(of_source, "systems"))
            own = of_source.assign(confidence=rows["estimated_confidence"])
            compute.append(typed(own, "compute"))
            attributes.append(typed(of_source.iloc[::-1], "export_attributes"))
        return [typed(self.alternatives, "alternatives"), systems, compute, attributes[1:]]


def made_up_world() -> World:
    """Systems as an export states them, an older export of them, and annotations of some."""
    rng = np.random.default_rng(5)
    newest = made_up(rng).assign(snapshot="export")
    old = newest[newest["publication_date"] <= OLD].copy()
    # Values that were restated since, and what was not flagged yet
    restated = rng.random(len(old)) < 0.3
    old.loc[restated, "training_compute_published_flop"] *= 3
    old["frontier"] &= rng.random(len(old)) < 0.3
    newest = newest[newest["publication_date"] <= NEWEST]
    annotated = old[rng.random(len(old)) < 0.7].assign(
        snapshot=lambda rows: rng.choice(["one", "other"], len(rows), p=[0.9, 0.1])
    )
    # The paper had another day or domain of some.
    annotated["publication_date_published"] = annotated["publication_date"] + pd.to_timedelta(
        np.where(rng.random(len(annotated)) < 0.3, 45, 0), "D"
    )
    annotated["domain_published"] = annotated["domain"].mask(rng.random(len(annotated)) < 0.2)
    there = annotated[annotated["training_compute_estimated_flop"].notna()].iloc[::3]
    other = there[["system_id"]].assign(
        alternative="geometric_mean",
        training_compute_estimated_flop=there["training_compute_estimated_flop"] * 4,
    )
    return World({"newest": newest, OLD: old, DATASET: annotated}, other)


def option(choice: str, value: Any) -> dict[str, Any]:
    return {"value": value, "why": f"why {value}", "strong": (choice, str(value)) in STRONG}


def specifications(
    choices: Mapping[str, Sequence[Any]], *, draws: int = DRAWS, most: int = 100_000, **more: Any
) -> Specifications:
    """Section of the config; fewer resamples and combinations than it takes."""
    crossed = {name: [option(name, value) for value in each] for name, each in choices.items()}
    section = {"draws": 200, "most": 100, "members": "reselected", "headlines": {"all": crossed}}
    section |= {"directions": [], "published": {}} | more
    checked = Specifications.model_validate(section)
    return checked.model_copy(update={"draws": draws, "most": most})


def settings(section: Specifications) -> dict[str, Any]:
    return {
        "specifications": section,
        "exports": EXPORTS,
        "classes": CLASSES,
        "fits": fits_of("all"),
        "datasets": [Dataset(name=DATASET, through=LAST[DATASET], snapshots=["one"])],
        "outliers": OUTLIERS,
        "intervals": INTERVALS,
        "seed": SEED,
    }


# Claims that are marked on the curve
CURVE_CLAIMS = ["months", "at_most", "growth", "at_least"]
CLAIM = {"study": "A", "claim": "B"}
CLAIMS = pd.DataFrame(
    [
        {"claim_id": "months", "quantity": "doubling_time_months", "low": 5.0, "high": 7.0},
        {"claim_id": "at_most", "quantity": "doubling_time_months", "low": 6.0, "high": None},
        {"claim_id": "growth", "quantity": "growth_per_year", "low": 4.0, "high": 4.5},
        {"claim_id": "at_least", "quantity": "growth_per_year", "low": 4.2, "high": None},
        {"claim_id": "distance", "quantity": "oom_above", "low": 1.0, "high": 2.0},
    ]
).assign(**CLAIM)


def check(world: World, section: Specifications) -> dict[str, pd.DataFrame]:
    alternatives, *tables = world.tables()
    return check_specifications(alternatives, CLAIMS, *tables, units=UNITS, **settings(section))
