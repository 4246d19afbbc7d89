"""SVG files as matplotlib writes them, said in fewer letters: the page holds two of each figure."""

from __future__ import annotations

import re

# An element's own letters; what is between elements, such as a text, is left as it is.
TAG = re.compile(r"<[^>]*>")
# A number with more decimals than anybody sees: a hundredth of a point is 4 micrometres.
LONG_NUMBER = re.compile(r"(?<=[ \"(])-?\d+\.\d{3,}(?=[ \",)])")
DECIMALS = 2
NO_ROTATION = re.compile(r' transform="rotate\(-0 [^"]*\)"')
FAMILY = re.compile(r" font-family: [^;\"]*;")
STYLE_SHEET = "</style>"
# Marks of one look, one after the other
MARKS = re.compile(r'<g([^>]*)>((?:\s*<use [^>]* style="[^"]*"/>)+\s*)</g>')
LOOK = re.compile(r' style="([^"]*)"/>')


def short_svg(svg: str) -> str:
    """The same figure in about half of the letters.

    Places are rounded to `DECIMALS`, in points. What all texts, or all marks of a group, have in
    common is said once. Texts, identifiers and the order of elements stay.
    """
    families = set(FAMILY.findall(svg))
    if len(families) == 1:
        rule = f"text{{{families.pop().strip(' ;')}}}"
        svg = FAMILY.sub("", svg).replace(STYLE_SHEET, rule + STYLE_SHEET, 1)
    svg = MARKS.sub(_of_one_look, NO_ROTATION.sub("", svg))
    svg = TAG.sub(lambda tag: LONG_NUMBER.sub(_rounded, tag[0].replace(" \n", " ")), svg)
    return re.sub(r"\n +", "\n", svg)


def _of_one_look(group: re.Match[str]) -> str:
    """A group of marks; their style as its own where they have one between them."""
    looks = set(LOOK.findall(group[2]))
    if len(looks) > 1:
        return group[0]
    return f'<g{group[1]} style="{looks.pop()}">{LOOK.sub("/>", group[2])}</g>'


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.{DECIMALS}f}".rstrip("0").rstrip(".")
