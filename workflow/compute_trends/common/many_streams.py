"""The random numbers of very many streams at once, the same as one stream after another gives.

numpy makes a stream in 20 microseconds, a million of them in 20 seconds, and keeps a kilobyte
for each. Here all of them are made and go on together, in arrays of one number for each:
numpy's `SeedSequence` and the PCG64 (XSL-RR) of M. E. O'Neill (2014, HMC-CS-2014-0905), both of
which numpy promises not to change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
Numbers = NDArray[np.uint64]
# Upper and lower half of numbers of 128 bits
Wide = tuple[Numbers, Numbers]

# Streams handled at once: their states stay in the processor's cache.
BLOCK = 8192
U32 = 0xFFFFFFFF
LOW, HALF = np.uint64(U32), np.uint64(32)

# Of SeedSequence
POOL = 4
INIT_A, MULT_A, INIT_B, MULT_B = 0x43B0D7E5, 0x931E8875, 0x8B51F9DD, 0x58F38DED
MIX_LEFT, MIX_RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
SHIFT = np.uint32(16)

# Multiplier of PCG64, of 128 bits
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
HIGH_FACTOR, LOW_FACTOR = (np.uint64(MULTIPLIER >> 64), np.uint64(MULTIPLIER & (2**64 - 1)))
LOWER, UPPER = LOW_FACTOR & LOW, LOW_FACTOR >> HALF


class ManyStreams:
    """Streams of `random_streams.random_stream` of one seed and n names, as they go on together.

    Parameters
    ----------
    seed : int
        Not negative.
    names : sequence of str, length n
    """

    def __init__(self, seed: int, names: Sequence[str]) -> None:
        digests = b"".join(hashlib.sha256(name.encode()).digest() for name in names)
        of_names = np.frombuffer(digests, dtype="<u4").astype(np.uint32).reshape(len(names), -1)
        of_seed = [np.uint32(seed >> place & U32) for place in range(0, seed.bit_length() or 1, 32)]
        entropy = [np.full(len(names), word) for word in of_seed] + [*of_names.T]
        start_high, start_low, high, low = _seeded(entropy)
        one = np.uint64(1)
        self._step: Wide = (high << one | low >> np.uint64(63), low << one | one)
        state = _next((np.zeros_like(low), np.zeros_like(low)), self._step)
        self._state: Wide = _next(_sum(state, (start_high, start_low)), self._step)

    def words(self, count: int, part: slice) -> NDArray[np.uint16]:
        """Next numbers of 16 bits of some streams.

        Parameters
        ----------
        count : int
            How many of each stream, a multiple of four.
        part : slice
            Which streams; no more than `BLOCK` are fast.

        Returns
        -------
        numpy.ndarray, shape (count, streams)
            As of ``Generator.integers(2**16, dtype=numpy.uint16)``.
        """
        state = (self._state[0][part], self._state[1][part])
        step = (self._step[0][part], self._step[1][part])
        made = np.empty((count // 4, state[0].size), dtype="<u8")
        for numbers in made:
            state = _next(state, step)
            numbers[:] = _scrambled(*state)
        for whole, own in zip(self._state, state, strict=True):
            whole[part] = own
        parts = made.view("<u2").reshape(count // 4, -1, 4)
        return np.ascontiguousarray(np.moveaxis(parts, 2, 1)).reshape(count, -1)


def _seeded(entropy: Sequence[Words]) -> list[Numbers]:
    """Four numbers of 64 bits of each stream: `SeedSequence(entropy).generate_state`."""
    factor = INIT_A

    def hashed(words: Words) -> Words:
        nonlocal factor
        words = words ^ np.uint32(factor)
        factor = factor * MULT_A & U32
        words = words * np.uint32(factor)
        return words ^ words >> SHIFT

    def mixed(one: Words, other: Words) -> Words:
        words = MIX_LEFT * one - MIX_RIGHT * other
        return np.asarray(words ^ words >> SHIFT)

    pool = [hashed(words) for words in entropy[:POOL]]
    for source in range(POOL):
        for place in range(POOL):
            if place != source:
                pool[place] = mixed(pool[place], hashed(pool[source]))
    for words in entropy[POOL:]:
        pool = [mixed(own, hashed(words)) for own in pool]
    made, factor = [], INIT_B
    for place in range(8):
        words = pool[place % POOL] ^ np.uint32(factor)
        factor = factor * MULT_B & U32
        words = words * np.uint32(factor)
        made.append((words ^ words >> SHIFT).astype(np.uint64))
    return [low | high << HALF for low, high in zip(made[::2], made[1::2], strict=True)]


def _sum(one: Wide, other: Wide) -> Wide:
    """Sum of numbers of 128 bits."""
    low = one[1] + other[1]
    return one[0] + other[0] + (low < other[1]), low


def _next(state: Wide, step: Wide) -> Wide:
    """State after one step of PCG64: times the multiplier, plus the stream's own step."""
    high, low = state
    lower, upper = low & LOW, low >> HALF
    middle = upper * LOWER + (lower * LOWER >> HALF)
    rest = lower * UPPER + (middle & LOW)
    carried = upper * UPPER + (middle >> HALF) + (rest >> HALF)
    product = carried + high * LOW_FACTOR + low * HIGH_FACTOR
    return _sum((product, low * LOW_FACTOR), step)


def _scrambled(high: Numbers, low: Numbers) -> Numbers:
    """Output of a state: its halves mixed, and turned by its first six bits."""
    mixed, turn = high ^ low, high >> np.uint64(58)
    return np.asarray(mixed >> turn | mixed << (-turn & np.uint64(63)))
