"""Time of a whole run, of one with nothing to do and of one with a changed threshold.

Run by ``make benchmark-run``, in turn with the checkout in ``OTHER`` if one is named; writes
``results/benchmark/run.csv``. Each checkout needs its own ``.venv``; the results of both are made
anew. CPU counts all processes; wall time is of use only on a machine that does nothing else.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from project import ROOT

FOLDER = ROOT / "results" / "benchmark"
ROUNDS = 3
# A value that the crossed choices have, too
CHANGED = "fit: {outliers: {high_z: 0.54}}\n"
# As Snakemake prints a job that is to be run, without the profile that keeps it quiet
RULE = re.compile(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", re.MULTILINE)


def timed(folder: Path, *options: str) -> tuple[float, float]:
    """Seconds of the clock and of CPU that Snakemake takes in a folder."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [str(folder / ".venv" / "bin" / "snakemake"), "--cores", "4", *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def bare_workflow(folder: Path) -> Path:
    """A folder with the same rules and files, but no settings and no checks: Snakemake alone."""
    options = ["--workflow-profile", "none", "--cores", "2", "--dry-run", "--forceall"]
    command = [str(folder / ".venv" / "bin" / "snakemake"), *options]
    run = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    bare = Path(tempfile.mkdtemp())
    (bare / ".venv").symlink_to(folder / ".venv")
    rules, made, needed = [], set(), set()
    for name, body in RULE.findall(run.stdout):
        files = {
            kind: [file.removesuffix(" (update)") for file in line.split(", ")]
            for kind, line in re.findall(r"^    (input|output): (.*)$", body, re.MULTILINE)
        }
        inputs, outputs = files.get("input", []), files.get("output", [])
        made |= set(outputs)
        needed |= set(inputs)
        lines = [f"rule {name}:", f"    input: {inputs!r}"]
        if outputs:
            lines += [f"    output: {outputs!r}", "    shell: 'touch {output}'"]
            rules.append("\n".join(lines))
        else:
            rules.insert(0, "\n".join(lines))
    for file in needed - made:
        path = bare / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (bare / "Snakefile").write_text("\n\n".join(rules) + "\n", encoding="utf-8")
    return bare


def main() -> None:
    """Time both checkouts in turn, and write the tables."""
    other = os.environ.get("OTHER")
    folders = {"this": ROOT} | ({"other": Path(other).resolve()} if other else {})
    changed = Path(tempfile.mkstemp(suffix=".yaml")[1])
    changed.write_text(CHANGED, encoding="utf-8")
    bare = bare_workflow(ROOT)
    timed(bare)
    rows = []
    kinds: dict[str, list[str]] = {
        "whole run": ["--forceall"],
        "nothing to do": [],
        "changed threshold": ["--configfile", str(changed)],
        "back again": [],
    }
    for turn in range(ROUNDS):
        for kind, options in kinds.items():
            for name, folder in folders.items():
                wall, cpu = timed(folder, *options)
                rows.append({"what": kind, "checkout": name, "wall": wall, "cpu": cpu})
                print(
                    f"round {turn + 1}: {kind}, {name}: {wall:.1f} s, {cpu:.1f} s of CPU",
                    flush=True,
                )
        wall, cpu = timed(bare, "--scheduler", "greedy")
        rows.append(
            {"what": "nothing to do", "checkout": "bare Snakemake", "wall": wall, "cpu": cpu}
        )
    shutil.rmtree(bare)
    changed.unlink()
    table = pd.DataFrame(rows).groupby(["what", "checkout"], sort=False).median().reset_index()
    FOLDER.mkdir(parents=True, exist_ok=True)
    table.round(2).to_csv(FOLDER / "run.csv", index=False)
    print(table.round(1).to_string(index=False))


if __name__ == "__main__":
    sys.exit(main())
