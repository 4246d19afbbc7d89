"""The stages of a run in memory: the same calls as in the scripts, without files between them."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from project import RAW, ROOT, locked
from pydantic import BaseModel

from compute_trends.checks.claims import check_claims
from compute_trends.checks.coverage import check_coverage
from compute_trends.checks.drivers import check_drivers
from compute_trends.checks.eras import check_eras
from compute_trends.checks.estimates import check_estimates
from compute_trends.checks.export_estimates import estimate_exports
from compute_trends.checks.populations import check_populations
from compute_trends.checks.reproduction import check_reproduction
from compute_trends.checks.specifications import check_specifications
from compute_trends.checks.trends import check_trends
from compute_trends.clean.annotations import clean_annotations
from compute_trends.clean.export import clean_exports
from compute_trends.common.problems import stop_on
from compute_trends.estimate.same_quantity import exported_quantities
from compute_trends.estimate.systems import estimate_stage
from compute_trends.fit.export import fit_export
from compute_trends.fit.inference import fit_inference
from compute_trends.fit.trends import fit_trends
from compute_trends.render.paper_tables import paper_tables
from compute_trends.settings.clean import ExportFile
from compute_trends.settings.config_file import read_config
from compute_trends.settings.models import Settings
from compute_trends.settings.specifications import crossed_exports
from compute_trends.tables.dictionary import raw_table, typed
from compute_trends.tables.raw import read_checked, read_raw

Tables = dict[str, pd.DataFrame]
Stage = Callable[..., Any]


def settings_in(file: Path = ROOT / "config.yaml") -> Settings:
    """Settings of a config file.

    Raises
    ------
    InputError
        If anything is wrong with it.
    """
    config, problems = read_config([file])
    stop_on(problems)
    return Settings(**config)


def changed(section: BaseModel, place: str, value: object) -> Any:
    """Settings with another value at a place such as ``fit.coverage``; nothing is checked."""
    key, _, below = place.partition(".")
    new = changed(getattr(section, key), below, value) if below else value
    return section.model_copy(update={key: new})


def settings_of(settings: Settings, stage: Stage, /, **others: Any) -> dict[str, Any]:
    """What a stage takes by the name that it has in the config, and ``others``."""
    sections = (settings, settings.clean, settings.estimate, settings.fit)
    return {
        name: getattr(section, name)
        for section in sections
        for name in inspect.getfullargspec(stage).kwonlyargs
        if name in type(section).model_fields
    } | others


class Run(Mapping[str, pd.DataFrame]):
    """Generated tables by name; a stage runs when one of its tables is first asked for.

    Parameters
    ----------
    settings : Settings
        Settings of the run.
    raw : path
        Folder of the raw tables.
    **tables : pandas.DataFrame
        Tables that are there already, and so are not made.
    """

    # Tables of each stage, by the name of the method that makes them
    STAGES: ClassVar[dict[str, tuple[str, ...]]]

    def __init__(self, settings: Settings, raw: Path = RAW, **tables: pd.DataFrame) -> None:
        self.settings, self.folder, self.tables = settings, raw, tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.tables:
            stages = [stage for stage, tables in self.STAGES.items() if name in tables]
            if not stages:
                raise KeyError(name)
            self.tables = self.made(stages[0]) | self.tables
        return self.tables[name]

    def made(self, stage: str) -> Tables:
        """Tables of a stage, by the method of that name."""
        tables: Tables = getattr(self, stage)()
        return tables

    def __iter__(self) -> Iterator[str]:
        return iter([name for tables in self.STAGES.values() for name in tables])

    def __len__(self) -> int:
        return sum(map(len, self.STAGES.values()))

    def __call__(self, stage: Stage, /, *tables: Any, **others: Any) -> Any:
        """What a stage makes of tables, those of the run by name, with the run's settings."""
        inputs = [self[table] if isinstance(table, str) else table for table in tables]
        return stage(*inputs, **settings_of(self.settings, stage, **others))

    def assert_equal(self, written: Mapping[str, pd.DataFrame]) -> None:
        """Demand that tables which were read from files are those of the run, digit for digit."""
        for name, table in written.items():
            ours = typed(self[name], name).reset_index(drop=True)
            pd.testing.assert_frame_equal(table, ours, check_exact=True, obj=name)

    def path(self, name: str) -> str:
        """File of a raw table."""
        return str(self.folder / f"{name}.csv")

    def raw(self, name: str) -> pd.DataFrame:
        """A raw table, checked."""
        return read_checked(self.path(name), name)

    def text(self, name: str) -> pd.DataFrame:
        """A raw table as people wrote it."""
        return read_raw(self.path(name), raw_table(name))


class PaperRun(Run):
    """The annotations, taken through every stage up to the tables of the paper."""

    STAGES: ClassVar = {
        "clean": ("systems", "excluded"),
        "estimate": ("estimates", "trace", "compute", "alternatives", "error_model"),
        "fit": ("scores", "trends", "members", "bands", "paper_intervals", "parameters"),
        "check_estimates": (
            "disagreements",
            "agreement",
            "utilization",
            "physics",
            "estimate_kinds",
            "held_values",
            "calibration",
        ),
        "check_reproduction": ("reproduction",),
        "check_trends": ("robust", "selection_null", "corrected_trends"),
        "check_coverage": ("coverage",),
        "check_specifications": (
            "specifications",
            "specification_quantiles",
            "specification_shares",
            "specification_options",
            "specification_directions",
            "specification_influence",
            "specification_marks",
        ),
        "check_eras": ("eras", "era_verdicts", "era_lines"),
        "fit_inference": (
            "inference_models",
            "inference_disagreements",
            "inference_agreement",
            "inference_trends",
            "inference_members",
            "inference_null",
            "training_inference",
            "training_inference_trends",
        ),
        "check_claims": ("claims", "export_claims"),
        "check_populations": ("populations",),
        "make_tables": tuple(f"table{number}" for number in range(1, 10)),
    }

    @classmethod
    def of_folder(cls, folder: Path) -> PaperRun:
        """What a run of the project in a folder would make."""
        return cls(settings_in(folder / "config.yaml"), folder / "data" / "raw")

    def clean(self) -> Tables:
        names = ("annotations", "corrections", "paper_values")
        files = tuple(map(self.path, names))
        snapshots = self.settings.fit.snapshots
        return self(clean_annotations, *map(self.text, names), files=files, snapshots=snapshots)

    def estimate(self) -> Tables:
        inputs = ("compute_inputs", "hardware", "discrepancies")
        tables = ("systems", "excluded", *map(self.raw, (*inputs, "later_values")))
        paths = [str(path) for path in sorted((self.folder / "vintages").glob("*.csv"))]
        exported = exported_quantities(*map(self.raw, ("later_values", "vintages")), paths)
        files = tuple(map(self.path, inputs))
        return self(estimate_stage, *tables, files=files, exported=exported)

    def fit(self) -> Tables:
        return self(fit_trends, "systems", "compute")

    def check_estimates(self) -> Tables:
        names = ("discrepancies", "later_values", "later_verdicts", "compute_inputs")
        return self(
            check_estimates,
            *("systems", "estimates", "compute", "excluded", *map(self.raw, names)),
            settings=self.settings.estimate,
            eras=self.settings.render.eras,
            file=self.path("discrepancies"),
            inputs_file=self.path("compute_inputs"),
        )

    def check_reproduction(self) -> Tables:
        tables = ("trends", "paper_intervals", "members", "systems", "compute")
        return self(check_reproduction, self.raw("published_tables"), *tables)

    def check_trends(self) -> Tables:
        return self(check_trends, "members", "systems", "compute")

    def check_coverage(self) -> Tables:
        return self(check_coverage, "systems", "compute")

    def check_specifications(self) -> Tables:
        fit, settings = self.settings.fit, self.settings
        exports = crossed_exports(fit.specifications, settings.clean.exports)
        runs = [ExportRun(export, settings, self.folder) for export in exports]
        systems, compute = ([run[name] for run in (self, *runs)] for name in ("systems", "compute"))
        return self(
            check_specifications,
            *("alternatives", self.raw("claims"), systems, compute),
            [run["export_attributes"] for run in runs],
            exports=exports,
            classes=settings.estimate.uncertainty.classes,
            fits=fit.exports,
            **{name: getattr(fit, name) for name in ("datasets", "outliers", "intervals")},
            seed=settings.seed,
        )

    def check_eras(self) -> Tables:
        return self(check_eras, *([self[name]] for name in ("systems", "compute", "scores")))

    def fit_inference(self) -> Tables:
        names = ("inference", "inference_layers", "inference_listings")
        more = ("network_flop", "inference_passes", "hardware")
        tables = (*map(self.raw, (*names, *more)), [self["systems"]], [self["compute"]])
        return self(fit_inference, *tables, files=tuple(map(self.path, names)), leading=[])

    def check_claims(self) -> Tables:
        tables = ("trends", "parameters", "inference_trends", "training_inference")
        tables += ([self["systems"]], [self["compute"]], [])
        return self(check_claims, self.raw("claims"), *tables, leading=[], file=self.path("claims"))

    def check_populations(self) -> Tables:
        return self(check_populations, [self["systems"]], [self["compute"]], exports=[])

    def make_tables(self) -> Tables:
        return self(paper_tables, "trends", "paper_intervals", self.raw("published_tables"))


class SharedRun(PaperRun):
    """A run whose stages are made once for all processes: the first makes one, the others read it.

    Parameters
    ----------
    shared : path
        Folder in which the tables of each stage are kept.
    settings : Settings
        See `Run`.
    """

    def __init__(self, shared: Path, settings: Settings) -> None:
        super().__init__(settings)
        self.shared = shared

    def made(self, stage: str) -> Tables:
        file = self.shared / f"{stage}.pickle"
        with locked(file):
            if file.exists():
                tables: Tables = pickle.loads(file.read_bytes())
            else:
                tables = super().made(stage)
                file.write_bytes(pickle.dumps(tables))
        return tables


class ExportRun(Run):
    """An export, taken through every stage up to its trends.

    Parameters
    ----------
    export : ExportFile
        Which file, of what day, read how; its paths lead on from the working directory.
    leads : bool
        Whether it answers for today; see `fit_export`.
    settings, raw, **tables
        See `Run`.
    """

    STAGES: ClassVar = {
        "clean": (
            "systems",
            "excluded",
            "export_attributes",
            "export_columns",
            "export_unread",
            "export_hardware",
        ),
        "estimate": ("export_inputs", "export_left_out", "estimates", "compute", "agreement"),
        "fit": ("scores", "export_trends", "export_members"),
    }

    def __init__(
        self,
        export: ExportFile,
        settings: Settings,
        raw: Path = RAW,
        *,
        leads: bool = True,
        **tables: pd.DataFrame,
    ) -> None:
        super().__init__(settings, raw, **tables)
        self.export, self.leads = export, leads

    def clean(self) -> Tables:
        raw = map(self.raw, ("hardware", "vintages", "vintage_columns", "vintage_unread"))
        names = ("published_after", "first_day_is_placeholder", "plausible")
        settings = {name: getattr(self.settings.clean, name) for name in names}
        return self._of_one(self(clean_exports, *raw, exports=[self.export], **settings))

    def estimate(self) -> Tables:
        own = ("export_attributes", "export_columns", "export_hardware")
        tables = [[self[name]] for name in ("systems", "excluded", *own)]
        errors = PaperRun(self.settings, self.folder)["error_model"]
        return self._of_one(self(estimate_exports, *tables, errors, exports=[self.export]))

    def fit(self) -> Tables:
        fit = self.settings.fit
        tables = ("systems", "compute", "export_attributes", "excluded")
        settings = {"fits": fit.exports, "paper": fit.trends}
        return self(fit_export, *tables, export=self.export, leads=self.leads, **settings)

    def _of_one(self, tables: Mapping[str, list[pd.DataFrame]]) -> Tables:
        """Tables of a stage that takes every export, of the one."""
        return {name: table for name, [table] in tables.items()}


class LeadingRun(ExportRun):
    """The export that answers for today, with what is found of it alone."""

    STAGES: ClassVar = ExportRun.STAGES | {
        "check_drivers": (
            "drivers",
            "stated_growth",
            "threshold_counts",
            "country_frontiers",
            "country_lags",
        ),
    }

    def check_drivers(self) -> Tables:
        names = ("systems", "compute", "export_attributes", "excluded", "estimates")
        errors = PaperRun(self.settings, self.folder)["error_model"]
        uncertainty = self.settings.estimate.uncertainty
        tables = [[self[name]] for name in names]
        return self(check_drivers, *tables, errors, exports=[self.export], uncertainty=uncertainty)
