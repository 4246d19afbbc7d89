"""Source files that a rule depends on, found by following the imports of its script."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from compute_trends.common.checksums import checksum
from compute_trends.common.project import SCHEMAS, WORKFLOW

LIBRARY = "compute_trends"


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
    found: set[Path] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            package = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for name in node.names:
                found.update(_files_of(package + name.name))
        elif isinstance(node, ast.Attribute) and node.attr == "iter_modules":
            # A package that imports whatever modules it has
            found.update(path.parent.glob("*.py"))
        elif isinstance(node, ast.Constant) and str(node.value).endswith((".yaml", ".json")):
            found.add(SCHEMAS / str(node.value))
    return frozenset(path for path in found if path.is_file())


def _files_of(name: str) -> Iterator[Path]:
    """Files that Python loads for a dotted name: each package's, and the module's."""
    parts = name.split(".")
    if parts[0] == LIBRARY:
        for depth in range(1, len(parts) + 1):
            place = WORKFLOW.joinpath(*parts[:depth])
            yield from (place / "__init__.py", place.with_suffix(".py"))
