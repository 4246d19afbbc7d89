"""Tests of the tests: whether they notice small errors in the modules that decide numbers.

``make mutants``. A sample of mutants, each a module with one error, is drawn by a seed. The tests
of the module run against each mutant in a process of its own, forked after the large libraries
were imported, and no file is changed. A mutant that no test notices lacks a test, or its error
changes nothing that a reader sees: then ``harmless.yaml`` says why.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from .mutators import Mutant, as_unparsed, by_turns, drawn

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "workflow" / "compute_trends"
UNIT = ROOT / "tests" / "unit"
HARMLESS = Path(__file__).with_name("harmless.yaml")
# Modules that decide numbers, and the tests in tests/unit that should notice an error in them
MODULES = {
    "tables/cells/dates.py": ("tables/cells/test_dates.py", "tables/cells/test_sheet.py"),
    "tables/cells/numbers.py": ("tables/cells/test_sheet.py", "test_properties.py"),
    "clean/export_dates.py": ("clean/test_export_dates.py",),
    "estimate/formulas.py": ("estimate/test_formulas.py", "estimate/test_trace.py"),
    "fit/loglinear.py": ("fit/test_loglinear.py",),
    "fit/selection.py": ("fit/test_selection.py", "fit/test_unrated.py"),
    "fit/intervals.py": ("fit/test_intervals.py",),
    "fit/break_criteria.py": ("fit/test_break_criteria.py",),
    "checks/agreement.py": ("checks/test_agreement.py",),
    "checks/calibration.py": ("checks/test_calibration.py",),
    "vintages/matching.py": ("vintages/test_matching.py",),
    "verify/likeness.py": ("verify/test_likeness.py", "verify/test_contents.py"),
    "common/rounding.py": ("common/test_rounding.py",),
}
# Imported once, before the processes part
LIBRARIES = (
    *("numpy", "scipy.stats", "scipy.optimize", "pandas", "pandera.pandas", "pydantic", "yaml"),
    *("ruamel.yaml", "jinja2", "matplotlib.figure", "hypothesis"),
    *("_hypothesis_pytestplugin", "xdist.plugin", "pytest_cov.plugin"),
)
QUIETLY = ("-n", "0", "-x", "-q", "--quick", "-p", "no:cacheprovider")
# Their plugins were imported before they could look into their asserts.
QUIETLY += ("-W", "ignore::pytest.PytestAssertRewriteWarning")
# Seconds of CPU beyond three times those of the tests on the right module; other programs may keep
# the machine busy, so that on the clock it may be this many times as much
PATIENCE = 10
BUSY = 6
MEMORY = 4 * 2**30
# What a process ends with
FAILED, UNUSED = 1, 2


# What may become of a mutant
WORDS = ("noticed", "too long", "harmless", "survived")


class Outcome(NamedTuple):
    """Whether tests noticed an error, one of `WORDS`; and seconds of CPU."""

    word: str
    seconds: float


class Mutated(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Puts a tree in the place of a module when it is imported."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        name = "compute_trends." + module.removesuffix(".py").replace("/", ".")
        super().__init__(name, str(LIBRARY / module))
        self.tree, self.is_used = tree, False

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Where the module is imported from; None for others."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def get_code(self, _name: str) -> object:
        """The tree as code."""
        self.is_used = True
        return compile(self.tree, self.path, "exec")


def draw(modules: Sequence[str], n: int, seed: int) -> list[tuple[str, Mutant]]:
    """Draw mutants of several modules, of each about as many; with their module."""
    of_each = []
    for module in modules:
        source = (LIBRARY / module).read_text(encoding="utf-8")
        rng = random.Random(f"{seed} {module}")
        of_each.append([(module, mutant) for mutant in drawn(source, rng)])
    order = {module: place for place, module in enumerate(modules)}
    some = list(by_turns(of_each))[:n]
    return sorted(some, key=lambda each: (order[each[0]], each[1].line))


def outcome_of(module: str, tree: ast.Module, limit: float) -> Outcome:
    """Run the tests of a module on a tree of it, in a process of its own.

    Raises
    ------
    SystemExit
        Where they do not import the module.
    """
    child = os.fork()
    if not child:
        status = FAILED
        try:
            status = _status_of_tests(module, tree, limit)
        finally:
            os._exit(status)
    end = time.monotonic() + BUSY * limit
    while not (ended := os.wait4(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.01)
    status, seconds = os.waitstatus_to_exitcode(ended[1]), ended[2].ru_utime + ended[2].ru_stime
    if status == UNUSED:
        sys.exit(f"{module} is not imported by its tests")
    words = {0: "survived", -signal.SIGKILL: "too long", -signal.SIGXCPU: "too long"}
    return Outcome(words.get(status, "noticed"), seconds)


def _status_of_tests(module: str, tree: ast.Module, limit: float) -> int:
    """In a process of its own: 0 where no test of a module fails."""
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # A test that something is quick must not fail because other programs are busy.
    time.perf_counter = time.process_time
    sys.meta_path.insert(0, finder := Mutated(module, tree))
    with tempfile.TemporaryDirectory() as folder:
        for test in MODULES[module]:
            if pytest.main([*QUIETLY, "--basetemp", f"{folder}/tests", str(UNIT / test)]):
                return FAILED
    return 0 if finder.is_used else UNUSED


def import_libraries() -> None:
    """Import what each process needs, and let the drawn cases of hypothesis be the same in each."""
    os.chdir(ROOT)
    for name in LIBRARIES:
        importlib.import_module(name)
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    options = {"database": None, "derandomize": True, "deadline": None}
    settings.register_profile("mutants", phases=phases, **options)
    settings.load_profile("mutants")


def read_harmless() -> dict[tuple[str, str, str], str]:
    """Why errors change nothing that matters, by module, statement and what stands for it."""
    listed = yaml.safe_load(HARMLESS.read_text(encoding="utf-8")) or {}
    return {
        (module, as_unparsed(each["before"]), as_unparsed(each["after"])): each["why"]
        for module, errors in listed.items()
        for each in errors
    }


def limit_of(module: str) -> float:
    """Seconds of CPU that the tests of a module may take.

    Raises
    ------
    SystemExit
        Where they fail on the right module: then nothing can be said of mutants.
    """
    right = outcome_of(module, ast.parse((LIBRARY / module).read_bytes()), 600)
    if right.word != "survived":
        sys.exit(f"{module}: its tests fail without any error in it")
    return PATIENCE + 3 * right.seconds


def try_all(chosen: Sequence[tuple[str, Mutant]]) -> Counter[tuple[str, str]]:
    """Try mutants, module by module, and count outcomes, by module and word.

    Says which survive, and every ten seconds how far it is. Before and after those of a module its
    tests run on the right one.
    """
    harmless = read_harmless()
    counts: Counter[tuple[str, str]] = Counter()
    start = said = time.monotonic()
    for module, of_it in itertools.groupby(chosen, key=lambda each: each[0]):
        limit = limit_of(module)
        for _, mutant in of_it:
            word, _ = outcome_of(module, mutant.tree(), limit)
            if word == "survived" and (module, mutant.before, mutant.after) in harmless:
                word = "harmless"
            counts[module, word] += 1
            if word == "survived":
                place = f"{module}:{mutant.line}"
                print(f"{place}\n  - {mutant.before}\n  + {mutant.after}", flush=True)
            if (now := time.monotonic()) - said > 10:
                said, tried = now, counts.total()
                left = (len(chosen) - tried) * (now - start) / tried
                print(f"{tried} of {len(chosen)} tried, {left:.0f} s left", flush=True)
        limit_of(module)
    return counts


def table_of(counts: Counter[tuple[str, str]]) -> str:
    """Outcomes by module as a table in Markdown."""
    lines = [
        f"| module | mutants | {' | '.join(WORDS)} |",
        "| --- |" + " ---: |" * (1 + len(WORDS)),
    ]
    for module in dict.fromkeys(module for module, _ in counts):
        of_it = [counts[module, word] for word in WORDS]
        lines.append(f"| {' | '.join([f'`{module}`', *map(str, [sum(of_it), *of_it])])} |")
    return "\n".join(lines)


def main() -> int:
    """Try a sample of mutants; status 1 if one survives that is not known to be harmless."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int, help="mutants to try")
    parser.add_argument("seed", type=int)
    parser.add_argument("modules", nargs="*", help="such as fit/loglinear.py; all if none is named")
    options = parser.parse_args()
    start = time.monotonic()
    modules = options.modules or list(MODULES)
    if unknown := set(modules) - set(MODULES):
        parser.error(f"no tests are named for {', '.join(sorted(unknown))}: {__file__}, MODULES")
    chosen = draw(modules, options.n, options.seed)
    import_libraries()
    counts = try_all(chosen)
    minutes = (time.monotonic() - start) / 60
    survived = sum(n for (_, word), n in counts.items() if word == "survived")
    print(table_of(counts))
    print(
        f"{len(chosen)} mutants of {len(modules)} modules, seed {options.seed}, in {minutes:.1f} "
        f"minutes: {survived} survived"
    )
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
