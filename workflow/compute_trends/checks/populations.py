"""Is the large-scale trend a population? One line or two, and how well that can be told."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.population_verdict import (
    evidence_of,
    sentence_of,
    systems_text,
    verdict_of,
)
from compute_trends.common.dates import day_number, in_period
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.export import export_scores
from compute_trends.fit.population_tests import (
    CRITERIA,
    ONE_LINE,
    TWO,
    TWO_LINES,
    Comparison,
    Mask,
    RuleLines,
    compare,
    overlap,
    rule_lines,
    upper_members,
)
from compute_trends.fit.populations import Search, TwoLines, standardise
from compute_trends.fit.selection import score_systems, select_datasets
from compute_trends.fit.skewed_line import moments
from compute_trends.settings import fit as config
from compute_trends.settings import simulations
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.days import Period
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)


class Group(NamedTuple):
    """Systems that are analysed together: rows of scores of a dataset or an export."""

    dataset: str
    basis: str
    period: Period
    points: pd.DataFrame

    @property
    def labels(self) -> Record:
        """Columns of table ``populations`` that name the group."""
        period = self.period.text
        return {"dataset": self.dataset, "basis": self.basis, "period": period} | {
            "n": len(self.points)
        }


def check_populations(
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    *,
    populations: simulations.Populations,
    depth: simulations.Depth,
    datasets: Sequence[config.Dataset],
    bases: Sequence[str],
    outliers: config.Outliers,
    units: config.Units,
    exports: Sequence[ExportFile],
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Hold two populations against one line, on each dataset, basis and period, and each export.

    Parameters
    ----------
    systems, compute : sequence of pandas.DataFrame
        Tables of these names: of the annotations, then of each export. The other parameters
        are sections of ``fit`` in config.yaml, ``clean.exports``, and the seed of the run.

    Returns
    -------
    dict of str to pandas.DataFrame
        Table ``populations``: rows of each model in the real systems, and of each law of
        simulated worlds. A period with too few systems has one row, undecided.
    """
    # One that begins later than another holds some of its systems again.
    whole = [dataset for dataset in datasets if dataset.after is None]
    points = select_datasets(systems[0], compute[0], datasets=whole, bases=bases)
    scores = score_systems(points, outliers=outliers)
    groups = [*groups_of(scores, populations.periods)]
    for export, *tables in zip(exports, systems[1:], compute[1:], strict=True):
        of_export = export_scores(*tables, export=export, outliers=outliers)
        periods = [period.until(export.date) for period in populations.export_periods]
        # One period where the vintage is of its last day; none of systems to come.
        within = [each for each in dict.fromkeys(periods) if each.through <= export.date]
        groups += groups_of(of_export, within)
    first = day_number(outliers.large_scale_from)
    simulations = populations.worlds.at(depth)
    rows: list[Record] = []
    for group in groups:
        # The period alone names the stream: the same systems get the same numbers.
        rng = random_stream(seed, f"populations {group.period.text}")
        found = _analysed(group, populations, simulations, first, rng)
        rows += rows_of(group, found, populations, units.days_per_year)
    return {"populations": typed(pd.DataFrame(rows), "populations")}


def groups_of(scores: pd.DataFrame, periods: Sequence[Period]) -> Iterator[Group]:
    """Systems of each dataset, basis and period, in the order of date and key; no low outliers."""
    kept = scores[~scores["low_outlier"]].sort_values(["day", "system_id"])
    for (dataset, basis), points in kept.groupby(["dataset", "basis"], sort=False):
        for period in periods:
            yield Group(str(dataset), str(basis), period, points[in_period(points["day"], period)])


class Analysis(NamedTuple):
    """What was found of a group: the comparison, and the lines and systems of the rule."""

    comparison: Comparison
    rule: RuleLines | None
    chosen: Mask


def _analysed(
    group: Group,
    populations: simulations.Populations,
    simulations: int,
    first: float,
    rng: np.random.Generator,
) -> Analysis | str:
    """What is found of a group, or why nothing is."""
    if len(group.points) < populations.least_systems:
        return f"only {len(group.points)} systems, fewer than {populations.least_systems}"
    days = group.points["day"].to_numpy(dtype=float)
    log_flop = group.points["log_flop"].to_numpy(dtype=float)
    try:
        standardise(days, log_flop)
    except ValueError as error:
        return str(error)
    chosen = group.points["scale"].eq("large").to_numpy()
    rule = rule_lines(days, log_flop, chosen, first=first)
    search = Search(populations.starts, populations.least_share)
    level = populations.level
    comparison = compare(
        days, log_flop, rule=rule, simulations=simulations, search=search, level=level, rng=rng
    )
    return Analysis(comparison, rule, chosen)


def rows_of(
    group: Group, found: Analysis | str, populations: simulations.Populations, days_per_year: float
) -> list[Record]:
    """Rows of table ``populations`` of a group."""
    if isinstance(found, str):
        LOG.warning("%s, %s, %s (n = %d): %s", *group.labels.values(), found)
        text = f"Whether there are two populations cannot be told: {found}."
        labels = group.labels | {"hypothesis": "parallel", "world": "real"}
        return [labels | {"verdict": "undecided", "why": text}]
    rows = [*_model_rows(found, days_per_year), *_world_rows(found.comparison)]
    for row in rows:
        if (row["hypothesis"], row["world"]) == ("parallel", "real"):
            evidence = evidence_of(rows, populations.nulls)
            verdict = verdict_of(evidence, populations)
            text = systems_text(len(group.points), group.period)
            why = sentence_of(verdict, evidence, text, level=populations.level)
            row |= {"verdict": verdict, "why": why}
            LOG.info("%s, %s, %s (n = %d): %s", *group.labels.values(), verdict)
    return [group.labels | row for row in rows]


def _model_rows(found: Analysis, days_per_year: float) -> Iterator[Record]:
    """Rows of the models fitted to the real systems, and of the paper's rule."""
    comparison, models = found.comparison, found.comparison.models
    standard, line = models.standard, models.skewed
    spread, per_year = float(standard.spread[0]), days_per_year / standard.unit
    slope = float(standard.slope[0]) * per_year
    _, deviation, skewness = moments(line.shape)
    numbers = {
        "normal": {"slope_oom_per_year": slope, "scatter_oom": spread},
        "skewed": {
            "slope_oom_per_year": slope + float(line.slope[0]) * spread * per_year,
            "scatter_oom": float(line.scale[0] * deviation[0]) * spread,
            "skewness": float(skewness[0]),
        },
    }
    for model in TWO:
        lines: TwoLines = getattr(models, model)
        lower, upper = slope + lines.slope[:, 0] * spread * per_year
        numbers[model] = {
            "slope_oom_per_year": float(lower),
            "slope_upper_oom_per_year": float(upper),
            "offset_oom": float(lines.level[1, 0] - lines.level[0, 0]) * spread,
            "share_upper": float(lines.share[0]),
            "scatter_oom": float(lines.scatter[0]) * spread,
            "scatter_upper_oom": float(lines.scatter[0]) * spread,
            "overlap": overlap(upper_members(models, model), found.chosen),
        }
    for model, values in numbers.items():
        ratios = {
            f"ratio_{base}": ratio
            for (two, base), ratio in comparison.ratio.items()
            if two == model
        }
        fit = {"loglik": float(models.loglik[model][0]), "bic": float(models.bic[model][0])}
        yield {"hypothesis": model, "world": "real"} | values | fit | ratios
    if found.rule is not None:
        yield {"hypothesis": "rule", "world": "real"} | _rule_numbers(found, days_per_year)


def _rule_numbers(found: Analysis, days_per_year: float) -> Record:
    """Columns of the paper's two populations, from their lines."""
    assert found.rule is not None
    level, slope, scatter = found.rule.level, found.rule.slope, found.rule.scatter
    return {
        "slope_oom_per_year": slope[0] * days_per_year,
        "slope_upper_oom_per_year": slope[1] * days_per_year,
        "offset_oom": level[1] - level[0],
        "share_upper": float(found.chosen.mean()),
        "scatter_oom": scatter[0],
        "scatter_upper_oom": scatter[1],
    }


def _world_rows(comparison: Comparison) -> Iterator[Record]:
    """Rows of the laws of simulated worlds: p values, and how often criteria find two."""
    for model in TWO:
        for law in (*ONE_LINE, *TWO_LINES):
            if (model, "bic", law) not in comparison.found:
                continue
            p = {
                f"p_{base}": value
                for (two, base, of), value in comparison.p.items()
                if (two, of) == (model, law)
            }
            found = {f"found_{name}": comparison.found[model, name, law] for name in CRITERIA}
            row = {"hypothesis": model, "world": law, "worlds": comparison.simulations}
            yield row | p | found
