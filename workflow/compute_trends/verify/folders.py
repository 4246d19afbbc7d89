"""Two folders of results against each other: the same bytes, the same numbers, or different.

Run by ``make same``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from compute_trends.run.inputs import files_below
from compute_trends.verify.contents import contents_alike
from compute_trends.verify.tolerance import read_tolerance

GENERATED = ("data/processed", "results", "report")
# Of the run, not results
PASSED_OVER = {"logs", "problems", "shards"}


class Comparison(NamedTuple):
    """Files of two folders of results by their paths.

    Parameters
    ----------
    different : dict of str to str
        What differs in a file by more than may be.
    alike : dict of str to float
        Files of other bytes that hold the same: the largest difference of their numbers.
    only_ours, only_again : list of str
        Files that the other folder has not.
    """

    different: dict[str, str]
    alike: dict[str, float]
    only_ours: list[str]
    only_again: list[str]

    @property
    def same_bytes(self) -> bool:
        """Whether the files are the same and of the same bytes."""
        return not any(self)

    @property
    def same(self) -> bool:
        """Whether the files are the same and hold the same."""
        return not (self.different or self.only_ours or self.only_again)


def products(folder: Path) -> dict[str, Path]:
    """Each generated file by its path: no logs, problems, shards, seals or placeholders."""
    files = [path for name in GENERATED for path in sorted((folder / name).rglob("*"))]
    files = [path for path in files if not PASSED_OVER & set(path.relative_to(folder).parts)]
    files = [path for path in files if path.is_file() and not path.name.startswith(".")]
    return files_below(folder, files)


def compare(ours: Mapping[str, Path], again: Mapping[str, Path]) -> Comparison:
    """Compare results, bytes first, and where these differ what they hold."""
    tolerance = read_tolerance()
    different: dict[str, str] = {}
    alike: dict[str, float] = {}
    for path in sorted(ours.keys() & again.keys()):
        contents = ours[path].read_bytes(), again[path].read_bytes()
        if contents[0] == contents[1]:
            continue
        likeness = contents_alike(path, *contents, tolerance)
        if likeness.different is None:
            alike[path] = likeness.largest
        else:
            different[path] = likeness.different
    only = (sorted(one.keys() - other.keys()) for one, other in ((ours, again), (again, ours)))
    return Comparison(different, alike, *only)


def likeness_words(alike: Mapping[str, float]) -> str:
    """To how many digits the numbers of files are the same, and where they differ most."""
    path = max(alike, key=lambda name: alike[name])
    n, largest = len(alike), alike[path]
    files = f"in {n} file{'s' if n > 1 else ''} of other bytes"
    if not largest:
        return f"the same to every digit {files}"
    digits = math.floor(-math.log10(largest))
    return f"the same to {digits} digits {files} (most in {path}: by {largest:.1g} of a number)"


def main(one: str, other: str) -> int:
    """Compare two folders; status 1 if they hold different results."""
    ours, again = products(Path(one)), products(Path(other))
    for folder, found in ((one, ours), (other, again)):
        if not found:
            print(f"{folder} holds no results: there are no files below {', '.join(GENERATED)}")
            return 1
    compared = compare(ours, again)
    lines = [f"{path}: {what}" for path, what in compared.different.items()]
    lines += [f"{path}: only in {one}" for path in compared.only_ours]
    lines += [f"{path}: only in {other}" for path in compared.only_again]
    if lines:
        print("\n".join([f"{one} and {other} hold different results:", *lines]))
    elif compared.same_bytes:
        print(f"{one} and {other} hold the same {len(ours)} results, byte for byte")
    else:
        print(f"{one} and {other} hold the same results, {likeness_words(compared.alike)}")
    return 0 if compared.same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
