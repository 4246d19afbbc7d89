"""Folders of the project that this library is a part of, and that it is the one that runs."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

# Resolved, because the library can be reached through a link.
WORKFLOW = Path(__file__).resolve().parents[2]
PROJECT = WORKFLOW.parent
SCHEMAS = WORKFLOW / "schemas"


def require_own(code: Path) -> None:
    """Stop code that would run the library of another checkout, unseen.

    Parameters
    ----------
    code : path
        Folder of the code: the workflow that this library is in, or one below it.

    Raises
    ------
    RuntimeError
        If this library is in another folder.
    """
    place = code.resolve()
    if not place.is_relative_to(WORKFLOW):
        raise RuntimeError(f"{place} runs the library of another checkout, {WORKFLOW}")


def lead_python_path(workflow: Path) -> None:
    """Let every process that this one starts find the library of a workflow before any other.

    See `require_own`, too.
    """
    require_own(workflow)
    behind = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(workflow), behind]))


def prepare_jobs() -> None:
    """Make the environment of this process, which is Snakemake's, one that jobs can be started in.

    Snakemake writes the path of Python into the commands of its jobs as it is, so that a blank or
    an apostrophe in it would split them. The backend of matplotlib that a notebook sets is not
    installed here, and nothing is shown while it is drawn.
    """
    if Path(sys.executable).is_file():
        sys.executable = shlex.quote(sys.executable)
    os.environ["MPLBACKEND"] = "agg"
