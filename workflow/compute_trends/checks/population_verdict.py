"""The verdict on the statement that large-scale systems are a population of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from compute_trends.checks.calibration import wilson_interval
from compute_trends.common.records import Record
from compute_trends.settings.days import Period
from compute_trends.settings.simulations import Populations


class Evidence(NamedTuple):
    """What the verdict rests on, for two parallel lines.

    ``p`` is the largest of those of `Populations.nulls`; ``power`` is the 95 % interval of that of
    the skewed test to find the paper's populations, from the worlds that were simulated, None
    where there are none; ``prefers_two`` is what BIC says.
    """

    p: float
    power: tuple[float, float] | None
    prefers_two: bool
    overlap: float
    share_upper: float
    share_rule: float | None
    simulations: int


def evidence_of(rows: Sequence[Record], nulls: Sequence[str]) -> Evidence:
    """What rows of table ``populations`` of one group say."""
    parallel = {row["world"]: row for row in rows if row["hypothesis"] == "parallel"}
    real = {row["hypothesis"]: row for row in rows if row["world"] == "real"}
    bic = {name: row["bic"] for name, row in real.items() if "bic" in row}
    simulations = parallel["normal"]["worlds"]
    power = None
    if "paper" in parallel:
        found = round(parallel["paper"]["found_skewed_test"] * simulations)
        power = wilson_interval(found, simulations)
    return Evidence(
        p=max(parallel[law]["p_skewed"] for law in nulls),
        power=power,
        prefers_two=bic["parallel"] < min(bic["normal"], bic["skewed"]),
        overlap=real["parallel"]["overlap"],
        share_upper=real["parallel"]["share_upper"],
        share_rule=real["rule"]["share_upper"] if "rule" in real else None,
        simulations=simulations,
    )


def verdict_of(evidence: Evidence, populations: Populations) -> str:
    """Verdict on the statement that large-scale systems are a population of their own.

    Two parallel lines have to beat one line whose scatter may be skewed: by the ratio of their
    likelihoods, against simulated worlds of each law in ``populations.nulls``.

    established
        The p value is not above the level, and the upper population are the large-scale systems.
    undecided
        They are not; or one line explains the systems, and the test would find the paper's
        two populations too seldom, for all that the simulated worlds tell, or there are none by
        the paper's rule.
    consistent, rejected
        One line explains the systems, and the test would have found the paper's populations
        often enough; BIC prefers two lines, or one.
    """
    if evidence.p <= populations.level:
        return "established" if evidence.overlap >= populations.overlap else "undecided"
    if evidence.power is None or evidence.power[0] < populations.power:
        return "undecided"
    return "consistent" if evidence.prefers_two else "rejected"


def sentence_of(verdict: str, evidence: Evidence, systems: str, *, level: float) -> str:
    """The verdict in one sentence; ``systems`` names them, such as "the 79 systems of 2016"."""
    p, power = f"p = {evidence.p:.2g}, {evidence.simulations} simulated worlds", evidence.power
    upper, rule = _percent(evidence.share_upper), _percent(evidence.share_rule)
    explained = f"one line explains them as well as two do ({p})"
    noticed = f"two populations like the paper's would be noticed in {_range(power)} of cases"
    if verdict == "established":
        text = f"the largest of {systems} are a population of their own: two lines explain their "
        text += f"compute better than one ({p}), and divide them about as the paper's rule does"
    elif evidence.p <= level:
        text = f"{systems} fall into two groups ({p}), but divided elsewhere than by the paper's "
        text += f"rule: the upper group holds {upper} of them, the rule marks {rule}"
    elif verdict == "rejected":
        text = f"the largest of {systems} are no population of their own: {explained}, "
        text += f"and {noticed}"
    elif verdict == "consistent":
        text = f"{systems} agree with two populations, which BIC prefers, but do not show them: "
        text += f"{explained}, although {noticed}"
    else:
        text = "whether the largest of "
        text += f"{systems} are a population of their own cannot be told: {explained}, but "
        unknown = "too few are large-scale by the paper's rule to say what would be noticed"
        text += unknown if power is None else noticed
    return f"{text[0].upper()}{text[1:]}."


def _percent(share: float | None) -> str:
    """A share as people write it."""
    return "hardly any" if share is None else f"{100 * share:.0f} %"


def _range(shares: tuple[float, float] | None) -> str:
    """An interval of shares as people write it."""
    low, high = (round(100 * share) for share in shares or (0, 1))
    return f"{low} to {high} %"


def systems_text(n: int, period: Period) -> str:
    """Systems by their number and months, such as "the 79 systems of May 2015 to June 2016"."""
    days = pd.Timestamp(period.after) + pd.Timedelta(days=1), pd.Timestamp(period.through)
    first, last = (f"{day.month_name()} {day.year}" for day in days)
    return f"the {n} systems of {first} to {last}"
