"""Sums over very many sets of the same systems, in resamples, that are never rounded.

Arrays in, arrays out, as `loglinear`. The sums that a least-squares line needs are, for all sets
and resamples at once, matrix products of masks and counts. Their terms are rounded beforehand to
multiples of a power of two so coarse that no sum of them is ever rounded (Demmel and Nguyen
2013), and yet keep more than 40 bits. So a sum has the same bits in whatever order it is added
up, and what sets have in common may be added up once.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from compute_trends.fit.loglinear import Array

Mask = NDArray[np.bool_]
Counts = NDArray[np.uint8]
Float = NDArray[np.floating]

# Bits of the integers that double and single precision hold
DOUBLE_BITS, SINGLE_BITS = 53, 24
# Kinds of systems that are looked at together; no more than the bits of a double
LEAF = 48
# Adding up the sums of two halves takes as long as a product over so many kinds (measured).
JOINING = 48


class _Part(NamedTuple):
    """Sums over kinds ``first`` to ``last``, of sets that are different in these.

    ``sets`` are rows of sets that stand for the different ones, ``which`` says which of these
    each set is. The sums are those of the halves, if there are any.
    """

    first: int
    last: int
    sets: NDArray[np.intp]
    which: NDArray[np.intp]
    cost: int
    halves: tuple[_Part, ...] = ()


class SetSums:
    """Sums of w, wx, wxx, wy and wxy over the systems of sets.

    Parameters
    ----------
    x, y, w : numpy.ndarray, shape (n,)
        Day numbers, values and positive weights.
    masks : numpy.ndarray of bool, shape (sets, n)
        All sets that sums will be asked of. Systems that are in the same ones are added up
        beforehand, as systems of one kind.
    counts : numpy.ndarray of int, shape (draws, n)
        How often a resample draws each system.
    """

    TERMS: ClassVar = 5

    def __init__(self, x: Array, y: Array, w: Array, masks: Mask, counts: Counts) -> None:
        of_kind, self.kinds = _kinds(x, masks)
        terms = _terms(x, y, w, counts)
        draws = counts.T.astype(float)
        self._once = of_kind @ np.array(terms, dtype=float).T
        self._drawn = [
            (of_kind @ (term[:, np.newaxis] * draws)).astype(term.dtype) for term in terms
        ]
        self._there = (of_kind @ (draws > 0)).astype(np.float32)
        # A resample of more weight holds three systems.
        self._most_of_two = 2 * float((counts.max(axis=0, initial=0) * w).max())

    def once(self, masks: Mask) -> Array:
        """Sums over the systems of some sets, (terms, sets)."""
        return np.ascontiguousarray((masks[:, self.kinds].astype(float) @ self._once).T)

    def drawn(self, masks: Mask, out: Array) -> tuple[Array, Mask]:
        """Sums over the drawn systems of some sets, and where fewer than three are drawn.

        Parameters
        ----------
        masks : numpy.ndarray of bool, shape (m, n)
            Some of the sets; it is fastest if neighbours differ in few systems.
        out : numpy.ndarray, shape (terms, m, draws)
            Array for the sums.
        """
        inside = masks[:, self.kinds]
        single, double = inside.astype(np.float32), inside.astype(float)
        parts = _parts(double)
        for drawn, sums in zip(self._drawn, out, strict=True):
            if drawn.dtype == np.float32:
                sums[:] = _summed(parts, single, drawn)
            else:
                _summed(parts, double, drawn, sums)
        few = out[0] <= self._most_of_two
        some = few.any(axis=1)
        few[some] &= single[some] @ self._there < 3
        return out, few


def _kinds(x: Array, masks: Mask) -> tuple[Array, NDArray[np.intp]]:
    """Which systems (columns) are of each kind (rows), ones and zeros, and one of each kind.

    Kinds are in order of the dates, so that sets of other periods are alike in between.
    """
    numbers: dict[bytes, int] = {}
    columns = np.ascontiguousarray(np.packbits(masks, axis=0).T)
    by_date = np.argsort(x, kind="stable")
    kind = [numbers.setdefault(columns[place].tobytes(), len(numbers)) for place in by_date]
    of_kind = np.zeros((len(numbers), len(kind)))
    of_kind[kind, by_date] = 1
    return of_kind, of_kind.argmax(axis=1)


def _terms(x: Array, y: Array, w: Array, counts: Counts) -> list[Float]:
    """Terms of the sums, so rounded that no sum of them is.

    Those that single precision holds without rounding are in single precision.
    """
    exact = np.array([w, w * x, w * x**2, w * y, w * x * y])
    size = np.abs(exact)
    largest = np.maximum((size @ counts.T.astype(float)).max(axis=1), size.sum(axis=1))
    terms: list[Float] = []
    for term, bound in zip(exact, largest, strict=True):
        single, double = (_rounded(term, bound, bits) for bits in (SINGLE_BITS, DOUBLE_BITS))
        terms.append(single.astype(np.float32) if (single == term).all() else double)
    return terms


def _rounded(term: Array, bound: float, bits: int) -> Array:
    """Multiples of a power of two of which sums up to the bound have no more than the bits."""
    # One bit is for what rounding adds to the sum.
    step = 2.0 ** (np.ceil(np.log2(bound)) + 1 - bits) if bound > 0 else 1.0
    return np.asarray(np.rint(term / step) * step)


def _parts(inside: Array) -> _Part:
    """How to add up sums of sets, ones and zeros of shape (sets, kinds), with least work."""
    sets, kinds = inside.shape
    parts = []
    for first in range(0, kinds, LEAF):
        last = min(first + LEAF, kinds)
        numbers = inside[:, first:last] @ 2.0 ** np.arange(last - first)
        _, some, which = np.unique(numbers, return_index=True, return_inverse=True)
        parts.append(_Part(first, last, some, which, (last - first) * some.size))
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        parts = [_joined(*pair) for pair in pairs] + parts[len(parts) // 2 * 2 :]
    every = np.arange(sets)
    return _cheaper(parts[0]._replace(sets=every, which=every), parts[0].halves)


def _joined(left: _Part, right: _Part) -> _Part:
    """Two neighbours as one."""
    numbers = left.which * right.sets.size + right.which
    _, some, which = np.unique(numbers, return_index=True, return_inverse=True)
    return _cheaper(_Part(left.first, right.last, some, which, 0), (left, right))


def _cheaper(part: _Part, halves: tuple[_Part, ...]) -> _Part:
    """A part that is summed in halves, or as one product if that is less work."""
    whole = (part.last - part.first) * part.sets.size
    apart = sum(half.cost for half in halves) + JOINING * part.sets.size
    if halves and apart < whole:
        return part._replace(cost=apart, halves=halves)
    return part._replace(cost=whole, halves=())


def _summed(part: _Part, inside: Float, drawn: Float, out: Float | None = None) -> Float:
    """Sums of a part over what is drawn, (kinds, draws), for each of its sets."""
    if not part.halves:
        rows = inside[part.sets, part.first : part.last]
        return np.asarray(np.matmul(rows, drawn[part.first : part.last], out=out))
    left, right = part.halves
    total = np.take(
        _summed(left, inside, drawn), left.which[part.sets], axis=0, out=out, mode="clip"
    )
    total += _summed(right, inside, drawn)[right.which[part.sets]]
    return total
