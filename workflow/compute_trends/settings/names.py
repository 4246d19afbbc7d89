"""Names that sections of config.yaml refer to each other by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from compute_trends.common.problems import did_you_mean


def unknown(place: str, names: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield a message for each name that is not known, its index in place of ``{}``."""
    for index, name in enumerate(names):
        if name not in known:
            yield place.format(index), f"{name!r} is not defined; {did_you_mean(name, known)}"


def repeated(place: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield a message for each name that is used more than once."""
    for name, times in Counter(names).items():
        if times > 1:
            yield place, f"the name {name!r} is used {times} times"
