"""Match of the rows of two vintages, with the evidence for it."""

from __future__ import annotations

import difflib
import logging
import re

import numpy as np
import pandas as pd

from compute_trends.clean.names import split_list

LOG = logging.getLogger(__name__)

# ASSUME: two names of one row. The same source needs a date or a name that is near; the
# same organization at about the same time a name that is alike; a name that is nearly the
# same one of the two.
NEAR_DAYS = 31
NEAR_NAME, ALIKE_NAME, SAME_NAME = 0.5, 0.6, 0.85
SIZE = re.compile(r"\d+(?:\.\d+)?\s*[bmkt](?![a-z])")
EVIDENCE = ("name_similarity", "same_link", "same_organization", "days_apart")


def match_rows(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Match the rows of two vintages one to one.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Every row of each with annotation_id, system_id (missing where a row has none),
        system, organizations, publication_date and link.

    Returns
    -------
    pandas.DataFrame
        status (kept: the same key; renamed; removed; added), before_row, after_row (each
        missing where the row is in one vintage alone), and for renamed rows the
        evidence: name_similarity (0 to 1), same_link, same_organization, days_apart.
        Sizes in the names of renamed rows, such as 7B, agree.
    """
    first, second = (
        rows.dropna(subset="system_id").drop_duplicates("system_id").set_index("system_id")
        for rows in (before, after)
    )
    common = first.index.intersection(second.index)
    sides = (("before_row", first), ("after_row", second))
    ids = {name: rows.loc[common, "annotation_id"].to_numpy() for name, rows in sides}
    same = pd.DataFrame({"status": "kept"} | ids)
    likely = _likely(_candidates(_without(before, same, "before"), _without(after, same, "after")))
    pairs = pd.concat([same, _one_to_one(likely).assign(status="renamed")], ignore_index=True)
    alone = [
        pd.DataFrame({"status": status, f"{side}_row": rows["annotation_id"]})
        for status, side, rows in (
            ("removed", "before", _without(before, pairs, "before")),
            ("added", "after", _without(after, pairs, "after")),
        )
    ]
    matches = pd.concat([pairs, *alone], ignore_index=True)
    LOG.info("%s", ", ".join(f"{n} {how}" for how, n in matches["status"].value_counts().items()))
    types = {"before_row": "Int64", "after_row": "Int64", "same_link": "boolean"}
    types |= {"same_organization": "boolean", "days_apart": "Int64", "name_similarity": "float64"}
    columns = ["status", "before_row", "after_row", *EVIDENCE]
    return matches.reindex(columns=columns).astype(types)


def _without(rows: pd.DataFrame, pairs: pd.DataFrame, side: str) -> pd.DataFrame:
    """Rows of a vintage that are in no pair."""
    return rows[~rows["annotation_id"].isin(pairs[f"{side}_row"])]


def plain_links(text: object) -> set[str]:
    """Addresses of a cell as they are compared: without scheme, version of a preprint, ending."""
    if not isinstance(text, str):
        return set()
    links = set()
    for link in re.findall(r"https?://[^\s,;]+", text.lower()):
        plain = re.sub(r"^https?://(?:www\.)?", "", link).rstrip("/")
        plain = re.sub(r"^(arxiv\.org)/pdf/", r"\1/abs/", plain).removesuffix(".pdf")
        links.add(re.sub(r"^(arxiv\.org/abs/[\d.]+)v\d+$", r"\1", plain))
    return links


def _candidates(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Pairs that share an address, or an organization within about a month; with the evidence."""
    left, right = (
        rows.assign(
            links=rows["link"].map(plain_links),
            names=rows["organizations"].map(_organizations),
            month=rows["publication_date"].dt.year * 12 + rows["publication_date"].dt.month,
        )
        for rows in (before, after)
    )
    by_link = _sharing(left, right, ["links"])
    near = [
        _sharing(left.assign(month=left["month"] + by), right, ["names", "month"])
        for by in (-1, 0, 1)
    ]
    pairs = pd.concat([by_link, *near]).drop_duplicates(ignore_index=True).astype("int64")
    one = left.set_index("annotation_id").loc[pairs["before_row"]]
    other = right.set_index("annotation_id").loc[pairs["after_row"]]
    dates, later = (rows["publication_date"].to_numpy() for rows in (one, other))
    days = (later - dates).astype("timedelta64[D]")
    known = ~np.isnat(days)
    pairs["days_apart"] = pd.array(np.where(known, np.abs(days.astype("int64")), 0), dtype="Int64")
    pairs.loc[~known, "days_apart"] = pd.NA
    for name, column in (("same_link", "links"), ("same_organization", "names")):
        both = zip(one[column], other[column], strict=True)
        pairs[name] = [not set(a).isdisjoint(b) for a, b in both]
    texts = list(zip(one["system"].fillna(""), other["system"].fillna(""), strict=True))
    pairs["name_similarity"] = [name_similarity(*names) for names in texts]
    pairs["sizes_agree"] = [_sizes_agree(*names) for names in texts]
    return pairs


def _organizations(text: object) -> list[str]:
    """Organizations of a cell in lower case."""
    names = split_list(text.replace("; ", ",")) if isinstance(text, str) else []
    return [name.lower() for name in names]


def _sharing(left: pd.DataFrame, right: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows that share a value of a column of collections, and those of the other columns."""
    one, other = (
        rows[["annotation_id", *columns]].explode(columns[0]).dropna(subset=columns)
        for rows in (left, right)
    )
    both = one.merge(other, on=columns, suffixes=("_before", "_after"))
    names = {"annotation_id_before": "before_row", "annotation_id_after": "after_row"}
    return both.rename(columns=names)[["before_row", "after_row"]]


def name_similarity(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: the letters and digits they share over their mean length."""
    first, second = (re.sub(r"[^a-z0-9]+", " ", name.lower()).strip() for name in (one, other))
    return float(difflib.SequenceMatcher(None, first, second, autojunk=False).ratio())


def _sizes_agree(one: str, other: str) -> bool:
    """Whether two names state the same size, or one of them none."""
    sizes = [set(SIZE.findall(name.lower().replace(" ", ""))) for name in (one, other)]
    return not all(sizes) or sizes[0] == sizes[1]


def _likely(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs whose evidence suffices, the best first."""
    near = pairs["days_apart"].le(NEAR_DAYS).fillna(False).astype(bool)
    alike = pairs["name_similarity"]
    link, organization = pairs["same_link"], pairs["same_organization"]
    enough = link & (near | (alike >= NEAR_NAME)) & (near | organization)
    enough |= organization & near & (alike >= ALIKE_NAME)
    enough |= (alike >= SAME_NAME) & (near | organization)
    likely = pairs[enough & pairs["sizes_agree"]]
    score = likely["name_similarity"] + 0.5 * likely["same_link"] + 0.25 * near[likely.index]
    order = likely.assign(score=score).sort_values(
        ["score", "before_row", "after_row"], ascending=[False, True, True]
    )
    return order.drop(columns=["score", "sizes_agree"])


def _one_to_one(pairs: pd.DataFrame) -> pd.DataFrame:
    """The best pairs, each row in one of them."""
    used_before: set[int] = set()
    used_after: set[int] = set()
    places = []
    for place, (one, other) in enumerate(zip(pairs["before_row"], pairs["after_row"], strict=True)):
        if one not in used_before and other not in used_after:
            used_before.add(one)
            used_after.add(other)
            places.append(place)
    return pairs.iloc[places]
