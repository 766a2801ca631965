"""A facecam found in pictures of a recording: a box that somebody lives in.

First come the boxes that lasting borders close (:mod:`forge.layout.rectangles`); then what is
inside decides (:mod:`forge.layout.liveliness`). So health bars, chat, adverts, logos and scrolling
maps are not taken for one.

A recording whose facecam moves about, has no straight border, or fills more than a fifth of the
picture, has none for this purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forge.layout.borders import Borders, Map, Pair, measure, usual
from forge.layout.liveliness import Liveliness, look_inside
from forge.layout.rectangles import (
    CORNER,
    HEIGHT,
    SHAPE,
    Box,
    Lines,
    lines_of,
    overlap,
    rectangles,
)
from forge.model import Rect

#: From this confidence on FORGE would take the box by itself, if that was asked for.
SURE = 0.5
#: The least that its borders must be worth to be suggested.
_CLOSED = 0.7
#: Boxes that share more than this are tries at the same thing; so many things are looked at.
_SAME, _TRIES = 0.6, 14
#: A frame around a camera, or a name plate below, changes less than this, of 255. A frame takes up
#: to so much of the width and of the height, a plate so much of the height.
_STILL, _FRAME, _PLATE = 3.0, 0.06, 0.22
#: How much of the box a line has to cross to be where the frame ends, or the plate begins.
_INNER, _PLATE_LINE = 0.75, 0.8
#: So much of its height or width may lie beyond a shelf, at the picture's own edge; and so few
#: pixels are a frame, or the game in a gap.
_SHELF, _THIN = 0.4, 6


@dataclass(frozen=True)
class Facecam:
    """Where the facecam is; ``borders`` and ``inside`` are what speaks for it.

    ``confidence`` is 0 to 1: an order among finds, and no probability.
    """

    rect: Rect
    confidence: float
    borders: float
    inside: Liveliness

    @property
    def sure(self) -> bool:
        """Whether it may be taken unseen by who asked for that."""
        return self.confidence >= SURE


def find_facecam(pairs: Sequence[Pair]) -> Facecam | None:
    """The facecam in pairs of pictures from all over a recording, or None.

    The pictures of a pair are half a second apart, and all have one size; about 60 pairs of
    640 × 360 serve well, fewer than eight never do. What is found holds for most of the pairs.
    """
    chosen = usual(pairs)
    if not chosen or min(chosen[0][0].shape) < 64:
        return None
    borders = measure(chosen)
    uprights, levels = lines_of(borders)
    tried: list[Box] = []
    best: Facecam | None = None
    for box, closed in rectangles(uprights, levels):
        if closed < _CLOSED or len(tried) == _TRIES:
            break
        if any(overlap(box, other) >= _SAME for other in tried):
            continue
        tried.append(box)
        if not look_inside(chosen, box).is_somebody():
            continue
        inner = _without_frame(_to_edges(box, uprights, levels), borders.change, uprights, levels)
        w, h = inner[2] - inner[0], inner[3] - inner[1]
        inside = look_inside(chosen, inner)
        fits = SHAPE[0] * h <= w <= SHAPE[1] * h and h >= HEIGHT[0] * borders.change.shape[0]
        if fits and inside.is_somebody():
            confidence = round(closed * inside.surely, 3)
            if best is None or confidence > best.confidence:
                rect = _fractions(inner, borders)
                best = Facecam(rect, confidence, round(closed, 3), inside)
    return best


def _to_edges(box: Box, uprights: Lines, levels: Lines) -> Box:
    """The box as far as the picture's own edge, where its sides go on to there.

    A shelf or a door has a border, and the picture's edge has none. Below, it is a name plate.
    """
    left, top, right, bottom = box
    above, _ = _reach(levels, (top, bottom), uprights, (left, right))
    first, last = _reach(uprights, (left, right), levels, (top, bottom))
    return first, above, last, bottom


def _reach(
    across: Lines, ends: tuple[int, int], along: Lines, sides: tuple[int, int]
) -> tuple[int, int]:
    """Both borders of one direction, moved out to the edges that ``sides`` reach."""
    outermost = int(across.places[-1])
    most = int(_SHELF * (ends[1] - ends[0]))
    seen = [side for side in sides if 0 < side < int(along.places[-1])]

    def reach(first: int, last: int) -> bool:
        return _THIN < last - first <= most and all(
            along.cover(side, first, last) > _INNER for side in seen
        )

    start = 0 if seen and reach(0, ends[0]) else ends[0]
    return start, outermost if seen and reach(ends[1], outermost) else ends[1]


def _without_frame(box: Box, change: Map, uprights: Lines, levels: Lines) -> Box:
    """The box without a still frame or name plate, where a line says that one ends."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    across = left + int(CORNER * w), right - int(CORNER * w)
    down = top + int(CORNER * h), bottom - int(CORNER * h)
    frame, plate = (int(_FRAME * w), int(_FRAME * w)), (int(_FRAME * h), int(_PLATE * h))
    begin, end = _inner(uprights, (left, right), frame, down, change[slice(*down)])
    above, below = _inner(levels, (top, bottom), plate, across, change.T[slice(*across)])
    return begin, above, end, below


def _inner(
    lines: Lines, ends: tuple[int, int], most: tuple[int, int], along: tuple[int, int], change: Map
) -> tuple[int, int]:
    """Both borders of one direction, moved inwards over what stands still, ``most`` at each end."""
    first, last = found = ends
    # A plate is as wide as the camera's picture; a desk or a shelf in it ends before.
    wide = along[0] - (along[1] - along[0]) // 16, along[1] + (along[1] - along[0]) // 16
    frame = int(_FRAME * (last - first))
    for place in (int(each) for each in lines.places):
        near = min(place - first, last - place)
        if near <= 1 or lines.cover(place, *along) <= _INNER:
            continue
        at_edge = last == int(lines.places[-1])  # No border is seen there: it may be a guess.
        if near > frame and (at_edge or lines.cover(place, *wide) <= _PLATE_LINE):
            continue
        if place - first <= most[0] and _is_still(change[:, first + 1 : place - 1]):
            found = max(found[0], place), found[1]
        elif last - place <= most[1] and _is_still(change[:, place + 2 : last]):
            found = found[0], min(found[1], place)
    return found


def _is_still(change: Map) -> bool:
    return change.size > 0 and float(np.percentile(change, 90)) < _STILL


def _fractions(box: Box, borders: Borders) -> Rect:
    """A border in the middle of its pixel; on the picture's own edge, that edge."""
    height, width = borders.change.shape

    def share(place: int, size: int) -> float:
        return 0.0 if place == 0 else 1.0 if place == size - 1 else (place + 0.5) / size

    x, y = share(box[0], width), share(box[1], height)
    w, h = share(box[2], width) - x, share(box[3], height) - y
    return Rect(x=round(x, 5), y=round(y, 5), w=round(w, 5), h=round(h, 5))
