"""Data behind specifications: systems of a dataset or vintage, and those that filters keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from compute_trends.checks.certainty import confidence_factors
from compute_trends.checks.date_spans import mid_dates
from compute_trends.clean.export import is_fine_tune, later_versions, lists_any
from compute_trends.clean.replay import all_corrected, systems_on
from compute_trends.common.dates import day_number
from compute_trends.fit.bootstrap import in_order_of_dates
from compute_trends.fit.loglinear import Array
from compute_trends.fit.procedure import Mask
from compute_trends.fit.selection import compute_column, compute_points, in_dataset
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.settings.fit import Dataset
from compute_trends.settings.specifications import ANY, FILLED, NEWEST


class NotStatedError(ValueError):
    """Data that a specification needs and that there are none of; the text says which."""


class Points(NamedTuple):
    """Systems of a pool in order of their dates, arrays of shape (n,).

    ``certainty`` is what a system counts for by its class of confidence, 1 at most, or None
    where the data state no confidence.
    """

    systems: list[str]
    days: Array
    log_flop: Array
    flagged: Mask
    certainty: Array | None


@dataclass
class Data:
    """Systems of one dataset or one vintage, with what filters ask of them.

    Attributes
    ----------
    name : str
        As the option calls it.
    last_day : str
        Date y-m-d of the vintage, or end of the dataset.
    systems, compute : pandas.DataFrame
        Tables of these names.
    stated : pandas.DataFrame or None
        Table ``export_attributes`` of the systems, by system_id; None for a dataset, whose
        annotations state neither confidence nor countries nor base models.
    dataset : Dataset or None
        Of ``fit.datasets``.
    alternatives : pandas.DataFrame
        Table of this name, for a dataset.
    classes : mapping
        ``estimate.uncertainty.classes`` of config.yaml.
    """

    name: str
    last_day: str
    systems: pd.DataFrame
    compute: pd.DataFrame
    stated: pd.DataFrame | None
    dataset: Dataset | None
    alternatives: pd.DataFrame
    classes: Mapping[str, float]
    _all: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    _kept: dict[tuple[str, object], set[str]] = field(default_factory=dict)

    def points(self, options: Mapping[str, object]) -> Points:
        """Systems that the filters of a specification keep, with the values of its basis.

        Parameters
        ----------
        options : mapping
            Of the choices basis, dates, confidence, domain, countries, fine_tunes and versions.

        Raises
        ------
        NotStatedError
            If the data do not state what an option asks for.
        """
        rows = self._rows(str(options["basis"]), str(options["dates"]))
        keep = np.ones(len(rows), dtype=bool)
        for choice in ("confidence", "countries", "fine_tunes", "versions"):
            if options[choice] not in (ANY, "keep"):
                keep &= rows["system_id"].isin(self._keeps(choice, options[choice])).to_numpy()
        if options["domain"] != ANY:
            # As the paper had it on the basis published, other than what the systems list now
            keep &= lists_any(rows["domain"], [str(options["domain"])]).to_numpy()
        own = rows[keep]
        certainty = own["certainty"].to_numpy(dtype=float)
        return Points(
            own["system_id"].to_list(),
            own["day"].to_numpy(dtype=float),
            own["log_flop"].to_numpy(dtype=float),
            own["flagged"].to_numpy(dtype=bool),
            None if np.isnan(certainty).any() else certainty,
        )

    def _rows(self, basis: str, dates: str) -> pd.DataFrame:
        """Every system that has a value on a basis, in order of the dates."""
        key = (basis, dates)
        if key not in self._all:
            systems, on = self.systems, "published" if basis == "published" else "estimated"
            if dates == "middle":
                systems = all_corrected(mid_dates(systems_on(systems, on)))
            points = compute_points(systems, self._compute(basis), basis=on)
            if self.dataset is not None:
                points = points[in_dataset(points["snapshot"], points["day"], self.dataset)]
            points = points[points["day"] <= day_number(self.last_day)]
            self._all[key] = in_order_of_dates(self._with_stated(points))
        return self._all[key]

    def _compute(self, basis: str) -> pd.DataFrame:
        """Table ``compute`` whose estimated values are those of a basis."""
        column, values = compute_column("estimated"), self.compute
        if basis in ("published", "estimated"):
            return values
        if basis == FILLED:
            filled = values[column].fillna(values[compute_column("published")])
            return values.assign(**{column: filled})
        rows = self.alternatives["alternative"] == basis
        if self.dataset is None or not rows.any():
            raise NotStatedError(f"the data hold no values on the basis {basis}")
        changed = values.set_index("system_id")
        other = self.alternatives[rows].set_index("system_id")[column]
        changed.loc[other.index, column] = other
        return changed.reset_index()

    def _with_stated(self, points: pd.DataFrame) -> pd.DataFrame:
        """Points with what a system counts for, and whether it is flagged as frontier."""
        if self.stated is not None:
            stated = self.stated.loc[points["system_id"]]
            confidence, flagged = stated["confidence"], stated["frontier"].to_numpy(dtype=bool)
        else:
            flagged = np.zeros(len(points), dtype=bool)
            if (points["basis"] == "published").all():
                return points.assign(certainty=np.nan, flagged=flagged)
            # Of our own estimates
            confidence = self.compute.set_index("system_id").loc[points["system_id"], "confidence"]
        # Inverse variance of log10 compute, over that of the surest class.
        variance = np.log10(confidence_factors(confidence, self.classes)) ** 2
        least = np.log10(min(self.classes.values())) ** 2
        return points.assign(certainty=least / variance, flagged=flagged)

    def _keeps(self, choice: str, value: object) -> set[str]:
        """Keys of the systems that a filter keeps."""
        key = (choice, str(value))
        if key not in self._kept:
            if choice == "versions":
                inside = ~later_versions(self.systems.set_index("system_id"))
            elif self.stated is None:
                raise NotStatedError(f"the data do not state {choice.replace('_', ' ')}")
            else:
                inside = self._stated_filter(choice, value)
            self._kept[key] = set(inside.index[inside])
        return self._kept[key]

    def _stated_filter(self, choice: str, value: object) -> pd.Series:
        """Whether a filter on what an export states keeps each system."""
        assert self.stated is not None
        if choice == "fine_tunes":
            return ~is_fine_tune(self.stated)
        if choice == "countries":
            return lists_any(self.stated["countries"], [str(value)])
        names = [str(name).lower() for name in value] if isinstance(value, list) else []
        return self.stated["confidence"].str.lower().isin(names)


def data_by_option(
    names: Sequence[str],
    systems: Sequence[pd.DataFrame],
    compute: Sequence[pd.DataFrame],
    attributes: Sequence[pd.DataFrame],
    alternatives: pd.DataFrame,
    *,
    exports: Sequence[ExportFile],
    datasets: Sequence[Dataset],
    classes: Mapping[str, float],
) -> dict[str, Data]:
    """Data behind each option of the choice ``data`` that there are data of.

    Parameters
    ----------
    names : sequence of str
        Options: newest, the day of a vintage of notable models, or a dataset.
    systems, compute : sequence of pandas.DataFrame
        Tables of these names: of the annotations first, then of each export.
    attributes : sequence of pandas.DataFrame
        Table ``export_attributes`` of each export.
    exports : sequence of ExportFile
        Those that options name, see `settings.fit.crossed_exports`, with the one that leads.
    """
    leading = leading_export(exports)
    by_day = {export.date: place for place, export in enumerate(exports)}
    if leading is not None:
        by_day[NEWEST] = exports.index(leading)
    known = {dataset.name: dataset for dataset in datasets}
    found: dict[str, Data] = {}
    for name in names:
        if name in known:
            end, annotated = known[name].through, (systems[0], compute[0])
            found[name] = Data(name, end, *annotated, None, known[name], alternatives, classes)
        elif name in by_day:
            place = by_day[name]
            rows, values = systems[place + 1], compute[place + 1]
            stated = attributes[place].set_index("annotation_id").loc[rows["annotation_id"]]
            stated.index = pd.Index(rows["system_id"])
            day = exports[place].date
            found[name] = Data(name, day, rows, values, stated, None, alternatives, classes)
    return found
