"""Source files that a rule depends on, found by following the imports of its script."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from compute_trends.common.checksums import checksum
from compute_trends.common.project import SCHEMAS, WORKFLOW

LIBRARY = "compute_trends"
# Statements are found by their letters: parsing some hundred files takes a second of each start.
IMPORT = re.compile(
    rf"^[ ]*(?:from ({LIBRARY}[\w.]*) import (?:\(([^)]*)\)|(.*))|import ({LIBRARY}[\w., ]*))", re.M
)
NAME = re.compile(r"([\w.]+)(?: as \w+)?")
SCHEMA = re.compile(r"""["']([\w.-]+\.(?:yaml|json))["']""")


def code_of(rule: str) -> str:
    """Checksum of everything that the script of a rule imports or reads, directly or not.

    As a parameter of the rule it makes it run again when one of these files changes, which
    Snakemake does not see by itself. Not as its input: that would be some hundred files, at
    whose size Snakemake looks whenever a job ends.
    """
    return checksum("\n".join(f"{path} {_checksum(path)}" for path in files_of_code(rule)))


def files_of_code(rule: str) -> list[Path]:
    """Modules and schema files that the script of a rule imports or reads, directly or not.

    Parameters
    ----------
    rule : str
        Name of the rule and of its script in ``workflow/scripts``; FileNotFoundError if there
        is none.

    Returns
    -------
    list of pathlib.Path
        Paths below ``workflow``, in alphabetical order.
    """
    script = next((WORKFLOW / "scripts").rglob(f"{rule}.py"), None)
    if script is None:
        raise FileNotFoundError(f"no script of the name of rule {rule} in {WORKFLOW / 'scripts'}")
    reached: set[Path] = set()
    ahead = [script]
    while ahead:
        new = _sources_named_in(ahead.pop()) - reached
        reached |= new
        ahead += [path for path in new if path.suffix == ".py"]
    return sorted(path.relative_to(WORKFLOW) for path in reached)


@functools.cache
def _checksum(path: Path) -> str:
    return checksum((WORKFLOW / path).read_bytes())


@functools.cache
def _sources_named_in(path: Path) -> frozenset[Path]:
    """Modules that a Python file imports, and schema files that it names."""
    text = path.read_text(encoding="utf-8")
    named = {SCHEMAS / name for name in SCHEMA.findall(text)}
    found = {path for path in named if path.is_file()}
    for package, several, few, modules in IMPORT.findall(text):
        for name in NAME.findall(several or few or modules):
            found.update(_files_of(f"{package}.{name}" if package else name))
    if ".iter_modules(" in text:
        # A package that imports whatever modules it has
        found.update(path.parent.glob("*.py"))
    return frozenset(found)


@functools.cache
def _files_of(name: str) -> list[Path]:
    """Files that Python loads for a dotted name: each package's, and the module's."""
    parts = name.split(".")
    places = [WORKFLOW.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
    files = [file for at in places for file in (at / "__init__.py", at.with_suffix(".py"))]
    return [file for file in files if parts[0] == LIBRARY and file.is_file()]
