"""Mechanics of the report's page: files inside it, its contents, what it may run."""

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


def data_uri(path: str) -> str:
    """A file as an address that holds the file itself.

    Parameters
    ----------
    path : str
        Ending in one of `MEDIA_TYPES`.

    Returns
    -------
    str
        ``data:`` URI with the bytes in base64.
    """
    file = Path(path)
    encoded = base64.b64encode(file.read_bytes()).decode("ascii")
    return f"data:{MEDIA_TYPES[file.suffix]};base64,{encoded}"


def saved_file(path: str) -> dict[str, str]:
    """What a link needs that saves a file which the page holds as an address.

    Parameters
    ----------
    path : str
        Ending in one of `FORMATS`.

    Returns
    -------
    dict
        ``name`` to save under, ``format`` in words, ``uri`` with the bytes.
    """
    file = Path(path)
    return {"name": file.name, "format": FORMATS[file.suffix], "uri": data_uri(path)}


def packed_file(name: str, path: str) -> dict[str, str]:
    """What a link needs that saves a file from the page's archive.

    Parameters
    ----------
    name : str
        Stem to save it under.
    path : str
        Ending in one of `FORMATS`; relative to the project, so that the link works
        without the archive where the report lies in its place.

    Returns
    -------
    dict
        ``name`` to save under, ``format`` in words, ``path``.
    """
    ending = Path(path).suffix
    return {"name": name + ending, "format": FORMATS[ending], "path": path}


def archive(files: Iterable[dict[str, str]]) -> Markup:
    """Text files in little space: several hundred kilobytes of tables take a fifth of it.

    Parameters
    ----------
    files : iterable of dict
        From `packed_file`.

    Returns
    -------
    markupsafe.Markup
        Texts by name as JSON, compressed (zlib), in base64.
    """
    texts = {file["name"]: Path(file["path"]).read_text(encoding="utf-8") for file in files}
    packed = zlib.compress(json.dumps(texts, ensure_ascii=False).encode("utf-8"), level=9)
    return Markup(base64.b64encode(packed).decode("ascii"))


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
    """Scripts as they may stand inside an HTML ``script`` element, one after the other.

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


def json_in_html(value: Any) -> str:
    """JSON that may stand inside an HTML ``script`` element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


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
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
