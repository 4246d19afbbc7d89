"""The same selections, and the same numbers but for their last digits, on other processors.

Numpy is told to leave out vector instructions, OpenBLAS to take its code for another processor.
"""

from __future__ import annotations

import functools
import json
import os
import platform
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from fits_alone import fits
from project import ROOT

from compute_trends.verify.likeness import shares
from compute_trends.verify.tolerance import read_tolerance

KERNEL, FEATURES = "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"


@functools.cache
def here() -> dict[str, Any]:
    """Fits by this process."""
    found: dict[str, Any] = json.loads(json.dumps(fits()))
    return found


def elsewhere(**environment: str) -> dict[str, Any]:
    """Fits by a process in which numpy and its BLAS see another processor."""
    run = subprocess.run(
        [sys.executable, ROOT / "tests" / "fits_alone.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow")} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def assert_same(again: dict[str, Any]) -> None:
    ours, tolerance = here(), read_tolerance()
    assert again["selected"] == ours["selected"]
    for kind in ("closed", "iterated"):
        missing = np.isnan(ours[kind])
        assert (np.isnan(again[kind]) == missing).all()
        share = shares(ours[kind], again[kind])[~missing]
        assert share.max() <= getattr(tolerance, kind)


def test_without_vector_instructions() -> None:
    features = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    again = elsewhere(**{FEATURES: " ".join(features)})
    assert not features or again["machine"]["simd"] != here()["machine"]["simd"]
    assert_same(again)


@pytest.mark.parametrize("kernel", ["Prescott", "Haswell"])
def test_with_the_code_of_blas_for_another_processor(kernel: str) -> None:
    if KERNEL in os.environ:
        pytest.skip(f"{KERNEL} is set: not tried with {kernel}")
    again = elsewhere(**{KERNEL: kernel})
    known = platform.machine() == "x86_64" and again["machine"]["blas_kernel"] != "unknown"
    # The oldest kernels share a name.
    assert not known or again["machine"]["blas_kernel"] in (kernel, "Katmai")
    assert_same(again)
