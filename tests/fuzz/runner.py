"""Send mutants of the real raw files and config through cleaning and estimation, in process.

``make fuzz N=10000``. Each mutant must be refused with an `InputError`, or give what the
rows that it left alone gave before, with each of its rows in a table. Anything else is a
failure: another exception, a value that changed, a row that is gone, more than `PATIENCE`.
"""

from __future__ import annotations

import argparse
import csv
import functools
import io
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml
from pipeline import PaperRun, changed, settings_in
from project import RAW, ROOT

from compute_trends.clean.export import clean_exports
from compute_trends.common.problems import InputError, problems_text, write_problems
from compute_trends.settings.clean import Clean, ExportFile, Plausible
from compute_trends.settings.models import Settings
from compute_trends.tables.raw import read_checked

from .mutants import CONFIG_MUTATORS, LOSSLESS, MUTATORS, table, text

# How often each file is mutated; those that are only read take part less.
FILES = {
    "annotations.csv": 6,
    "corrections.csv": 3,
    "paper_values.csv": 1,
    "compute_inputs.csv": 5,
    "hardware.csv": 2,
    "discrepancies.csv": 1,
    "later_values.csv": 1,
    "later_verdicts.csv": 1,
    "claims.csv": 1,
    "published_tables.csv": 1,
    "config.yaml": 3,
    "export.csv": 6,
}
# The real files in parts, because a dozen rows show what a hundred do.
BLOCK = 12
SAMPLES = 100
# Seconds of CPU: other programs may keep the machine busy
PATIENCE = 10


# What the clean stage reads; if none of it was mutated, its tables are as before.
CLEANED = ("annotations.csv", "corrections.csv", "paper_values.csv", "config.yaml")
# Files that are only read, by a check each.
READ = ("claims.csv", "published_tables.csv", "later_verdicts.csv")


# An export of the systems of a part, with the month first in its dates
EXPORT = ExportFile(name="made_up", path="export.csv", date="2022-03-07")
OF_EXPORTS = ("hardware", "vintages", "vintage_columns", "vintage_unread")
HEADERS = {
    "system": "Model",
    "publication_date": "Publication date",
    "organizations": "Organization",
    "domain": "Domain",
    "parameters": "Parameters",
    "training_compute_flop": "Training compute (FLOP)",
    "authors": "Authors",
}


class Results(NamedTuple):
    """What the stages give, each row as text by its key; of the export by the system's name."""

    rows: dict[str, str]
    estimates: dict[str, str]
    compute: dict[str, str]
    export: dict[str, str]
    cleaned: list[pd.DataFrame]

    def same(self, other: Results) -> bool:
        """Whether other results are the same."""
        return self[:4] == other[:4]


class Failure(NamedTuple):
    """A mutant that was neither refused nor right."""

    number: int
    mutant: str
    what: str


class Slow(Exception):  # noqa: N818
    """A mutant that takes too long."""


def settings_of(folder: Path) -> Settings:
    """The settings of a folder, checked, with fewer draws of each estimate.

    Nothing is learnt from as few systems, so that each estimate rests on its own row alone.
    """
    settings = settings_in(folder / "config.yaml")
    settings = changed(settings, "estimate.uncertainty.least_systems", BLOCK + 1)
    return changed(settings, "estimate.uncertainty.samples", SAMPLES)


def clean(folder: Path, settings: Settings) -> list[pd.DataFrame]:
    """Systems and excluded rows of a folder."""
    run = PaperRun(settings, folder)
    systems, excluded = run["systems"], run["excluded"]
    assert systems["publication_date"].notna().all()
    assert pd.concat([systems, excluded])["annotation_id"].is_unique, "a doubled annotation"
    return [systems, excluded]


def run_stages(folder: Path, settings: Settings, name: str, before: Results | None) -> Results:
    """What follows from a changed file: clean and estimate, or only what reads it."""
    if before and name in READ:
        PaperRun(settings, folder).raw(name.removesuffix(".csv"))
        return before
    if before and name == EXPORT.path:
        return before._replace(export=clean_export(folder, settings))
    again = before is None or name in CLEANED
    systems, excluded = clean(folder, settings) if again else before.cleaned
    run = PaperRun(settings, folder, systems=systems, excluded=excluded)
    estimates, inputs = run["estimates"], run.raw("compute_inputs")
    flop = estimates["training_compute_flop"]
    assert np.isfinite(flop).all() and (flop > 0).all(), "a compute that is no positive number"
    taken, left = set(estimates["estimate_id"]), set(excluded["system_id"].dropna())
    lost = inputs[~inputs["estimate_id"].isin(taken) & ~inputs["system_id"].isin(left)]
    assert lost.empty, f"lost inputs: {lost['estimate_id'].tolist()}"
    return Results(
        _by_key(pd.concat([systems, excluded]), "annotation_id"),
        _by_key(estimates, "estimate_id"),
        _by_key(run["compute"], "system_id"),
        before.export if before else {},
        [systems, excluded],
    )


def clean_export(folder: Path, settings: Settings) -> dict[str, str]:
    """Rows of the export of a folder, each as text by the system's name."""
    export = EXPORT.model_copy(update={"path": str(folder / EXPORT.path)})
    names = ("plausible", "published_after", "first_day_is_placeholder")
    options = {name: getattr(settings.clean, name) for name in names}
    tables = clean_exports(*map(raw_once, OF_EXPORTS), exports=[export], **options)
    rows = pd.concat([tables["systems"][0], tables["excluded"][0]])
    attributes, unread = tables["export_attributes"][0], tables["export_unread"][0]
    assert len(rows) == len(attributes), "a row of the export is lost"
    assert set(unread["row"]) <= set(attributes["annotation_id"])
    named = rows.dropna(subset="system").drop(columns=["annotation_id", "system_id"])
    # Of namesakes it is not known which is which.
    return _by_key(named[~named["system"].duplicated(keep=False)], "system")


@functools.cache
def raw_once(name: str) -> pd.DataFrame:
    """A raw table of the project, which no mutant of an export changes."""
    return read_checked(str(RAW / f"{name}.csv"), name)


def written_export(systems: pd.DataFrame) -> bytes:
    """Systems as an export with its own headers, dates m/d/y."""
    frame = systems[list(HEADERS)].copy()
    frame["publication_date"] = frame["publication_date"].dt.strftime("%m/%d/%Y")
    frame["organizations"] = frame["organizations"].str.replace("; ", ",")
    frame["authors"] = frame["authors"].str.replace("; ", ",")
    cells = frame.astype("object").where(frame.notna(), "").astype("str").to_numpy().tolist()
    return text([list(HEADERS.values()), *cells])


def _by_key(frame: pd.DataFrame, key: str) -> dict[str, str]:
    """Rows as text by their key."""
    columns = sorted(frame.columns)
    rows = frame[columns].astype("object").where(frame[columns].notna(), None)
    return {str(row[columns.index(key)]): repr(row) for row in rows.to_numpy().tolist()}


class Block:
    """A part of the real files, and what the stages make of it."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder
        folder.mkdir()
        tables = {path.name: table(path.read_bytes()) for path in sorted(RAW.glob("*.csv"))}
        shutil.copy(ROOT / "config.yaml", folder)
        head, *rows = tables["annotations.csv"]
        blocks = -(-len(rows) // BLOCK)
        mine = rows[number % blocks :: blocks]
        ids = {row[0] for row in mine}
        tables["annotations.csv"] = [head, *mine]
        for name in ("corrections.csv", "paper_values.csv"):
            head, *rows = tables[name]
            tables[name] = [head, *(row for row in rows if row[0] in ids)]
        for name, rows in tables.items():
            (folder / name).write_bytes(text(rows))
        self.settings = settings_of(folder)
        self._keep("compute_inputs.csv", "discrepancies.csv")
        self.files = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.results = run_stages(folder, self.settings, "", None)
        data = written_export(self.results.cleaned[0])
        self.files[EXPORT.path] = data
        (folder / EXPORT.path).write_bytes(data)
        rows = clean_export(folder, self.settings)
        assert len(rows) == len(self.results.cleaned[0])
        self.results = self.results._replace(export=rows)

    def _keep(self, *names: str) -> None:
        """Keep the rows of the systems of this block; their keys are those of the clean stage."""
        anything = Plausible(
            published_from="1900-01-01",
            published_through="2030-01-01",
            training_compute_flop=1e40,
        )
        everything = Clean(
            published_after="1900-01-01",
            first_day_is_placeholder=True,
            plausible=anything,
            vintages=[],
            exports=[],
        )
        systems, _ = clean(self.folder, changed(self.settings, "clean", everything))
        keys = set(systems["system_id"])
        for name in names:
            head, *rows = table((self.folder / name).read_bytes())
            column = head.index("system_id")
            kept = [row for row in rows if row[column] in keys]
            (self.folder / name).write_bytes(text([head, *kept]))


def untouched(name: str, before: bytes, after: bytes) -> set[str]:
    """Keys of the rows that stand in a file as they did before, and only once."""
    if text(table(before)[:1]) not in after:
        return set()
    keys: Counter[str] = Counter()
    kept = set()
    for row in table(before)[1:]:
        keys[row[0]] += 1
        line = text([row])
        if after.count(b"\n" + line) == 1 and after.count(line) == 1:
            kept.add((row[0], line))
    whole = Counter(key for key, _ in kept)
    found = {key for key in whole if whole[key] == keys[key]}
    if name == "corrections.csv":
        # A correction that was meant for another row may now be for this one.
        try:
            rows = list(csv.reader(io.StringIO(after.decode("utf-8-sig"), newline="")))
        except (UnicodeDecodeError, csv.Error):
            return set()
        now = Counter(row[0].strip().removesuffix(".0") for row in rows[1:] if row)
        found = {key for key in found if now[key] == keys[key]}
    return found


def judge(block: Block, name: str, mutator: str, data: bytes, now: Results) -> str | None:
    """What is wrong with results that a mutant gave; None if nothing is."""
    before, was = block.results, block.files[name]
    lossless = mutator in LOSSLESS
    if lossless or data == was:
        return None if now.same(before) else "a file that says the same gave another result"
    if name == "config.yaml":
        same = _loaded(data) == _loaded(was)
        return "the same settings gave another result" if same and not now.same(before) else None
    if not name.endswith(".csv"):
        return None
    alone = untouched(name, was, data)
    if name == "annotations.csv":
        if problem := _changed(before.rows, now.rows, alone, "annotation"):
            return problem
        return _miscounted(data, len(now.rows))
    if name == EXPORT.path:
        # What is left of a name that became another's, too, is not compared.
        known = alone & {
            key for key in now.export if data.decode("utf-8", "replace").count(key) == 1
        }
        lost = {key for key in alone if key not in now.export and not _has_namesake(data, key)}
        if lost:
            return f"of the export {sorted(lost)[0]} is lost"
        return _changed(before.export, now.export, known, "system of the export")
    if name == "corrections.csv":
        other = {key for key in before.rows if key not in _keys(was)}
        return _changed(before.rows, now.rows, alone | (other & _uncorrected(data, other)), "row")
    if name == "compute_inputs.csv":
        return _changed(before.estimates, now.estimates, alone, "estimate")
    return None


def _has_namesake(data: bytes, name: str) -> bool:
    """Whether a name stands in a file more than once."""
    return data.decode("utf-8", "replace").count(name) > 1


def _loaded(data: bytes) -> object:
    """Content of a sound config file."""
    return yaml.load(data.decode("utf-8-sig"), Loader=yaml.CSafeLoader)


def _keys(data: bytes) -> set[str]:
    """First cells of a sound file."""
    return {row[0] for row in table(data)[1:]}


def _uncorrected(data: bytes, keys: set[str]) -> set[str]:
    """Keys that no line of corrections begins with, whatever else is wrong with it."""
    lines = data.decode("utf-8", "replace").replace("\r", "\n").split("\n")
    begun = {line.partition(",")[0].strip('" \t').removesuffix(".0") for line in lines}
    return keys - begun


def _changed(before: dict[str, str], now: dict[str, str], keys: set[str], what: str) -> str | None:
    """The first row that should be as before and is not."""
    for key in sorted(keys & set(before)):
        if key not in now:
            return f"{what} {key} is lost"
        if now[key] != before[key]:
            return f"{what} {key} changed: {before[key]} -> {now[key]}"
    return None


def _miscounted(data: bytes, n: int) -> str | None:
    """Whether a file read by the standard library has another number of rows."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return None
    there = sum(any(cell.strip() for cell in row) for row in rows) - 1
    return None if there == n else f"{there} rows in the file, {n} in the tables"


def try_mutant(blocks: list[Block], number: int) -> tuple[str, Failure | None]:
    """Make one mutant and see what comes of it.

    Returns
    -------
    outcome : str
        ``right`` or ``refused``, with the file and the mutator; ``failed``.
    failure : Failure or None
    """
    rng = np.random.default_rng([20220205, number])
    block = blocks[number % len(blocks)]
    weights = np.array(list(FILES.values())) / sum(FILES.values())
    name = str(rng.choice(list(FILES), p=weights))
    mutators = MUTATORS if name.endswith(".csv") else CONFIG_MUTATORS
    mutator = str(rng.choice(list(mutators)))
    data = mutators[mutator](block.files[name], rng)
    if rng.random() < 0.2 and mutator not in LOSSLESS:
        # Two slips at once hide each other.
        data = _again(name, data, rng)
    mutant = f"{name}, {mutator}"
    (block.folder / name).write_bytes(data)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        settings = settings_of(block.folder) if name == "config.yaml" else block.settings
        now = run_stages(block.folder, settings, name, block.results)
        wrong = judge(block, name, mutator, data, now)
        outcome = "right"
    except InputError as error:
        problems_text(error.problems, file="problems.csv")
        write_problems(error.problems, str(block.folder / "problems.csv"))
        wrong = None if all(p.file and p.expected for p in error.problems) else "an empty message"
        outcome = "refused"
    except Exception:
        wrong, outcome = traceback.format_exc(limit=-6), "failed"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        (block.folder / name).write_bytes(block.files[name])
        (block.folder / "problems.csv").unlink(missing_ok=True)
    if wrong:
        return "failed", Failure(number, mutant, wrong)
    return f"{outcome}: {mutant}", None


def _again(name: str, data: bytes, rng: np.random.Generator) -> bytes:
    """A second mutation, of the kinds that take any bytes."""
    kinds = ("bits", "bytes", "sign", "deleted", "repeated")
    return MUTATORS[str(rng.choice(kinds))](data, rng) if len(data) > 1 and name else data


def try_mutants(numbers: range) -> tuple[Counter[str], list[Failure]]:
    """Try mutants in a folder of their own."""

    def give_up(_signal: int, _frame: object) -> None:
        raise Slow(f"more than {PATIENCE} s")

    signal.signal(signal.SIGPROF, give_up)
    outcomes: Counter[str] = Counter()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        first = numbers.start
        blocks = [Block(Path(folder, str(k)), first + k) for k in range(min(4, len(numbers)))]
        for number in numbers:
            outcome, failure = try_mutant(blocks, number)
            outcomes[outcome] += 1
            failures += [failure] if failure else []
    return outcomes, failures


def main() -> int:
    """Try many mutants on all cores; status 1 if any is neither refused nor right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int, help="mutants to try")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    options = parser.parse_args()
    start = time.perf_counter()
    step = max(1, min(500, options.n // (2 * (os.cpu_count() or 1))))
    parts = [
        range(first, min(first + step, options.first + options.n))
        for first in range(options.first, options.first + options.n, step)
    ]
    outcomes: Counter[str] = Counter()
    failures: list[Failure] = []
    with multiprocessing.Pool(os.cpu_count(), logging.disable, (logging.WARNING,)) as pool:
        for counted, failed in pool.imap_unordered(try_mutants, parts):
            outcomes += counted
            failures += failed
    for failure in sorted(failures):
        print(f"\nmutant {failure.number} ({failure.mutant}):\n{failure.what}")
    kinds = Counter[str]()
    for outcome, times in outcomes.items():
        kinds[outcome.partition(":")[0]] += times
    seconds = time.perf_counter() - start
    print(f"{sum(kinds.values())} mutants in {seconds:.0f} s: {kinds['right']} right, ", end="")
    print(f"{kinds['refused']} refused, {kinds['failed']} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
