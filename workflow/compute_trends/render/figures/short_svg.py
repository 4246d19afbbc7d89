"""SVG files as matplotlib writes them, said in fewer letters: the page holds two of each figure."""

from __future__ import annotations

import re
from collections import Counter

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
STYLE = re.compile(r' style="([^"]*)"')
# What matplotlib names by a hash, of marks and of what cuts them off, for references alone
HASH = r"[mp][0-9a-f]{10}|C[0-9a-f]+_[0-9a-f]+_[0-9a-f]{10}"
HASHED = re.compile(rf'(?<= id=")({HASH})(?=")')
REFERENCE = re.compile(rf'(?<=[#"])({HASH})(?=[")])')


def short_svg(svg: str) -> str:
    """The same figure in less than half of the letters.

    Places are rounded to `DECIMALS`, in points. What all texts, or all marks of a group, have in
    common is said once, and so is each style, as a class. Texts and the order of elements stay,
    and identifiers but for hashes, which get short names.
    """
    families = set(FAMILY.findall(svg))
    if len(families) == 1:
        rule = f"text{{{families.pop().strip(' ;')}}}"
        svg = FAMILY.sub("", svg).replace(STYLE_SHEET, rule + STYLE_SHEET, 1)
    svg = MARKS.sub(_of_one_look, NO_ROTATION.sub("", svg))
    svg = TAG.sub(lambda tag: LONG_NUMBER.sub(_rounded, tag[0].replace(" \n", " ")), svg)
    return re.sub(r"\n +", "\n", _with_short_names(_with_classes(svg)))


def _of_one_look(group: re.Match[str]) -> str:
    """A group of marks; their style as its own where they have one between them."""
    looks = set(LOOK.findall(group[2]))
    if len(looks) > 1:
        return group[0]
    return f'<g{group[1]} style="{looks.pop()}">{LOOK.sub("/>", group[2])}</g>'


def _with_classes(svg: str) -> str:
    """Styles that come several times as classes of the style sheet, if there is one."""
    looks = Counter(look for tag in TAG.findall(svg) for look in STYLE.findall(tag))
    often = [look for look, times in looks.items() if times > 1]
    if not often or STYLE_SHEET not in svg:
        return svg
    names = {look: f"s{number}" for number, look in enumerate(often)}
    rules = "".join(f".{name}{{{look}}}" for look, name in names.items())

    def named(style: re.Match[str]) -> str:
        return f' class="{names[style[1]]}"' if style[1] in names else style[0]

    svg = TAG.sub(lambda tag: STYLE.sub(named, tag[0]), svg)
    return svg.replace(STYLE_SHEET, rules + STYLE_SHEET, 1)


def _with_short_names(svg: str) -> str:
    """Hashes that are names as numbers."""
    hashes = dict.fromkeys(name for tag in TAG.findall(svg) for name in HASHED.findall(tag))
    names = {name: f"_{number}" for number, name in enumerate(hashes)}
    return TAG.sub(lambda tag: REFERENCE.sub(lambda name: names.get(name[1], name[1]), tag[0]), svg)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.{DECIMALS}f}".rstrip("0").rstrip(".")
