"""The paper's tables from this run."""

from __future__ import annotations

import pandas as pd

from compute_trends.settings.fit import Outliers, PaperMethod, Units
from compute_trends.tables.dictionary import column_names

# Tables of the paper that hold trends
TREND_TABLES = (2, 3, 4, 6, 7, 8, 9)


def paper_tables(
    trends: pd.DataFrame,
    paper_intervals: pd.DataFrame,
    published: pd.DataFrame,
    *,
    outliers: Outliers,
    paper_method: PaperMethod,
    units: Units,
) -> dict[str, pd.DataFrame]:
    """Lay out the paper's tables, ``table1`` to ``table9``, by name.

    From tables ``trends``, ``paper_intervals`` (tables 2 to 9 have the paper's intervals of
    95 %) and ``published_tables``, and sections of ``fit`` in config.yaml.
    """
    by_paper = trends.merge(paper_intervals, on=["trend", "basis"])
    return {
        "table1": study_table(trends, published),
        "table5": key_of_terms(outliers=outliers, method=paper_method, units=units),
        **{
            (name := f"table{number}"): trend_table(by_paper, table=number)[column_names(name)]
            for number in TREND_TABLES
        },
    }


def trend_table(trends: pd.DataFrame, *, table: int) -> pd.DataFrame:
    """Trends that answer one table of the paper, in the order of its rows and of the bases."""
    return trends[trends["table"] == table].sort_values("row", kind="stable")


def study_table(trends: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Earlier studies as the paper's table 1 lists them, next to the trend of the same period here.

    From tables ``trends`` and ``published_tables``.
    """
    of_study = ("period", "doubling_time_relation", "doubling_time_months")
    names = {"data": "study"} | {name: f"study_{name}" for name in of_study}
    studies = published.loc[published["table"] == 1].rename(columns=names)
    columns = ["table", "row", *(name for name in studies if str(name).startswith("study"))]
    rows = studies[columns].merge(trend_table(trends, table=1), on=["table", "row"])
    rows["study_doubling_time_months"] = rows["study_doubling_time_months"].astype("float64")
    return rows


def key_of_terms(*, outliers: Outliers, method: PaperMethod, units: Units) -> pd.DataFrame:
    """Key of the terms that the tables use (``table5``), with the numbers in force."""
    meanings = {
        "n": "Systems that the line is fitted on.",
        "Scale (start / end)": "Fitted line at the first and the last system, in FLOP.",
        "Slope": f"Growth in orders of magnitude per year of {units.days_per_year:g} days.",
        "Doubling time": f"log10(2) / slope, in months of {units.days_per_month:g} days.",
        "Interval": f"2.5 %, 50 % and 97.5 % quantiles of {method.samples} bootstrap samples of "
        f"the systems, with a log-uniform factor of {method.noise_factor:g} on each compute.",
        "R²": "Coefficient of determination of log10 compute.",
        "z-score": "log10 compute against the mean and the population standard deviation of the "
        f"systems of the dataset within {outliers.window_days:g} days, itself included.",
        "Low outlier": f"z below {outliers.low_z:g}: left out of every fit.",
        "Large-scale": f"z above {outliers.high_z:g} and dated after "
        f"{outliers.large_scale_from}, unless a trend says otherwise.",
        "Regular-scale": "Neither large-scale nor a low outlier, and with a z-score.",
        "Not rated": f"Without a z-score, as no other system of the dataset is dated within "
        f"{outliers.window_days:g} days (or all have the same compute): neither regular-scale "
        "nor large-scale.",
    }
    return pd.DataFrame(meanings.items(), columns=["term", "meaning"])
