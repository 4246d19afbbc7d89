"""Files that people hand in: what is no file, and what a file is where it is no text."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from compute_trends.common.numbers import shorten
from compute_trends.common.problems import InputError, Problem, stop_on

# What stands at a path that is no file; reading from some of them waits for ever.
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
UNPACK = "unpack it"
SAVE = "in the spreadsheet, save it in this form"
ITSELF = "the file itself, not the page that shows it"
# What the zip of a workbook holds, in Excel's form and in that of other programs
WORKBOOK = (b"xl/workbook", b"opendocument.spreadsheet")
# First bytes of what is no text, what it is and what to do
SIGNATURES = (
    (b"PK\x03\x04", "a zip", UNPACK),
    (b"PK\x05\x06", "an empty zip", "the file that it should hold"),
    (b"\x1f\x8b", "a gzip file", UNPACK),
    (b"\x1f\x9d", "a compressed file (Z)", UNPACK),
    (b"BZh", "a bzip2 file", UNPACK),
    (b"\xfd7zXZ\x00", "an xz file", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", UNPACK),
    (b"\x04\x22\x4d\x18", "an LZ4 file", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file", UNPACK),
    (b"Rar!", "a RAR file", UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook (of Excel before 2007)", SAVE),
    (b"%PDF", "a PDF", "the table, not a document that shows it"),
    (b"{\\rtf", "a document (RTF)", "plain text"),
    (b"PAR1", "a Parquet file", "a text file"),
    (b"ARROW1", "an Arrow file", "a text file"),
    (b"SQLite format 3", "a database (SQLite)", "a table of it, as a text file"),
    (b"\x89HDF", "an HDF5 file", "a text file"),
    (b"\x93NUMPY", "an array of NumPy", "a text file"),
    (b"\x89PNG", "an image (PNG)", "a text file"),
    (b"\xff\xd8\xff", "an image (JPEG)", "a text file"),
    (b"GIF8", "an image (GIF)", "a text file"),
    (b"version https://git-lfs", "a pointer of Git LFS", "the file itself: git lfs pull"),
)
# The same of text that is none of a table or a config, in lower case
WEB_PAGE = re.compile(
    r"<(?:!doctype html|html|head|body|div|p\b|!--)|from: <saved by|mime-version:"
)
MARKUP = re.compile(r"<[a-z!?]")
JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[\]{\"]")
SAMPLE = 4000
UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Bytes that no text holds; more than these, and more than one in a hundred, are no slip in a name.
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MOST_CONTROL = 8


def no_file(path: str | Path) -> str | None:
    """What is at a path instead of a file that can be read; None if there is one."""
    try:
        mode = Path(path).stat().st_mode
    except ValueError:
        return "a path with a sign that no path holds"
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return f"a name of {len(os.fsencode(path))} bytes, which no file has"
        if Path(path).is_symlink():
            return "a link to nothing"
        gone = isinstance(error, FileNotFoundError | NotADirectoryError)
        return "no such file" if gone else error.strerror or str(error)
    if kind := KINDS.get(stat.S_IFMT(mode)):
        return kind
    return None if os.access(path, os.R_OK) else "a file that may not be read"


def read_text_file(path: str | Path, form: str = "CSV") -> bytes:
    """Bytes of a file that is text in some encoding; nothing that is no file is opened.

    Parameters
    ----------
    path : str or path
        The file.
    form : str
        What it should be, such as ``CSV``, for the message.

    Raises
    ------
    InputError
        If there is no file or it holds something else: with what it is, and what to do.
    """
    name = str(path)
    if found := no_file(path):
        shown = shorten(name, 200)
        stop_on([Problem(shown, None, None, found, f"a file that can be read ({form})")])
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError([Problem(name, None, None, found, "a file that can be read")]) from error
    other = no_text(data)
    # JSON is YAML, too.
    if other and not (form == "YAML" and other[0].startswith("JSON")):
        stop_on([Problem(name, None, None, other[0], f"{form}: {other[1]}")])
    return data


def no_text(data: bytes) -> tuple[str, str] | None:
    """What bytes are instead of text, and what to do; None if nothing shows."""
    start = data[:SAMPLE]
    for signature, kind, advice in SIGNATURES:
        if start.startswith(signature):
            is_workbook = kind == "a zip" and any(mark in data for mark in WORKBOOK)
            return ("a workbook", SAVE) if is_workbook else (kind, advice)
    if start[257:262] == b"ustar":
        return "an archive (tar)", UNPACK
    if data and not data.strip(b"\x00"):
        return f"{len(data)} bytes of nothing but zeros, as a crash leaves them", "the file itself"
    if wide := _wide_text(start):
        return wide, "text in UTF-8"
    controls = len(CONTROL.findall(start))
    if not start.startswith(UTF16) and controls > max(MOST_CONTROL, len(start) / 100):
        return "bytes that are no text", "a text file"
    return _other_text(start)


def _other_text(start: bytes) -> tuple[str, str] | None:
    """What text is instead of a table or a config, with its first words, and what to do."""
    # Of UTF-16 as of other encodings
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").decode("latin-1")
    lower = text.lower()
    shown = shorten(" ".join(text.split()), 40)
    if WEB_PAGE.match(lower):
        return f"a web page (HTML): {shown}", ITSELF
    if MARKUP.match(lower):
        return f"a web page or XML: {shown}", ITSELF
    if JSON.match(lower):
        return f"JSON: {shown}", "not in JSON"
    return None


def _wide_text(start: bytes) -> str | None:
    """The encoding of text with zeros between its letters, where these tell it; else None."""
    if start.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "text in UTF-32"
    if start.startswith(UTF16):
        return None
    # Of four bytes in a row those that are mostly zero
    parts = [start[place::4] for place in range(4)]
    zeros = [place for place, part in enumerate(parts) if part.count(0) > 0.6 * len(part)]
    if zeros in ([1, 2, 3], [0, 1, 2]):
        return "text in UTF-32 without a mark"
    return "text in UTF-16 without a mark" if zeros in ([1, 3], [0, 2]) else None
