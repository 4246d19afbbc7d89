"""A million systems, as `make benchmark` measures them, on one core."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from project import ROOT

COMMAND = "import json, scale; print(json.dumps(scale.alone(scale.of_systems, 1_000_000)))"
FOLDERS = [str(ROOT / name) for name in ("benchmarks", "tests", "workflow")]


@pytest.mark.gate
def test_a_million_systems_take_half_a_minute_and_two_gibibytes() -> None:
    code = f"import sys; sys.path[:0] = {FOLDERS}; {COMMAND}"
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    steps = json.loads(made.stdout.splitlines()[-1])
    assert [row["step"] for row in steps] == ["scores", "trends and bands"]
    assert sum(row["cpu_seconds"] for row in steps) < 30
    assert max(row["peak_mib"] for row in steps) < 2048
