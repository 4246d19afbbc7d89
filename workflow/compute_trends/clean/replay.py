"""The replay of the paper: annotations as the paper had them, beside the corrected ones.

A fit on the basis ``published`` replays the paper, so that it takes date, domain and training
compute as annotated. A correction of one of them holds for everything else.
"""

from __future__ import annotations

import pandas as pd

# Columns that fits read; each has a twin in table ``systems`` with the annotated value.
REPLAYED = ("domain", "publication_date", "training_compute_flop")


def twin(column: str) -> str:
    """Column of table ``systems`` that holds one of `REPLAYED` as the paper had it."""
    return f"{column}_published"


def with_annotated(rows: pd.DataFrame, annotated: pd.DataFrame) -> pd.DataFrame:
    """Corrected rows with their annotated values beside them.

    Parameters
    ----------
    rows, annotated : pandas.DataFrame
        The same typed rows after and before correction.

    Returns
    -------
    pandas.DataFrame
        ``rows`` with a `twin` of each column of `REPLAYED`. An annotated domain may be empty;
        a date or compute that is empty or cannot be read is the corrected one, since the paper
        cannot have fitted the system without.
    """
    twins = {twin(column): annotated[column] for column in REPLAYED}
    for column in REPLAYED[1:]:
        twins[twin(column)] = annotated[column].fillna(rows[column])
    return rows.assign(**twins)


def systems_on(systems: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Table ``systems`` with the values of a basis in the columns of `REPLAYED`.

    As the paper had them on ``published``, as corrected on ``estimated``. Tables without a
    `twin` of a column have one value of it for both.
    """
    if basis != "published":
        return systems
    had = [column for column in REPLAYED if twin(column) in systems]
    return systems.assign(**{column: systems[twin(column)] for column in had})


def all_corrected(systems: pd.DataFrame) -> pd.DataFrame:
    """Table ``systems`` as if the paper had had every correction."""
    return systems.assign(**{twin(column): systems[column] for column in REPLAYED})


def replayed_values(systems: pd.DataFrame) -> pd.DataFrame:
    """Cells in which the replay differs from the corrected systems.

    Returns
    -------
    pandas.DataFrame
        system_id, system, column, published and corrected (text; missing where empty).
    """
    cells = []
    for column in REPLAYED:
        had, has = systems[twin(column)], systems[column]
        differs = ~(had.eq(has) | (had.isna() & has.isna())).fillna(False).astype(bool)
        rows = systems.loc[differs, ["system_id", "system"]].assign(column=column)
        texts = {"published": had[differs], "corrected": has[differs]}
        cells.append(rows.assign(**{name: text.astype("str") for name, text in texts.items()}))
    return pd.concat(cells, ignore_index=True)
