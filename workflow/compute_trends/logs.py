"""The log of a job: everything goes to its file, a failure is told on the terminal too."""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from .problems import InputError


@contextlib.contextmanager
def log_to(path: str) -> Iterator[None]:
    """Send stderr and logging of the block to a file, and leave with status 1 if it fails.

    Parameters
    ----------
    path : str
        Log file; replaced.

    Raises
    ------
    SystemExit
        Status 1 after any exception. Its traceback is in the file; the terminal
        shows the problems of an InputError, or the last line of another exception.
    """
    with (
        Path(path).open("w", encoding="utf-8", buffering=1) as log,
        contextlib.redirect_stderr(log),
    ):
        handler = logging.StreamHandler(log)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        root = logging.getLogger()
        root.addHandler(handler)
        # Other libraries tell too much below a warning.
        logging.getLogger(__package__).setLevel(logging.INFO)
        try:
            yield
        except Exception as error:
            traceback.print_exc(file=log)
            cause = (
                f"{len(error.problems)} problem(s) in the input:\n{error}"
                if isinstance(error, InputError)
                else f"{type(error).__name__}: {error}"
            )
            print(cause, file=sys.__stderr__)
            raise SystemExit(1) from None
        finally:
            root.removeHandler(handler)
