"""A million systems, as `make benchmark` measures them, on one core."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from project import ROOT

FOLDERS = [str(ROOT / name) for name in ("benchmarks", "tests", "workflow")]


def measured(systems: int) -> list[dict[str, Any]]:
    """Steps with so many systems, alone in a process: CPU seconds and MiB at most."""
    call = f"json.dumps(scale.alone(scale.of_systems, {systems}))"
    code = f"import sys; sys.path[:0] = {FOLDERS}; import json, scale; print({call})"
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    steps: list[dict[str, Any]] = json.loads(made.stdout.splitlines()[-1])
    assert [row["step"] for row in steps] == ["scores", "trends and bands"]
    return steps


@pytest.mark.gate
def test_a_million_systems_take_two_gibibytes_and_time_that_grows_with_them() -> None:
    """Seconds depend on the machine (docs/speed.md), how they grow does not."""
    many = measured(1_000_000)
    assert max(row["peak_mib"] for row in many) < 2048
    seconds, of_few = (
        sum(row["cpu_seconds"] for row in steps) for steps in (many, measured(100_000))
    )
    assert seconds < 15 * of_few
