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
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def svg(timelines: Any) -> str:
    """A figure with marks, lines, bands, eras and names, as matplotlib writes it."""
    with mpl.rc_context(STYLE):
        timelines.drawing("figure1").figure.savefig(written := StringIO(), format="svg")
    return written.getvalue()


def test_it_is_much_shorter_and_has_the_same_elements(svg: str) -> None:
    short = short_svg(svg)
    assert len(short) < 0.7 * len(svg)
    before, after = (list(ElementTree.fromstring(text).iter()) for text in (svg, short))
    assert [element.tag for element in before] == [element.tag for element in after]
    assert [element.get("id") for element in before] == [element.get("id") for element in after]
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


def test_each_mark_keeps_its_look(svg: str) -> None:
    before, after = (_looks(ElementTree.fromstring(text)) for text in (svg, short_svg(svg)))
    assert before and before == after


def _looks(root: ElementTree.Element) -> list[str | None]:
    """Style of each mark, its own or that of its group."""
    return [
        mark.get("style") or group.get("style")
        for group in root.iter(f"{SVG}g")
        for mark in group.findall(f"{SVG}use")
    ]


@pytest.mark.parametrize("text", ["1.23456 FLOP", "a font-family: b; c", "from 0.125 to 0.375"])
def test_words_are_left_alone(text: str) -> None:
    svg = f"""<svg><style>*{{}}</style>
<text style="font-size: 5px; font-family: 'A', serif; fill: #111111" x="1.23456">{text}</text>
<text style="font-size: 5px; font-family: 'A', serif; fill: #111111" x="7.5">T</text></svg>"""
    assert f">{text}</text>" in short_svg(svg)


def test_marks_of_different_looks_keep_their_own() -> None:
    svg = '<g>\n <use x="1" style="fill: red"/>\n <use x="2" style="fill: blue"/>\n</g>'
    assert short_svg(svg) == svg.replace("\n ", "\n")
