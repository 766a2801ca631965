"""Rectangles that lines close: from how surely a border runs where, to boxes in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forge.layout.borders import Borders, Map

Ints = np.ndarray[Any, np.dtype[np.int64]]
#: The left, top, right and bottom border in pixels.
Box = tuple[int, int, int, int]

#: What a facecam may measure, in shares of the picture: width, height, area; and width to height
#: in pixels.
WIDTH, HEIGHT, AREA = (0.09, 0.5), (0.125, 0.75), 0.2
SHAPE = (0.55, 2.2)
#: What a side counts that lies on the picture's own edge, where no border can be seen. Fewer than
#: a clear border: a box a little inside of the edge has one.
_AT_EDGE = 0.72
#: Up to two sides may lie there.
_EDGES = 2
#: The share of a side at each end that does not count: corners may be round.
CORNER = 0.1
#: A line shows for at least so much of the height (of the width, for a level one).
_UPRIGHT, _LEVEL = 0.11, 0.08
_LINES = 44
#: How much of its best stretch a border must cover to be a line; below, it is noise.
_LEAST_LINE = 0.55
#: How much of a box's worst side a border must cover, at least.
_LEAST_SIDE = 0.45
_MOST_BOXES = 400


@dataclass(frozen=True)
class Lines:
    """The upright lines of a map: where they are, and how much of any stretch they cover.

    ``places`` are columns, in order, the map's two edges among them.
    """

    places: Ints
    sums: Map

    def cover(self, column: Any, first: Any, last: Any) -> Any:
        """The share of ``column`` that a border covers from ``first`` to before ``last``."""
        return (self.sums[last, column] - self.sums[first, column]) / (last - first)


def upright_lines(borders: Map, stretch: float) -> Lines:
    """The clearest lines, never two within two pixels; they cover some ``stretch`` of the height.

    A border that was scaled down lies on two columns by turns, so neighbours count as well.
    """
    height, width = borders.shape
    wide = borders.copy()
    np.maximum(wide[:, 1:], borders[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], borders[:, 1:], out=wide[:, :-1])
    sums = np.cumsum(np.pad(wide, ((1, 0), (0, 0))), axis=0)
    exact = np.cumsum(np.pad(borders, ((1, 0), (0, 0))), axis=0)
    window = min(height, max(12, int(stretch * height)))
    score = ((sums[window:] - sums[:-window]) / window).max(axis=0)
    score += 0.25 * ((exact[window:] - exact[:-window]) / window).max(axis=0)
    score[:3] = score[-3:] = 0
    chosen: list[int] = []
    while len(chosen) < _LINES and score.max() >= _LEAST_LINE:
        column = int(score.argmax())
        chosen.append(column)
        score[max(0, column - 2) : column + 3] = 0
    places = np.array([0, *sorted(chosen), width - 1], np.int64)
    return Lines(places, sums)


def lines_of(borders: Borders) -> tuple[Lines, Lines]:
    """The upright and the level lines; the level ones count rows."""
    return upright_lines(borders.upright, _UPRIGHT), upright_lines(borders.level, _LEVEL)


def rectangles(uprights: Lines, levels: Lines) -> list[tuple[Box, float]]:
    """Boxes that lines close, of a facecam's size, and how well (0 to 1), the best first."""
    width, height = int(uprights.places[-1]) + 1, int(levels.places[-1]) + 1
    left, right = _spans(uprights.places, width, WIDTH)
    top, bottom = _spans(levels.places, height, HEIGHT)
    x0, y0 = (each.ravel() for each in np.meshgrid(left, top, indexing="ij"))
    x1, y1 = (each.ravel() for each in np.meshgrid(right, bottom, indexing="ij"))
    w, h = x1 - x0, y1 - y0
    at_edge = [x0 == 0, y0 == 0, x1 == width - 1, y1 == height - 1]
    fits = (w >= SHAPE[0] * h) & (w <= SHAPE[1] * h) & (w * h <= AREA * width * height)
    fits &= np.sum(at_edge, axis=0) <= _EDGES
    x0, y0, x1, y1, w, h = (each[fits] for each in (x0, y0, x1, y1, w, h))
    across, down = (CORNER * w).astype(np.int64), (CORNER * h).astype(np.int64)
    sides = np.stack(
        [
            _side(uprights, x0, y0 + down, y1 - down, width),
            _side(levels, y0, x0 + across, x1 - across, height),
            _side(uprights, x1, y0 + down, y1 - down, width),
            _side(levels, y1, x0 + across, x1 - across, height),
        ]
    )
    worst = sides.min(axis=0)
    score = (worst + sides.mean(axis=0)) / 2
    order = [place for place in np.argsort(-score, kind="stable") if worst[place] > _LEAST_SIDE]
    return [
        ((int(x0[at]), int(y0[at]), int(x1[at]), int(y1[at])), float(score[at]))
        for at in order[:_MOST_BOXES]
    ]


def overlap(one: Box, other: Box) -> float:
    """The area that two boxes share, over the area that they cover together: 0 to 1."""
    w = min(one[2], other[2]) - max(one[0], other[0])
    h = min(one[3], other[3]) - max(one[1], other[1])
    if w <= 0 or h <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return w * h / (areas - w * h)


def _spans(places: Ints, size: int, limits: tuple[float, float]) -> tuple[Ints, Ints]:
    """All pairs of lines that are as far apart as a facecam is large."""
    first, last = np.triu_indices(len(places), 1)
    length = places[last] - places[first]
    fits = (length >= max(12, limits[0] * size)) & (length <= limits[1] * size)
    return places[first][fits], places[last][fits]


def _side(lines: Lines, at: Ints, first: Ints, last: Ints, size: int) -> Any:
    return np.where((at == 0) | (at == size - 1), _AT_EDGE, lines.cover(at, first, last))
