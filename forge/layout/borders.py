"""Where something lies over a picture: straight borders that stay while the picture moves.

On both sides of such a border, pixels change without regard to each other; a step of brightness
stays at its place, too. Either one tells of a border, in pictures taken far from each other.
Nothing here knows what a facecam is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Grey = np.ndarray[Any, np.dtype[np.uint8]]
#: Two pictures half a second apart, height × width.
Pair = tuple[Grey, Grey]
Map = np.ndarray[Any, np.dtype[np.floating[Any]]]

#: Fewer pairs tell nothing for certain.
FEWEST = 8
#: Of a recording's pairs, the share that counts: those that look most like its usual picture.
#: A camera that fills the picture, a starting screen, a menu are the others.
_USUAL = 0.65
#: A change of brightness counts up to this much (of 255): a cut must not outweigh all else.
CAP = 48.0
#: A pair that changes by more on average lies around a cut.
_CUT = 45.0
#: A pixel has moved when it changed by more than this (of 255): grain and coding change less.
MOVED = 8.0
#: A picture in which less than this share of the pixels moved stands still: a waiting screen.
_STANDS = 0.001
#: What coding alone does to a still pixel.
_GRAIN = 3.0
#: The least step of brightness that counts as one, over two pixels (of 255).
_STEP = 12.0
#: How far to the sides a border is compared with its surroundings: from 3 to 8 pixels.
_NEAR, _FAR = 3, 8


@dataclass(frozen=True)
class Borders:
    """What stays and what changes, for each pixel.

    ``change`` is the mean change of brightness (of 255), height × width. ``upright`` is how
    surely an upright border runs through a pixel, 0 to 1, height × width; ``level`` is the same
    for level ones, transposed: width × height.
    """

    change: Map
    upright: Map
    level: Map


def usual(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs of what the recording shows most of the time, in their order.

    Empty when fewer than FEWEST move. All pictures must have one size.
    """
    if len(pairs) < FEWEST:
        return []
    small = np.stack([first[4::9, 4::9] for first, _ in pairs]).astype(np.float32)
    later = np.stack([second[4::9, 4::9] for _, second in pairs]).astype(np.float32)
    change = np.abs(later - small)
    lively = (change > MOVED).mean(axis=(1, 2)) > _STANDS
    lively &= np.minimum(change, CAP).mean(axis=(1, 2)) < _CUT
    places = np.flatnonzero(lively)
    if len(places) < FEWEST:
        return []
    middle = np.median(small[places], axis=0)
    far = np.minimum(np.abs(small[places] - middle), CAP).mean(axis=(1, 2))
    count = max(FEWEST, round(_USUAL * len(pairs)))
    return [pairs[place] for place in sorted(places[np.argsort(far, kind="stable")[:count]])]


def measure(pairs: Sequence[Pair]) -> Borders:
    """Borders of ``pairs``, which must not be empty. Costs about 3 ms for a pair of 640 × 360."""
    sample = np.stack([first for first, _ in pairs[:: max(1, len(pairs) // 31)]])
    middle = np.median(sample, axis=0).astype(np.float32)
    change, across, down = (np.zeros(middle.shape, np.float32) for _ in range(3))
    steps_across, steps_down = (np.zeros(middle.shape, np.float32) for _ in range(2))
    for first, second in pairs:
        grey = first.astype(np.float32)
        steps_across[:, 1:-1] += np.abs(grey[:, 2:] - grey[:, :-2]) > _STEP
        steps_down[1:-1] += np.abs(grey[2:] - grey[:-2]) > _STEP
        # From what is usual, and within half a second: the one tells of scenes, the other of
        # movement.
        for apart in (grey - middle, second - grey):
            np.clip(apart, -CAP, CAP, out=apart)
            change += np.abs(apart)
            across[:, 1:-1] += np.abs(apart[:, 2:] - apart[:, :-2])
            down[1:-1] += np.abs(apart[2:] - apart[:-2])
    taken = 2 * len(pairs)
    grain = _GRAIN * taken
    # 0 where neighbours change together, 1 where one changes alone, 0.7 where both do, apart.
    across[:, 1:-1] /= change[:, 2:] + change[:, :-2] + grain
    down[1:-1] /= change[2:] + change[:-2] + grain
    return Borders(
        change / taken,
        _surely(across, steps_across / len(pairs)),
        _surely(np.ascontiguousarray(down.T), np.ascontiguousarray(steps_down.T) / len(pairs)),
    )


def _surely(apart: Map, steps: Map) -> Map:
    """How surely an upright border runs through each pixel, by the better of both witnesses.

    A step alone may be the game's own, so it counts a little less. The numbers were chosen with
    seeds 0 to 99 of ``tests/bench/facecam.py``.
    """
    by_change = np.clip((_ridge(apart) - 0.1) / 0.35, 0, 1)
    by_steps = 0.85 * np.clip((_ridge(steps) - 0.3) / 0.4, 0, 1)
    return np.asarray(np.maximum(by_change, by_steps))


def _ridge(values: Map) -> Map:
    """How far values stand out from those to their left and right."""
    width = values.shape[1]
    edge = _FAR + 1
    sums = np.cumsum(np.pad(values, ((0, 0), (edge, edge)), mode="edge"), axis=1)

    def between(first: int, last: int) -> Map:
        low, high = edge + first - 1, edge + last
        return np.asarray(sums[:, high : high + width] - sums[:, low : low + width])

    around = (between(-_FAR, -_NEAR) + between(_NEAR, _FAR)) / (2 * (_FAR - _NEAR + 1))
    return values - around
