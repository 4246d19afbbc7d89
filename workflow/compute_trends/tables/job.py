"""One job of a run: its log, its tables in and out by name, its settings."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from compute_trends.common.project import require_own
from compute_trends.common.records import Record
from compute_trends.common.shards import Arrays, Part
from compute_trends.run.job_log import log_to
from compute_trends.run.one_run import JOBS, hold
from compute_trends.tables.dictionary import raw_table
from compute_trends.tables.generated import read_table, write_table
from compute_trends.tables.raw import read_checked, read_raw
from compute_trends.tables.shards import part_of, read_shards, write_shard


class Rule(Protocol):
    """What the workflow hands to a script: files and settings of its rule by name."""

    input: Any
    output: Any
    params: Any
    log: Any
    threads: int
    scriptdir: str


class Job:
    """Files and settings of one job, under the names that its rule gives them.

    An input or output that is a table has the name of the table in ``tables.yaml``.
    """

    def __init__(self, rule: Rule) -> None:
        self.input, self.output = rule.input, rule.output
        self.settings: Record = dict(rule.params.get("settings", {}))
        self.threads = rule.threads

    def tables(self, *names: str) -> list[pd.DataFrame]:
        """Input tables, in the order of their names; see `read_table` and `read_checked`."""
        return [self._read(self.input[name], name) for name in names]

    def texts(self, *names: str) -> list[pd.DataFrame]:
        """Raw input tables as people wrote them, in the order of their names; see `read_raw`."""
        return [read_raw(self.input[name], raw_table(name)) for name in names]

    def tables_of_exports(self, *names: str) -> list[list[pd.DataFrame]]:
        """Input tables of every export: for each name a list in the order of the exports."""
        return [[self._read(path, name) for path in self.input[name]] for name in names]

    def write(self, **tables: pd.DataFrame) -> None:
        """Check, write and seal output tables; see `write_table`."""
        for name, table in tables.items():
            write_table(table, self.output[name], name)

    def write_of_exports(self, **tables: list[pd.DataFrame]) -> None:
        """Write output tables of every export, for each name in the order of the exports."""
        for name, of_exports in tables.items():
            for table, path in zip(of_exports, self.output[name], strict=True):
                write_table(table, path, name)

    @property
    def part(self) -> Part:
        """Part of numbered work that this job does: the file of its shard is named so."""
        return part_of(self.output.shard)

    def write_shard(self, arrays: Arrays) -> None:
        """Write the output ``shard``; see `shards.write_shard`."""
        write_shard(self.output.shard, arrays)

    def shards(self) -> dict[Part, Arrays]:
        """What the jobs of all parts wrote; nothing where this job does the whole work itself."""
        return read_shards(self.input.shards)

    def _read(self, path: str, name: str) -> pd.DataFrame:
        # By its place, because what is claimed and what was found of it are both named claims.
        raw = Path(path).parent.parts[-2:] == ("data", "raw")
        return read_checked(path, name) if raw else read_table(path, name)


@contextlib.contextmanager
def job(rule: Rule) -> Iterator[Job]:
    """Run the block of a script as a job: see `log_to` for its log and its failure.

    Raises
    ------
    SystemExit
        Status 1 after any exception, and if the library is not the one beside the
        script: results would claim code that did not make them.
    """
    hold(JOBS)
    with log_to(rule.log[0]):
        require_own(Path(rule.scriptdir))
        yield Job(rule)
        # All that is left is to end: what was made goes with the process, unlooked at.
        gc.freeze()
