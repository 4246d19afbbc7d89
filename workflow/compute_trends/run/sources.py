"""Source files that a rule depends on, found by following the imports of its script."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from compute_trends.common.project import SCHEMAS, WORKFLOW
from compute_trends.run.inputs import path_from_here

LIBRARY = "compute_trends"


def code_of(rule: str) -> list[str]:
    """Modules and schema files that the script of a rule imports or reads, directly or not.

    Parameters
    ----------
    rule : str
        Name of the rule and of its script in ``workflow/scripts``; FileNotFoundError if there
        is none.

    Returns
    -------
    list of str
        Paths in alphabetical order, see `path_from_here`; as an input of the rule they make
        it run again when one of them changes, which Snakemake does not see by itself.
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
    return sorted(str(path_from_here(path)) for path in reached)


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
