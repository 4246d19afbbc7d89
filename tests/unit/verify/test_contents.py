from __future__ import annotations

import base64
import json
import zlib
from io import BytesIO

import pytest
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from compute_trends.verify.contents import PROVENANCE, contents_alike
from compute_trends.verify.tolerance import read_tolerance


def told(path: str, ours: bytes | str, again: bytes | str) -> str | None:
    """What is different in two contents of a file; None if they hold the same."""
    one, other = (text.encode() if isinstance(text, str) else text for text in (ours, again))
    return contents_alike(path, one, other, read_tolerance()).different


@pytest.mark.parametrize(
    ("ours", "again", "same"),
    [
        ('{"a": 0.30000000000000004}', '{"a": 0.3}', True),
        ('{"a": 0.123456789}', '{"a": 0.123456788}', True),
        ('{"a": 0.12345678}', '{"a": 0.12345679}', False),
        ("growth of 4.7 per year", "growth of 4.8 per year", False),
        ("established", "undecided", False),
        ("a\nb", "a\nb\nc", False),
        (f'"hash": "{"a1" * 32}", "bytes": 10', f'"hash": "{"b2" * 32}", "bytes": 11', True),
        ('{"a": 1.1102230246251565e-16}', '{"a": 0}', True),
        ('{"a": 1000000000000.0}', '{"a": 1000000000001.0}', True),
        ('{"a": 1.5, "b": 2}', '{"a": 1.5}', False),
    ],
)
def test_printed_digits_of_texts_are_the_same(ours: str, again: str, same: bool) -> None:
    assert (told("results/headlines.json", ours, again) is None) == same


def test_what_is_different_is_shown_with_its_place() -> None:
    found = told(
        "results/tables/a.md", "| one | 1.5 |\n| two | 2.5 |", "| one | 1.5 |\n| two | 2.6 |"
    )
    assert found == "line 2: | two | 2.5 |, again | two | 2.6 |"


def test_bytes_that_nobody_can_look_into_are_different() -> None:
    assert told("results/a.bin", b"\xff\x00", b"\xff\x01") == "other bytes"


def test_a_record_is_the_same_but_for_what_is_told_otherwise() -> None:
    record = {
        "seed": 1,
        "products": {"a": "1"},
        "machine": {},
        "code": {"commit": "a", "files": {}},
    }
    other = record | {"products": {"a": "2"}, "machine": {"blas_kernel": "Zen"}}
    other["code"] = {"commit": "b", "files": {}}
    assert told(PROVENANCE, json.dumps(record), json.dumps(other)) is None
    assert told(PROVENANCE, json.dumps(record), json.dumps(other | {"seed": 2})) == "other seed"


def drawn(ending: str, **end: float) -> bytes:
    """A drawing in a format that was saved with a given end of its line."""
    figure = Figure(figsize=(2, 2))
    axes = figure.add_subplot()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.plot([0, end["x"]], [0, 1])
    about = {"Date": None} if ending == "svg" else {"CreationDate": None}
    figure.savefig(written := BytesIO(), format=ending, metadata=about)
    return written.getvalue()


@pytest.mark.parametrize(("x", "same"), [(0.5 + 1e-9, True), (0.5001, True), (0.6, False)])
def test_a_pdf_is_what_it_shows(x: float, same: bool) -> None:
    assert (told("results/figures/a.pdf", drawn("pdf", x=0.5), drawn("pdf", x=x)) is None) == same


def picture(*, size: int = 100, corner: int = 50, colour: str = "black") -> bytes:
    image = Image.new("RGB", (size, size), "white")
    ImageDraw.Draw(image).rectangle((0, 0, corner, corner), fill=colour)
    image.save(written := BytesIO(), format="png")
    return written.getvalue()


def test_a_picture_is_what_it_shows() -> None:
    path = "results/figures/a.png"
    assert told(path, picture(), picture(colour="#010000")) is None
    assert told(path, picture(), picture(corner=60)) is not None
    assert told(path, picture(), picture(size=101)) == "another size or title"


def page(
    *, text: str = "4.7", svg: str = "<svg>1.00</svg>", table: str = "a\n1", told: str = ""
) -> str:
    packed = base64.b64encode(zlib.compress(json.dumps({"a.csv": table}).encode())).decode()
    image = base64.b64encode(svg.encode()).decode()
    return (
        f'<p>{text}</p><img src="data:image/svg+xml;base64,{image}">'
        f'<script type="text/plain" id="archive">{packed}</script>'
        f'<section aria-labelledby="provenance"><p>{told}</p></section>'
    )


def test_a_page_is_what_it_says_and_shows() -> None:
    path = "report/index.html"
    same = {"svg": "<svg>1.01</svg>", "table": "a\n1.0000000000001", "told": "Processor: Z80"}
    for name, value in same.items():
        assert told(path, page(), page(**{name: value})) is None
    for name, value in {"text": "4.8", "svg": "<svg>2.00</svg>", "table": "a\n2"}.items():
        assert told(path, page(), page(**{name: value})) is not None
