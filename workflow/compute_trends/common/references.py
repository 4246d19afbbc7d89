"""Names that refer to something: whether it is there, or is a misspelt one of what is."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from compute_trends.common.notices import tell
from compute_trends.common.problems import Problem

# ASSUME: names that share four fifths of their letters, in order, may be the same misspelt.
LIKENESS = 0.8


def misspelt(name: str, known: Collection[str]) -> str | None:
    """The known name that an unknown one is near to; None if it is known, or near to none."""
    if name in known:
        return None
    same = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), list(same), n=1, cutoff=LIKENESS)
    return same[near[0]] if near else None


def unknown_names(names: Iterable[str], known: Collection[str]) -> dict[str, str | None]:
    """Each name that is not known, once, with the known name that it is near to."""
    return {name: misspelt(name, known) for name in names if name not in known}


def config_problems(
    place: str, names: Iterable[str], known: Collection[str], of: str
) -> list[Problem]:
    """Problems of names under a key of the config that are near to known ones; others are told.

    ``of`` says whose the known names are; where none is known, none is looked up.
    """
    problems = []
    for name, near in unknown_names(names, known).items() if known else ():
        if near:
            expected = f"a name that {of} has, such as {near!r}"
            problems.append(Problem("config.yaml", None, place, name, expected))
        else:
            tell(f"config.yaml, {place}: {of} has no {name!r}")
    return problems
