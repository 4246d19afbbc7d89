"""Mutants of the raw files and the config: what people and programs do to spreadsheets.

A mutator takes the bytes of a file and a generator of random numbers, and gives other bytes.
"""

from __future__ import annotations

import base64
import bz2
import codecs
import csv
import gzip
import io
import lzma
import re
import zipfile
from collections.abc import Callable

import numpy as np

Rng = np.random.Generator
Mutator = Callable[[bytes, Rng], bytes]
Cells = list[list[str]]

FORMULAS = (
    *("=1+1", '=HYPERLINK("http://example.org","x")', "+1+1", "-2+3", "@SUM(A1)"),
    "=cmd|' /C x'!A0",
    *("\N{FULLWIDTH EQUALS SIGN}1+1", "\N{FULLWIDTH PLUS SIGN}1", "x;=1+1", 'x;"@SUM(A1)', "x\t-1"),
)
# What programs that draw, print or show a name take for more than text
MARKUP = (
    *("$^{AlphaGo Zero$^{", "Runs of $1M to $10M", "[1em] x", "*x", "~~x~~", "a | b", "#1 @x `y`"),
    "<script>alert(1)</script>",
    "<b>bold",
    "&lt;",
    "]]>",
    "{{ 7 * 7 }}",
    "{% include 'x' %}",
)
NULLS = (
    *("", "NA", "N/A", "null", "None", "nan", "NaN", "-", "?", "#REF!", "#VALUE!", " ", "\u00a0"),
    "0",
)
NUMBERS = (
    *("1e30", "-1", "1,234", "1.234.567", "1e999", "1e-999", "inf", "0x10", "1_000", "٣", "１２"),
    *(
        "1,2e9",
        "2.5 × 10^9",
        "10 billion",
        "1e",
        "--1",
        "9" * 400,
        "5e-324",
        "1e308",
        "0.1",
        "1 000",
    ),
)
DATES = (
    *("03/04/2015", "31/02/2012", "2012-02-30", "42097", "99999", "1900", "0", "12/05/21"),
    *("30000-01-01", "2012-09-30T00:00:00Z", "Sept. 1992", "0000-00-00", "tomorrow", "1/1/1"),
    *("20222", "0222", "2202-05-01", "25/05/0021", "13/05/2012", "05/13/2012", "00/05/2012"),
    *("2012-05-00", "5/13/12", "10000", "1921-05-25", "2099-01-01", "6/25/2012 0:00"),
)
ODD = (
    *("\u202e", "\u0000", "\x07", "\ufffd", "\ufeff", "é", "𝔘", "\r", "\n", "\t", '"', "'", ","),
    *(";", "\\"),
)
HUGE = ("x", "1", "é", "1 ", ",", '"', "\n")
# Letters that look like Latin ones, and signs that nobody sees
LIKE = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "A": "\u0391", "T": "\u0422"}
UNSEEN = ("\u200b", "\u200d", "\u200c", "\u00ad", "\u2060", "\u202e", "\ufe0f")
# Kinds that take any bytes
BYTES = (
    *("bits", "bytes", "sign", "deleted", "cut", "cut_end", "repeated", "encoding", "other_kind"),
    "empty",
)
ENCODINGS = (
    *("latin-1", "cp1252", "cp437", "cp037", "utf-7", "utf-16", "utf-16-le", "utf-16-be"),
    *("utf-32", "utf-32-le", "utf-32-be"),
)


def table(data: bytes) -> Cells:
    """Cells of a sound file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def text(rows: Cells, delimiter: str = ",", line_end: str = "\n") -> bytes:
    """A file of cells."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return file.getvalue().encode("utf-8", "surrogatepass")


def pick(rng: Rng, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]


def place(rng: Rng, rows: Cells, *, first: int = 1) -> tuple[int, int]:
    """A row below the header and a column."""
    row = int(rng.integers(first, max(len(rows), first + 1)))
    return min(row, len(rows) - 1), int(rng.integers(len(rows[0])))


# Of bytes.


def flip_bits(data: bytes, rng: Rng) -> bytes:
    changed = bytearray(data)
    for position in rng.integers(len(data), size=int(rng.integers(1, 5))):
        changed[position] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def replace_bytes(data: bytes, rng: Rng) -> bytes:
    changed = bytearray(data)
    for position in rng.integers(len(data), size=int(rng.integers(1, 5))):
        changed[position] = rng.integers(256)
    return bytes(changed)


def insert_sign(data: bytes, rng: Rng) -> bytes:
    position = int(rng.integers(len(data)))
    return data[:position] + pick(rng, ODD).encode() + data[position:]


def insert_quotes(data: bytes, rng: Rng) -> bytes:
    for _ in range(int(rng.integers(1, 3))):
        separators = [found.end() for found in re.finditer(rb"[,\n]", data)]
        position = separators[int(rng.integers(len(separators)))]
        data = data[:position] + b'"' + data[position:]
    return data


def delete_bytes(data: bytes, rng: Rng) -> bytes:
    start = int(rng.integers(len(data)))
    return data[:start] + data[start + int(rng.integers(1, 200)) :]


def cut_short(data: bytes, rng: Rng) -> bytes:
    return data[: int(rng.integers(len(data)))]


def repeat_bytes(data: bytes, rng: Rng) -> bytes:
    start = int(rng.integers(len(data)))
    part = data[start : start + int(rng.integers(1, 300))]
    return data[:start] + part + data[start:]


def other_encoding(data: bytes, rng: Rng) -> bytes:
    encoding = pick(rng, ENCODINGS)
    return data.decode().encode(encoding, "replace")


def cut_end(data: bytes, rng: Rng) -> bytes:
    """Cut within the last line, its end with it."""
    last = data.rstrip().rfind(b"\n")
    return data[: int(rng.integers(last + 2, len(data)))]


def other_kind(data: bytes, rng: Rng) -> bytes:
    """A file of another kind under the same name, in which the table may be."""
    kinds = (
        lambda: gzip.compress(data, mtime=0),
        lambda: bz2.compress(data),
        lambda: lzma.compress(data),
        lambda: _zipped("a.csv", data),
        lambda: _zipped("xl/workbook.xml", b"<workbook/>"),
        lambda: b"<!DOCTYPE html>\n<html><table><tr><td>" + data + b"</td></tr></table></html>\n",
        lambda: b'{"table": "' + base64.b64encode(data) + b'"}\n',
        lambda: b"%PDF-1.7\n" + data,
        lambda: bytes(len(data)),
        lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 9\n",
    )
    return kinds[int(rng.integers(len(kinds)))]()


def _zipped(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


def empty(_data: bytes, rng: Rng) -> bytes:
    return pick(rng, ("", "\n", "\ufeff", " ", "\x00", ",", '"')).encode()


# Of one cell.


def _cell(choose: Callable[[Rng, str], str]) -> Mutator:
    def mutate(data: bytes, rng: Rng) -> bytes:
        rows = table(data)
        row, column = place(rng, rows)
        rows[row][column] = choose(rng, rows[row][column])
        return text(rows)

    return mutate


MUTATORS: dict[str, Mutator] = {
    "bits": flip_bits,
    "bytes": replace_bytes,
    "sign": insert_sign,
    "quotes": insert_quotes,
    "deleted": delete_bytes,
    "cut": cut_short,
    "cut_end": cut_end,
    "repeated": repeat_bytes,
    "encoding": other_encoding,
    "other_kind": other_kind,
    "empty": empty,
    "null": _cell(lambda rng, _: pick(rng, NULLS)),
    "formula": _cell(lambda rng, _: pick(rng, FORMULAS)),
    "markup": _cell(lambda rng, _: pick(rng, MARKUP)),
    "number": _cell(lambda rng, _: pick(rng, NUMBERS)),
    "date": _cell(lambda rng, _: pick(rng, DATES)),
    "odd": _cell(lambda rng, cell: cell + pick(rng, ODD) + pick(rng, ODD)),
    "huge": _cell(lambda rng, _: pick(rng, HUGE) * int(rng.integers(1, 140_000))),
}


def _number(change: Callable[[Rng, float], str]) -> Mutator:
    """Change a number of a random row, if it has one."""

    def mutate(data: bytes, rng: Rng) -> bytes:
        rows = table(data)
        row, _ = place(rng, rows)
        numbers = [
            column
            for column, cell in enumerate(rows[row])
            if column and re.fullmatch(r"[0-9]+(\.[0-9]+)?(e[+]?[0-9]+)?", cell)
        ]
        if numbers:
            column = numbers[int(rng.integers(len(numbers)))]
            rows[row][column] = change(rng, float(rows[row][column]))
        return text(rows)

    return mutate


def look_alike(rng: Rng, cell: str) -> str:
    """A text with another letter that looks the same, a joiner more, or in other case."""
    places = [index for index, letter in enumerate(cell) if letter in LIKE]
    kind = int(rng.integers(4))
    if kind == 0 and places:
        index = places[int(rng.integers(len(places)))]
        return cell[:index] + LIKE[cell[index]] + cell[index + 1 :]
    if kind == 1:
        index = int(rng.integers(len(cell) + 1))
        return cell[:index] + pick(rng, UNSEEN) + cell[index:]
    return cell.swapcase() if kind == 2 else cell.replace("-", " ")


def misspell(rng: Rng, cell: str) -> str:
    """A text without one of its letters, or with two of them exchanged."""
    index = int(rng.integers(max(len(cell) - 1, 1)))
    if rng.integers(2):
        return cell[:index] + cell[index + 1 :]
    return cell[:index] + cell[index : index + 2][::-1] + cell[index + 2 :]


MUTATORS |= {
    "power": _number(lambda rng, value: f"{value * 1e3 ** int(rng.integers(-4, 5)):g}"),
    "noise": _number(lambda _rng, value: repr(value * (1 + 1e-9))),
    "look_alike": _cell(look_alike),
    "misspelt": _cell(misspell),
}


def similar_row(data: bytes, rng: Rng) -> bytes:
    """Repeat a row with another key, and one of its cells a little changed."""
    rows = table(data)
    row, column = place(rng, rows)
    again = list(rows[row])
    again[0] = pick(rng, ("9999", f"{again[0]}_2", again[0]))
    again[column] = pick(rng, (look_alike(rng, again[column]), misspell(rng, again[column]), "1"))
    return text([*rows, again])


# Of rows and columns.


def drop_column(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    column = int(rng.integers(len(rows[0])))
    return text([row[:column] + row[column + 1 :] for row in rows])


def double_column(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    column = int(rng.integers(len(rows[0])))
    return text([[*row, row[column]] for row in rows])


def swap_names(data: bytes, rng: Rng) -> bytes:
    """Exchange the names of two columns, but not their cells."""
    rows = table(data)
    one, other = rng.integers(len(rows[0]), size=2)
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]
    return text(rows)


def shift_row(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    row, column = place(rng, rows)
    rows[row].insert(column, "")
    return text([line[: len(rows[0])] for line in rows] if rng.integers(2) else rows)


def ragged_row(data: bytes, rng: Rng) -> bytes:
    """Drop a cell of one row, or put an empty one in, as an unquoted comma does."""
    rows = table(data)
    row, column = place(rng, rows)
    if rng.integers(2):
        del rows[row][column]
    else:
        rows[row].insert(column, "")
    return text(rows)


def nameless_column(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    column = int(rng.integers(len(rows[0]) + 1))
    for number, row in enumerate(rows):
        row.insert(column, "" if number == 0 else pick(rng, ("stray", "", "1")))
    return text(rows)


def all_dates(data: bytes, rng: Rng) -> bytes:
    """Write most or all dates of a file in another way, in which day and month may be unclear."""
    form = pick(rng, (r"\2/\1/\3", r"\1/\3", r"\3", r"\3-\2-\1", r"\3-\1-\2", r"0/\1/\3"))
    most = int(rng.integers(3))
    date = re.compile(r"\b(\d{2})/(\d{2})/(\d{4})\b")
    told = [max(map(int, found[:2])) > 12 for found in date.findall(data.decode())]
    if form.startswith(r"\3-") and not any(told[: 4 * most or None]):
        # Where no day is above 12, nothing tells y-d-m from y-m-d.
        form = r"\2/\1/\3"
    return date.sub(form, data.decode(), count=4 * most).encode()


def rename_column(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    column = int(rng.integers(len(rows[0])))
    rows[0][column] = pick(rng, ("", " ", rows[0][column].upper(), rows[0][0], "colour"))
    return text(rows)


def double_row(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    row, _ = place(rng, rows)
    return text([*rows, rows[row]])


def double_key(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    one, _ = place(rng, rows)
    other, _ = place(rng, rows)
    rows[one][0] = pick(rng, (rows[other][0], f" {rows[other][0]}", f"{rows[other][0]}.0"))
    return text(rows)


def delete_row(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    row, _ = place(rng, rows)
    return text(rows[:row] + rows[row + 1 :])


def keep_header(data: bytes, _rng: Rng) -> bytes:
    return text(table(data)[:1])


def mix_rows(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    one, column = place(rng, rows)
    other, _ = place(rng, rows)
    rows[one][column], rows[other][column] = rows[other][column], rows[one][column]
    return text(rows)


# What loses nothing: the result must be the same, or the file refused.


def other_program(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    blank = [""] * int(rng.integers(3))
    rows = [[*row, *blank] for row in rows] + [[""] * len(rows[0])] * int(rng.integers(3))
    made = text(rows, pick(rng, (",", ";", "\t")), pick(rng, ("\n", "\r\n", "\r")))
    coding = int(rng.integers(3))
    if coding == 1:
        return codecs.BOM_UTF8 + made
    return made.decode().encode("utf-16") if coding == 2 else made


def reorder_columns(data: bytes, rng: Rng) -> bytes:
    rows = table(data)
    order = rng.permutation(len(rows[0]))
    return text([[row[column] for column in order] for row in rows])


def other_numbers(data: bytes, rng: Rng) -> bytes:
    """Write plain numbers in another way that can be read in one way only."""
    rows = table(data)
    column = int(rng.integers(1, len(rows[0])))
    for row in rows[1:]:
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?(e[+]?[0-9]+)?", row[column]):
            row[column] = pick(rng, ("{}\u00a0", " {} ", "\ufeff{}", "+{}")).format(row[column])
    return text(rows)


MUTATORS |= {
    function.__name__: function
    for function in (
        *(drop_column, double_column, swap_names, shift_row, rename_column, double_row, double_key),
        *(ragged_row, nameless_column, all_dates),
        *(delete_row, keep_header, mix_rows, other_program, reorder_columns, other_numbers),
        similar_row,
    )
}
LOSSLESS = {"other_program", "reorder_columns", "other_numbers"}


# Of the config.


def config_line(data: bytes, rng: Rng) -> bytes:
    """Delete, double, indent or exchange lines."""
    lines = data.decode().splitlines()
    one, other = (int(line) for line in rng.integers(len(lines), size=2))
    action = int(rng.integers(4))
    if action == 0:
        del lines[one]
    elif action == 1:
        lines.insert(other, lines[one])
    elif action == 2:
        lines[one] = " " * int(rng.integers(1, 5)) + lines[one]
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines).encode()


VALUES = (
    *("", "null", "[]", "{}", "-1", "0", "1e30", "1.0e+30", ".inf", ".nan", "true", "yes", "'x'"),
    *("2012-02-30", "2012-09-30", "99999999999999999999", "[1, 2", "!!python/name:os.system"),
    *("*none", "&a [*a]", "|", "<b>", "=1+1", "../../x", "/etc/passwd", "{__use_yte__: true}"),
    *("1_000", "0o17", "1:30", "~", "017", "1e28", "'5'", "5.0", "no", "09", "1.0e-300", "36500"),
    *("2022-03-table", "[2022-03-table]", "2010-2-3", "$1M to $10M", "01/02/2010"),
)


def config_value(data: bytes, rng: Rng) -> bytes:
    lines = data.decode().splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r" *[a-z_]+: ", line)]
    line = keys[int(rng.integers(len(keys)))]
    lines[line] = lines[line].partition(":")[0] + ": " + pick(rng, VALUES)
    return "\n".join(lines).encode()


def config_key(data: bytes, rng: Rng) -> bytes:
    keys = sorted({found[0] for found in re.finditer(rb"\b[a-z_]{4,}(?=:)", data)})
    one, other = (keys[int(key)] for key in rng.integers(len(keys), size=2))
    return data.replace(one + b":", other + b":", 1)


CONFIG_MUTATORS: dict[str, Mutator] = {
    "config_line": config_line,
    "config_value": config_value,
    "config_key": config_key,
    **{name: MUTATORS[name] for name in BYTES},
}
