"""What earlier studies, the paper and Epoch AI state, held against this run."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

import pandas as pd

from compute_trends.checks.quantities import PARAMETERS, QUANTITIES, Measurement, Sources
from compute_trends.common.numbers import plain
from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.fit.selection import join_members
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)


def check_claims(
    claims: pd.DataFrame,
    trends: pd.DataFrame,
    parameters: pd.DataFrame,
    members: pd.DataFrame,
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    export_trends: Sequence[pd.DataFrame],
    *,
    bases: list[str],
    samples: int,
    seed: int,
    file: str,
) -> dict[str, pd.DataFrame]:
    """Measure each claim on the paper's datasets and on exports, and judge it.

    Parameters
    ----------
    claims : pandas.DataFrame
        Raw table ``claims``; the index is the row of the ``file`` that messages name.
    trends, parameters, members, systems, compute : pandas.DataFrame
        Tables of these names.
    export_trends : sequence of pandas.DataFrame
        Table ``export_trends`` of each export.
    bases, samples, seed
        Bases to judge on, bootstrap samples and seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``claims`` (see `claims_table`) and ``export_claims`` (see
        `export_claims_table`).

    Raises
    ------
    InputError
        If a claim can be measured on no run; see `claim_problems`.
    """
    stop_on(claim_problems(claims, file=file))
    points = join_members(members, systems, compute)
    sources = Sources(trends, parameters, compute, points, samples=samples, seed=seed)
    return {
        "claims": claims_table(claims, sources, bases=bases),
        "export_claims": export_claims_table(claims, trends, export_trends),
    }


def claim_problems(claims: pd.DataFrame, *, file: str) -> list[Problem]:
    """Claims that no run can measure, a problem for each.

    Their quantity is unknown, their subjects are not as many as it takes, or they state no range.
    """
    problems = []
    for row, claim in zip(claims.index.to_list(), records(claims), strict=True):
        low, high = claim["low"], claim["high"]
        quantity = QUANTITIES.get(claim["quantity"])
        if quantity is None:
            cell, expected = ("quantity", claim["quantity"]), f"one of {', '.join(QUANTITIES)}"
        elif len(_subject(claim)) != (n := quantity.names):
            cell, expected = ("subject", claim["subject"]), f"{n} names, joined by '; '"
        elif (low is None and high is None) or (None not in (low, high) and low > high):
            cell, expected = ("low, high", f"{low}, {high}"), "an end, or two in order"
        else:
            continue
        problems.append(Problem(file, row, *cell, expected))
    return problems


def _subject(claim: Record) -> list[str]:
    """Names that a claim is about."""
    return str(claim["subject"]).split("; ")


def claims_table(claims: pd.DataFrame, sources: Sources, *, bases: list[str]) -> pd.DataFrame:
    """Table ``claims``: claims held against the trends and systems of a run, on each basis.

    A claim about trends or systems that are not there is left out, and said so in the log.
    """
    rows: list[Record] = []
    for claim in records(claims):
        quantity, subject = QUANTITIES[claim["quantity"]], _subject(claim)
        if missing := sources.missing(subject, quantity.table):
            names = ", ".join(missing)
            LOG.warning("claim %s is left out: %s is not fitted", claim["claim_id"], names)
            continue
        for basis in [PARAMETERS] if quantity.table == PARAMETERS else bases:
            measurement = quantity.measure(sources, subject, basis)
            if math.isnan(measurement.value):
                LOG.warning("claim %s: no value on basis %s", claim["claim_id"], basis)
            else:
                rows.append({"basis": basis, **_judged_claim(claim, measurement)})
    return typed(pd.DataFrame(rows), "claims")


def _judged_claim(claim: Record, measurement: Measurement) -> Record:
    """Row of table ``claims`` without its basis."""
    low, high = claim["low"], claim["high"]
    copied = ("claim_id", "study", "claim", "quantity", "source_url", "source_locator")
    return {
        **{name: claim[name] for name in copied},
        "claimed_low": low,
        "claimed_high": high,
        "value": measurement.value,
        "value_ci90_low": measurement.low,
        "value_ci90_high": measurement.high,
        "window": measurement.window or None,
        "verdict": verdict(measurement, low, high),
        "why": _why(measurement, low, high),
    }


def verdict(measurement: Measurement, low: float | None, high: float | None) -> str:
    """Whether a statement holds of a measurement.

    Parameters
    ----------
    low, high : float or None
        Values that the statement covers; None where it is open.

    Returns
    -------
    str
        holds: the value lies within; compatible: its interval meets the statement;
        contradicted: it does not.
    """
    least, most = (-math.inf if low is None else low), (math.inf if high is None else high)
    if least <= measurement.value <= most:
        return "holds"
    if measurement.low <= most and measurement.high >= least:
        return "compatible"
    return "contradicted"


def _why(measurement: Measurement, low: float | None, high: float | None) -> str:
    """The verdict in one sentence."""

    def text(value: float) -> str:
        return "∞" if math.isinf(value) else plain(float(f"{value:.3g}"))

    claim = f"{text(low or 0.0)} to {text(high or 0.0)}"
    if low is None or high is None:
        claim = f"at most {text(high or 0.0)}" if low is None else f"more than {text(low)}"
    here = text(measurement.value)
    if not math.isnan(measurement.low):
        here += f" ({text(measurement.low)} to {text(measurement.high)})"
    words = {
        "holds": "lies within",
        "compatible": "lies outside, but its interval meets",
        "contradicted": "lies outside",
    }
    return f"{here} here {words[verdict(measurement, low, high)]} the stated {claim}."


def export_claims_table(
    claims: pd.DataFrame, trends: pd.DataFrame, export_trends: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Table ``export_claims``: claims about growth against trends of exports of notable models.

    Holds every claim that a trend of an export answers, once for each. A claim that no trend of
    the paper's datasets answers and no export either is ``not measured``.
    """
    of_trends = [name for name, quantity in QUANTITIES.items() if quantity.of_trends]
    about = claims[claims["quantity"].isin(of_trends)]
    tables = [_claims_on_export(about, table) for table in export_trends]
    rows = pd.concat([pd.DataFrame({"claim_id": []}), *tables], ignore_index=True)
    answered = _answered(about, trends) | about["claim_id"].isin(rows["claim_id"])
    waiting = about[~answered].rename(columns={"low": "claimed_low", "high": "claimed_high"})
    why = "No export of notable models in this run gives the trend."
    waiting = waiting.assign(export="none", verdict="not measured", why=why)
    return typed(pd.concat([rows, waiting], ignore_index=True), "export_claims")


def _claims_on_export(claims: pd.DataFrame, trends: pd.DataFrame) -> pd.DataFrame:
    """Those of the claims that the trends of one export answer, held against them."""
    fits = trends[trends["note"].isna() & (trends["models"] == "notable")]
    claims = claims[_answered(claims, fits)]
    if claims.empty:
        return pd.DataFrame()
    nothing = pd.DataFrame()
    sources = Sources(fits, nothing, nothing, nothing, samples=0, seed=0)
    table = claims_table(claims, sources, bases=["published"])
    return table.assign(**{name: fits[name].iloc[0] for name in ("export", "vintage")})


def _answered(claims: pd.DataFrame, trends: pd.DataFrame) -> pd.Series:
    """Whether a table of trends holds every trend that a claim is about."""
    return claims["subject"].str.split("; ").map(set(trends["trend"]).issuperset)
