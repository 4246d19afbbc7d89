"""Folders of the project that this library is a part of, and that it is the one that runs."""

from __future__ import annotations

import os
from pathlib import Path

# Resolved, because the library can be reached through a link.
WORKFLOW = Path(__file__).resolve().parents[2]
PROJECT = WORKFLOW.parent
SCHEMAS = WORKFLOW / "schemas"


def lead_python_path(workflow: Path) -> None:
    """Let every process that this one starts find the library of a workflow before any other.

    Parameters
    ----------
    workflow : path
        Folder that the library must be in.

    Raises
    ------
    RuntimeError
        If this is the library of another checkout, which would run its code unseen.
    """
    if workflow.resolve() != WORKFLOW:
        raise RuntimeError(f"the library of another checkout is loaded: {WORKFLOW}")
    behind = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(workflow), behind]))
