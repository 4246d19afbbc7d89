"""Explorer and calculator: the eras with boundaries that a reader moves."""

from __future__ import annotations

from compute_trends.common.records import Record
from compute_trends.common.vocabulary import LINE_WORDS
from compute_trends.estimate.error_model import errors_of_table
from compute_trends.render.look_ups import trends_on
from compute_trends.render.report_inputs import ReportInputs

PART = 3
ORDER = 10
TABLES = ("error_model", "systems", "trends")
# The calculator starts with the utilization of a run with so many FLOP at peak.
EXAMPLE_PEAK_FLOP = 1e22


def digest(inputs: ReportInputs) -> Record:
    """The chart's data and choices, and its lines as they stand at first."""
    chart, trends = inputs.explorer, trends_on("published", inputs.tables)
    lines = chart["choices"][0]["lines"] if chart else {}
    program = ("spec", "data", "choices", "backward_forward_ratio")
    return {
        "explorer": chart,
        "payload": {name: chart[name] for name in program} if chart else None,
        "lines": [
            {"line": line, "words": words, "trend": trends[lines[line]]}
            for line, words in LINE_WORDS.items()
            if lines
        ],
        "rederived": bool(trends_on("estimated", inputs.tables)),
        "utilization": f"{default_utilization(inputs):.2g}",
        "last_date": inputs.tables["systems"]["publication_date"].max(),
    }


def default_utilization(inputs: ReportInputs) -> float:
    """Utilization where none is stated: as learnt from other systems, or the fixed one.

    From table ``error_model``.
    """
    line = errors_of_table(inputs.tables["error_model"]).utilization
    default = inputs.settings.estimate.defaults.utilization
    if line is None or default.rule == "fixed":
        return default.fixed
    return line.utilization(EXAMPLE_PEAK_FLOP)
