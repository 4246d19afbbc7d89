from __future__ import annotations

import math
import re

from html_tree import Element, parse

from compute_trends.render.small_pictures import MARGIN, WIDTH, Whisker, shares, whiskers

TICKS = [(1.0, "×1"), (10.0, "×10")]


def drawn(*rows: Whisker) -> Element:
    return parse(str(whiskers(rows, TICKS, title="Growth", logarithmic=True))).one("svg")


def marks(picture: Element) -> list[float]:
    return [float(one.attributes["cx"]) for one in picture.all("circle")]


def test_equal_factors_are_equal_steps() -> None:
    first, middle, last = marks(drawn(*(Whisker("a", x, x, x) for x in (1.0, 10**0.5, 10.0))))
    assert first == MARGIN and last == WIDTH - MARGIN
    assert math.isclose(middle, (first + last) / 2, abs_tol=0.1)


def test_what_is_off_the_axis_stands_at_its_end() -> None:
    assert marks(drawn(Whisker("a", 50.0, 1.0, 50.0))) == [WIDTH - MARGIN]


def test_an_open_end_is_an_arrow_and_no_value_is_no_mark() -> None:
    picture = drawn(Whisker("a", None, 2.0, math.inf))
    assert len(picture.all("path", "arrow")) == 1 and not picture.all("circle")
    closed = drawn(Whisker("a", 3.0, 2.0, 4.0))
    assert not closed.all("path", "arrow")


def test_a_picture_is_described_and_texts_stay_texts() -> None:
    picture = drawn(Whisker("<b>&", 2.0, 1.5, 3.0))
    assert picture.attributes["aria-label"] == "Growth"
    assert [one.text for one in picture.all("text")] == ["×1", "×10", "<b>&"]


def test_parts_of_a_bar_are_as_wide_as_their_numbers() -> None:
    picture = parse(str(shares([("established", 3), ("not measured", 1)], title="t"))).one("svg")
    widths = [float(one.attributes["width"]) + 2 for one in picture.all("rect")]
    assert math.isclose(widths[0], 3 * widths[1], rel_tol=0.01)
    assert [one.text for one in picture.all("text")] == ["3", "1"]
    assert re.search("not-measured", str(picture.all("rect")[1].attributes["class"]))
