"""Has growth slowed, or are the largest models hidden? Slopes since dates, tests and bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from compute_trends.checks.selection_null import one_line
from compute_trends.checks.slowing_lines import (
    HiddenValues,
    Models,
    Rule,
    Side,
    difference,
)
from compute_trends.checks.slowing_verdicts import Evidence, verdict_row
from compute_trends.common.dates import day_number, months_before
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.fit.break_worlds import NULL_LAWS
from compute_trends.fit.changes import FallTest, Line, slowing_test
from compute_trends.fit.intervals import Interval
from compute_trends.fit.procedure import Pool
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.fit import ExportFits, Intervals, Outliers, Units
from compute_trends.settings.simulations import Depth
from compute_trends.settings.visibility import Slowing
from compute_trends.tables.dictionary import typed

# Rows of table slowing beside the scenarios of the config
KNOWN, LEAST, MOST = "known", "least", "most"
LABELS = {
    KNOWN: "Models with compute alone",
    LEAST: "The least that the range allows",
    MOST: "The most that the range allows",
}


def slowing_tables(
    models: pd.DataFrame,
    *,
    export: ExportFile,
    slowing: Slowing,
    leading_labs: Sequence[str],
    fits: ExportFits,
    outliers: Outliers,
    intervals: Intervals,
    units: Units,
    depth: Depth,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Whether growth has slowed since dates, as far as models with compute and others allow.

    Parameters
    ----------
    models : pandas.DataFrame
        From `checks.visibility.listed_models`.
    export : ExportFile
        That lists them.
    slowing : Slowing
        ``fit.slowing`` of config.yaml; the others are sections of ``fit``, and the seed.
    leading_labs : sequence of str
        Organizations that scenarios call leading.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``slowing_dropped`` (growth without the last months), ``slowing`` (slopes before and
        since each date in each scenario, and bounds) and ``slowing_verdicts``.
    """
    draws = slowing.draws.at(depth)
    listed = Models.of(models, leading_labs, draws=draws, seed=seed)
    study = Study(listed, slowing, outliers, worlds=slowing.worlds.at(depth), seed=seed)
    rows: dict[str, list[Record]] = {"slowing_dropped": [], "slowing": [], "slowing_verdicts": []}
    rules = {}
    for name in slowing.headlines:
        trend = fits.headline_trend(name)
        assert trend is not None, "the settings name headlines that there are"
        rules[name] = Rule(trend.top, units.days_per_year, intervals.least_systems)
        dropped = dropped_rows(listed, rules[name], day_number(trend.period.after), export, slowing)
        rows["slowing_dropped"] += [{"headline_name": name} | row for row in dropped]
    for day in slowing.dates:
        filled = study.scenarios(day)
        for name, rule in rules.items():
            for table, own in study.since(rule, day, filled).items():
                rows[table] += [{"headline_name": name} | row for row in own]
    order = slowing.headlines.index
    for own in rows.values():
        own.sort(key=lambda row: order(row["headline_name"]))
    return {table: typed(pd.DataFrame(own), table) for table, own in rows.items()}


def dropped_rows(
    models: Models, rule: Rule, after: int, export: ExportFile, slowing: Slowing
) -> list[Record]:
    """Rows of table ``slowing_dropped``: growth up to so many months before the vintage."""
    rows = []
    for months in slowing.dropped_months:
        through = months_before(export.date, months)
        last = float(day_number(through))
        side = rule.side(models, after, last)
        listed = (models.days > after) & (models.days <= last)
        n, n_with = int(listed.sum()), int((listed & models.is_known).sum())
        row: Record = {"months_dropped": months, "end_date": pd.Timestamp(through), "n_listed": n}
        row |= {"n_with_compute": n_with, "share_with_compute": n_with / n if n else None}
        rows.append(row | {"n": side.n, "note": side.interval.note} | _growth(side) | _slope(side))
    return rows


class Study:
    """What is asked of every headline and date: scenarios, bounds, and worlds of one line.

    Parameters
    ----------
    models : Models
        All that are listed.
    slowing, outliers
        Sections of ``fit`` in config.yaml.
    worlds : int
        Of each law.
    seed : int
        Seed of the run.
    """

    def __init__(
        self, models: Models, slowing: Slowing, outliers: Outliers, *, worlds: int, seed: int
    ) -> None:
        self.models, self.slowing = models, slowing
        self.start = float(day_number(slowing.after))
        self.hidden = HiddenValues(models, slowing.hidden, window_days=outliers.window_days)
        days, values = models.known
        pool, inside = Pool(days, values, outliers.window_days), days > self.start
        nobody = np.zeros(days.size, dtype=bool)
        self.worlds = {}
        for law in NULL_LAWS if inside.sum() > 2 else ():
            rng = random_stream(seed, f"growth without a change, {law}")
            self.worlds[law] = one_line(pool, inside, nobody, law, worlds=worlds, rng=rng)

    def scenarios(self, day: str) -> dict[str, Models]:
        """The models as each scenario says of those without compute since a date."""
        cut, scenarios = float(day_number(day)), self.slowing.hidden.scenarios
        filled = {one.name: self.hidden.scenario(one, cut) for one in scenarios}
        return {KNOWN: self.models} | filled

    def since(self, rule: Rule, day: str, filled: dict[str, Models]) -> dict[str, list[Record]]:
        """Rows of tables ``slowing`` and ``slowing_verdicts`` for a date, without the headline."""
        cut = float(day_number(day))
        before = rule.side(self.models, self.start, cut)
        least, most = self.hidden.bounds(rule, cut)
        every = filled | {LEAST: least, MOST: most}
        sides = {name: rule.side(one, cut, np.inf) for name, one in every.items()}
        # A named scenario lies in the range, so that a search must not find less than it.
        self._widen(sides)
        about: Record = {"since": pd.Timestamp(day) + pd.Timedelta(days=1)}
        known = self.models.is_known & (self.models.days > cut)
        about |= {"n_hidden": int(self.models.hidden_since(cut).sum())}
        about |= {"n_with_compute": int(known.sum())}
        labels = LABELS | {one.name: one.label for one in self.slowing.hidden.scenarios}
        attained = "exact" if rule.top is None else "searched"
        rows = [
            about
            | {"scenario": name, "label": labels[name]}
            | {"bound_kind": attained if name in (LEAST, MOST) else "none"}
            | self._numbers(before, side)
            for name, side in sides.items()
        ]
        fall = difference(sides[KNOWN], before)
        tests = self._tests(rule, before, cut, margin=fall.interval.high - fall.value)
        year = rule.days_per_year
        evidence = Evidence(before, sides[KNOWN], list(sides.values()), tests, year)
        verdicts = [
            about | verdict_row(evidence, statement, self.slowing)
            for statement in self.slowing.statements
        ]
        return {"slowing": rows, "slowing_verdicts": verdicts}

    def _widen(self, sides: dict[str, Side]) -> None:
        """Let the ends be those of a scenario where this goes further."""
        named = [one.name for one in self.slowing.hidden.scenarios]
        for end, choose in ((LEAST, min), (MOST, max)):
            there = [sides[name] for name in (end, *named) if not np.isnan(sides[name].slope)]
            if there:
                sides[end] = choose(there, key=lambda side: side.slope)

    def _numbers(self, before: Side, after: Side) -> Record:
        """Slopes of both sides and their difference, with intervals."""
        row: Record = {"n_before": before.n, "n_after": after.n, "note": after.levels.note}
        row |= _slope(before, "_before") | _slope(after, "_after") | _growth(after, "_after")
        change = difference(after, before)
        return row | _ends("change_oom_per_year", change.value, change.interval)

    def _tests(self, rule: Rule, before: Side, cut: float, *, margin: float) -> dict[str, FallTest]:
        """Test of a fall at a date by each law; nothing without a line or an interval.

        A fall that is smaller than the ``margin``, how far the interval of the difference goes
        above it, would give no verdict.
        """
        if np.isnan([before.slope, margin]).any():
            return {}
        days, values = self.models.known
        line = Line(days, self.start, rule.top)
        least = min(statement.share for statement in self.slowing.statements)
        change = -(1 - least if least < 1 else 0.5) * before.slope / rule.days_per_year
        settings = {"level": self.slowing.level, "power": self.slowing.power, "change": change}
        settings["margin"] = margin / rule.days_per_year
        return {
            law: slowing_test(line, values, drawn, cut, **settings)
            for law, drawn in self.worlds.items()
        }


def _growth(side: Side, suffix: str = "") -> Record:
    """Growth per year as a factor with its interval, by the names of columns."""
    return {
        name: 10**value
        for name, value in _ends("growth_per_year", side.slope, side.interval, suffix).items()
    }


def _slope(side: Side, suffix: str = "") -> Record:
    """Slope with its interval, by the names of columns."""
    return _ends("slope_oom_per_year", side.slope, side.interval, suffix)


def _ends(name: str, value: float, ends: Interval, suffix: str = "") -> Record:
    """A number with its interval, by the names of columns."""
    names = (f"{name}{end}{suffix}" for end in ("", "_ci90_low", "_ci90_high"))
    return dict(zip(names, (value, ends.low, ends.high), strict=True))
