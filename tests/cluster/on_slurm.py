"""Four shards and their gather on Slurm against the same work in one job here; see slurm.sh."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from cluster.one_node import finished_jobs, start_node
from project import ROOT, Project

SHARDS = 4
TABLE = "results/checks/coverage.csv"
# What differs from a real cluster: nobody waits for its accounts, disks and queue.
OVERRIDES = [
    *("--profile", str(ROOT / "profiles" / "slurm"), "--set-scatter", f"coverage={SHARDS}"),
    *("--slurm-no-account", "--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1"),
    *("--latency-wait", "5"),
]


def deep(folder: Path) -> Project:
    """The tiny project, whose deep simulations take seconds."""
    project = Project.tiny(folder)
    project.edit("config.yaml", "depth: light", "depth: deep")
    return project


def main() -> int:
    """Status 1 if the bytes differ, or the work was not done by Slurm."""
    # The guard of the tests stays; whose Slurm this machine is part of does not matter.
    os.environ.pop("SLURM_CONF", None)
    with tempfile.TemporaryDirectory(prefix="compute-trends-slurm-") as scratch:
        top, start = Path(scratch), time.monotonic()
        one_job = deep(top / "one_job")
        one_job.make(TABLE, "--set-scatter", "coverage=1", cores=2)
        local = time.monotonic()
        start_node(top / "node")
        up = time.monotonic()
        sharded = deep(top / "sharded")
        sharded.make(TABLE, *OVERRIDES, cores=2)
        end = time.monotonic()
        jobs = finished_jobs()
        counted = {
            rule: sum(f"rule_{rule}" in job for job in jobs)
            for rule in ("simulate_coverage", "check_coverage")
        }
        print(f"one job here {local - start:.0f} s, node up after {up - local:.0f} s")
        print(f"on Slurm {end - up:.0f} s, jobs that ended well: {counted}")
        same = [(project.folder / TABLE).read_bytes() for project in (one_job, sharded)]
        if counted != {"simulate_coverage": SHARDS, "check_coverage": 1}:
            print("\n".join(["not the jobs that were to run on Slurm:", *jobs]))
            return 1
        if same[0] != same[1]:
            print(f"{TABLE} differs between one job and {SHARDS} shards")
            return 1
    print(f"{TABLE}: the same {len(same[0])} bytes from one job here and {SHARDS} shards on Slurm")
    return 0


if __name__ == "__main__":
    sys.exit(main())
