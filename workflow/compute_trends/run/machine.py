"""The processor that a run computes on, and the code that numpy and its BLAS choose for it."""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path

import numpy as np
from numpy.linalg import _umath_linalg

from compute_trends.common.records import Record

# As OpenBLAS in numpy's wheels is built, and as it is elsewhere
KERNEL_NAMES = ("scipy_openblas_get_corename64_", "openblas_get_corename")
UNKNOWN = "unknown"


def machine() -> dict[str, str]:
    """What the last digits of sums depend on beside the versions of packages.

    Returns
    -------
    dict of str to str
        ``processor`` (its name), ``system`` (kind of machine, system, C library), ``simd`` (the
        largest set of vector instructions that numpy uses), ``blas`` (library and version) and
        ``blas_kernel`` (its code for this processor).
    """
    config: Record = dict(np.show_config(mode="dicts"))
    blas = config.get("Build Dependencies", {}).get("blas", {})
    simd = config.get("SIMD Extensions", {})
    used = [*simd.get("baseline", []), *simd.get("found", [])]
    system = (platform.machine(), platform.system(), *platform.libc_ver())
    return {
        "processor": _processor(),
        "system": " ".join(filter(None, system)),
        "simd": used[-1] if used else UNKNOWN,
        "blas": f"{blas.get('name', UNKNOWN)} {blas.get('version', '')}".strip(),
        "blas_kernel": _blas_kernel(),
    }


def _processor() -> str:
    """Name of the processor, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or UNKNOWN


def _blas_kernel() -> str:
    """Kind of processor that OpenBLAS, which numpy links, takes this one for."""
    linked = ctypes.CDLL(_umath_linalg.__file__)
    for name in KERNEL_NAMES:
        if hasattr(linked, name):
            told = getattr(linked, name)
            told.argtypes, told.restype = [], ctypes.c_char_p
            return str(told().decode("ascii"))
    return UNKNOWN
