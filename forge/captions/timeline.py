"""The clip's own time: what is kept of the source, on the grid of output frames.

Cuts are moved to the nearest output frame. So every kept part is a whole number of frames
long, picture and sound have the same length, and nothing drifts however many cuts there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property


@dataclass(frozen=True)
class Part:
    """A kept part: frames ``[first, last)`` of the clip before anything is cut out of it."""

    first: int
    last: int


@dataclass(frozen=True)
class Timeline:
    """Maps source seconds to clip seconds.

    ``start`` is in source seconds, ``fps`` is the output frame rate. ``parts`` are in order,
    not empty and do not touch.
    """

    start: float
    fps: Fraction
    parts: tuple[Part, ...]

    @property
    def frames(self) -> int:
        """The number of frames of the clip."""
        return sum(part.last - part.first for part in self.parts)

    @property
    def duration(self) -> float:
        """The clip's length in seconds, cuts left out."""
        return float(self.frames / self.fps)

    @cached_property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """The kept parts in source seconds."""
        return tuple((self._source(part.first), self._source(part.last)) for part in self.parts)

    @cached_property
    def _offsets(self) -> tuple[float, ...]:
        """The clip time at which each part starts."""
        offsets, frames = [], 0
        for part in self.parts:
            offsets.append(float(frames / self.fps))
            frames += part.last - part.first
        return tuple(offsets)

    def _source(self, frame: int) -> float:
        return self.start + float(frame / self.fps)

    def span_at(self, time: float) -> tuple[float, float] | None:
        """The kept span (source seconds) that holds a source time, if it is kept."""
        place = bisect_right(self.spans, time, key=lambda span: span[0]) - 1
        if place < 0 or time >= self.spans[place][1]:
            return None
        return self.spans[place]

    def to_clip(self, time: float) -> float:
        """Source seconds to clip seconds; a time that was cut away maps to where the cut is."""
        place = bisect_right(self.spans, time, key=lambda span: span[0]) - 1
        if place < 0:
            return 0.0
        start, end = self.spans[place]
        return self._offsets[place] + min(time, end) - start


def timeline(
    start: float, end: float, cuts: Iterable[tuple[float, float]], fps: Fraction
) -> Timeline:
    """The clip ``[start, end)`` of the source without ``cuts`` (all in source seconds).

    Cuts may overlap, lie outside the clip or be empty. Raises ValueError when nothing is left.
    """
    total = max(1, round(Fraction(end - start) * fps)) if end > start else 0
    frames = [
        (
            max(0, round(Fraction(first - start) * fps)),
            min(total, round(Fraction(last - start) * fps)),
        )
        for first, last in cuts
    ]
    parts: list[Part] = []
    here = 0
    for first, last in sorted(frame for frame in frames if frame[0] < frame[1]):
        if first > here:
            parts.append(Part(here, first))
        here = max(here, last)
    if here < total:
        parts.append(Part(here, total))
    if not parts:
        raise ValueError("nothing is left of the clip")
    return Timeline(start, fps, tuple(parts))
