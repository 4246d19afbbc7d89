"""Parts of an HTML page that needs nothing else: embedded files, contents, policy."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from markupsafe import Markup

# Format in words and media type of files that the page holds or that can be saved from it
FORMATS = {
    ".csv": ("CSV", "text/csv"),
    ".md": ("Markdown", "text/markdown"),
    ".pdf": ("PDF", "application/pdf"),
    ".png": ("PNG", "image/png"),
    ".svg": ("SVG", "image/svg+xml"),
    ".tex": ("LaTeX", "application/x-tex"),
}
# Scripts of the page in ``workflow/report``, in this order, because later ones use earlier ones
PAGE_SCRIPTS = (
    "page",
    "systems",
    "numbers",
    "files",
    "lines",
    "bands",
    "explorer",
    "calculator",
)
HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?) <a class="permalink"', re.DOTALL)


def data_uri(name: str, content: bytes) -> str:
    """Data URI of a file, with its bytes in base64."""
    encoded = base64.b64encode(content).decode("ascii")
    return f"data:{FORMATS[Path(name).suffix][1]};base64,{encoded}"


def saved_file(name: str, content: bytes) -> dict[str, str]:
    """Download link of an embedded file: name, format in words, URI with the bytes."""
    return {"name": name, "format": FORMATS[Path(name).suffix][0], "uri": data_uri(name, content)}


def packed_file(name: str, path: str, text: str) -> dict[str, str]:
    """Download link of a text file in the page's archive: name, format in words, path, text.

    The ``name`` to save it under gets the ending of the ``path``, which is relative to the working
    folder, so that the link works without the archive where the report lies in its place.
    """
    ending = Path(path).suffix
    return {"name": name + ending, "format": FORMATS[ending][0], "path": path, "text": text}


def archive(files: Iterable[dict[str, str]]) -> Markup:
    """Archive of the texts of `packed_file`, which takes a fifth of their space.

    Texts by name as JSON, compressed (zlib), in base64.
    """
    texts = {file["name"]: file["text"] for file in files}
    compressed = zlib.compress(json.dumps(texts, ensure_ascii=False).encode("utf-8"), level=9)
    return Markup(base64.b64encode(compressed).decode("ascii"))


def contents(body: str) -> list[dict[str, Any]]:
    """Table of contents of a page whose headings carry an id and a permalink.

    ``id``, ``title`` and ``parts`` (the same of the third level) of each heading of the second.
    """
    entries: list[dict[str, Any]] = []
    for level, anchor, title in HEADING.findall(body):
        entry = {"id": anchor, "title": Markup(title)}
        if level == "2":
            entries.append(entry | {"parts": []})
        else:
            entries[-1]["parts"].append(entry)
    return entries


def inline_script(*sources: str) -> Markup:
    """Text of an HTML ``script`` element that holds scripts one after the other.

    Raises
    ------
    ValueError
        If a script would end the element: that cannot be mended without knowing where
        in the script it stands.
    """
    script = "\n".join(sources)
    if re.search(r"</script|<!--", script, re.IGNORECASE):
        raise ValueError("a script of the page holds </script or <!--, which would end it early")
    return Markup(script)


def json_in_html(value: Any) -> Markup:
    """JSON for inside an HTML ``script`` element, which it cannot end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))


def content_policy(script: str) -> str:
    """Content-Security-Policy that lets the page run one script, draw, and reach nothing.

    For a ``meta`` element (CSP level 3: hash of the script, no eval, no network).
    """
    # The policy wants the digest's bytes in base64, not the hexadecimal digits of `checksum`.
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def web_address(link: str | None) -> str | None:
    """A link if it leads to the web, so that no other kind of address gets into the page."""
    return link if link and re.match(r"https?://", link) else None
