"""What happens inside a box of a picture: whether somebody may live there.

Who sits before a camera, or is drawn there, moves at nearly every moment, always at the same
place, and in the middle more than at the sides; and has few of the fine strokes that letters are
made of. Maps, games, chat and adverts lack at least one of these. No face is looked for, so drawn
ones do as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forge.layout.borders import CAP, MOVED, Map, Pair
from forge.layout.rectangles import Box

#: The limits of what is alive, in the order of Liveliness. On seeds 0 to 99 of
#: ``tests/bench/facecam.py`` nearly all people lie within, and nothing else that moves.
_STEADY, _ALIVE, _STROKES, _SIDES, _SETTLED = 0.8, 0.04, 0.1, 0.6, 0.6
#: How much of a box has to change within half a second to have moved.
_STIR = 0.004
#: A pixel that changes less on average, of 255, hardly lives; a middle that does is a picture.
_LIVES, _LIVELY = 1.5, 1.0
#: A stroke is a pixel that differs this much from its left and right neighbours together.
_STROKE = 40.0
#: A box is cut into so many parts each way. Below these changes, of 255, a part has only grain:
#: against what is usual, and within half a second.
_PARTS = 8
_GRAIN = (2.0, 4.0)
#: Keeps shares of next to nothing from counting.
_LITTLE = 0.3


@dataclass(frozen=True)
class Liveliness:
    """What happens in a box; the last two by the worse of two witnesses.

    ``steady`` is the share of pairs in which it moves, ``alive`` the share of pixels that ever do,
    ``strokes`` the share of pixels that are fine strokes. ``sides`` is how much its sides move
    against its middle: 1 is the same, 0 is not at all. ``settled`` is how alike the places are
    that move at different times: 1 is always the same, 0 is without any order.
    """

    steady: float
    alive: float
    strokes: float
    sides: float
    settled: float

    def is_somebody(self) -> bool:
        """Whether somebody may live in it."""
        return (
            self.steady >= _STEADY
            and self.alive >= _ALIVE
            and self.strokes <= _STROKES
            and self.sides <= _SIDES
            and self.settled >= _SETTLED
        )

    @property
    def surely(self) -> float:
        """How far it is from the limits, 0 to 1: an order, and no probability."""
        calm = min(1.0, max(0.0, (_SIDES - self.sides) / 0.2))
        return self.steady * calm * min(1.0, max(0.0, (self.settled - 0.5) / 0.2))


def look_inside(pairs: Sequence[Pair], box: Box) -> Liveliness:
    """What happens in ``box``, but for its outermost pixels, where a border's blur is."""
    left, top, right, bottom = box
    off = max(2, (right - left) // 25), max(2, (bottom - top) // 25)
    rows, columns = slice(top + off[1], bottom - off[1]), slice(left + off[0], right - off[0])
    first = np.stack([one[rows, columns] for one, _ in pairs]).astype(np.float32)
    later = np.stack([other[rows, columns] for _, other in pairs]).astype(np.float32)
    change = np.abs(later - first)
    steady = float(((change > MOVED).mean(axis=(1, 2)) > _STIR).mean())
    np.minimum(change, CAP, out=change)
    astray = np.minimum(np.abs(first - np.median(first, axis=0)), CAP)
    height, width = astray.shape[1:]
    middle = astray[:, height // 3 :, width // 4 : width - width // 4].mean()
    fine = np.abs(first[:, :, 2:] + first[:, :, :-2] - 2 * first[:, :, 1:-1]) > _STROKE
    parts = [_parts(each, grain) for each, grain in zip((astray, change), _GRAIN, strict=True)]
    numbers = (
        steady if middle >= _LIVELY else 0.0,  # Nobody is there.
        (change.mean(axis=0) > _LIVES).mean(),
        fine.mean(),
        max(_sides(each) for each in parts),
        min(_settled(each) for each in parts),
    )
    return Liveliness(*(round(float(each), 3) for each in numbers))


def _parts(change: Map, grain: float) -> Map:
    """Each pair's change in each part, over what grain is: pairs × rows × columns."""
    count, height, width = change.shape
    h, w = height // _PARTS, width // _PARTS
    whole = change[:, : h * _PARTS, : w * _PARTS] - np.float32(grain)
    cut = np.maximum(whole, 0).reshape(count, _PARTS, h, _PARTS, w)
    return np.asarray(cut.mean(axis=(2, 4)))


def _sides(parts: Map) -> Any:
    mean = parts.mean(axis=0)
    return mean[:, [0, -1]].mean() / (mean[:, 2:-2].mean() + _LITTLE)


def _settled(parts: Map) -> Any:
    """How each pair's parts go with those of all pairs together (correlation), in the middle."""
    flat = parts.reshape(len(parts), -1)
    each = flat - flat.mean(axis=1, keepdims=True)
    usual = flat.mean(axis=0) - flat.mean()
    lengths = np.linalg.norm(each, axis=1) * np.linalg.norm(usual)
    return np.median(each @ usual / (lengths + 1e-3))
