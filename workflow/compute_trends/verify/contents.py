"""Two files of results against each other, by what they hold."""

from __future__ import annotations

import base64
import json
import re
import zlib
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from compute_trends.common.records import Record
from compute_trends.tables.dictionary import generated_table, table_at
from compute_trends.tables.schemas import Table
from compute_trends.verify.likeness import Likeness, tables_alike, texts_alike, together
from compute_trends.verify.tolerance import Tolerance

PROVENANCE = "results/provenance.json"
# Copies of tables from data/processed
COPIES = "results/data"
# What provenance tells apart, and what follows from the bytes of other results
TOLD = ("products", "machine", "environment")
# Points of a drawing: less than a hair
HAIR = 0.05
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
# Where the objects of a PDF lie, and how long they are
LENGTHS = re.compile(rb"/Length1? \d+|(?<=obj\n)\d+(?=\nendobj)|xref.*", re.DOTALL)
# Colours are mixed at edges: what is moved by a hair changes by less than a third, of 255 levels,
# and three names more are four times as many points.
PART_OF_POINTS, LEVELS = 0.0005, 80
EMBEDDED = re.compile(r"data:([a-z/+]+);base64,([A-Za-z0-9+/=]+)")
ARCHIVE = re.compile(r'(<script type="text/plain" id="archive">)([A-Za-z0-9+/=]*)')
TOLD_IN_PAGE = re.compile(r'<section aria-labelledby="provenance">.*?</section>', re.DOTALL)
# A checksum, the size of a file, and the checksum of the script of a page
DERIVED = re.compile(
    r'(?<![\w.])(?=[0-9]*[a-f])[0-9a-f]{12,64}\b|"bytes": ?\d+|sha256-[A-Za-z0-9+/=]+'
)


def contents_alike(path: str, ours: bytes, again: bytes, tolerance: Tolerance) -> Likeness:
    """Two files of one path below the folder of results, see `Likeness`.

    Tables by their columns (``tables.yaml``), drawings by their texts and where things are,
    pictures by their points, pages by their texts and what is embedded in them, other texts by
    `texts_alike`. Checksums of other results and what provenance tells of the machine are passed
    over; where files cannot be looked into, other bytes are a difference.
    """
    ending = Path(path).suffix
    if ending == ".png":
        return _pictures_alike(ours, again)
    if ending == ".pdf":
        return _pdfs_alike(ours, again)
    if ending == ".svg":
        return _drawings_alike(ours, again)
    try:
        one, other = ours.decode("utf-8"), again.decode("utf-8")
    except UnicodeDecodeError:
        return Likeness(different="other bytes")
    if path == PROVENANCE:
        return _records_alike(one, other)
    if ending == ".csv" and (table := _table(path)) is not None:
        return tables_alike(_cells(one), _cells(other), table, tolerance)
    if ending == ".html":
        return _pages_alike(one, other, tolerance)
    return texts_alike(DERIVED.sub("…", one), DERIVED.sub("…", other), tolerance.iterated)


def _cells(text: str) -> pd.DataFrame:
    """Cells of a table as texts."""
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)


def _table(path: str) -> Table | None:
    """Generated table that a file is of, or a copy of; None if of none."""
    try:
        return table_at(path)[0]
    except ValueError:
        copy = Path(path).parent.as_posix() == COPIES
        return generated_table(Path(path).stem) if copy else None


def _records_alike(ours: str, again: str) -> Likeness:
    """Two records of provenance, without what `causes` tells and what follows from other files."""
    records: list[Record] = [json.loads(text) for text in (ours, again)]
    for record in records:
        record["code"] = {"files": record.get("code", {}).get("files")}
        for name in TOLD:
            record.pop(name, None)
    keys = [key for key in records[0] if records[0][key] != records[1].get(key)]
    return Likeness(different=f"other {', '.join(keys)}" if keys else None)


def _drawings_alike(ours: bytes, again: bytes) -> Likeness:
    """Two drawings in SVG or in the language of PDF: all but its numbers is the same."""
    one, other = NUMBER.findall(ours), NUMBER.findall(again)
    if NUMBER.sub(b"0", ours) != NUMBER.sub(b"0", again) or len(one) != len(other):
        return Likeness(different="other texts or lines are drawn")
    moved = np.abs(np.array(one, dtype=float) - np.array(other, dtype=float)).max(initial=0.0)
    return Likeness(different=None if moved <= HAIR else f"something is moved by {moved:g} points")


def _pdfs_alike(ours: bytes, again: bytes) -> Likeness:
    """Two drawings in PDF: their streams as drawings or to the byte, all else to the letter."""
    around = [LENGTHS.sub(b"", STREAM.sub(b"", each)) for each in (ours, again)]
    streams = [STREAM.findall(each) for each in (ours, again)]
    if around[0] != around[1] or len(streams[0]) != len(streams[1]):
        return Likeness(different="other texts or lines are drawn")
    return together(
        _drawings_alike(_unpacked(one), _unpacked(other))
        for one, other in zip(*streams, strict=True)
        if one != other
    )


def _unpacked(stream: bytes) -> bytes:
    """Content of a stream of a PDF."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _pictures_alike(ours: bytes, again: bytes) -> Likeness:
    """Two pictures of one size whose points are of the same colours, but for a few at edges."""
    from PIL import Image

    with Image.open(BytesIO(ours)) as one, Image.open(BytesIO(again)) as other:
        if one.size != other.size or one.info.get("Title") != other.info.get("Title"):
            return Likeness(different="another size or title")
        points = [np.asarray(each.convert("RGB"), dtype=int) for each in (one, other)]
    share = float((np.abs(points[0] - points[1]).max(axis=2) > LEVELS).mean())
    different = None if share <= PART_OF_POINTS else f"{share:.1%} of its points differ"
    return Likeness(different=different)


def _pages_alike(ours: str, again: str, tolerance: Tolerance) -> Likeness:
    """Two pages: their texts, and each file that is embedded in them as such a file."""
    found = [EMBEDDED.findall(page) for page in (ours, again)]
    if [kind for kind, _ in found[0]] != [kind for kind, _ in found[1]]:
        return Likeness(different="other files are embedded")
    files = (
        contents_alike(
            f"embedded.{one[0].rpartition('/')[2].partition('+')[0]}",
            base64.b64decode(one[1]),
            base64.b64decode(other[1]),
            tolerance,
        )
        for one, other in zip(*found, strict=True)
        if one != other
    )
    texts = texts_alike(_page_text(ours), _page_text(again), tolerance.iterated)
    return together([*files, texts])


def _page_text(page: str) -> str:
    """A page without its embedded files and what it tells of provenance, its archive unpacked."""
    text = TOLD_IN_PAGE.sub("", EMBEDDED.sub(r"data:\1", page))
    text = ARCHIVE.sub(lambda found: found[1] + _archived(found[2]), text)
    return DERIVED.sub("…", text)


def _archived(packed: str) -> str:
    """Texts of an archive of a page, see `render.page.archive`."""
    texts: dict[str, str] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return "\n".join(f"{name}\n{text}" for name, text in texts.items())
