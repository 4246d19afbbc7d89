"""Section ``fit`` of config.yaml: which lines are fitted to which systems, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from compute_trends.common.problems import did_you_mean, nearest
from compute_trends.settings.days import DAY, Day, Period
from compute_trends.settings.drivers import Drivers
from compute_trends.settings.estimate import ALTERNATIVES
from compute_trends.settings.export_rules import ExportTrend, OwnThresholds, RuleTable, Scale
from compute_trends.settings.field_types import (
    AS_WRITTEN,
    Count,
    Days,
    Factor,
    Maybe,
    Name,
    Score,
    Section,
    Text,
    Unique,
)
from compute_trends.settings.inference import Inference
from compute_trends.settings.names import repeated, unknown
from compute_trends.settings.outlook import Outlook
from compute_trends.settings.simulations import (
    Basis,
    Coverage,
    Depth,
    Eras,
    Populations,
    SelectionNull,
)
from compute_trends.settings.specifications import (
    ANY,
    FILLED,
    NEWEST,
    Choices,
    Specifications,
    option_text,
)
from compute_trends.settings.visibility import Slowing, Visibility


def _not_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not of type 'integer'")
    return value


# To Python, true is 1.
Table = Annotated[Literal[1, 2, 3, 4, 6, 7, 8, 9], BeforeValidator(_not_truth)]


class Units(Section):
    """Lengths of a year and a month in days."""

    days_per_year: Annotated[float, Field(ge=360, le=366), AS_WRITTEN]
    days_per_month: Annotated[float, Field(ge=28, le=31), AS_WRITTEN]


class Outliers(Section):
    """Standard scores of log10 compute among the systems of about the same date."""

    window_days: Days = Field(description="days on either side of a system")
    low_z: Score
    high_z: Score
    large_scale_from: Day = Field(description="large-scale systems are dated after this day")

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if low outliers would be large-scale systems."""
        if self.low_z >= self.high_z:
            yield "low_z", "must be below fit.outliers.high_z"


class Domains(Section):
    """Which domains stand for themselves."""

    least: Count = Field(description="systems within a trend's period; smaller ones are Other")


class Intervals(Section):
    """Resamples behind the reported 90 % intervals of trends."""

    draws: Annotated[int, Field(ge=999, le=1_000_000)]
    least_systems: Annotated[int, Field(ge=4)] = Field(description="fewer have no interval")
    withheld: Unique[Name] = Field(description="trends of fit.trends without an interval")


class PaperMethod(Section):
    """The paper's method of intervals, to hold its printed ones against this run."""

    samples: Annotated[int, Field(ge=100, le=100_000)] = Field(description="resamples per trend")
    noise_factor: Factor = Field(description="how far each resampled compute is off")


class Reproduction(Section):
    """When an interval end counts as the printed one."""

    replicates: Annotated[int, Field(ge=10, le=1000)] = Field(description="bootstrap draws")
    level: Annotated[float, Field(gt=0, lt=1), AS_WRITTEN] = Field(
        description="share of pairs of draws that differ by no more"
    )


class Verdicts(Section):
    """When an interval says too little about a statement."""

    widest_factor: Annotated[float, Field(gt=1), AS_WRITTEN] = Field(
        description="an interval whose ends lie further apart leaves a statement undecided"
    )


class Dataset(Section):
    """Systems of some snapshots, dated after a day, where one is given, and no later than another.

    Scores compare the systems of one dataset.
    """

    name: Name
    after: Maybe[Day] = Field(default=None, description="systems of this day and before are out")
    through: Day
    snapshots: Annotated[Unique[Text], Field(min_length=1)]


class Records(Section):
    """Only systems that set a record, or that were in the running top at release."""

    without: Unique[Text] = Field(description="keys of systems that are left out beforehand")
    top: Count = Field(default=1, description="systems in the running top; 1: record setters")

    @property
    def rule(self) -> str:
        """The rule as trends of exports name it: records, top_5 and so on."""
        return "records" if self.top == 1 else f"top_{self.top}"


class Trend(OwnThresholds):
    """A line through the systems of a dataset."""

    name: Name
    label: Text
    table: Maybe[Table] = Field(
        default=None, description="table of the paper, of which it answers a row"
    )
    row: Maybe[Count] = None
    dataset: Name
    period: Period
    scale: Scale
    domain: Maybe[Text] = None
    records: Maybe[Records] = None

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message if only one of ``table`` and ``row`` is given."""
        for one, other in (("row", "table"), ("table", "row")):
            if getattr(self, one) is None and getattr(self, other) is not None:
                yield "", f"{one!r} is a dependency of {other!r}"


class ParameterTrend(Section):
    """A line of log10 parameters."""

    name: Name
    label: Text
    dataset: Name
    period: Period
    domain: Maybe[Text] = None


class Headline(Section):
    """A question that the report answers first, and the trend that answers it."""

    name: Name
    title: Text
    trend: Name = Field(description="trend of fit.exports.trends")


class ExportFits(Section):
    """Trends of each export."""

    headlines: list[Headline]
    followed: Unique[Name] = Field(
        description="trends of a fixed period whose growth is followed over the vintages"
    )
    change_draws: Annotated[int, Field(ge=200, le=20_000)] = Field(
        description="resamples behind the intervals of earlier vintages and of changes"
    )
    paper_trends: Unique[Name] = Field(description="trends of fit.trends")
    continued: Unique[Name] = Field(
        default=[], description="those of them that are fitted to the vintage, too"
    )
    trends: list[ExportTrend]
    rule_table: RuleTable = Field(
        default_factory=lambda: RuleTable(rules=[], windows=[]),
        description="trends of other rules and years, for readers who need them",
    )

    @property
    def names(self) -> list[str]:
        """Names of all trends that are fitted on an export."""
        own = [trend.name for trend in self.trends]
        return own + self.paper_trends + [continued(name) for name in self.continued]

    @property
    def leading_trends(self) -> list[str]:
        """Names of the trends behind the headlines."""
        return [headline.trend for headline in self.headlines]

    def headline_trend(self, name: str) -> ExportTrend | None:
        """Trend behind a headline, if there is one of the name."""
        names = [headline.trend for headline in self.headlines if headline.name == name]
        return next((trend for trend in self.trends if [trend.name] == names), None)

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield a message for each headline, and each trend to follow, that is no trend."""
        yield from repeated("headlines", [headline.name for headline in self.headlines])
        names = [trend.name for trend in self.trends]
        places = {f"headlines[{i}].trend": name for i, name in enumerate(self.leading_trends)}
        places |= {f"followed[{i}]": name for i, name in enumerate(self.followed)}
        for place, name in places.items():
            if name not in names:
                message = f"{name!r} is no trend of fit.exports.trends"
                yield place, f"{message}; {did_you_mean(name, names)}"
        for i, name in enumerate(self.continued):
            if name not in self.paper_trends:
                yield f"continued[{i}]", f"{name!r} is not among fit.exports.paper_trends"


def own_options(trend: ExportTrend, outliers: Outliers) -> dict[str, Any]:
    """Options of a headline's own trend, by the names of the choices of `Specifications`."""
    population = {None: trend.scale, "z_score": "large"}.get(trend.frontier, trend.frontier)
    return {
        "start": trend.period.after,
        "end": trend.period.through,
        "data": NEWEST,
        "basis": "published",
        "dates": "first",
        "population": population,
        "low_outliers": "keep" if trend.frontier else trend.low_outliers,
        "high_z": outliers.high_z if trend.high_z is None else trend.high_z,
        "window_days": outliers.window_days,
        "confidence": ANY,
        "domain": trend.domain or ANY,
        "countries": ANY,
        "fine_tunes": "keep",
        "versions": "keep",
        "estimator": "least_squares",
        "weights": "equal",
    }


def continued(name: str) -> str:
    """Name of a trend of the paper whose period goes on to the vintage."""
    return f"{name}_continued"


class Fit(Section):
    """Which lines are fitted to which systems, and how."""

    units: Units
    outliers: Outliers
    domains: Domains
    depth: Depth = Field(description="how many worlds the checks simulate")
    intervals: Intervals
    paper_method: PaperMethod
    populations: Populations
    other_methods: Unique[Literal["theil_sen", "hc3", "jackknife"]]
    specifications: Specifications
    coverage: Coverage
    selection_null: SelectionNull
    reproduction: Reproduction
    eras: Eras
    drivers: Drivers
    inference: Inference
    visibility: Visibility
    slowing: Slowing
    verdicts: Verdicts
    outlook: Outlook
    bases: Annotated[Unique[Basis], Field(min_length=1)]
    datasets: Annotated[list[Dataset], Field(min_length=1)]
    trends: Annotated[list[Trend], Field(min_length=1)]
    parameter_trends: list[ParameterTrend]
    exports: ExportFits

    @property
    def dataset_names(self) -> list[str]:
        """Names of the datasets."""
        return [dataset.name for dataset in self.datasets]

    @property
    def snapshots(self) -> list[str]:
        """Snapshots that the datasets name."""
        return sorted({name for dataset in self.datasets for name in dataset.snapshots})

    @property
    def trends_by_name(self) -> dict[str, Trend]:
        """Trends of compute."""
        return {trend.name: trend for trend in self.trends}

    @property
    def crossed(self) -> list[str]:
        """Names of the headlines whose choices are crossed."""
        names = [headline.name for headline in self.exports.headlines]
        return [name for name in names if name in self.specifications.headlines]

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield names that are not defined or used twice, and rows that two trends answer."""
        if "published" not in self.bases:
            yield "bases", "'published' is missing; the paper's numbers are compared with it"
        answers = Counter((trend.table, trend.row) for trend in self.trends if trend.table)
        for (table, row), times in answers.items():
            if times > 1:
                yield "trends", f"table {table} row {row} is answered by {times} trends"
        datasets, known = self.dataset_names, self.trends_by_name
        lines = [line.dataset for line in self.parameter_trends]
        yield from unknown("trends[{}].dataset", [one.dataset for one in self.trends], datasets)
        yield from unknown("parameter_trends[{}].dataset", lines, datasets)
        yield from unknown("intervals.withheld[{}]", self.intervals.withheld, known)
        yield from unknown("eras.datasets[{}]", self.eras.datasets, datasets)
        yield from unknown("coverage.trends[{}]", self.coverage.trends, known)
        for name in ("trend", "beside"):
            groups = [getattr(group, name) for group in self.selection_null.groups]
            yield from unknown(f"selection_null.groups[{{}}].{name}", groups, known)
        yield from self._crossed_conflicts()
        yield from self._slowing_conflicts()
        yield from unknown("exports.paper_trends[{}]", self.exports.paper_trends, known)
        for index, name in enumerate(self.exports.paper_trends):
            if name in known and known[name].domain is not None:
                message = f"{name!r} has a domain; write it among fit.exports.trends"
                yield f"exports.paper_trends[{index}]", message
        yield from repeated("exports", self.exports.names)

    def _crossed_conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield choices that are crossed for no headline, or without the headline's own option."""
        names = [headline.name for headline in self.exports.headlines]
        for name, choices in self.specifications.headlines.items():
            place = f"specifications.headlines.{name}"
            trend = self.exports.headline_trend(name)
            if trend is None:
                # A config with fewer headlines keeps the delivered choices of the others.
                if name not in names and nearest(name, names):
                    known = did_you_mean(name, names)
                    yield place, f"{name!r} is no headline of fit.exports.headlines; {known}"
                continue
            if trend.without:
                yield place, f"trend {trend.name} has 'without', which is not crossed"
            yield from self._unknown_options(place, choices)
            own = own_options(trend, self.outliers)
            for choice, options in choices.options.items():
                needed = option_text(own[choice])
                if needed not in [option.text for option in options]:
                    add = f'add it with what speaks for it: {{value: {needed}, why: "..."}}'
                    message = f"the headline's own option is missing: {needed}; {add}"
                    yield f"{place}.{choice}", message

    def _unknown_options(self, place: str, choices: Choices) -> Iterator[tuple[str, str]]:
        """Yield data that are neither of a day nor a dataset, and bases that there are none of."""
        data = [NEWEST, *(dataset.name for dataset in self.datasets)]
        bases = [*get_args(Basis), FILLED, *(name for name, *_ in ALTERNATIVES)]
        for choice, known in (("data", data), ("basis", bases)):
            for index, option in enumerate(getattr(choices, choice) or []):
                if option.value in known or (choice == "data" and DAY.fullmatch(option.value)):
                    continue
                wrong = "no day of a vintage, and not defined" if choice == "data" else "no basis"
                message = f"{option.value!r} is {wrong}; {did_you_mean(option.value, known)}"
                yield f"{place}.{choice}[{index}].value", message

    def _slowing_conflicts(self) -> Iterator[tuple[str, str]]:
        """Yield headlines that are none, or that select otherwise than slowing knows."""
        names = [headline.name for headline in self.exports.headlines]
        yield from unknown("slowing.headlines[{}]", self.slowing.headlines, names)
        for index, name in enumerate(self.slowing.headlines):
            trend = self.exports.headline_trend(name)
            if trend is None:
                continue
            is_all = trend.frontier is None and trend.low_outliers == "keep"
            plain = trend.scale == "all" and not trend.domain and not trend.without
            if not plain or not (is_all or trend.top):
                message = f"trend {trend.name} must be of all systems, or of a running top of them"
                yield f"slowing.headlines[{index}]", message
