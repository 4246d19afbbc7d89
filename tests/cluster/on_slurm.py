"""Four shards and their gather on Slurm against the same work in one job here; see slurm.sh."""

from __future__ import annotations

import itertools
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


def in_one_job(folder: Path) -> Project:
    """The tiny project, whose deep simulations take seconds, after a run without shards."""
    project = Project.tiny(folder)
    project.edit("config.yaml", "depth: light", "depth: deep")
    project.make(TABLE, "--set-scatter", "coverage=1", cores=2)
    return project


def on_slurm(one_job: Project, folder: Path) -> Project:
    """A copy of a project whose table is made again on Slurm."""
    sharded = one_job.copy(folder)
    (folder / TABLE).unlink()
    sharded.make(TABLE, *OVERRIDES, cores=2)
    return sharded


def main() -> int:
    """Status 1 if the bytes differ, or the work was not done by Slurm."""
    # Whether this machine is part of another Slurm does not matter.
    os.environ.pop("SLURM_CONF", None)
    with tempfile.TemporaryDirectory(prefix="compute-trends-slurm-") as scratch:
        top, times = Path(scratch), [time.monotonic()]
        one_job = in_one_job(top / "one_job")
        times.append(time.monotonic())
        start_node(top / "node")
        times.append(time.monotonic())
        sharded = on_slurm(one_job, top / "sharded")
        times.append(time.monotonic())
        seconds = [f"{end - start:.0f} s" for start, end in itertools.pairwise(times)]
        print(
            "one job here {}, start of the node {}, {} shards on Slurm {}".format(
                *seconds[:2], SHARDS, seconds[2]
            )
        )
        jobs = finished_jobs()
        if sum("rule_simulate_coverage" in job for job in jobs) != SHARDS:
            print("\n".join([f"not {SHARDS} shards that ended well on Slurm:", *jobs]))
            return 1
        same = [(project.folder / TABLE).read_bytes() for project in (one_job, sharded)]
        if same[0] != same[1]:
            print(f"{TABLE} differs between one job and {SHARDS} shards")
            return 1
    print(f"{TABLE}: the same {len(same[0])} bytes from one job here and {SHARDS} shards on Slurm")
    return 0


if __name__ == "__main__":
    sys.exit(main())
