"""Calculator: training compute from inputs on the command line, by the rules of the pipeline."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.common.records import records
from compute_trends.estimate.inputs import SIZES, complete_inputs, evaluate
from compute_trends.settings.config_file import read_config
from compute_trends.settings.estimate import Estimate
from compute_trends.settings.models import Settings
from compute_trends.tables.checks import table_problems
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import parse_columns, read_checked

# Options that say an input in another way: option, column, factor.
OTHER_WAYS = (("tokens", "examples", 1), ("days", "hours", 24))
# Options that say that chips and time are meant.
OF_CHIPS = ("hardware", "precision", "chips", "hours")


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Command line of the calculator; every value stays text until it is checked."""
    parser = argparse.ArgumentParser(
        prog="python -m compute_trends.estimate",
        description="Training compute from parameters and data, or from chips and time.",
        epilog="Defaults come from config.yaml, chips from data/raw/hardware.csv.",
    )
    count = parser.add_argument_group("operation count (one size, and the data)")
    for name in SIZES:
        count.add_argument(_option(name), metavar="N", help=f"{name.replace('_', ' ')} per pass")
    data = count.add_mutually_exclusive_group()
    data.add_argument("--examples", metavar="N", help="forward passes in one epoch")
    data.add_argument("--tokens", metavar="N", help="the same, in the words of language models")
    count.add_argument("--epochs", metavar="N", help="passes over the data (1)")
    count.add_argument("--backward-forward-ratio", metavar="R", help="default: as in the config")
    time = parser.add_argument_group("hardware time")
    time.add_argument("--hardware", metavar="CHIP", help="name or alias, such as V100")
    time.add_argument("--precision", metavar="FORMAT", help="fp32, fp16, tensor_fp16, ...")
    time.add_argument("--chips", metavar="N")
    length = time.add_mutually_exclusive_group()
    length.add_argument("--hours", metavar="H")
    length.add_argument("--days", metavar="D")
    time.add_argument("--utilization", metavar="SHARE", help="default: as in the config")
    whose = "whose default utilization to take: one that the config names, or Other (Language)"
    time.add_argument("--domain", default="Language", help=whose)
    parser.add_argument("--scale-factor", metavar="F", help="factor for what this leaves out")
    parser.add_argument("--config", default=str(PROJECT / "config.yaml"), help="other config file")
    return parser.parse_args(arguments)


def calculate(options: argparse.Namespace) -> dict[str, Any]:
    """Evaluate the options of the command line like a row of compute_inputs.csv.

    Returns
    -------
    dict
        Row of `inputs.complete_inputs`, which raises the same errors here, with what
        `inputs.evaluate` gives.
    """
    cells = _input_cells(options)
    settings = _read_settings(options.config)
    domains = [*settings.defaults.utilization.by_domain, "Other"]
    if options.domain not in domains:
        expected = f"one of {', '.join(domains)}"
        stop_on([Problem("calculator", None, "domain", options.domain, expected)])
    chips = str(PROJECT / "data" / "raw" / "hardware.csv")
    in_force = complete_inputs(
        _input_table(cells),
        read_checked(chips, "hardware"),
        pd.DataFrame({"system_id": ["calculator"], "domain": [options.domain]}),
        pd.DataFrame({"system_id": []}),
        defaults=settings.defaults,
        files=("calculator", chips),
    )
    # The same question gets the same answer.
    rng = np.random.default_rng(0)
    [row] = records(in_force)
    return row | evaluate(row, uncertainty=settings.uncertainty, rng=rng)


def _input_cells(options: argparse.Namespace) -> dict[str, str]:
    """Inputs among the options, as cells of compute_inputs.csv."""
    cells = {name: value for name, value in vars(options).items() if value is not None}
    problems = []
    for option, column, factor in OTHER_WAYS:
        if option in cells:
            text = cells.pop(option)
            try:
                cells[column] = str(float(text) * factor)
            except ValueError:
                problems.append(Problem("calculator", None, option, text, "a number"))
    stop_on(problems)
    return cells


def _input_table(cells: dict[str, str]) -> pd.DataFrame:
    """Raw table ``compute_inputs`` with one row of these cells."""
    of_chips = any(name in cells for name in OF_CHIPS)
    method = "hardware_time" if of_chips else "operation_count"
    # As in compute_inputs.csv: a default utilization is an assumption.
    assumed = of_chips and "utilization" not in cells
    row = {
        "estimate_id": f"calculator/{method}",
        "system_id": "calculator",
        "method": method,
        "confidence": "speculative" if assumed else "likely",
        "scope": "system",
        "operations": "needed",
        "source_url": "https://example.org",
        "source_locator": "command line",
        "derivation": "ASSUME utilization: default." if assumed else "As given.",
        **({"scale_factor_reason": "as given"} if "scale_factor" in cells else {}),
        **({} if of_chips else {"epochs": "1"}),
        **cells,
        **({"precision": cells.get("precision", "").lower()} if of_chips else {}),
    }
    table = raw_table("compute_inputs")
    text = pd.DataFrame([{name: row.get(name, "") for name in table.columns}], dtype="str")
    inputs, problems = parse_columns(text, table, "calculator")
    stop_on(problems or table_problems(inputs, table, "calculator"))
    return inputs


def _read_settings(path: str) -> Estimate:
    """Section ``estimate`` of a config file, checked like that of a run."""
    if not Path(path).is_file():
        stop_on([Problem("calculator", None, "config", path, "a config file")])
    config, problems = read_config([path])
    keys = [": ".join(filter(None, [problem.column, problem.expected])) for problem in problems]
    stop_on([Problem("calculator", None, "config", path, f"sound keys: {key}") for key in keys])
    return Settings(**config).estimate


def _option(column: str) -> str:
    """Option of the command line for a column."""
    return f"--{column.replace('_', '-')}"


def _message(problem: Problem, options: argparse.Namespace) -> str:
    """Problem in the words of the command line, with the options that were typed."""
    columns = (problem.column or "").split(", ")
    names = ", ".join(map(_option, columns))
    for option, column, _ in OTHER_WAYS:
        if column in columns and getattr(options, column) is None:
            names = names.replace(_option(column), _option(option))
    found = "" if problem.value is None else f"found {problem.value!r}, "
    return f"{names}: {found}expected {problem.expected}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print training compute, its arithmetic and its 90 % interval; status 1 for bad input."""
    options = parse_arguments(arguments)
    try:
        value = calculate(options)
    except InputError as error:
        for problem in error.problems:
            print(_message(problem, options), file=sys.stderr)
        print("Give a size and the data, or chips and time; see --help.", file=sys.stderr)
        return 1
    low, high = (value[f"training_compute_flop_ci90_{end}"] for end in ("low", "high"))
    print(f"{value['training_compute_flop']:.4g} FLOP")
    print(value["arithmetic"])
    if value["assumed"]:
        print(f"Utilization {value['utilization']:g} is the default for {options.domain}.")
    print(f"90 % interval {low:.2g} to {high:.2g} FLOP")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
