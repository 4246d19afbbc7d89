"""Specifications of a made-up headline whose growth is known: two to three options of each choice.

Each option adds to the slope, so that the order of the specifications is known, and the running
top has no number in recent years. All else is counted from that.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.tables.dictionary import typed

NAME = "all"
# OOM per year of the headline, and what each option adds; the headline's own adds nothing
OWN = 0.6
ADDED = {
    "start": {"2009-12-31": 0.0, "2017-12-31": 0.1},
    "population": {"all": 0.0, "top_10": 0.2},
    "estimator": {"least_squares": 0.0, "least_absolute": 0.001, "theil_sen": -0.001},
}
STRONG = {("population", "top_10")}
WITHOUT_NUMBER = {"start": "2017-12-31", "population": "top_10"}
MARKS = [
    ("one", "Study one", "Compute grew 4.6 times a year", 4.55, 4.65, 0.4, 0.1),
    ("other", "Other study", "Compute grew 2 to 3 times a year", 2.0, 3.0, 0.0, 0.0),
]


def specifications() -> pd.DataFrame:
    """Table ``specifications`` of the headline."""
    rows = []
    for number, options in enumerate(itertools.product(*ADDED.values())):
        chosen = dict(zip(ADDED, options, strict=True))
        slope = OWN + sum(ADDED[choice][option] for choice, option in chosen.items())
        few = WITHOUT_NUMBER.items() <= chosen.items()
        interval = not few and chosen["estimator"] == "least_squares"
        rows.append(
            {
                "headline_name": NAME,
                "specification": number,
                "strong": not STRONG.isdisjoint(chosen.items()),
                **chosen,
                "n": 5 if few else 50,
                "growth_per_year": np.nan if few else 10**slope,
                "growth_per_year_ci90_low": 10 ** (slope - 0.05) if interval else np.nan,
                "growth_per_year_ci90_high": 10 ** (slope + 0.05) if interval else np.nan,
                "slope_oom_per_year": np.nan if few else slope,
                "note": "fewer than 8 systems" if few else None,
            }
        )
    return typed(pd.DataFrame(rows), "specifications")


def options() -> pd.DataFrame:
    """Table ``specification_options`` of the headline."""
    table, rows = specifications(), []
    for choice, added in ADDED.items():
        for place, option in enumerate(added):
            growth = table.loc[table[choice] == option, "growth_per_year"]
            q05, q50, q95 = growth.quantile([0.05, 0.5, 0.95])
            rows.append(
                {
                    "headline_name": NAME,
                    "choice": choice,
                    "option": option,
                    "headlines_own": place == 0,
                    "strong": (choice, option) in STRONG,
                    "why": f"what speaks for {option}",
                    "specifications": growth.size,
                    "without_number": int(growth.isna().sum()),
                    "growth_per_year_q05": q05,
                    "growth_per_year_q50": q50,
                    "growth_per_year_q95": q95,
                }
            )
    return typed(pd.DataFrame(rows), "specification_options")


def quantiles(**changes: Any) -> pd.DataFrame:
    """Table ``specification_quantiles`` of the headline, with changes of all of its rows."""
    table, rows = specifications(), []
    for curve, of_curve in (("all", table), ("without_strong", table[~table["strong"]])):
        growth = of_curve["growth_per_year"].dropna()
        few = len(of_curve) - len(growth)
        levels = {f"growth_per_year_q{level:02d}": level for level in (0, 5, 25, 50, 75, 95, 100)}
        rows.append(
            {
                "headline_name": NAME,
                "curve": curve,
                "combinations": len(table),
                "specifications": len(of_curve),
                "with_number": len(growth),
                "with_interval": int(of_curve["growth_per_year_ci90_low"].notna().sum()),
                "without_number_why": f"{few}: fewer than 8 systems" if few else None,
                "sets": 3 if curve == "all" else 2,
                **{name: growth.quantile(level / 100) for name, level in levels.items()},
                "spread_oom_per_year": 0.09 if curve == "all" else 0.06,
                "sampling_sd_oom_per_year": 0.03,
                "share_below_own": float((growth < 10**OWN - 1e-9).mean()),
            }
            | changes
        )
    return typed(pd.DataFrame(rows), "specification_quantiles")


def shares() -> pd.DataFrame:
    """Table ``specification_shares`` of the headline; made up, in no order."""
    effects = {"start": (0.2, 0.3), "population": (0.6, 0.75), "estimator": (0.001, 0.002)}
    rows = [
        {
            "headline_name": NAME,
            "choice": choice,
            "options": len(added),
            "main_effect": effects[choice][0],
            "total_effect": effects[choice][1],
        }
        for choice, added in ADDED.items()
    ]
    return typed(pd.DataFrame(rows), "specification_shares")


def marks() -> pd.DataFrame:
    """Table ``specification_marks`` of the headline."""
    names = ["claim_id", "study", "claim", "growth_per_year_low", "growth_per_year_high"]
    rows = pd.DataFrame(MARKS, columns=[*names, "share_below", "share_within"])
    return typed(rows.assign(headline_name=NAME), "specification_marks")


def influence() -> pd.DataFrame:
    """Table ``specification_influence`` of the headline."""
    rows = [("big-model", 3.9, -0.01), ("small-model", 4.1, 0.01)]
    table = pd.DataFrame(rows, columns=["system_id", "growth_per_year", "change_oom_per_year"])
    return typed(table.assign(headline_name=NAME), "specification_influence")


def directions(*shares_hold: float | None) -> pd.DataFrame:
    """Table ``specification_directions``: a finding in all pairs, and in those without strong."""
    rows = [
        {
            "finding": "large_slower",
            "headline_name": NAME,
            "choice": "population",
            "faster": "regular",
            "slower": "large",
            "curve": curve,
            "pairs": 0 if share is None else 100,
            "without_number": 7,
            "holds": 0 if share is None else round(100 * share),
            "share_holds": share,
        }
        for curve, share in zip(("all", "without_strong"), shares_hold, strict=False)
    ]
    return typed(pd.DataFrame(rows), "specification_directions")


def tables() -> dict[str, pd.DataFrame]:
    """All tables of specifications that the report reads, by name."""
    made = (directions(0.82, 0.86), influence(), marks(), options(), quantiles(), shares())
    names = ("directions", "influence", "marks", "options", "quantiles", "shares")
    return {f"specification_{name}": table for name, table in zip(names, made, strict=True)}


def headline() -> dict[str, Any]:
    """Row of table ``headlines`` on the leading vintage."""
    return {
        "headline_name": NAME,
        "title": "Models since 2010",
        "leads": True,
        "growth_per_year": 10**OWN,
        "growth_per_year_ci90_low": 3.7,
        "growth_per_year_ci90_high": 4.3,
    }
