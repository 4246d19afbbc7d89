"""How many eras? Breaks of the trend of all systems, searched and tested, with their power."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.era_verdicts import Answers, verdict_rows
from compute_trends.common.dates import EPOCH, day_number
from compute_trends.common.progress import with_progress
from compute_trends.common.random_streams import random_stream
from compute_trends.common.records import Record
from compute_trends.common.shards import WHOLE, Arrays, Part, gather
from compute_trends.fit.break_criteria import bic, cross_validated, f_statistics
from compute_trends.fit.break_dates import date_test, worlds_as_stated
from compute_trends.fit.break_worlds import (
    NULL_LAWS,
    Case,
    Key,
    Simulated,
    date_intervals,
    interval_rates,
    line_and_scatter,
    null_of_dates,
    p_of_laws,
    possible,
    rates_of_choice,
    rates_of_f,
    search_worlds,
    worlds_as_found,
)
from compute_trends.fit.gaps import Found, sort_dates
from compute_trends.fit.loglinear import Array
from compute_trends.fit.selection import compute_points
from compute_trends.settings.simulations import Depth, Eras, EraSpan
from compute_trends.tables.dictionary import typed

LOG = logging.getLogger(__name__)

KINDS = ("discontinuous", "continuous")
LOW_OUTLIERS = ("keep", "drop")
# Breaks that are searched at most
MOST = 3
Way = tuple[EraSpan, str]
# OOM; less is the rounding of numbers
LEAST_SCATTER = 1e-6


def search_eras(
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    scores: Sequence[pd.DataFrame],
    *,
    part: Part,
    eras: Eras,
    depth: Depth,
    seed: int,
) -> Arrays:
    """Rows of a part of all that is searched, for `check_eras` to gather.

    Parameters
    ----------
    part : Part
        Of datasets, bases, spans, with or without low outliers, and kinds of break; each draws
        from a stream of its own. See `check_eras` for the rest.

    Returns
    -------
    dict of str to numpy.ndarray
        ``rows`` of each table as JSON, which keeps numbers as they are, and the ``place`` of
        these rows in the tables.
    """
    own = scores[0][scores[0]["dataset"].isin(eras.datasets)]
    points = map(scored_points, systems, compute, [own, *scores[1:]])
    ways = [ways_of(eras, depth, is_export=place > 0) for place in range(len(scores))]
    work = list(itertools.chain.from_iterable(map(slices, points, ways)))
    # Those of an export take ten times as long and stand together: they are dealt out.
    turns = len(eras.spans) * len(LOW_OUTLIERS) * len(KINDS)
    dealt = sorted(range(len(work)), key=lambda place: (place % turns, place))
    mine = [dealt[number] for number in part.numbers(len(work))]
    study, texts = Study(eras, depth, seed, {}), []
    for labels, days, y in with_progress([work[place] for place in mine], "searches", LOG):
        found = study.rows(labels, days, y)
        rows = {name: [labels | row for row in more] for name, more in found.items()}
        texts.append(json.dumps(rows, default=_plain))
    return {"place": np.array(mine, dtype=np.int64), "rows": np.array(texts, dtype=np.str_)}


def _plain(value: Any) -> Any:
    """What JSON lacks: a number of numpy as one of Python, a day as text."""
    return value.item() if isinstance(value, np.generic) else str(value)


def check_eras(
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    scores: Sequence[pd.DataFrame],
    shards: Mapping[Part, Arrays] | None = None,
    *,
    eras: Eras,
    depth: Depth,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Search for breaks of the trend of all systems, and test those that are stated.

    Parameters
    ----------
    systems, compute, scores : sequence of pandas.DataFrame
        Tables of these names: of the annotations, then of each export.
    shards : mapping of Part to dict of str to numpy.ndarray, optional
        What `search_eras` gave for each part; without, all is searched here.
    eras, depth, seed
        ``fit.eras``, ``fit.depth`` and the seed of config.yaml.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables ``eras``, ``era_verdicts`` and ``era_lines``: a dataset, basis, span, with or
        without low outliers, and kind of break after the other.
    """
    settings: Record = {"eras": eras, "depth": depth, "seed": seed}
    found = gather(shards or {WHOLE: search_eras(systems, compute, scores, part=WHOLE, **settings)})
    rows: dict[str, list[Record]] = {"eras": [], "era_verdicts": [], "era_lines": []}
    for text in found["rows"][np.argsort(found["place"], kind="stable")]:
        for name, more in json.loads(text).items():
            rows[name] += more
    return {name: typed(pd.DataFrame(of_table), name) for name, of_table in rows.items()}


def scored_points(
    systems: pd.DataFrame, compute: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Scored systems with day and log_flop, by dataset, basis, day and key."""
    points = [compute_points(systems, compute, basis=basis) for basis in scores["basis"].unique()]
    both = scores[["dataset", "basis", "system_id", "low_outlier"]].merge(
        pd.concat(points), on=["basis", "system_id"], validate="many_to_one"
    )
    return both.sort_values(["day", "system_id"], ignore_index=True)


def ways_of(eras: Eras, depth: Depth, *, is_export: bool) -> list[Way]:
    """Spans, with or without low outliers, that are searched.

    Of an export, whose search takes four times as long, in a light run only what the report
    leads with.
    """
    ways = list(itertools.product(eras.spans, LOW_OUTLIERS))
    if depth == "deep" or not is_export:
        return ways
    return [way for way in ways if way == (eras.lead_span, eras.lead.low_outliers)]


def slices(points: pd.DataFrame, ways: Sequence[Way]) -> Iterator[tuple[Record, Array, Array]]:
    """Yield labels, days and log10 FLOP of everything that is searched, by both kinds of break."""
    for (dataset, basis), group in points.groupby(["dataset", "basis"], sort=False):
        for span, low_outliers in ways:
            chosen = group[group["day"] > day_number(span.after)]
            if low_outliers == "drop":
                chosen = chosen[~chosen["low_outlier"]]
            for kind in KINDS:
                labels = {"dataset": dataset, "basis": basis, "span": span.name}
                labels |= {"low_outliers": low_outliers, "kind": kind}
                yield labels, chosen["day"].to_numpy(float), chosen["log_flop"].to_numpy()


class Study(NamedTuple):
    """Settings of all that is searched, and the worlds that belong to dates alone."""

    eras: Eras
    depth: Depth
    seed: int
    nulls: dict[tuple[str, bytes], Simulated]

    def rows(self, labels: Record, days: Array, y: Array) -> dict[str, list[Record]]:
        """Rows of each table for some systems and one kind of break, without their labels."""
        stated = self.stated(labels["span"])
        try:
            case = Case(sort_dates(days), y, labels["kind"], MOST, self.eras.least_systems)
            found = case.search(y[np.newaxis], MOST)
            if possible(found) < 1:
                raise ValueError(f"{y.size} systems leave no room for a break")
            if (found.sse[: possible(found) + 1, 0] <= y.size * LEAST_SCATTER**2).any():
                raise ValueError("all systems lie on one line, broken or not")
        except ValueError as error:
            LOG.warning("%s: %s", ", ".join(labels.values()), error)
            note = Answers.nothing(y.size, stated, str(error))
            return {"era_verdicts": verdict_rows(note, self.eras)}
        return self.searched(labels, case, found, stated)

    def searched(
        self, labels: Record, case: Case, found: Found, stated: list[str]
    ) -> dict[str, list[Record]]:
        """The same where there is room for a break."""
        rng = random_stream(self.seed, "eras of " + ", ".join(labels.values()))
        worlds, tests = self.eras.worlds.at(self.depth), []
        wanted = worlds_as_found(case, found, worlds=worlds, rng=rng)
        days = [float(day_number(day)) for day in stated]
        for number in range(1, len(days) + 1):
            try:
                wanted |= worlds_as_stated(case, days[:number], worlds=worlds, rng=rng)
            except ValueError as error:
                LOG.warning("%s, %s: %s", ", ".join(labels.values()), stated[number - 1], error)
                break
        simulated = {("found", 0, "normal"): self.null(case), **search_worlds(case, wanted)}
        for number in range(1, len(days) + 1):
            if ("with", number, "normal") in simulated:
                level = self.eras.level
                tests.append(date_test(case, days[:number], simulated, level=level, rng=rng))
        repeated = self.eras.repeated.at(self.depth) if self.is_rated(labels) else 0
        rows = criteria_rows(case, found, simulated, self.eras, repeated=repeated, rng=rng)
        LOG.info(
            "%s: %d systems, p of a break %.3f",
            ", ".join(labels.values()),
            case.y.size,
            rows[1]["p_normal"],
        )
        answers = Answers(case.y.size, stated, tests, rows, None)
        return {
            "eras": rows,
            "era_verdicts": verdict_rows(answers, self.eras),
            "era_lines": line_rows(case, found),
        }

    def stated(self, span: str) -> list[str]:
        """Stated days within a span."""
        after = next(each.after for each in self.eras.spans if each.name == span)
        return [day for day in self.eras.stated if day > after]

    def is_rated(self, labels: Record) -> bool:
        """Whether cross-validation is repeated and intervals are made anew for some systems."""
        return self.depth == "deep" or labels == self.eras.lead.model_dump()

    def null(self, case: Case) -> Simulated:
        """Normal worlds without a break, drawn once for dates and kind."""
        key = case.kind, case.dates.x.tobytes()
        if key not in self.nulls:
            days = ",".join(f"{day:.0f}" for day in case.dates.days)
            rng = random_stream(self.seed, f"eras of dates {case.kind} {case.y.size} {days}")
            self.nulls[key] = null_of_dates(case, worlds=self.eras.worlds.at(self.depth), rng=rng)
        return self.nulls[key]


def criteria_rows(
    case: Case,
    found: Found,
    simulated: dict[Key, Simulated],
    eras: Eras,
    *,
    repeated: int,
    rng: np.random.Generator,
) -> list[Record]:
    """Rows of table ``eras``, without their labels: of each number of breaks that has room."""
    n, most = case.y.size, possible(found)
    f = f_statistics(found.sse, n, kind=case.kind)[:, 0]
    criterion = bic(found.sse, n, kind=case.kind)[:, 0]
    errors = _cross_validated(case, case.y, eras, rng)
    chosen = _choices(case, simulated, eras, most, repeated, rng)
    rows = []
    for breaks in range(most + 1):
        row: Record = {
            "breaks": breaks,
            "n": n,
            "rmse_oom": np.sqrt(found.sse[breaks, 0] / n),
            "bic": criterion[breaks],
            "cross_validated_oom": _finite(np.sqrt(errors[breaks])),
        }
        if breaks:
            p = p_of_laws(f[breaks - 1], simulated, case, breaks)
            row |= {"f": f[breaks - 1]} | {f"p_{law}": p[law] for law in NULL_LAWS}
            row |= _rates(case, simulated, chosen, breaks, eras.level)
            row |= _dates(case, found, simulated, breaks, repeated, rng)
            row["repeated_worlds"] = repeated or None
        rows.append(row)
    return rows


def _cross_validated(case: Case, y: Array, eras: Eras, rng: np.random.Generator) -> Array:
    """Mean squared errors of each number of breaks; see `break_criteria.cross_validated`."""
    shape = eras.cross_validation
    return cross_validated(
        case.dates,
        y,
        kind=case.kind,
        most=case.most,
        least=case.least,
        folds=shape.folds,
        repeats=shape.repeats,
        rng=rng,
    )


def _finite(value: float) -> float | None:
    """A number; none for infinity."""
    return float(value) if np.isfinite(value) else None


def _choices(
    case: Case,
    simulated: dict[Key, Simulated],
    eras: Eras,
    most: int,
    repeated: int,
    rng: np.random.Generator,
) -> dict[int, list[int]]:
    """Breaks that cross-validation chooses in some normal worlds of each number of breaks."""
    return {
        breaks: [
            int(_cross_validated(case, world, eras, rng).argmin())
            for world in simulated["found", breaks, "normal"].worlds[:repeated]
        ]
        for breaks in range(most + 1)
    }


def _rates(
    case: Case,
    simulated: dict[Key, Simulated],
    chosen: dict[int, list[int]],
    breaks: int,
    level: float,
) -> Record:
    """False alarms and power of each criterion for a number of breaks against one fewer."""
    without, there = (simulated["found", breaks - less, "normal"] for less in (1, 0))
    by_f = rates_of_f(without, there, case, breaks, level)
    by_bic = rates_of_choice(without.by_bic(case), there.by_bic(case), breaks)
    rates = {"f": by_f, "bic": by_bic}
    if chosen[breaks]:
        own = rates_of_choice(chosen[breaks - 1], chosen[breaks], breaks)
        rates["cross_validation"] = own
    row: Record = {"worlds": len(without.worlds)}
    for name, rate in rates.items():
        row |= {f"false_alarms_{name}": rate.false_alarm, f"power_{name}": rate.power}
    return row


def _dates(
    case: Case,
    found: Found,
    simulated: dict[Key, Simulated],
    breaks: int,
    repeated: int,
    rng: np.random.Generator,
) -> Record:
    """Dates of breaks with their intervals, and how often these hold."""
    worlds = simulated["found", breaks, "normal"]
    ends = date_intervals(case, found, worlds, breaks)
    days = case.dates.days[found.places[breaks, 0, :breaks]]
    row: Record = {}
    for number, (day, (low, high)) in enumerate(zip(days, ends, strict=True), start=1):
        row[f"break_{number}"] = day_of(day)
        row |= {f"break_{number}_ci90_low": day_of(low), f"break_{number}_ci90_high": day_of(high)}
    if repeated:
        held = interval_rates(case, found, worlds, breaks, tried=repeated, rng=rng)
        row |= {f"break_{number}_held": share for number, share in enumerate(held, start=1)}
    return row


def day_of(number: float) -> pd.Timestamp:
    """Day of a day number, which may lie between two days."""
    return EPOCH + pd.Timedelta(days=int(np.floor(number + 1e-6)))


def line_rows(case: Case, found: Found) -> list[Record]:
    """Rows of table ``era_lines``, without their labels: each segment of each number of breaks."""
    rows = []
    dates, x = case.dates, case.dates.x
    for breaks in range(possible(found) + 1):
        places = found.places[breaks, 0, :breaks]
        line, _ = line_and_scatter(case, case.y, dates.gaps[places])
        cuts = [0, *dates.before[places], x.size]
        for number, (first, end) in enumerate(itertools.pairwise(cuts), start=1):
            inside = slice(first, end)
            slope, level = np.polyfit(x[inside], line[inside], 1)
            ends = [x[first], x[end - 1]]
            if case.kind == "continuous":
                ends = [
                    dates.gaps[places[number - 2]] if number > 1 else x[0],
                    dates.gaps[places[number - 1]] if number <= breaks else x[-1],
                ]
            days = dates.day_numbers(np.array(ends))
            flop = 10 ** (level + slope * np.array(ends))
            rows.append(
                {
                    "breaks": breaks,
                    "segment": number,
                    "start_date": day_of(days[0]),
                    "end_date": day_of(days[1]),
                    "start_flop": flop[0],
                    "end_flop": flop[1],
                    "slope_oom_per_year": slope * 365 / 365.25,
                }
            )
    return rows
