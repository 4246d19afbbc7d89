"""Checksums of texts and files."""

from __future__ import annotations

import hashlib


def checksum(content: str | bytes) -> str:
    """SHA-256 of a text in UTF-8, or of bytes, in hexadecimal digits."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()
