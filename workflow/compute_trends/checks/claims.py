"""What earlier studies, the paper and Epoch AI state, held against this run."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence

import pandas as pd

from compute_trends.checks.judgement import (
    NO_INTERVAL,
    NOTHING,
    Judgement,
    Span,
    judge,
    relative_width,
)
from compute_trends.checks.pairs import Pairs, pairs_of
from compute_trends.checks.quantities import (
    PARAMETERS,
    QUANTITIES,
    Measurement,
    Quantity,
    Sources,
)
from compute_trends.common.numbers import plain
from compute_trends.common.problems import Problem, stop_on
from compute_trends.common.records import Record, records
from compute_trends.fit.selection import score_systems, select_datasets
from compute_trends.settings import fit as config
from compute_trends.settings.trends import systems_of_trends
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)


def check_claims(
    claims: pd.DataFrame,
    fitted: pd.DataFrame,
    parameters: pd.DataFrame,
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    export_trends: Sequence[pd.DataFrame],
    *,
    datasets: Sequence[config.Dataset],
    bases: Sequence[str],
    trends: Sequence[config.Trend],
    parameter_trends: Sequence[config.ParameterTrend],
    exports: config.ExportFits,
    outliers: config.Outliers,
    domains: config.Domains,
    intervals: config.Intervals,
    verdicts: config.Verdicts,
    seed: int,
    file: str,
) -> dict[str, pd.DataFrame]:
    """Measure each claim on the paper's datasets and on exports, and judge it.

    Parameters
    ----------
    claims : pandas.DataFrame
        Raw table ``claims``; the index is the row of the ``file`` that messages name.
    fitted, parameters, systems, compute : pandas.DataFrame
        Tables ``trends`` and of these names.
    export_trends : sequence of pandas.DataFrame
        Table ``export_trends`` of each export. The other parameters are sections of ``fit`` in
        config.yaml, and the seed of the run.

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
    of = systems_of_trends([*trends, *parameter_trends, *exports.trends], outliers)
    stop_on(claim_problems(claims, of, file=file))
    scores = score_systems(
        select_datasets(systems, compute, datasets=datasets, bases=bases), outliers=outliers
    )
    pairs: dict[str, Pairs] = {
        basis: pairs_of(
            scores[scores["basis"] == basis],
            trends,
            names=_of_systems(claims),
            outliers=outliers,
            domains=domains,
            intervals=intervals,
            seed=seed,
        )
        for basis in bases
    }
    sources = Sources(fitted, parameters, compute, pairs)
    return {
        "claims": claims_table(claims, sources, bases=bases, verdicts=verdicts),
        "export_claims": export_claims_table(claims, fitted, export_trends, verdicts=verdicts),
    }


def _of_systems(claims: pd.DataFrame) -> set[str]:
    """Names of the trends whose systems claims need themselves."""
    needed = [claim for claim in records(claims) if QUANTITIES[claim["quantity"]].of_systems]
    return {name for claim in needed for name in _subject(claim)}


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
        elif len(_subject(claim)) != (n := quantity.names):
            cell, expected = ("subject", claim["subject"]), f"{n} names, joined by '; '"
        elif (low is None and high is None) or (None not in (low, high) and low > high):
            cell, expected = ("low, high", f"{low}, {high}"), "an end, or two in order"
        elif wrong := _unlike(claim, quantity, of):
            cell, expected = ("about", claim["about"]), wrong
        else:
            continue
        problems.append(Problem(file, row, *cell, expected))
    return problems


def _unlike(claim: Record, quantity: Quantity, of: Mapping[str, frozenset[str]]) -> str:
    """What a claim would have to be about to be measured on its subject; empty if it is."""
    if quantity.table == "compute" or claim["about"] == "systems":
        right = (quantity.table == "compute") == (claim["about"] == "systems")
        return "" if right else "systems, for a quantity of two systems and for no other"
    for name in _subject(claim)[: quantity.about]:
        if name in of and claim["about"] not in of[name]:
            return f"{' or '.join(sorted(of[name]))}, as trend {name} selects its systems"
    return ""


def _subject(claim: Record) -> list[str]:
    """Names that a claim is about."""
    return str(claim["subject"]).split("; ")


def claims_table(
    claims: pd.DataFrame, sources: Sources, *, bases: Sequence[str], verdicts: config.Verdicts
) -> pd.DataFrame:
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
                rows.append({"basis": basis, **_judged_claim(claim, measurement, verdicts)})
    return typed(pd.DataFrame(rows), "claims")


def _judged_claim(claim: Record, measurement: Measurement, verdicts: config.Verdicts) -> Record:
    """Row of table ``claims`` without its basis."""
    low, high = claim["low"], claim["high"]
    copied = ("claim_id", "study", "claim", "about", "subject", "quantity")
    interval, stated = judged_spans(measurement, low, high, QUANTITIES[claim["quantity"]])
    judgement = judge(interval, stated, widest_factor=verdicts.widest_factor)
    return {
        **{name: claim[name] for name in (*copied, "source_url", "source_locator")},
        "claimed_low": low,
        "claimed_high": high,
        "value": measurement.value,
        "value_ci90_low": measurement.low,
        "value_ci90_high": measurement.high,
        "width_of_claim": relative_width(interval, stated),
        "window": measurement.window or None,
        "verdict": judgement.word,
        "why": _why(claim, measurement, judgement, interval),
    }


def judged_spans(
    measurement: Measurement, low: float | None, high: float | None, quantity: Quantity
) -> tuple[Span, Span]:
    """Interval of a measurement and a statement on the scale that they are judged on.

    Parameters
    ----------
    low, high : float or None
        Values that the statement covers; None where it is open.
    """
    inverse = quantity.judged(1.0) > quantity.judged(2.0)

    def end(value: float | None, side: float) -> float:
        return (-side if inverse else side) * math.inf if value is None else quantity.judged(value)

    interval = (quantity.judged(measurement.low), quantity.judged(measurement.high))
    stated = (end(low, -1.0), end(high, 1.0))
    return (
        (Span(*interval[::-1]), Span(*stated[::-1]))
        if inverse
        else (Span(*interval), Span(*stated))
    )


def _why(claim: Record, measurement: Measurement, judgement: Judgement, interval: Span) -> str:
    """The verdict in one sentence."""

    def text(value: float) -> str:
        return "∞" if math.isinf(value) else plain(float(f"{value:.3g}"))

    low, high = claim["low"], claim["high"]
    stated = f"the stated {text(low or 0.0)} to {text(high or 0.0)}"
    if low is None or high is None:
        end = f"at most {text(high or 0.0)}" if low is None else f"more than {text(low)}"
        stated = f"the stated {end}"
    here = text(measurement.value)
    if judgement.reason == NO_INTERVAL:
        note = str(measurement.note or NO_INTERVAL).removeprefix("no interval: ")
        return f"{here} here has no interval and says nothing about {stated}: {note}."
    here += f" ({text(measurement.low)} to {text(measurement.high)}) here"
    if math.isinf(measurement.high):
        here = f"more than {text(measurement.low)} here"
    if judgement.word == "undecided":
        nothing = QUANTITIES[claim["quantity"]].nothing
        wide = f"spans a factor of {text(interval.factor)}"
        reason = f"holds {nothing}, too" if judgement.reason == NOTHING else wide
        return f"{here} meets {stated}, but {reason}."
    words = {
        "established": "lies within",
        "consistent": "meets",
        "rejected": "does not meet",
    }
    return f"{here} {words[judgement.word]} {stated}."


def export_claims_table(
    claims: pd.DataFrame,
    trends: pd.DataFrame,
    export_trends: Sequence[pd.DataFrame],
    *,
    verdicts: config.Verdicts,
) -> pd.DataFrame:
    """Table ``export_claims``: claims about growth against trends of exports of notable models.

    Holds every claim that a trend of an export answers, once for each. A claim that no trend of
    the paper's datasets answers and no export either is ``not measured``. An export whose
    systems are not known to be notable models (see `clean.chosen.how_chosen`) answers none.
    """
    of_trends = [name for name, quantity in QUANTITIES.items() if quantity.of_trends]
    about = claims[claims["quantity"].isin(of_trends)]
    tables = [_claims_on_export(about, table, verdicts) for table in export_trends]
    rows = pd.concat([pd.DataFrame({"claim_id": []}), *tables], ignore_index=True)
    answered = _answered(about, trends) | about["claim_id"].isin(rows["claim_id"])
    waiting = about[~answered].rename(columns={"low": "claimed_low", "high": "claimed_high"})
    why = "No export of notable models in this run gives the trend."
    waiting = waiting.assign(export="none", verdict="not measured", why=why)
    return typed(pd.concat([rows, waiting], ignore_index=True), "export_claims")


def _claims_on_export(
    claims: pd.DataFrame, trends: pd.DataFrame, verdicts: config.Verdicts
) -> pd.DataFrame:
    """Those of the claims that the trends of one export answer, held against them."""
    is_sample = (trends["models"] == "notable") & trends["selection"].isna()
    fits = trends[trends["growth_per_year"].notna() & is_sample]
    claims = claims[_answered(claims, fits)]
    if claims.empty:
        return pd.DataFrame()
    nothing = pd.DataFrame()
    sources = Sources(fits, nothing, nothing, pairs={})
    table = claims_table(claims, sources, bases=["published"], verdicts=verdicts)
    return table.assign(**{name: fits[name].iloc[0] for name in ("export", "vintage")})


def _answered(claims: pd.DataFrame, trends: pd.DataFrame) -> pd.Series:
    """Whether a table of trends holds every trend that a claim is about."""
    return claims["subject"].str.split("; ").map(set(trends["trend"]).issuperset)
