"""Where the sound of two kept parts meets: a short crossfade, and none inside a word.

A hard cut clicks, and a dip of both sides at once is heard as a hole in music. So the part
before the cut goes on for a moment into what was cut away, the part behind begins a moment
earlier, and both cross over with equal power. Where a word that stays reaches to the cut, the
crossing lies wholly on the other side of it: the word keeps its last, or first, sound.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np

from forge.captions.timeline import Timeline

SAMPLE_RATE = 48_000
CHANNELS = 2
#: How long a crossfade lasts, seconds.
FADE = 0.01
#: A word at the very start or end of the clip has nothing beyond it to fade in: it gets this
#: little, against the click.
LEAST_FADE = 0.002
_FADE_SAMPLES = round(FADE * SAMPLE_RATE)
_LEAST_SAMPLES = round(LEAST_FADE * SAMPLE_RATE)
#: Samples that are in memory at once: a part may last for an hour.
_BLOCK = 10 * SAMPLE_RATE

#: Begin and end of each word, seconds.
Spans = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Splice:
    """A kept part in samples from the clip's start, with its fades.

    It is heard at full level in between, fades in over ``[first - before, first + rise)`` and
    out over ``[last - fall, last + after)``; ``before`` and ``after`` lie in what was cut away.
    """

    first: int
    last: int
    before: int
    rise: int
    fall: int
    after: int


def splices(time: Timeline, spoken: Spans) -> list[Splice]:
    """One for each part of ``time``. ``spoken`` are the words in order, in source seconds."""
    spans = time.spans
    first_rise = _LEAST_SAMPLES if _near(spans[0][0], spoken)[1] else _FADE_SAMPLES
    last_fall = _LEAST_SAMPLES if _near(spans[-1][1], spoken)[0] else _FADE_SAMPLES
    starts, ends = [(0, first_rise)], []
    for (_, end), (start, _) in pairwise(spans):
        out, into = _crossing(_near(end, spoken), _near(start, spoken))
        ends.append(out)
        starts.append(into)
    ends.append((last_fall, 0))
    found = []
    for part, (before, rise), (fall, after) in zip(time.parts, starts, ends, strict=True):
        first, last = sample(part.first, time), sample(part.last, time)
        half = (last - first) // 2
        found.append(Splice(first, last, before, min(rise, half), min(fall, half), after))
    return found


def _crossing(
    end: tuple[bool, bool], start: tuple[bool, bool]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """``(fall, after)`` of the part before a cut and ``(before, rise)`` of the part behind it.

    ``end`` and ``start`` say whether a word is spoken just before and just after the edges of
    what is cut away. A word that stays is neither faded nor has the other side under it, unless
    there is one on both sides; one that was cut away stays away.
    """
    (kept_before, cut_first), (cut_last, kept_behind) = end, start
    early, late = kept_behind or cut_first, kept_before or cut_last
    if kept_before and kept_behind:
        return (0, _FADE_SAMPLES), (_FADE_SAMPLES, 0)
    if kept_before or (late and not early):
        return (0, _FADE_SAMPLES), (0, _FADE_SAMPLES)
    if kept_behind or (early and not late):
        return (_FADE_SAMPLES, 0), (_FADE_SAMPLES, 0)
    if early and late:
        return (_FADE_SAMPLES, 0), (0, _FADE_SAMPLES)
    half = _FADE_SAMPLES // 2
    return (half, _FADE_SAMPLES - half), (half, _FADE_SAMPLES - half)


def _near(edge: float, spoken: Spans) -> tuple[bool, bool]:
    """Whether a word is spoken within half a fade before ``edge``, and after it."""

    def speaks(begin: float, end: float) -> bool:
        # Words are in order, and hardly longer than this.
        place = bisect_left(spoken, (begin - 5.0, 0.0))
        while place < len(spoken) and spoken[place][0] < end:
            if spoken[place][1] > begin:
                return True
            place += 1
        return False

    return speaks(edge - FADE / 2, edge), speaks(edge, edge + FADE / 2)


def splice(source: Path, target: Path, time: Timeline, spoken: Spans) -> None:
    """Writes the kept parts of ``source``, one after the other, to ``target``.

    Both are headerless stereo, 32-bit floats at 48 kHz; ``source`` begins with the clip and
    lasts at least to its end. The result is exactly as long as the picture. Raises OSError when
    it cannot be written.
    """
    found = splices(time, spoken)
    heard = np.memmap(source, dtype="<f4", mode="r").reshape(-1, CHANNELS)
    total = sum(each.last - each.first for each in found)
    place = 0
    # Not mapped into memory: on a full disk that would be a signal, not an error.
    with target.open("wb") as file:
        mixed = _Mixed(file)
        for each in found:
            begin, end = max(0, each.first - each.before), min(each.last + each.after, len(heard))
            at = place - (each.first - begin)
            # What would lie before the first sample of the clip, or behind its last, is left out.
            begin, at = begin + max(0, -at), max(0, at)
            end = min(end, begin + total - at)
            for first in range(begin, end, _BLOCK):
                last = min(first + _BLOCK, end)
                piece = np.array(heard[first:last])
                _rise(piece, each.before + each.rise, each.first - each.before - first)
                _rise(piece[::-1], each.after + each.fall, last - each.last - each.after)
                mixed.add(at + first - begin, piece)
            place += each.last - each.first
            mixed.release(place - _FADE_SAMPLES)
        mixed.release(total)


class _Mixed:
    """Sound that is written in order, and added to for as long as it is held back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._held = np.zeros((0, CHANNELS), dtype="<f4")
        self._start = 0

    def add(self, at: int, piece: np.ndarray) -> None:
        """Adds a piece at a place that is held back, or behind it."""
        self.release(at - _FADE_SAMPLES)
        self._reach(at + len(piece))
        self._held[at - self._start : at - self._start + len(piece)] += piece

    def release(self, until: int) -> None:
        """Writes what comes before a place."""
        count = until - self._start
        if count > 0:
            self._reach(until)
            self._file.write(self._held[:count].tobytes())
            self._held = self._held[count:]
            self._start = until

    def _reach(self, end: int) -> None:
        """Fills up with silence to a place."""
        lacking = end - self._start - len(self._held)
        if lacking > 0:
            silence = np.zeros((lacking, CHANNELS), dtype="<f4")
            self._held = np.concatenate([self._held, silence])


def _rise(piece: np.ndarray, length: int, offset: int) -> None:
    """Fades a piece in, by equal power; the fade begins ``offset`` samples into it, or before."""
    if length <= 0:
        return
    steps = np.arange(len(piece[: max(0, length + offset)])) - offset
    gain = np.sin(0.5 * math.pi * np.clip((steps + 0.5) / length, 0.0, 1.0))
    piece[: len(gain)] *= gain[:, None].astype(np.float32)


def sample(frame: int, time: Timeline) -> int:
    """The first sample of a frame of the clip before anything is cut out of it."""
    return math.floor(frame * SAMPLE_RATE / time.fps + 0.5)
