"""Issue the forecasts of a run: ``make issue``.

``python -m compute_trends.vintages.issue`` adds the forecasts that the last run made from the
newest vintage to raw table ``forecasts``, with today's date and the commit of the code that made
them. What stands there already is never changed.
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from compute_trends.common.checksums import checksum
from compute_trends.common.problems import InputError, Problem, stop_on
from compute_trends.common.project import PROJECT
from compute_trends.run.seals import write_whole
from compute_trends.tables.dictionary import path_of, raw_table
from compute_trends.tables.generated import read_table
from compute_trends.tables.raw import check_raw, read_raw
from compute_trends.vintages.outlook import RECOMPUTED

PROVENANCE = "results/provenance.json"


def issued_rows(outcomes: pd.DataFrame, *, day: str, commit: str) -> pd.DataFrame:
    """Rows of raw table ``forecasts`` for the newest vintage of a run.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        Table ``forecast_outcomes``.
    day, commit : str
        When the forecasts are issued, and which code made them.
    """
    made = outcomes[outcomes["made"] == RECOMPUTED]
    newest = made[made["origin"] == made["origin"].max()]
    rows: pd.DataFrame = newest.assign(issued_on=pd.Timestamp(day), code_commit=commit)
    rows = rows[raw_table("forecasts").columns].copy()
    for name in rows.columns[rows.columns.str.startswith("forecast_flop")]:
        # Four digits: more than the draws tell
        rows[name] = rows[name].map(lambda value: float(f"{value:.4g}"))
    return rows


def issue(base: Path, *, day: str) -> int:
    """Add the forecasts of the last run in a folder; the number of rows.

    Raises
    ------
    InputError
        If the run is not that of a commit, or these forecasts of that day are there already.
    """
    made = path_of("forecast_outcomes")
    commit = _commit(base, made)
    outcomes = read_table(str(base / made), "forecast_outcomes")
    table = raw_table("forecasts")
    path = base / str(table.path)
    before = read_raw(str(path), table)
    new = issued_rows(outcomes, day=day, commit=commit)
    text = new.to_csv(index=False, header=False, lineterminator="\n", date_format="%Y-%m-%d")
    # As they stand: not one byte of what was issued before is written anew.
    whole = path.read_text(encoding="utf-8") + text
    added = pd.DataFrame([line.split(",") for line in text.splitlines()], columns=table.columns)
    both = pd.concat([before, added], ignore_index=True)
    both.index = pd.Index(np.arange(2, len(both) + 2))
    stop_on(check_raw(both.astype("str"), table, str(path))[1])
    write_whole(str(path), whole)
    return len(new)


def _commit(base: Path, product: str) -> str:
    """Commit of the code that made a file of the last run."""
    ran = json.loads((base / PROVENANCE).read_text(encoding="utf-8"))
    code, products = ran["code"], ran["products"]
    if not code["commit"] or code["dirty"]:
        found = "a run of files that are no commit"
    elif products.get(product) != checksum((base / product).read_bytes()):
        found = f"another {product} than the one that is there"
    else:
        return str(code["commit"])
    expected = "a whole run of a commit: commit, run, and issue then"
    raise InputError([Problem(PROVENANCE, None, None, found, expected)])


def main() -> int:
    """Run the command: 0 if the forecasts are issued now, 1 with what is wrong."""
    try:
        number = issue(PROJECT, day=datetime.date.today().isoformat())
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{number} forecasts issued: commit data/raw/forecasts.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
