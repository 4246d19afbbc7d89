"""The log of a job: a file for everything, and the terminal for a failure."""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from compute_trends.common.notices import NOTICES
from compute_trends.common.problems import InputError, problems_text, write_problems


@contextlib.contextmanager
def log_to(path: str) -> Iterator[None]:
    """Send stderr and logging of the block to a file, and leave with status 1 if it fails.

    The terminal shows what `common.notices.tell` is given.

    Parameters
    ----------
    path : str
        Log file, ``logs/{job}.log`` in the folder of results; replaced.

    Raises
    ------
    SystemExit
        Status 1 after any exception. Its traceback is in the file; the terminal
        shows the problems of an InputError, or the last line of another exception.
        The problems are also in ``checks/problems/{job}.csv``, which is gone after
        a run without any.
    """
    file = Path(path)
    problems = str(file.parents[1] / "checks" / "problems" / f"{file.stem}.csv")
    with (
        file.open("w", encoding="utf-8", buffering=1) as log,
        contextlib.redirect_stderr(log),
    ):
        handler = logging.StreamHandler(log)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        root = logging.getLogger()
        root.addHandler(handler)
        terminal = logging.StreamHandler(sys.__stderr__)
        NOTICES.addHandler(terminal)
        # Other libraries tell too much below a warning.
        logging.getLogger("compute_trends").setLevel(logging.INFO)
        try:
            write_problems([], problems)
            yield
        except Exception as error:
            traceback.print_exc(file=log)
            cause = f"{type(error).__name__}: {error}"
            if isinstance(error, InputError):
                cause = problems_text(error.problems, file=problems)
                write_problems(error.problems, problems)
            print(cause, file=sys.__stderr__)
            raise SystemExit(1) from None
        finally:
            root.removeHandler(handler)
            NOTICES.removeHandler(terminal)
