"""What config.yaml and raw tables refer to, held against what is there before any job runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from compute_trends.clean.names import system_key
from compute_trends.common.notices import tell
from compute_trends.common.problems import InputError, Problem, did_you_mean
from compute_trends.common.references import misspelt, unknown_names
from compute_trends.settings.models import Settings
from compute_trends.tables.cells.columns import strip_cells
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.raw import read_raw

# What a trend may be about when no system has it: those of small domains are put together.
OTHER = "Other"


class Annotated:
    """Cells of the annotations, and what corrections put in their place.

    Parameters
    ----------
    raw : mapping of str to str
        Raw files by the name that results know them by. Of a file that cannot be read nothing is
        known here; the job that needs it tells why.
    """

    def __init__(self, raw: Mapping[str, str]) -> None:
        self.tables = [_texts(raw, name) for name in ("annotations", "corrections", "paper_values")]

    def values(self, column: str) -> set[str]:
        """Values of a column, annotated or corrected; none if the annotations cannot be read."""
        annotations, *changes = self.tables
        if annotations is None:
            return set()
        parts = [annotations[column]]
        parts += [
            each.loc[each["column"] == column, "new_value"] for each in changes if each is not None
        ]
        return set(strip_cells(pd.concat(parts)).dropna())


def _texts(raw: Mapping[str, str], name: str) -> pd.DataFrame | None:
    table = raw_table(name)
    try:
        return read_raw(raw[str(table.path)], table)
    except InputError:
        return None


def config_references(settings: Settings, raw: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield key and message of what the config names and no annotation has.

    A snapshot has to be there; a domain or a system is refused where it is near to one that is,
    and told otherwise.
    """
    annotated, fit = Annotated(raw), settings.fit
    snapshots = annotated.values("snapshot")
    for number, dataset in enumerate(fit.datasets if snapshots else []):
        for index, name in enumerate(dataset.snapshots):
            if name not in snapshots:
                place = f"fit.datasets[{number}].snapshots[{index}]"
                yield place, f"no system has the snapshot {name!r}; {did_you_mean(name, snapshots)}"
    names = annotated.values("system")
    domains = annotated.values("domain") | {OTHER}
    there = {"domain": domains, "name": names, "key": {system_key(name) for name in names}}
    for place, name, known in _named(settings):
        if len(known_names := there[known]) < 2:
            continue
        for unknown, near in unknown_names([name], known_names).items():
            if near:
                yield place, f"no system has the {known} {unknown!r}; did you mean {near!r}?"
            else:
                tell(f"config.yaml, {place}: no system has the {known} {unknown!r}")


def _named(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield key, name and kind of what trends and figures of the annotations name."""
    fit = settings.fit
    for section in ("trends", "parameter_trends"):
        for number, trend in enumerate(getattr(fit, section)):
            if trend.domain is not None:
                yield f"fit.{section}[{number}].domain", trend.domain, "domain"
    for number, trend in enumerate(fit.trends):
        for index, key in enumerate(trend.records.without if trend.records else []):
            yield f"fit.trends[{number}].records.without[{index}]", key, "key"
    for index, name in enumerate(settings.render.known):
        yield f"render.known[{index}]", name, "name"


def claim_references(settings: Settings, raw: Mapping[str, str]) -> list[Problem]:
    """Problems of claims about a trend or system that none is, but near to one that is."""
    claims, fit = _texts(raw, "claims"), settings.fit
    if claims is None:
        return []
    lines = [*fit.trends_by_name, *(trend.name for trend in fit.parameter_trends)]
    cells = [trend.name for *_, trend in fit.exports.rule_table.cells]
    systems = [system_key(name) for name in Annotated(raw).values("system")]
    known = {*lines, *cells, *fit.exports.names, *systems}
    file = raw[str(raw_table("claims").path)]
    return [
        Problem(file, int(str(row)), "subject", name, f"a trend or system, such as {near!r}")
        for row, text in claims["subject"].items()
        for name in str(text).split("; ")
        if (near := misspelt(name.strip(), known))
    ]
