"""Scenes between cuts, stretches of black, and the amount of movement in a picture."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Span = tuple[float, float]

#: Every fourth pixel each way is plenty to tell movement from rest.
_STRIDE = 4
#: A mean change above this is a cut or a flash, not movement (of 255).
_FLASH = 60.0
#: A picture darker than this on average is black (of 255). A dark room in a game is brighter.
BLACK = 6.0
#: Where in a stretch of black the change of scene is: closer to where the new one begins to show.
#: With 0.625 to 0.645 the cuts of PySceneDetect's own test video come out on their frames.
FADE = 0.63
#: Shorter black is a flash or a muzzle, not a change of scene. Seconds.
_MIN_BLACK = 0.1
#: How far from black a hard cut still belongs to the same change of scene. Seconds.
_NEAR_BLACK = 0.25


def join_cuts(
    hard: Iterable[float], black: Sequence[Span], fades: Iterable[float], duration: float
) -> list[float]:
    """All cuts in order: hard ones, and those that stretches of black are.

    A hard cut into or out of black is the same change as the black itself and counts once.
    """
    cuts = [
        cut
        for cut in hard
        if not any(start - _NEAR_BLACK <= cut <= end + _NEAR_BLACK for start, end in black)
    ]
    return sorted({round(cut, 6) for cut in [*cuts, *fades] if 0 < cut < duration})


def spread(cuts: Iterable[float], first: float, shortest: float) -> list[float]:
    """``cuts`` in order, without those less than ``shortest`` seconds behind the one before.

    The recording's first picture, at ``first``, counts as one. PySceneDetect's rule.
    """
    kept: list[float] = []
    for cut in sorted(cuts):
        # Times of many containers are rounded to a thousandth.
        if cut - (kept[-1] if kept else first) >= shortest - 1.5e-3:
            kept.append(cut)
    return kept


def scenes_between(cuts: Iterable[float], duration: float) -> list[dict[str, float]]:
    """The scenes that ``cuts`` make of a recording: at least one, without gaps, in order.

    Cuts outside the recording and repeated ones are dropped.
    """
    inside = sorted({round(cut, 6) for cut in cuts if 0 < cut < duration})
    edges = [0.0, *inside, round(duration, 6)]
    return [{"start": start, "end": end} for start, end in pairwise(edges)]


class PictureMeter:
    """Measures movement and darkness of pictures that come in the order of their times."""

    def __init__(self, duration: float) -> None:
        size = max(1, math.ceil(duration))
        self._duration = duration
        self._sums = np.zeros(size)
        self._counts = np.zeros(size)
        self._last: np.ndarray[Any, np.dtype[np.int16]] | None = None
        self._first = 0.0
        self._dark: list[float] = []
        self._black: list[Span] = []
        self._fades: list[float] = []

    def add(self, seconds: float, picture: Picture) -> None:
        """``picture`` is height x width x BGR."""
        green = picture[::_STRIDE, ::_STRIDE, 1].astype(np.int16)
        if self._last is None:
            self._first = seconds
        elif self._last.shape == green.shape:
            change = float(np.abs(green - self._last).mean())
            place = int(seconds)
            if change < _FLASH and 0 <= place < len(self._sums):
                self._sums[place] += change
                self._counts[place] += 1
        self._last = green
        dark = float(green.mean()) < BLACK and float(picture[::_STRIDE, ::_STRIDE].mean()) < BLACK
        if dark:
            self._dark.append(seconds)
        elif self._dark:
            self._end_black(seconds)

    def motion(self) -> list[float]:
        """The mean change of brightness between frames in each second, 0 to 255.

        0 where there was no frame. It depends on the frame rate: compare only within one
        recording.
        """
        means = self._sums / np.maximum(self._counts, 1)
        return [round(float(value), 3) for value in means]

    def black(self) -> list[Span]:
        """Stretches of black as (first dark frame, first bright frame after), in seconds.

        One that reaches the first or the last frame reaches the recording's start or end.
        """
        if self._dark:
            self._end_black(self._duration)
        return list(self._black)

    def fades(self) -> list[float]:
        """The changes of scene that stretches of black are, each at the time of a frame.

        Black at the recording's start or end is no change of scene. Ask after :meth:`black`.
        """
        return list(self._fades)

    def _end_black(self, end: float) -> None:
        dark, self._dark = self._dark, []
        start = 0.0 if dark[0] <= self._first else dark[0]
        if end - start < _MIN_BLACK:
            return
        self._black.append((round(start, 6), round(end, 6)))
        if start > 0 and end < self._duration:
            middle = start + FADE * (end - start)
            self._fades.append(min(dark, key=lambda time: abs(time - middle)))
