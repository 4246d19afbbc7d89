"""What earlier studies, the paper and Epoch AI state, held against this run."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from compute_trends.checks.claim_problems import claim_problems, subject_of
from compute_trends.checks.judgement import (
    NO_INTERVAL,
    NOTHING,
    Judgement,
    Span,
    judge,
    relative_width,
)
from compute_trends.checks.pairs import Pairs, pairs_of, pairs_of_export
from compute_trends.checks.quantities import (
    QUANTITIES,
    Measurement,
    Quantity,
    Sources,
)
from compute_trends.common.numbers import plain
from compute_trends.common.problems import stop_on
from compute_trends.common.records import Record, records
from compute_trends.fit.export import trends_of
from compute_trends.fit.selection import score_systems, select_datasets
from compute_trends.settings import fit as config
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.trends import systems_of_trends
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)
# A statement that nothing here can judge
NOT_MEASURED = "not measured"


def check_claims(
    claims: pd.DataFrame,
    fitted: pd.DataFrame,
    parameters: pd.DataFrame,
    inference: pd.DataFrame,
    training_inference: pd.DataFrame,
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
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
    leading: Sequence[ExportFile],
    seed: int,
    file: str,
) -> dict[str, pd.DataFrame]:
    """Measure each claim on the paper's datasets and on exports, and judge it.

    Parameters
    ----------
    claims : pandas.DataFrame
        Raw table ``claims``; the index is the row of the ``file`` that messages name.
    fitted, parameters, inference, training_inference : pandas.DataFrame
        Tables ``trends``, ``parameters``, ``inference_trends`` and ``training_inference``.
    systems, compute : sequence of pandas.DataFrame
        Tables of these names: of the annotations, then of the export that answers for today.
    leading : sequence of ExportFile
        This export; none where there is none.
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
        select_datasets(systems[0], compute[0], datasets=datasets, bases=bases),
        outliers=outliers,
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
    sources = Sources(fitted, parameters, compute[0], pairs, inference, training_inference)
    today = {
        export.name: _pairs_today(
            *(own, values, claims, export, exports, trends),
            outliers=outliers,
            intervals=intervals,
            seed=seed,
        )
        for export, own, values in zip(leading, systems[1:], compute[1:], strict=True)
    }
    of_exports = export_claims_table(
        claims,
        fitted,
        export_trends,
        continued={name: config.continued(name) for name in exports.continued},
        pairs=today,
        verdicts=verdicts,
    )
    return {
        "claims": claims_table(claims, sources, bases=bases, verdicts=verdicts),
        "export_claims": of_exports,
    }


def _pairs_today(
    systems: pd.DataFrame,
    compute: pd.DataFrame,
    claims: pd.DataFrame,
    export: ExportFile,
    fits: config.ExportFits,
    trends: Sequence[config.Trend],
    *,
    outliers: config.Outliers,
    intervals: config.Intervals,
    seed: int,
) -> Pairs:
    """Trends of the paper on the export that answers for today, resampled together."""
    names = _of_systems(claims)
    names |= {config.continued(name) for name in names}
    wanted = [one for one in trends_of(export, fits, trends, outliers) if one.trend.name in names]
    fewer = intervals.model_copy(update={"draws": min(intervals.draws, fits.change_draws)})
    return pairs_of_export(
        systems, compute, wanted, export=export, outliers=outliers, intervals=fewer, seed=seed
    )


def _of_systems(claims: pd.DataFrame) -> set[str]:
    """Names of the trends whose systems claims need themselves."""
    needed = [claim for claim in records(claims) if QUANTITIES[claim["quantity"]].of_systems]
    return {name for claim in needed for name in subject_of(claim)}


def claims_table(
    claims: pd.DataFrame, sources: Sources, *, bases: Sequence[str], verdicts: config.Verdicts
) -> pd.DataFrame:
    """Table ``claims``: claims held against the trends and systems of a run, on each basis.

    A claim about trends or systems that are not there is left out, and said so in the log.
    """
    rows: list[Record] = []
    for claim in records(claims):
        quantity, subject = QUANTITIES[claim["quantity"]], subject_of(claim)
        if missing := sources.missing(subject, quantity.table):
            names = ", ".join(missing)
            LOG.warning("claim %s is left out: %s is not fitted", claim["claim_id"], names)
            continue
        for basis in quantity.bases(bases):
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
    verdict: str = judgement.word
    why = _why(claim, measurement, judgement, interval)
    if low is None and high is None:
        here = plain(float(f"{measurement.value:.2g}"))
        verdict, why = NOT_MEASURED, f"It states no number. Here: {here} ({measurement.note})."
    return {
        **{name: claim[name] for name in (*copied, "source_url", "source_locator")},
        "claimed_low": low,
        "claimed_high": high,
        "value": measurement.value,
        "value_ci90_low": measurement.low,
        "value_ci90_high": measurement.high,
        "width_of_claim": relative_width(interval, stated),
        "window": measurement.window or None,
        "verdict": verdict,
        "why": why,
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
    continued: Mapping[str, str] = MappingProxyType({}),
    pairs: Mapping[str, Pairs] = MappingProxyType({}),
) -> pd.DataFrame:
    """Table ``export_claims``: claims about growth against trends of exports of notable models.

    Holds every claim that a trend of an export answers, once for each; and again of a trend that
    is ``continued`` (names by those of the trends) to the vintage. A claim that no trend of
    the paper's datasets answers and no export either is ``not measured``. ``pairs`` of an export
    measure claims about the systems of its trends, too.
    An export whose systems are not known to be notable models (see `clean.chosen.how_chosen`)
    answers none.
    """
    of_trends = [name for name, quantity in QUANTITIES.items() if quantity.of_trends]
    about = claims[claims["quantity"].isin(of_trends)]
    asked = pd.concat([claims, _to_the_vintage(claims, continued)], ignore_index=True)
    tables = [
        _claims_on_export(asked, table, continued, pairs, verdicts) for table in export_trends
    ]
    rows = pd.concat([pd.DataFrame({"claim_id": []}), *tables], ignore_index=True)
    answered = _answered(about, trends) | about["claim_id"].isin(rows["claim_id"])
    waiting = about[~answered].rename(columns={"low": "claimed_low", "high": "claimed_high"})
    why = "No export of notable models in this run gives the trend."
    waiting = waiting.assign(export="none", verdict=NOT_MEASURED, why=why)
    return typed(pd.concat([rows, waiting], ignore_index=True), "export_claims")


def _to_the_vintage(claims: pd.DataFrame, continued: Mapping[str, str]) -> pd.DataFrame:
    """Claims about trends that are continued, about these; but what is of the years stated."""
    subjects = claims["subject"].str.split("; ")
    goes_on = subjects.map(lambda names: set(names) <= set(continued)).astype(bool)
    goes_on &= ~claims["quantity"].map(lambda name: QUANTITIES[name].of_period).astype(bool)
    later = subjects[goes_on].map(lambda names: "; ".join(continued[name] for name in names))
    return claims[goes_on].assign(subject=later)


def _over_stated_years(fits: pd.DataFrame, continued: Mapping[str, str]) -> pd.DataFrame:
    """Trends with the line of each continued one read over the years of the one that it goes on.

    What is stated of twelve years is held against twelve years of growth, not of more.
    """
    rows = records(fits)
    by_name = {row["trend"]: row for row in rows}
    for name, goes_on in continued.items():
        if {name, goes_on} <= set(by_name):
            stated, row = by_name[name], by_name[goes_on]
            growth = math.log10(stated["end_flop"] / stated["start_flop"])
            years = growth / stated["slope_oom_per_year"]
            row["end_flop"] = row["start_flop"] * 10 ** (row["slope_oom_per_year"] * years)
    return typed(pd.DataFrame(rows), "export_trends")


def _claims_on_export(
    claims: pd.DataFrame,
    trends: pd.DataFrame,
    continued: Mapping[str, str],
    pairs: Mapping[str, Pairs],
    verdicts: config.Verdicts,
) -> pd.DataFrame:
    """Those of the claims that the trends of one export answer, held against them."""
    is_sample = (trends["models"] == "notable") & trends["selection"].isna()
    fits = trends[trends["growth_per_year"].notna() & is_sample]
    own = [pairs[name] for name in fits["export"].head(1) if name in pairs]
    kinds = claims["quantity"].map(QUANTITIES.__getitem__)
    measured = kinds.map(lambda kind: kind.of_trends or (kind.of_systems and bool(own)))
    claims = claims[_answered(claims, fits) & measured.astype(bool)]
    if claims.empty:
        return pd.DataFrame()
    nothing = pd.DataFrame()
    of_basis = {"published": own[0]} if own else {}
    sources = Sources(_over_stated_years(fits, continued), nothing, nothing, pairs=of_basis)
    table = claims_table(claims, sources, bases=["published"], verdicts=verdicts)
    return table.assign(**{name: fits[name].iloc[0] for name in ("export", "vintage")})


def _answered(claims: pd.DataFrame, trends: pd.DataFrame) -> pd.Series:
    """Whether a table of trends holds every trend that a claim is about."""
    return claims["subject"].str.split("; ").map(set(trends["trend"]).issuperset)
