"""Explorer and calculator: the eras with boundaries that a reader moves."""

from __future__ import annotations

from compute_trends.common.numbers import plain
from compute_trends.common.records import Record
from compute_trends.common.vocabulary import CONFIDENCES
from compute_trends.estimate.error_model import REFERENCE_PEAK_FLOP, errors_of_table
from compute_trends.render.look_ups import trends_on
from compute_trends.render.report_inputs import ReportInputs
from compute_trends.render.wording import period_in_words

PART = 3
ORDER = 10
TABLES = ("error_model", "trends")
# What the page's script reads of the chart's data
PROGRAM = ("spec", "choices", "systems", "pools", "rules")


def digest(inputs: ReportInputs) -> Record:
    """The chart's data and choices, its lines at first, and the calculator's rules."""
    chart = inputs.explorer
    choices = chart["choices"] if chart else []
    program = {name: chart[name] for name in PROGRAM} if chart else {}
    return {
        "explorer": chart,
        "payload": program | {"calculator": calculator(inputs)},
        "lines": first_lines(choices[0]) if choices else [],
        "most_lines": max((len(choice["lines"]) for choice in choices), default=0),
        "of_paper": any(not line["keeps_low"] for one in choices for line in one["lines"]),
        "draws": plain(inputs.settings.fit.intervals.draws),
        "rederived": bool(trends_on("estimated", inputs.tables)),
        "last_date": choices[0]["lines"][0]["period"].partition("/")[2] if choices else "",
    }


def first_lines(choice: Record) -> list[Record]:
    """Lines of a choice (see `explorer_choices.paper_choices`) with the numbers of the run."""
    numbers = [line["numbers"][choice["bases"][0]] for line in choice["lines"]]
    return [
        {name: float("inf") if value == "Infinity" else value for name, value in own.items()}
        | {"line": line["line"], "words": line["words"], "years": period_in_words(line["period"])}
        for line, own in zip(choice["lines"], numbers, strict=True)
    ]


def calculator(inputs: ReportInputs) -> Record:
    """Numbers by which the page estimates as the stage estimate does.

    Returns
    -------
    dict
        ``factors`` of each input ([stated, assumed]), ``structural_oom`` of an estimate whose
        inputs somebody gives (None where nothing is learnt), ``classes``,
        ``backward_forward_ratio``, ``fixed_utilization``, ``highest_utilization`` and, where it is
        learnt, ``utilization``, a line with the size it refers to.
    """
    settings = inputs.settings.estimate
    errors = errors_of_table(inputs.tables["error_model"])
    learnt = errors.utilization if settings.defaults.utilization.rule == "learnt" else None
    uncertainty = settings.uncertainty
    return {
        "factors": {name: [f.stated, f.assumed] for name, f in uncertainty.inputs.items()},
        "structural_oom": errors.structural_oom.get(CONFIDENCES[0]),
        "classes": dict(uncertainty.classes),
        "backward_forward_ratio": settings.defaults.backward_forward_ratio,
        "fixed_utilization": settings.defaults.utilization.fixed,
        "highest_utilization": settings.physics.highest_utilization,
        "utilization": learnt and learnt._asdict() | {"reference": REFERENCE_PEAK_FLOP},
    }
