"""Folders of the project that this library is a part of."""

from __future__ import annotations

from pathlib import Path

# Resolved, because the library can be reached through a link.
WORKFLOW = Path(__file__).resolve().parents[2]
PROJECT = WORKFLOW.parent
SCHEMAS = WORKFLOW / "schemas"
