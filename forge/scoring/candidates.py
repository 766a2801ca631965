"""From peaks of the fused curve to clips with natural edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forge.scoring.boundaries import Boundaries
from forge.scoring.evidence import Series, Span
from forge.scoring.fusion import HOLD

#: Length in seconds: hard limits, and the range inside which content alone decides.
SHORTEST, LONGEST = 8.0, 90.0
_USUAL = (10.0, 45.0)
#: Even the shortest recording may give a clip of so many seconds.
_ROOM = 15.0
#: What one second outside the usual range costs, in seconds of highlight.
_LENGTH_COST = 0.4
#: A highlight needs its cause before it and the reaction after it: at least, and best. Seconds.
_BEFORE, _AFTER = 0.5, 3.0
_BEST_BEFORE, _BEST_AFTER = 7.0, 7.0
_OFF_COST = 0.12
#: Two moments whose best clips share more than this part of the shorter one are one moment.
_SAME = 0.3
#: … if the weaker one reaches this part of the other's height; else it is its echo.
_EQUAL = 0.9
#: A clip of which less is left than this is judged as a whole. Seconds.
_LEAST_OWN = 3.0
#: A moment below this height, between the recording's usual level and the peak, ends a clip; what
#: leads up to the peak belongs to it from a lower one on.
_RISE, _FALL = 0.25, 0.35


@dataclass(frozen=True)
class Candidate:
    """A possible clip around second ``peak``; ``strength`` 0 to 1 is what it is ranked by.

    ``own`` is the part that no better clip shows already, which the strength is taken from.
    """

    start: float
    end: float
    peak: int
    strength: float
    own: Span


def limit(duration: float) -> int:
    """How many clips a recording may give: eight, and twelve more for each hour.

    More than anybody cuts; the scores tell which ones are good.
    """
    return 8 + int(12 * duration / 3600)


def longest(duration: float) -> float:
    """The longest clip: 90 s, less in a short recording so that it still gives several."""
    return min(LONGEST, max(_ROOM, duration / 3), duration)


def choose(
    fused: Series, duration: float, seeds: Sequence[int], boundaries: Boundaries
) -> list[Candidate]:
    """Clips around the seeds (seconds), best first; no two overlap.

    Seeds count in the order given: one that lies in an earlier seed's clip adds nothing. One
    whose best clip would share much with an earlier one is merged with it when the whole is
    no longer than 45 s; otherwise it takes edges beside it, or gives no clip. A recording
    shorter than 8 s is one clip of its own length; at least one clip comes back.
    """
    whole = (0.0, longest(duration))
    if duration <= SHORTEST:
        return [Candidate(*whole, int(np.argmax(fused)), strength(fused, whole), whole)]
    taken: list[tuple[Span, int]] = []
    usual = float(np.median(fused))
    for seed in seeds:
        if any(begin <= seed + 0.5 <= end for (begin, end), _ in taken):
            continue
        spans = [span for span, _ in taken]
        grown = _grow(fused, usual, duration, seed, boundaries, [])
        if grown is not None and any(_shared(grown, span) > 0 for span in spans):
            if _merge(taken, grown, fused, seed, min(_USUAL[1], longest(duration))):
                continue
            grown = _grow(fused, usual, duration, seed, boundaries, spans)
        if grown is not None and len(taken) < limit(duration):
            taken.append((grown, seed))
    # A transcript in which one word lasts for minutes leaves no place to cut.
    spans = [span for span, _ in taken] or [whole]
    clips = []
    for place, span in enumerate(spans):
        own = _own(span, spans[:place])
        peak = taken[place][1] if taken else 0
        clips.append(Candidate(*span, peak, strength(fused, own), own))
    return sorted(clips, key=lambda clip: (-clip.strength, clip.start))


def _merge(
    taken: list[tuple[Span, int]], grown: Span, fused: Series, seed: int, most: float
) -> bool:
    """Whether a taken clip could be widened to hold this one, without touching a third."""
    for place, (span, peak) in enumerate(taken):
        both = (min(span[0], grown[0]), max(span[1], grown[1]))
        shorter = min(span[1] - span[0], grown[1] - grown[0])
        others = (other for other, _ in taken[:place] + taken[place + 1 :])
        if (
            fused[seed] >= _EQUAL * fused[peak]
            and _shared(span, grown) > _SAME * shorter
            and both[1] - both[0] <= most
            and not any(_shared(both, other) > 0 for other in others)
        ):
            taken[place] = (both, peak)
            return True
    return False


def _shared(one: Span, other: Span) -> float:
    return min(one[1], other[1]) - max(one[0], other[0])


def strength(fused: Series, span: Span) -> float:
    """The mean of the five best seconds of the span (of all, when it has fewer)."""
    first, last = bins(span, len(fused))
    return float(np.sort(fused[first:last])[-5:].mean())


def bins(span: Span, seconds: int) -> tuple[int, int]:
    """The seconds whose middle lies in the span, as first and last (exclusive); at least one."""
    first = min(max(0, math.ceil(span[0] - 0.5)), seconds - 1)
    return first, max(first + 1, min(seconds, math.ceil(span[1] - 0.5)))


def _own(span: Span, taken: Sequence[Span]) -> Span:
    """The span without what touches a taken one, and without the echo of that one's peak."""
    start, end = span
    for begin, finish in taken:
        if begin + finish < span[0] + span[1]:
            start = max(start, finish + HOLD)
        else:
            end = min(end, begin - HOLD)
    return (start, end) if end - start >= _LEAST_OWN else span


def _between(times: Series, low: float, high: float) -> slice:
    """The ascending times from ``low`` to ``high``, both included."""
    return slice(
        int(np.searchsorted(times, low, side="left")),
        int(np.searchsorted(times, high, side="right")),
    )


def _grow(
    fused: Series,
    usual: float,
    duration: float,
    seed: int,
    boundaries: Boundaries,
    taken: Sequence[Span],
) -> Span | None:
    """The best pair of edges around a seed, or None when every pair is too short or taken.

    A pair is worth the highlight inside it (the curve above a height that depends on the peak,
    summed over time), plus how natural its edges are, minus what its length and the peak's
    place in it cost.
    """
    centre = min(seed + 0.5, duration)
    most = longest(duration)
    height = max(float(fused[seed]) - usual, 1e-6)
    first = max(0, int(centre - most) - 1)
    near = fused[first : int(centre + most) + 2]
    rising = np.arange(first, first + len(near)) < seed
    level = usual + height * np.where(rising, _RISE, _FALL)
    area = np.concatenate(([0.0], np.cumsum(np.clip((near - level) / height, -1.0, 1.0))))
    grid = np.arange(first, first + len(area), dtype=float)

    latest = max(0.0, min(centre - _BEFORE, duration - SHORTEST))
    earliest = min(duration, max(centre + _AFTER, SHORTEST))
    at = _between(boundaries.starts, centre - most, latest)
    starts, start_values = boundaries.starts[at], boundaries.start_values[at]
    at = _between(boundaries.ends, earliest, centre + most)
    ends, end_values = boundaries.ends[at], boundaries.end_values[at]
    if starts.size == 0 or ends.size == 0:
        return None

    lengths = ends[None, :] - starts[:, None]
    worth = np.interp(ends, grid, area)[None, :] - np.interp(starts, grid, area)[:, None]
    worth += start_values[:, None] + end_values[None, :]
    low, high = min(_USUAL[0], most), min(_USUAL[1], most)
    worth -= _LENGTH_COST * (np.maximum(0, low - lengths) + np.maximum(0, lengths - high))
    worth -= _OFF_COST * np.abs(centre - starts - _BEST_BEFORE)[:, None]
    worth -= _OFF_COST * np.abs(ends - centre - _BEST_AFTER)[None, :]
    allowed = (lengths >= SHORTEST) & (lengths <= most)
    for begin, end in taken:
        shared = np.minimum(ends, end)[None, :] - np.maximum(starts, begin)[:, None]
        allowed &= shared <= 0
    if not allowed.any():
        return None
    row, column = np.unravel_index(int(np.argmax(np.where(allowed, worth, -np.inf))), worth.shape)
    return float(starts[row]), float(ends[column])
