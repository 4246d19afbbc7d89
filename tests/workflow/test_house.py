"""The house: which package may import which, and how long files and functions may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import ROOT

LIBRARY = ROOT / "workflow" / "compute_trends"
MODULES = sorted(path for path in LIBRARY.rglob("*.py") if path.name != "__init__.py")
# A module imports from its own floor or one below.
FLOORS = (
    ("common",),
    ("settings",),
    ("run",),
    ("tables",),
    ("clean",),
    ("estimate",),
    ("fit",),
    ("checks", "vintages"),
    ("render", "verify"),
)
FLOOR_OF = {package: floor for floor, packages in enumerate(FLOORS) for package in packages}
# Arrays in, arrays out: they could be used, and are tested, without any table.
ARRAYS_ONLY = (
    "estimate/formulas.py",
    "fit/break_criteria.py",
    "fit/break_dates.py",
    "fit/break_worlds.py",
    "fit/breaks.py",
    "fit/changes.py",
    "fit/date_ranges.py",
    "fit/delays.py",
    "fit/distances.py",
    "fit/forecast_breaks.py",
    "fit/forecast_lines.py",
    "fit/forecast_paths.py",
    "fit/forecast_tests.py",
    "fit/forecast_walks.py",
    "fit/forecasts.py",
    "fit/gaps.py",
    "fit/hidden.py",
    "fit/intervals.py",
    "fit/knots.py",
    "fit/laws.py",
    "fit/loglinear.py",
    "fit/many_systems.py",
    "fit/near.py",
    "fit/population_tests.py",
    "fit/populations.py",
    "fit/procedure.py",
    "fit/running_top.py",
    "fit/segments.py",
    "fit/simulation.py",
    "fit/skewed_line.py",
    "fit/trend_numbers.py",
)
# Modules whose sorts give the same numbers in whatever order equal ones come.
EQUAL_IN_ANY_ORDER = {"fit/distances.py", "fit/robust_lines.py", "fit/robust_sets.py"}
LINES_OF_A_FILE = 400
LINES_OF_A_BODY = 40


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Dotted names of the library that a file imports."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def name_of(path: Path) -> str:
    return path.relative_to(LIBRARY).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_imports_from_its_own_floor_or_below(module: Path) -> None:
    package = module.relative_to(LIBRARY).parts[0]
    for name in imported(module):
        if name.startswith("compute_trends."):
            other = name.split(".")[1]
            below = FLOOR_OF[other] < FLOOR_OF[package]
            assert other == package or below, f"{name_of(module)} imports {name}"


def test_every_package_has_its_floor() -> None:
    packages = {path.relative_to(LIBRARY).parts[0] for path in MODULES}
    assert packages == set(FLOOR_OF)


@pytest.mark.parametrize("name", ARRAYS_ONLY)
def test_modules_of_arrays_know_no_tables(name: str) -> None:
    assert not [other for other in imported(LIBRARY / name) if other.startswith("pandas")]


def test_no_two_modules_import_each_other() -> None:
    names = {
        f"compute_trends.{name_of(path).removesuffix('.py').replace('/', '.')}": path
        for path in MODULES
    }
    ahead = {
        name: {other for each in imported(path) for other in (each, each.rpartition(".")[0])}
        & set(names)
        for name, path in names.items()
    }
    while free := {name for name, needs in ahead.items() if not needs & set(ahead)}:
        ahead = {name: needs for name, needs in ahead.items() if name not in free}
    assert not ahead


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_file_is_longer_than_a_reader_keeps_in_mind(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_FILE


def long_bodies() -> Iterator[str]:
    """Functions whose lines after the docstring need scrolling."""
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body and (body[-1].end_lineno or 0) - body[0].lineno >= LINES_OF_A_BODY:
                    yield f"{name_of(path)}:{node.name}"


def test_no_function_needs_scrolling() -> None:
    assert not set(long_bodies())


def sorts(path: Path) -> Iterator[str]:
    """Sorts of a module whose order of equal numbers depends on the processor."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            by = [*node.args, *(each.value for each in node.keywords if each.arg == "by")]
            # By several columns pandas sorts stably.
            one = node.func.attr == "sort_values" and not (by and isinstance(by[0], ast.List))
            if (one or node.func.attr == "argsort") and "stable" not in ast.unparse(node):
                yield f"{name_of(path)}: {ast.unparse(node)}"


def test_equal_numbers_keep_their_order_on_every_processor() -> None:
    modules = [path for path in MODULES if name_of(path) not in EQUAL_IN_ANY_ORDER]
    assert not [found for path in modules for found in sorts(path)]
