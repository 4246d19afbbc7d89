"""Command `python -m compute_trends.estimate`: training compute from inputs, by the rules here."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from compute_trends.common.problems import InputError, Problem
from compute_trends.common.vocabulary import METHOD_WORDS
from compute_trends.estimate.calculator import ENDS, FLOP, calculate
from compute_trends.estimate.options import read_call
from compute_trends.estimate.trace import as_records, trace_text

EXECUTED = {"executed": " executed", "mixed": ", in some stages those that were executed"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print training compute, its arithmetic and its 90 % interval; status 1 for bad input."""
    try:
        call = read_call(arguments)
        answer = calculate(call)
    except InputError as error:
        for problem in error.problems:
            print(_message(problem), file=sys.stderr)
        print("Give a size and the data, or chips and time; see --help.", file=sys.stderr)
        return 1
    print(as_json(answer) if call.as_json else as_text(answer, with_trace=call.with_trace))
    return 0


def _message(problem: Problem) -> str:
    """Problem in the words of the command line."""
    if problem.file and not (problem.column or "").startswith("--"):
        return str(problem)
    place = "" if not problem.file else f"stage {problem.file}, "
    found = "" if problem.value is None else f"found {problem.value!r}, "
    return f"{place}{problem.column}: {found}expected {problem.expected}"


def as_json(answer: dict[str, Any]) -> str:
    """The answer as JSON, every phase with its trace."""
    stages = []
    for stage in answer["stages"]:
        estimates = []
        for estimate in stage["estimates"]:
            names = (FLOP, *ENDS, "operations", "arithmetic", "trace")
            phases = [{name: phase[name] for name in names} for phase in estimate["phases"]]
            for phase in phases:
                phase["trace"] = as_records(phase["trace"])
            estimates.append(estimate | {"phases": phases})
        stages.append(stage | {"estimates": estimates})
    return json.dumps(answer | {"stages": stages}, indent=1, ensure_ascii=False)


def as_text(answer: dict[str, Any], *, with_trace: bool) -> str:
    """The answer for a terminal: what was taken by default comes before the value."""
    lines = [f"Default: {text}" for text in answer["defaults"]]
    lines += answer["notes"]
    executed = EXECUTED.get(answer["operations"], "")
    lines.append(f"{answer[FLOP]:.4g} FLOP{executed}")
    stages = answer["stages"]
    if len(stages) == 1:
        lines += _stage_lines(stages[0])
    lines.append(f"90 % interval {_interval(answer)} FLOP")
    if len(stages) > 1:
        for stage in stages:
            value = f"{stage[FLOP]:.4g} ({_interval(stage)})"
            share = f"{100 * stage[FLOP] / answer[FLOP]:.1f} %"
            lines += ["", f"{stage['stage']}: {value}, {share} of the run"]
            lines += [f"  {line}" for line in _stage_lines(stage)]
    if with_trace:
        for stage in stages:
            for estimate in stage["estimates"]:
                for phase in estimate["phases"]:
                    title = f"{stage['stage']}, {METHOD_WORDS[estimate['method']]}"
                    lines += ["", title, trace_text(phase["trace"])]
    return "\n".join(lines)


def _stage_lines(stage: dict[str, Any]) -> list[str]:
    """Arithmetic of a stage by each method, and how the methods compare."""
    estimates = stage["estimates"]
    lines = []
    for estimate in estimates:
        arithmetic = [phase["arithmetic"] for phase in estimate["phases"]]
        if len(arithmetic) > 1:
            arithmetic.append(f"together {estimate[FLOP]:.4g} ({_interval(estimate)})")
        if len(estimates) > 1:
            words = METHOD_WORDS[estimate["method"]]
            arithmetic[0] = f"{words}: {arithmetic[0]}"
            arithmetic[-1] += "" if len(arithmetic) > 1 else f" ({_interval(estimate)})"
        lines += arithmetic
    if "implied_utilization" in stage:
        ratio, implied = stage["chips_to_count_ratio"], stage["implied_utilization"]
        lines.append(f"Chips and time give {ratio:.2f} times the counted operations, which imply a")
        lines[-1] += f" utilization of {implied:.3f}; the value is the counted one."
        if implied > (most := stage["highest_utilization"]):
            lines.append(f"No training is known to reach {most:g}: an input is wrong.")
    return lines


def _interval(value: dict[str, Any]) -> str:
    low, high = (value[end] for end in ENDS)
    return f"{low:.2g} to {high:.2g}"


if __name__ == "__main__":
    raise SystemExit(main())
