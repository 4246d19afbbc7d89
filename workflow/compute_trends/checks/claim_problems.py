"""What is wrong with claims before they are measured."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from compute_trends.checks.quantities import QUANTITIES, Quantity
from compute_trends.common.problems import Problem
from compute_trends.common.records import Record, records


def claim_problems(
    claims: pd.DataFrame, of: Mapping[str, frozenset[str]], *, file: str
) -> list[Problem]:
    """Claims that no run can measure, a problem for each.

    Their quantity is unknown, their subjects are not as many as it takes, they state no range,
    or they are measured on other systems than they are about.

    Parameters
    ----------
    of : mapping of str to frozenset of str
        What the systems of a trend are, by its name; see `settings.trends.systems_of_trends`.
    """
    problems = []
    for row, claim in zip(claims.index.to_list(), records(claims), strict=True):
        low, high = claim["low"], claim["high"]
        quantity = QUANTITIES.get(claim["quantity"])
        if quantity is None:
            cell, expected = ("quantity", claim["quantity"]), f"one of {', '.join(QUANTITIES)}"
        elif len(subject_of(claim)) != (n := quantity.names):
            cell, expected = ("subject", claim["subject"]), f"{n} names, joined by '; '"
        elif (low is None and high is None) != quantity.unstated or _is_reversed(low, high):
            cell = ("low, high", f"{low}, {high}")
            expected = "no end" if quantity.unstated else "an end, or two in order"
        elif wrong := _unlike(claim, quantity, of):
            cell, expected = ("about", claim["about"]), wrong
        else:
            continue
        problems.append(Problem(file, row, *cell, expected))
    return problems


def _is_reversed(low: float | None, high: float | None) -> bool:
    """Whether two ends that are both there are not in order."""
    return low is not None and high is not None and low > high


def _unlike(claim: Record, quantity: Quantity, of: Mapping[str, frozenset[str]]) -> str:
    """What a claim would have to be about to be measured on its subject; empty if it is."""
    for about, is_so, what in (
        ("systems", quantity.table == "compute", "two systems"),
        ("models", quantity.is_of_inference, "inference compute"),
    ):
        if is_so or claim["about"] == about:
            right = is_so == (claim["about"] == about)
            return "" if right else f"{about}, for a quantity of {what} and for no other"
    for name in subject_of(claim)[: quantity.about]:
        if name in of and claim["about"] not in of[name]:
            return f"{' or '.join(sorted(of[name]))}, as trend {name} selects its systems"
    return ""


def subject_of(claim: Record) -> list[str]:
    """Names that a claim is about."""
    return str(claim["subject"]).split("; ")
