"""The newest vintage against the one before, in Markdown: the text of a pull request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

import jinja2
import pandas as pd

from compute_trends.common.numbers import fixed, percent
from compute_trends.common.records import Record, records
from compute_trends.render.print_tables import markdown_text
from compute_trends.settings.clean import ExportFile, exports_like_leading, leading_export
from compute_trends.settings.fit import ExportFits
from compute_trends.vintages.differences import FAR_OOM, distance_oom

Tables = Mapping[str, pd.DataFrame]
TABLES = (
    "vintages",
    "headlines",
    "changed_rows",
    "changed_values",
    "changed_columns",
    "changed_trends",
)


def change_report(
    tables: Tables,
    members: Sequence[pd.DataFrame],
    unread: Sequence[pd.DataFrame],
    *,
    template: str,
    exports: Sequence[ExportFile],
    fits: ExportFits,
    listed: int,
) -> str:
    """What the newest vintage changed, headline by headline.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Those of `TABLES`.
    members, unread : sequence of pandas.DataFrame
        Tables ``export_members`` and ``export_unread`` of each export.
    template : str
        Text of the template.
    exports, fits
        ``clean.exports`` and ``fit.exports`` of config.yaml.
    listed : int
        Rows of each list; how many more there are is said.

    Returns
    -------
    str
        Markdown. Names in it are escaped: whoever wrote them into the database does not write
        the text of the pull request.
    """
    leading = leading_export(exports)
    if leading is None:
        return _rendered(template, {"after": None, "before": None})
    earlier = [each for each in exports_like_leading(exports) if each.date < leading.date]
    before = max(earlier, key=lambda each: each.date, default=None)
    of = dict(zip((each.name for each in exports), zip(members, unread, strict=True), strict=True))
    about = {
        "after": leading,
        "before": before,
        "source": _source(tables["vintages"], leading),
        "headlines": _headlines(tables, before, leading),
        "unread": records(of[leading.name][1]),
        "listed": listed,
    }
    if before is not None:
        pair = {name: _of_pair(table, before, leading) for name, table in tables.items()}
        sides = (of[before.name][0], of[leading.name][0])
        about |= _changes(pair) | {"frontiers": _frontiers(pair, *sides, fits=fits)}
    return _rendered(template, about)


def _rendered(template: str, about: Record) -> str:
    """A template with its values, no two blank lines in a row."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {each.__name__: each for each in (fixed, percent, plain, flop, day)}
    text = environment.from_string(template).render(about)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def plain(text: object) -> str:
    """A text that Markdown, HTML and GitHub take as text; nothing for a missing value."""
    return "" if text is None else markdown_text(str(text))


def flop(value: float | None) -> str:
    """Compute to two digits; nothing where it is not stated."""
    if value is None:
        return ""
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def _source(vintages: pd.DataFrame, export: ExportFile) -> Record | None:
    """Row of raw table ``vintages`` of an export; none of an export of the user's own."""
    rows = records(vintages[vintages["export"] == export.name])
    return rows[0] if rows else None


def _of_pair(table: pd.DataFrame, before: ExportFile, after: ExportFile) -> pd.DataFrame:
    """Rows of a table of changes that are on two vintages."""
    if not {"before", "after"} <= set(table):
        return table
    return table[(table["before"] == before.name) & (table["after"] == after.name)]


def _headlines(tables: Tables, before: ExportFile | None, after: ExportFile) -> list[Record]:
    """Each headline: its row on both vintages, and the row of its change, if there is one."""
    rows: dict[str, Record] = {}
    for row in records(tables["headlines"]):
        side = {before and before.name: "before", after.name: "after"}.get(row["export"])
        if side:
            both = rows.setdefault(row["headline_name"], {"title": row["title"], "before": None})
            both[side] = row
    changes = {}
    if before is not None:
        of_pair = records(_of_pair(tables["changed_trends"], before, after))
        changes = {row["trend"]: row for row in of_pair}
    return [row | {"change": changes.get(row["after"]["trend"])} for row in rows.values()]


def _changes(pair: Tables) -> Record:
    """Rows, values and columns that changed, each by its kind."""
    rows, values = pair["changed_rows"], pair["changed_values"]
    columns = records(pair["changed_columns"])
    by_compute = {
        side: rows.sort_values(
            f"training_compute_flop_{side}", ascending=False, kind="stable", na_position="last"
        )
        for side in ("before", "after")
    }
    kinds = {"added": "after", "renamed": "after", "removed": "before"}
    of_kind = {
        kind: records(by_compute[side][by_compute[side]["status"] == kind])
        for kind, side in kinds.items()
    }
    compute = values[values["column"] == "training_compute_flop"]
    distance = distance_oom(values["factor"])
    order = distance[distance > FAR_OOM].sort_values(ascending=False, kind="stable").index
    headers = {row["column"]: row["header_after"] or row["header_before"] for row in columns}
    return {
        "n_kept": int((rows["status"] == "kept").sum()),
        "rows": of_kind,
        "compute": {
            how: int((compute["change"] == how).sum()) for how in ("restated", "given", "withdrawn")
        },
        "restated": [
            row | {"header": headers.get(row["column"], row["column"])}
            for row in records(values.loc[order])
        ],
        "columns": [row for row in columns if row["status"] != "kept"],
    }


def _frontiers(
    pair: Tables, before: pd.DataFrame, after: pd.DataFrame, *, fits: ExportFits
) -> list[Record]:
    """Systems that came onto each frontier of the headlines, and those that left it."""
    rows = pair["changed_rows"]
    changed = pair["changed_values"]
    changed = changed[changed["column"] == "training_compute_flop"]
    how = dict(zip(changed["system_id"], "compute " + changed["change"], strict=True))
    added = rows.loc[rows["status"] == "added", "system_id_after"]
    removed = rows.loc[rows["status"] == "removed", "system_id_before"]
    how |= dict.fromkeys(added, "new row") | dict.fromkeys(removed, "row removed")
    frontiers = [trend.name for trend in fits.trends if trend.frontier]
    found = []
    for headline in (each for each in fits.headlines if each.trend in frontiers):
        one, other = (
            set(table.loc[table["trend"] == headline.trend, "system_id"])
            for table in (before, after)
        )
        was, now = rows["system_id_before"].isin(one), rows["system_id_after"].isin(other)
        came = rows[now & ~was].sort_values("publication_date_after", kind="stable")
        left = rows[was & ~now].sort_values("publication_date_before", kind="stable")
        why = came["system_id_after"].map(how).fillna("others left")
        key = left["system_id_after"].fillna(left["system_id_before"])
        why_not = key.map(how).fillna("others ahead of it")
        about = {"came": records(came.assign(why=why)), "left": records(left.assign(why=why_not))}
        found.append({"title": headline.title, "n_before": len(one), "n": len(other)} | about)
    return found


def day(value: pd.Timestamp | date | None) -> str:
    """A day, y-m-d; nothing for a missing one."""
    return "" if value is None else value.strftime("%Y-%m-%d")
