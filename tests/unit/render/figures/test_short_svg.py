from __future__ import annotations

import re
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from compute_trends.render.figures.short_svg import short_svg
from compute_trends.render.figures.style import STYLE

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
HASH = re.compile(r"[mp][0-9a-f]{10}|C\w+_\w+_[0-9a-f]{10}")
CLASS = re.compile(r"\.(\w+)\{([^}]*)\}")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def svg(timelines: Any) -> str:
    """A figure with marks, lines, bands, eras and names, as matplotlib writes it."""
    with mpl.rc_context(STYLE):
        timelines.drawing("figure1").figure.savefig(written := StringIO(), format="svg")
    return written.getvalue()


def test_it_is_much_shorter_and_has_the_same_elements(svg: str) -> None:
    short = short_svg(svg)
    assert len(short) < 0.6 * len(svg)
    before, after = (list(ElementTree.fromstring(text).iter()) for text in (svg, short))
    assert [element.tag for element in before] == [element.tag for element in after]
    ids = [[element.get("id", "") for element in elements] for elements in (before, after)]
    stay = [(one, other) for one, other in zip(*ids, strict=True) if not HASH.fullmatch(one)]
    assert all(one == other for one, other in stay) and len(stay) > 50
    texts = f"{SVG}text"
    for one, other in zip(before, after, strict=True):
        assert one.tag != texts or one.text == other.text


def test_places_are_the_same_to_a_hundredth_of_a_point(svg: str) -> None:
    trees = (ElementTree.fromstring(text).iter() for text in (svg, short_svg(svg)))
    pairs = zip(*trees, strict=True)
    for one, other in pairs:
        for key in ("x", "y", "d", "width", "height"):
            before, after = (
                [float(number) for number in NUMBER.findall(element.get(key, ""))]
                for element in (one, other)
            )
            assert after == pytest.approx(before, abs=0.0051)


def test_each_mark_is_of_the_same_shape(svg: str) -> None:
    shapes, outlines = [], []
    for text in (svg, short_svg(svg)):
        elements = list(ElementTree.fromstring(text).iter())
        named = {f"#{one.get('id')}": one.get("d") for one in elements if one.get("id")}
        used = [named[one.get(LINK, "")] for one in elements if one.tag == f"{SVG}use"]
        shapes.append([[float(number) for number in NUMBER.findall(d or "")] for d in used])
        paths = {f"url({name})" for name in named}
        cut = [one.get("clip-path") for one in elements if one.get("clip-path")]
        outlines.append(len(cut))
        assert set(cut) <= paths
    assert len(shapes[0]) == len(shapes[1]) > 50 and outlines[0] == outlines[1]
    for one, other in zip(*shapes, strict=True):
        assert other == pytest.approx(one, abs=0.0051)


def test_each_mark_keeps_its_look(svg: str) -> None:
    before, after = (_looks(ElementTree.fromstring(text)) for text in (svg, short_svg(svg)))
    assert before and before == after


def _looks(root: ElementTree.Element) -> list[str | None]:
    """Style of each mark, its own or that of its group, by itself or as a class."""
    sheet = "".join(style.text or "" for style in root.iter(f"{SVG}style"))
    classes = dict(CLASS.findall(sheet))

    def look(element: ElementTree.Element) -> str | None:
        return element.get("style") or classes.get(element.get("class", ""))

    return [
        look(mark) or look(group)
        for group in root.iter(f"{SVG}g")
        for mark in group.findall(f"{SVG}use")
    ]


@pytest.mark.parametrize("text", ["1.23456 FLOP", "a font-family: b; c", "from 0.125 to 0.375"])
def test_words_are_left_alone(text: str) -> None:
    svg = f"""<svg><style>*{{}}</style>
<text style="font-size: 5px; font-family: 'A', serif; fill: #111111" x="1.23456">{text}</text>
<text style="font-size: 5px; font-family: 'A', serif; fill: #111111" x="7.5">T</text></svg>"""
    assert f">{text}</text>" in short_svg(svg)


def test_a_look_that_comes_again_is_said_once() -> None:
    svg = '<svg><style>*{}</style><g style="a: b"/><g style="c: d"/><g style="a: b"/></svg>'
    assert short_svg(svg) == (
        '<svg><style>*{}.s0{a: b}</style><g class="s0"/><g style="c: d"/><g class="s0"/></svg>'
    )


def test_marks_of_different_looks_keep_their_own() -> None:
    svg = '<g>\n <use x="1" style="fill: red"/>\n <use x="2" style="fill: blue"/>\n</g>'
    assert short_svg(svg) == svg.replace("\n ", "\n")
