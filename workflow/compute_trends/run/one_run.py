"""One run at a time in a folder, and no lock that a crash leaves behind.

Snakemake's own lock is a file, which stays after a crash, and goes by ``--unlock`` even where jobs
of a run that was killed still write. Locks of the system end with the process that holds them,
however it ends: every Snakemake holds one beside others, and so does every job. ``make`` starts a
run by ``python -m compute_trends.run.one_run``, which looks whether anybody holds one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, NoReturn

FOLDER = Path(".snakemake")
# Of Snakemake itself, below the working folder
LEFT = FOLDER / "locks"
RUN, JOBS = "run.lock", "jobs.lock"
AT_WORK = {
    RUN: "A run works in this folder{processes}: two would write the same files. Wait until it "
    "ends, or end it, and run again.",
    JOBS: "Jobs of a run that was ended still write in this folder{processes}. Wait until they "
    "end, or end them, and run again.",
}
READ_ONLY = (
    "cannot be written to: make it writable, or work in another folder "
    "(snakemake -s PROJECT/Snakefile --directory ELSEWHERE)."
)
UNLOCKED = "The last run here was interrupted; what it left half done is made again."


def hold(name: str) -> None:
    """Hold a lock of the working folder, beside others who do, until this process ends."""
    # Not in a folder that cannot be written to, nor on a disk that knows no locks
    with contextlib.suppress(OSError), _opened(name) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        # A second number of the open file, which nothing closes before the end.
        os.dup(file.fileno())


def at_work(name: str) -> str | None:
    """What to say to who wants to start a run while others hold a lock; None if nobody does."""
    with contextlib.suppress(OSError), _opened(name) as file:
        return None if _taken(file) else _message(name, file)
    return None


def unusable() -> str | None:
    """What to say where Snakemake cannot keep its notes in the working folder; None if it can."""
    folder = FOLDER if FOLDER.is_dir() else Path()
    return _closed(folder.absolute())


def read_only(folders: Iterable[str]) -> str | None:
    """What to say of the first folder, among some and those below, that cannot be written to."""
    below = (path for name in folders for path in (Path(name), *Path(name).rglob("*/")))
    return next(filter(None, map(_closed, filter(Path.is_dir, below))), None)


def _closed(folder: Path) -> str | None:
    """What to say of a folder that cannot be written to; None of another."""
    return None if os.access(folder, os.W_OK) else f"{folder} {READ_ONLY}"


def start(options: list[str]) -> NoReturn:
    """Start a run in place of this process.

    What Snakemake locked and a crash left locked is unlocked before. Of two who start at once
    Snakemake's own lock lets one go on.

    Raises
    ------
    SystemExit
        Status 1, and why, if others are at work or the folder cannot be written to.
    """
    if problem := unusable():
        raise SystemExit(problem)
    with contextlib.ExitStack() as files:
        taken = {name: files.enter_context(_opened(name)) for name in (RUN, JOBS)}
        for name, file in taken.items():
            if not _taken(file):
                raise SystemExit(_message(name, file))
        if LEFT.is_dir() and any(LEFT.iterdir()):
            shutil.rmtree(LEFT)
            print(UNLOCKED)
        fcntl.flock(taken[RUN], fcntl.LOCK_SH)
        os.set_inheritable(taken[RUN].fileno(), True)
        fcntl.flock(taken[JOBS], fcntl.LOCK_UN)
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "snakemake", *options])


def _opened(name: str) -> IO[str]:
    """The file of a lock."""
    FOLDER.mkdir(exist_ok=True)
    return (FOLDER / name).open("a", encoding="utf-8")


def _taken(file: IO[str]) -> bool:
    """Whether a lock could be taken alone: nobody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _message(name: str, file: IO[str]) -> str:
    """Who is at work and what to do, with the numbers of processes where the system tells them."""
    number = str(os.fstat(file.fileno()).st_ino)
    processes = set()
    with contextlib.suppress(OSError):
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            cells = line.split()
            if cells[1] == "FLOCK" and cells[5].rpartition(":")[2] == number:
                processes.add(cells[4])
    words = f" (process {', '.join(sorted(processes, key=int))})" if processes else ""
    return AT_WORK[name].format(processes=words)


if __name__ == "__main__":
    start(sys.argv[1:])
