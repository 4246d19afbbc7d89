"""Where in a figure a text may stand: geometry of boxes, segments and discs, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Directions in which a text may stand from its anchor, of a full turn: those that readers look to
# first come first, and the rest for where it is crowded
FIRST = (1 / 8, 3 / 8, 7 / 8, 5 / 8, 0, 1 / 2, 1 / 4, 3 / 4)
TURNS = np.array([*FIRST, *(np.arange(40) / 40)])
# Points between one distance and the next, and how many distances are looked at together
STEP, AT_ONCE = 2.5, 3
# How often texts look for their places
ROUNDS = 2
# A leader that crosses a line, or a mark of another, counts as so many points longer.
CROSSES_LINE, CROSSES_MARK = 60.0, 15.0


@dataclass
class Room:
    """What texts in a frame stand clear of.

    Attributes
    ----------
    frame : array of shape (4,)
        Left, bottom, right and top.
    discs : array of shape (n, 3)
        Centre and radius of marks.
    lines : array of shape (n, 4)
        Both ends of straight lines.
    boxes, leaders : list of array of shape (4,)
        Texts that stand already, and the lines that lead from them to their anchors.
    """

    frame: Array
    discs: Array
    lines: Array
    boxes: list[Array] = field(default_factory=list)
    leaders: list[Array] = field(default_factory=list)


def find_places(
    room: Room, anchors: Array, sizes: Sequence[Array], *, must: bool, **near: float
) -> list[Array | None]:
    """Boxes for texts, as `find_place`; those that found none choose first in the next round.

    Parameters
    ----------
    room : Room
        Left as it is.
    anchors, sizes : arrays of shape (n, 2)
        Those further up choose first.
    must : bool
        Whether a text without a place may cover marks and be further away.
    **near : float
        ``gap``, ``start`` and ``reach`` of `find_place`.
    """
    order, best = list(range(len(sizes))), list[Array | None]()
    for _ in range(ROUNDS):
        trial = replace(room, boxes=[*room.boxes], leaders=[*room.leaders])
        places: list[Array | None] = [None] * len(sizes)
        for index in order:
            anchor, size = anchors[index], sizes[index]
            box = find_place(trial, anchor, size, **near, over=False)
            if box is None and must:
                farther = near | {"reach": 3 * near["reach"]}
                box = find_place(trial, anchor, size, **farther, over=True)
            if box is not None:
                take(trial, box, anchor)
            places[index] = box
        if not best or _found(places) > _found(best):
            best = places
        without = [index for index in order if places[index] is None]
        if not without:
            break
        order = without + [index for index in order if places[index] is not None]
    return best


def _found(places: Sequence[Array | None]) -> int:
    return sum(place is not None for place in places)


def find_place(
    room: Room, anchor: Array, size: Array, *, gap: float, start: float, reach: float, over: bool
) -> Array | None:
    """Box for a text near its anchor, clear of everything in the room; None if there is none.

    The leader, from the box to the anchor, crosses no text and no other leader, and lines and
    marks of others only where any other place is much further away.

    Parameters
    ----------
    room : Room
    anchor, size : array of shape (2,)
        What the text belongs to; width and height of the text.
    gap : float
        Room around the text.
    start, reach : float
        Shortest and greatest length of the leader.
    over : bool
        Whether the text may cover marks.
    """
    # One that crosses more than a line is not worth its leader.
    best, place = reach + 2.5 * CROSSES_LINE, None
    room = _around(room, anchor, float(reach + size.max()))
    for shortest, boxes in _candidates(anchor, size, start, reach):
        if best <= shortest:
            break
        boxes = _free_of(room, boxes, gap, over=over)
        if not len(boxes):
            continue
        leaders = leaders_of(boxes, anchor)
        clear = _are_clear(room, leaders, gap)
        if clear.any():
            boxes, leaders = boxes[clear], leaders[clear]
            costs = np.round(_costs(room, leaders), 6)
            if costs.min() < best:
                best, place = costs.min(), boxes[np.argmin(costs)]
    return place


def take(room: Room, box: Array, anchor: Array) -> Array:
    """Have a text stand in the room; the leader that it needs."""
    leader: Array = leaders_of(box[None], anchor)[0]
    room.boxes.append(box)
    room.leaders.append(leader)
    return leader


def leaders_of(boxes: Array, anchor: Array) -> Array:
    """Shortest line from each box to an anchor, shape (n, 4)."""
    nearest = np.clip(anchor, boxes[:, :2], boxes[:, 2:])
    return np.hstack([nearest, np.broadcast_to(anchor, nearest.shape)])


def meet_boxes(lines: Array, boxes: Array) -> Flags:
    """Whether each line goes through each box, shape (lines, boxes)."""
    middle, half = _halves(lines)
    centre, extent = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]) / 2
    apart, half = middle[:, None] - centre, half[:, None]
    inside = np.abs(apart) < extent + np.abs(half)
    turned = half[..., 0] * apart[..., 1] - half[..., 1] * apart[..., 0]
    # By the axis across the line
    across = extent[:, 0] * np.abs(half[..., 1]) + extent[:, 1] * np.abs(half[..., 0])
    return np.asarray(inside.all(axis=2) & (np.abs(turned) < across))


def meet_lines(lines: Array, others: Array) -> Flags:
    """Whether each line crosses each of the others, shape (lines, others)."""
    one, other = lines[:, None], others[None]
    sides = [
        _turn(one[..., :2], one[..., 2:], other[..., :2])
        * _turn(one[..., :2], one[..., 2:], other[..., 2:]),
        _turn(other[..., :2], other[..., 2:], one[..., :2])
        * _turn(other[..., :2], other[..., 2:], one[..., 2:]),
    ]
    return np.asarray((sides[0] < 0) & (sides[1] < 0))


def distances(lines: Array, points: Array) -> Array:
    """Distance of each point from each line, shape (lines, points)."""
    start, along = lines[:, None, :2], (lines[:, 2:] - lines[:, :2])[:, None]
    square = np.maximum((along**2).sum(axis=2), 1e-12)
    share = np.clip(((points - start) * along).sum(axis=2) / square, 0, 1)
    return np.asarray(np.hypot(*np.moveaxis(points - start - share[..., None] * along, 2, 0)))


def _candidates(
    anchor: Array, size: Array, start: float, reach: float
) -> Iterator[tuple[float, Array]]:
    """Boxes around an anchor, some distances at once, each with the shortest of them."""
    turns = 2 * np.pi * TURNS
    ways = np.column_stack([np.cos(turns), np.sin(turns)])
    # A box beside its anchor touches it with an edge, one that is aslant with a corner.
    shift = size / 2 * np.clip(1.5 * ways, -1, 1)
    radii = np.arange(start, max(reach, start) + STEP, STEP)
    for first in range(0, len(radii), AT_ONCE):
        some = radii[first : first + AT_ONCE]
        centres = (anchor + some[:, None, None] * ways + shift).reshape(-1, 2)
        yield some[0], np.hstack([centres - size / 2, centres + size / 2])


def _around(room: Room, anchor: Array, reach: float) -> Room:
    """The room with those marks only that are within reach."""
    near = (np.abs(room.discs[:, :2] - anchor) <= reach + room.discs[:, 2:]).all(axis=1)
    return replace(room, discs=room.discs[near])


def _free_of(room: Room, boxes: Array, gap: float, *, over: bool) -> Array:
    """Those boxes that lie in the frame and over nothing."""
    inside = (boxes[:, :2] >= room.frame[:2] + gap).all(axis=1)
    boxes = boxes[inside & (boxes[:, 2:] <= room.frame[2:]).all(axis=1)]
    margin = gap * np.array([-1, -1, 1, 1])
    if room.boxes:
        others = np.array(room.boxes) + margin
        beside = (boxes[:, None, :2] >= others[:, 2:]) | (boxes[:, None, 2:] <= others[:, :2])
        boxes = boxes[np.all(beside.any(axis=2), axis=1)]
    for lines in (room.lines, np.array(room.leaders).reshape(-1, 4)):
        boxes = boxes[~meet_boxes(lines, boxes + margin).any(axis=0)]
    if over or not len(room.discs):
        return boxes
    x, y, radius = room.discs.T
    left, bottom, right, top = boxes.T[..., None]
    across = np.maximum(np.maximum(left - x, x - right), 0)
    up = np.maximum(np.maximum(bottom - y, y - top), 0)
    return np.asarray(boxes[(across**2 + up**2 >= (radius + gap) ** 2).all(axis=1)])


def _are_clear(room: Room, leaders: Array, gap: float) -> Flags:
    """Which leaders cross no text and no other leader."""
    others = np.array(room.boxes).reshape(-1, 4) + gap / 2 * np.array([-1, -1, 1, 1])
    crossed = meet_lines(leaders, np.array(room.leaders).reshape(-1, 4)).any(axis=1)
    return np.asarray(~(crossed | meet_boxes(leaders, others).any(axis=1)))


def _costs(room: Room, leaders: Array) -> Array:
    """Length of each leader, with what it crosses; what its anchor lies on is not crossed."""
    anchor = leaders[:1, 2:]
    lengths = np.hypot(*(leaders[:, 2:] - leaders[:, :2]).T)
    if len(room.lines):
        away = distances(room.lines, anchor)[:, 0] > 0.5
        lengths = lengths + CROSSES_LINE * meet_lines(leaders, room.lines[away]).sum(axis=1)
    discs = room.discs
    if len(discs):
        discs = discs[np.hypot(*(discs[:, :2] - anchor).T) > 1.5 * discs[:, 2]]
        covered = distances(leaders, discs[:, :2]) < discs[:, 2]
        lengths = lengths + CROSSES_MARK * covered.sum(axis=1)
    return np.asarray(lengths)


def _halves(lines: Array) -> tuple[Array, Array]:
    """Middle of each line, and the way from there to its end."""
    return (lines[:, :2] + lines[:, 2:]) / 2, (lines[:, 2:] - lines[:, :2]) / 2


def _turn(start: Array, end: Array, point: Array) -> Array:
    """Above zero where a point lies left of the way from start to end."""
    way, to = end - start, point - start
    return np.asarray(way[..., 0] * to[..., 1] - way[..., 1] * to[..., 0])
