"""Where results come from: checksums of inputs, versions of packages."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

# What the numbers and figures depend on; requirements.txt pins everything else too.
PACKAGES = (
    "jinja2",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "seaborn",
    "snakemake",
    "textalloc",
)
VERSION = "0.1.0"


def file_checksums(paths: list[str]) -> dict[str, str]:
    """SHA-256 of each file, by path, in hexadecimal digits."""
    return {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths}


def software_versions() -> dict[str, str]:
    """Versions of Python and of the installed packages that results depend on."""
    versions = {"compute-trends": VERSION, "python": platform.python_version()}
    return versions | {package: metadata.version(package) for package in PACKAGES}
