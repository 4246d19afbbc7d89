"""Forecasts in detail: the bar, scores of each method, and what came of earlier forecasts."""

from __future__ import annotations

import pandas as pd

from compute_trends.common.records import Record, records
from compute_trends.render.look_ups import grouped, table_or_empty
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.sections.outlook import in_order, passed_methods
from compute_trends.vintages.backtest import NEWEST, OF_THE_DAY
from compute_trends.vintages.forecasting import RECORD
from compute_trends.vintages.outlook import CROSSED, ISSUED

PART = 4
ORDER = 60
TABLES = ("forecast_outcomes", "forecast_scores", "threshold_dates")


def digest(inputs: ReportInputs) -> Record:
    """Scores, dates of thresholds from each vintage, and outcomes; empty without exports."""
    outlook = inputs.settings.fit.outlook
    outcomes, scores, dates = (table_or_empty(inputs.tables, name) for name in TABLES)
    methods = passed_methods(scores, outlook)
    issued = outcomes[outcomes["made"] == ISSUED]
    came = outcomes[outcomes["truth_flop"].notna() & (outcomes["target"] == RECORD)]
    return {
        "outlook": outlook,
        "scores": records(scores[scores["data"] == NEWEST]),
        "hindsight": records(scores[(scores["data"] == OF_THE_DAY) & (scores["target"] == RECORD)]),
        "thresholds": _by_vintage(dates, methods),
        "came": [row for row in records(came) if row["method"] in (*methods, "no_growth")],
        "n_issued": len(issued),
        "issued_on": issued["issued_on"].min() if len(issued) else None,
        "commits": sorted(issued["code_commit"].dropna().unique()),
    }


def _by_vintage(dates: pd.DataFrame, methods: list[str]) -> list[Record]:
    """Dates of the thresholds by vintage, the newest first: crossed, or of each method."""
    found = []
    newest_first = records(dates.sort_values("vintage", ascending=False, kind="stable"))
    for rows in grouped(newest_first, "export").values():
        for flop, of_flop in grouped(rows, "threshold_flop").items():
            crossed = next((row for row in of_flop if row["method"] == CROSSED), None)
            own = in_order(pd.DataFrame(of_flop), methods)
            about = {"vintage": rows[0]["vintage"], "flop": flop, "crossed": crossed}
            found.append(about | {"rows": own, "came": of_flop[0]["crossed_on_in_newest"]})
    return found
