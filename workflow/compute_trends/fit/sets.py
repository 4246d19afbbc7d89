"""Sets of systems that choices select, each set once. Arrays in, arrays out.

A set is a mask over the systems. A million of them are kept as bits, 64 systems in a word.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

WORD = 64


def distinct_sets(masks: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each distinct set stands first, and which of these each set is.

    Parameters
    ----------
    masks : numpy.ndarray of bool, shape (m, n)
        Which systems a set holds.

    Returns
    -------
    first : numpy.ndarray of int, shape (sets,)
        Rows of ``masks``, rising.
    which : numpy.ndarray of int, shape (m,)
        ``masks[first][which]`` are the masks.
    """
    return _distinct(_packed(masks))


def crossed_sets(choices: Sequence[Mask]) -> tuple[Mask, NDArray[np.int64]]:
    """Sets that all combinations of options select, where each option leaves systems out.

    Parameters
    ----------
    choices : sequence of numpy.ndarray of bool, shape (options, n)
        Systems that each option of a choice keeps. A specification holds the systems that all
        its options keep.

    Returns
    -------
    sets : numpy.ndarray of bool, shape (sets, n)
        Distinct sets in the order in which they come first. Options of the last choice lie next
        to each other; `set_lines.set_lines` is fastest if these are periods.
    which : numpy.ndarray of int, shape (specifications,)
        Set of each specification, in the order of `itertools.product`.
    """
    n = choices[0].shape[1]
    sets, which = _packed(np.ones((1, n), dtype=bool)), np.zeros(1, dtype=np.int64)
    for options in choices:
        both = sets[:, np.newaxis] & _packed(options)
        both = both.reshape(-1, both.shape[-1])
        first, which_of_both = _distinct(both)
        sets = both[first]
        which = which_of_both.reshape(-1, len(options))[which].ravel()
    return _unpacked(sets, n), which


def _packed(masks: Mask) -> Words:
    """Masks as words, shape (m, words)."""
    bits = np.packbits(masks, axis=1, bitorder="little")
    words = np.zeros((len(masks), -(-masks.shape[1] // WORD) * WORD // 8), dtype=np.uint8)
    words[:, : bits.shape[1]] = bits
    return words.view(np.uint64)


def _unpacked(words: Words, n: int) -> Mask:
    """Masks over n systems."""
    bits = np.unpackbits(words.view(np.uint8), axis=1, count=n, bitorder="little")
    return bits.view(np.bool_)


def _distinct(words: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """See `distinct_sets`."""
    keys = _mixed(words)
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    if not (words == words[first[which]]).all():
        # Two sets of one key: not to be expected in the life of the project
        _, first, which = np.unique(words, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return first[order], place[which]


def _mixed(words: Words) -> Words:
    """A number of 64 bits for each set, in all probability another for another set."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(2**63, size=(words.shape[1],), dtype=np.uint64)
    odd: Words = np.asarray(drawn * np.uint64(2) + np.uint64(1))
    keys = np.zeros(len(words), dtype=np.uint64)
    for place in range(words.shape[1]):
        keys ^= words[:, place]
        keys *= odd[place]
        keys ^= keys >> np.uint64(32)
    return keys
