"""Errors that are put into modules, and those of which it is said that they are harmless."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from .mutators import by_turns, drawn, mutants
from .runner import LIBRARY, MODULES, ROOT, UNIT, draw, read_harmless


def errors(source: str) -> list[str]:
    """What may stand for the statements of a module, in any order."""
    return sorted(mutant.after for mutant in mutants(source))


@pytest.mark.parametrize(
    ("statement", "instead"),
    [
        ("a = b < 3", ["a = b < 4", "a = b <= 3"]),
        ("a = b == 'first'", ["a = b != 'first'", "a = b == 'last'"]),
        ("a = not b or c", ["a = b or c", "a = not b and c"]),
        ("a = ~b & c", ["a = b & c", "a = ~b | c"]),
        ("a = b - c ** d", ["a = b + c ** d", "a = b - c * d"]),
        ("a += b", ["a -= b", "pass"]),
        ("a = f(0.5, ddof=0, on=True)", ["0.5, ddof=0, on=False", "0.5, ddof=1", "1.0, ddof=0"]),
        ("a = min(b) * np.sqrt(c)", ["max(b) * np.sqrt(c)", "min(b) * c", "min(b) / np.sqrt(c)"]),
        ("a = b.dropna().any()", ["b.any()", "b.dropna().all()"]),
        ("f(a)", ["pass"]),
        # What is said, typed, or a guard
        ("LOG.info('%d', 7)", []),
        ("a: Literal[3] = f'{1 + 1}'", []),
        ("a = zip(b, strict=True), f(b, axis=1)", []),
        ("'''Doubles 2.'''", []),
    ],
)
def test_errors_of_each_kind(statement: str, instead: list[str]) -> None:
    found = errors(statement)
    assert len(found) == len(instead)
    assert all(part in error for part, error in zip(sorted(instead), found, strict=True))


def test_an_error_is_in_one_statement_and_the_rest_of_the_module_is_as_it_was() -> None:
    source = "@cached(5)\ndef f(a=1):\n    if a:\n        raise ValueError(2)\n    return 3\n"
    found = {mutant.before: mutant for mutant in mutants(source)}
    assert list(found) == ["@cached(5) def f(a=1):", "return 3", "raise ValueError(2)"]
    names: dict[str, object] = {"cached": lambda _: lambda function: function}
    exec(compile(found["return 3"].tree(), "", "exec"), names)
    assert names["f"](0) == 4  # type: ignore[operator]
    assert found["return 3"].line == 5
    exec(compile(found["raise ValueError(2)"].tree(), "", "exec"), names)
    assert names["f"](1) == 3  # type: ignore[operator]


def test_a_seed_draws_errors_of_all_kinds_and_modules() -> None:
    assert list(by_turns([[1, 2, 3], [4], [5, 6]])) == [1, 4, 5, 2, 6, 3]
    source = (LIBRARY / "common" / "rounding.py").read_text(encoding="utf-8")
    kinds = [mutant.kind for mutant in drawn(source, random.Random(1))]
    assert len(set(kinds[:5])) == 5 and len(kinds) == len(errors(source))
    few = ["common/rounding.py", "clean/export_dates.py"]
    texts = {
        seed: [(module, mutant.after) for module, mutant in draw(few, 10, seed)] for seed in (1, 2)
    }
    assert [module for module, _ in texts[1]] == [few[0]] * 5 + [few[1]] * 5
    assert texts[1] == [(module, mutant.after) for module, mutant in draw(few, 10, 1)] != texts[2]


def test_the_tests_of_each_module_are_there() -> None:
    assert len(MODULES) >= 10
    assert all((LIBRARY / module).is_file() for module in MODULES)
    assert all((UNIT / test).is_file() for tests in MODULES.values() for test in tests)


def test_what_is_said_to_be_harmless_can_still_stand_in_its_module() -> None:
    harmless = read_harmless()
    assert all(harmless.values())
    for module in {module for module, _, _ in harmless}:
        source = (LIBRARY / module).read_text(encoding="utf-8")
        possible = {(mutant.before, mutant.after) for mutant in mutants(source)}
        assert {(before, after) for name, before, after in harmless if name == module} <= possible


@pytest.mark.gate
def test_the_tests_notice_errors() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "mutation.runner", "6", "1", "common/rounding.py"],
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'workflow'}:{ROOT / 'tests'}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "6 mutants of 1 modules, seed 1" in run.stdout, run.stdout + run.stderr
    assert "0 survived" in run.stdout
