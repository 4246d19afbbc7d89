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

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
}
FORMATS = {
    ".csv": "CSV",
    ".md": "Markdown",
    ".pdf": "PDF",
    ".png": "PNG",
    ".svg": "SVG",
    ".tex": "LaTeX",
}
HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?) <a class="permalink"', re.DOTALL)


def data_uri(name: str, content: bytes) -> str:
    """Data URI of a file, with its bytes in base64.

    Parameters
    ----------
    name : str
        Ending in one of `MEDIA_TYPES`.
    content : bytes
        What the file holds.
    """
    encoded = base64.b64encode(content).decode("ascii")
    return f"data:{MEDIA_TYPES[Path(name).suffix]};base64,{encoded}"


def saved_file(name: str, content: bytes) -> dict[str, str]:
    """Download link of an embedded file.

    Parameters
    ----------
    name : str
        Ending in one of `FORMATS`.
    content : bytes
        What the file holds.

    Returns
    -------
    dict
        ``name`` to save under, ``format`` in words, ``uri`` with the bytes.
    """
    return {"name": name, "format": FORMATS[Path(name).suffix], "uri": data_uri(name, content)}


def packed_file(name: str, path: str, text: str) -> dict[str, str]:
    """Download link of a text file in the page's archive.

    Parameters
    ----------
    name : str
        Stem to save it under.
    path : str
        Ending in one of `FORMATS`; relative to the working folder, so that the link
        works without the archive where the report lies in its place.
    text : str
        What the file holds.

    Returns
    -------
    dict
        ``name`` to save under, ``format`` in words, ``path``, ``text``.
    """
    ending = Path(path).suffix
    return {"name": name + ending, "format": FORMATS[ending], "path": path, "text": text}


def archive(files: Iterable[dict[str, str]]) -> Markup:
    """Archive of text files inside the page, which takes a fifth of their space.

    Parameters
    ----------
    files : iterable of dict
        From `packed_file`.

    Returns
    -------
    markupsafe.Markup
        Texts by name as JSON, compressed (zlib), in base64.
    """
    texts = {file["name"]: file["text"] for file in files}
    compressed = zlib.compress(json.dumps(texts, ensure_ascii=False).encode("utf-8"), level=9)
    return Markup(base64.b64encode(compressed).decode("ascii"))


def contents(body: str) -> list[dict[str, Any]]:
    """Table of contents of a page.

    Parameters
    ----------
    body : str
        HTML whose headings of the second and third level carry an id and a permalink.

    Returns
    -------
    list of dict
        ``id``, ``title`` and ``parts`` (the same of the third level) of each heading.
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

    Parameters
    ----------
    *sources : str
        JavaScript.

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

    Parameters
    ----------
    script : str
        Text of the only ``script`` element that may run.

    Returns
    -------
    str
        Policy for a ``meta`` element (CSP level 3: hash of the script, no eval, no network).
    """
    # The policy wants the digest's bytes in base64, not the hexadecimal digits of `checksum`.
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
