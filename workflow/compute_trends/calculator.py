"""Training compute of a system that is not in the data, by the same rules as those that are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from .compute_inputs import COLUMNS, DEFAULTED, SIZES, complete_inputs, evaluate
from .problems import InputError, Problem, stop_on
from .tables import parse_columns, raw_resource, read_checked, records, table_problems

PROJECT = Path(__file__).parents[2]
# Options that say an input in another way: option, column, factor.
OTHER_WAYS = (("tokens", "examples", 1), ("days", "hours", 24))


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Command line of the calculator; every value stays text until it is checked."""
    parser = argparse.ArgumentParser(
        prog="python -m compute_trends.estimate",
        description="Training compute from parameters and data, or from chips and time.",
        epilog="Defaults come from config.yaml, chips from data/raw/hardware.csv.",
    )
    counted = parser.add_argument_group("operation count (one size, and the data)")
    for name in SIZES:
        counted.add_argument(_option(name), metavar="N", help=f"{name.replace('_', ' ')} per pass")
    data = counted.add_mutually_exclusive_group()
    data.add_argument("--examples", metavar="N", help="forward passes in one epoch")
    data.add_argument("--tokens", metavar="N", help="the same, in the words of language models")
    counted.add_argument("--epochs", metavar="N", help="passes over the data (1)")
    counted.add_argument("--backward-forward-ratio", metavar="R", help="default: as in the config")
    timed = parser.add_argument_group("hardware time")
    timed.add_argument("--hardware", metavar="CHIP", help="name or alias, such as V100")
    timed.add_argument("--precision", metavar="FORMAT", help="fp32, fp16, tensor_fp16, ...")
    timed.add_argument("--chips", metavar="N")
    time = timed.add_mutually_exclusive_group()
    time.add_argument("--hours", metavar="H")
    time.add_argument("--days", metavar="D")
    timed.add_argument("--utilization", metavar="SHARE", help="default: as in the config")
    parser.add_argument("--domain", default="Language", help="sets the default utilization")
    parser.add_argument("--scale-factor", metavar="F", help="factor for what this leaves out")
    parser.add_argument("--config", default=str(PROJECT / "config.yaml"), help="other config file")
    return parser.parse_args(arguments)


def calculate(options: argparse.Namespace) -> dict[str, Any]:
    """Evaluate the options of the command line like a row of compute_inputs.csv.

    Parameters
    ----------
    options : argparse.Namespace
        From `parse_arguments`.

    Returns
    -------
    dict
        As `compute_inputs.evaluate`.

    Raises
    ------
    InputError
        If an input is missing, not of its kind, or not used by the method.
    """
    given = {name: value for name, value in vars(options).items() if value is not None}
    problems = []
    for option, column, factor in OTHER_WAYS:
        if option in given:
            text = given.pop(option)
            try:
                given[column] = str(float(text) * factor)
            except ValueError:
                problems.append(Problem("calculator", None, option, text, "a number"))
    stop_on(problems)
    method = "hardware_time" if set(COLUMNS["hardware_time"]) & set(given) else "operation_count"
    defaults = {"epochs": "1"} if method == "operation_count" else {}
    assumed = [name for name in DEFAULTED if name in COLUMNS[method] and name not in given]
    row = {
        "estimate_id": f"calculator/{method}",
        "system_id": "calculator",
        "method": method,
        "confidence": "speculative",
        "source_url": "https://example.org",
        "source_locator": "command line",
        "derivation": "".join(f"ASSUME {name}: default. " for name in assumed) or "As given.",
        **({"scale_factor_reason": "as given"} if "scale_factor" in given else {}),
        **defaults,
        **given,
    }
    package = str(PROJECT / "data" / "raw" / "datapackage.json")
    resource = raw_resource(package, "compute_inputs")
    names = [field["name"] for field in resource["fields"]]
    text = pd.DataFrame([{name: row.get(name, "") for name in names}], dtype="str")
    inputs, problems = parse_columns(text, resource, "calculator")
    stop_on(problems or table_problems(inputs, resource, "calculator"))
    chips = str(PROJECT / "data" / "raw" / "hardware.csv")
    config = yaml.safe_load(Path(options.config).read_text(encoding="utf-8"))["estimate"]
    completed = complete_inputs(
        inputs,
        read_checked(chips, package, "hardware"),
        pd.DataFrame({"system_id": ["calculator"], "domain": [options.domain]}),
        pd.DataFrame({"system_id": []}),
        defaults=config["defaults"],
        files=("calculator", chips),
    )
    # The same question gets the same answer.
    rng = np.random.default_rng(0)
    return evaluate(records(completed)[0], uncertainty=config["uncertainty"], rng=rng)


def _option(column: str) -> str:
    """Option of the command line for a column."""
    return f"--{column.replace('_', '-')}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print training compute, its arithmetic and its 90 % interval; status 1 for bad input."""
    try:
        value = calculate(parse_arguments(arguments))
    except InputError as error:
        for problem in error.problems:
            option = ", ".join(map(_option, (problem.column or "").split(", ")))
            found = "" if problem.value is None else f"found {problem.value!r}, "
            print(f"{option}: {found}expected {problem.expected}", file=sys.stderr)
        return 1
    low, high = (value[f"training_compute_flop_ci90_{end}"] for end in ("low", "high"))
    print(f"{value['training_compute_flop']:.4g} FLOP")
    print(value["arithmetic"])
    print(f"90 % interval {low:.2g} to {high:.2g} FLOP")
    return 0
