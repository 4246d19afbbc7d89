"""Words of annotations that stand for something named elsewhere, and may be misspelt."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from compute_trends.clean.examples import bracketed
from compute_trends.common.notices import tell
from compute_trends.common.problems import Problem
from compute_trends.common.references import misspelt, unknown_names


def annotation_references(rows: pd.DataFrame, snapshots: Sequence[str], file: str) -> list[Problem]:
    """Problems of systems of a snapshot or a domain that is misspelt.

    Parameters
    ----------
    rows : pandas.DataFrame
        Table ``systems``; the index is the row of the ``file`` that messages name.
    snapshots : sequence of str
        Those that the datasets of the config name. A system of another one is in no trend, which
        is told.
    """
    problems = []
    named = rows["snapshot"].dropna()
    for name, near in unknown_names(named.unique(), snapshots).items():
        of_it = named.index[named == name]
        if near:
            expected = f"a snapshot of fit.datasets of config.yaml, such as {near!r}"
            problems += [Problem(file, int(str(row)), "snapshot", name, expected) for row in of_it]
        else:
            tell(
                f"{file}: no dataset of config.yaml names the snapshot {name!r}, so that no trend "
                f"has a system of it{bracketed(rows.loc[of_it, 'system'])}"
            )
    return problems + _lone_domains(rows["domain"].dropna(), file)


def _lone_domains(domains: pd.Series, file: str) -> list[Problem]:
    """Problems of domains that one system alone has, and that are near to another one."""
    counts = domains.value_counts()
    others = [name for name in counts.index if counts[name] > 1]
    problems = []
    for row, name in domains[domains.map(counts) == 1].items():
        if near := misspelt(str(name), others):
            expected = f"the domain of other systems, such as {near!r}"
            problems.append(Problem(file, int(str(row)), "domain", str(name), expected))
    return problems
