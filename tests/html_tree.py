"""HTML as a tree, so that tests look for elements and texts, not for characters."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = ("br", "hr", "img", "input", "link", "meta", "source")


class Element:
    """An element with its attributes, and what is inside in order."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.inside: list[Element | str] = []

    def __iter__(self) -> Iterator[Element]:
        """Itself and every element inside."""
        yield self
        for part in self.inside:
            if isinstance(part, Element):
                yield from part

    @property
    def raw_text(self) -> str:
        """Text as it stands."""
        return "".join(part if isinstance(part, str) else part.raw_text for part in self.inside)

    @property
    def text(self) -> str:
        """Text as a reader sees it, with single spaces."""
        return " ".join(self.raw_text.split())

    def all(self, tag: str, kind: str | None = None) -> list[Element]:
        """Elements of a tag and a class inside, in order."""
        return [
            element
            for element in self
            if element.tag == tag
            and (kind is None or kind in element.attributes.get("class", "").split())
        ]

    def one(self, tag: str, kind: str | None = None) -> Element:
        """The only element of a tag and a class inside."""
        [element] = self.all(tag, kind)
        return element

    @property
    def caption(self) -> str:
        """Text above a figure or a table, which folds one up or stands there."""
        return (self.all("figcaption") or self.all("summary"))[0].text

    def has(self, identity: str) -> bool:
        """Whether an element inside has an id."""
        return any(element.attributes.get("id") == identity for element in self)

    def by_id(self, identity: str) -> Element:
        """The only element inside with an id."""
        [element] = [one for one in self if one.attributes.get("id") == identity]
        return element

    def containing(self, tag: str, text: str) -> Element:
        """The only element of a tag inside whose text holds a text."""
        [element] = [one for one in self.all(tag) if text in one.text]
        return element

    def rows(self) -> list[list[str]]:
        """Texts of the cells of each row of a table's body."""
        return [
            [cell.text for cell in row if cell.tag in ("td", "th")]
            for body in self.all("tbody")
            for row in body.all("tr")
        ]


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)

    def handle_endtag(self, tag: str) -> None:
        started = self.open.pop().tag
        assert started == tag, f"<{started}> ends as </{tag}>, line {self.getpos()[0]}"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parse(html: str) -> Element:
    """Parse a page, or a part of it, whose elements all are closed."""
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    [document] = builder.open
    return document


def as_read(html: str) -> str:
    """A part of a page as a reader sees it: one line, powers as 10^3, blanks that break no line."""
    tree = parse(str(html))
    for raised in tree.all("sup"):
        raised.inside.insert(0, "^")
    return tree.raw_text
