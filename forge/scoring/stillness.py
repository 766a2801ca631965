"""Where nothing happens, and what it costs a clip to begin or to end with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from forge.scoring.evidence import Evidence, Series, Span

#: Nobody takes a gap up to so many seconds for stillness: speech breathes.
BREATH = 1.0
#: A sound up to so many LU below the usual word is heard as something that happens.
_FAINTER = 6.0
#: So many times the usual motion is something to see.
_MOVES = 2.0
#: What a second of stillness costs a clip that begins with it or ends in it, in seconds of
#: highlight (see candidates).
_OPENING_COST, _CLOSING_COST = 1.5, 1.0
#: A clip's opening in seconds: stillness costs less the later it comes in it, after it nothing.
_OPENING = 12.0
#: More seconds of it are no worse: somewhere a clip must begin.
_WORST = 5.0


def still(evidence: Evidence) -> list[Span]:
    """Stretches longer than a breath without a word, a sound as loud as one, or much motion.

    None where nobody speaks: then nothing tells what is loud for this recording. Chat does not
    count: it answers to what happens, and whoever sees the clip does not see it.
    """
    if not evidence.words:
        return []
    said = [(word.start, word.end) for word in evidence.words]
    return gaps([*said, *_sounds(evidence), *_moves(evidence)], evidence.duration)


def gaps(spans: Iterable[Span], duration: float) -> list[Span]:
    """What the spans leave free of 0 to ``duration``, in stretches longer than a breath."""
    found, reached = [], 0.0
    for begin, end in [*sorted(spans), (duration, duration)]:
        if begin - reached > BREATH:
            found.append((reached, begin))
        reached = max(reached, end)
    return found


def opening(starts: Series, stretches: Sequence[Span]) -> Series:
    """What it costs a clip to begin there: with stillness, or with a few words before it.

    ``starts`` and ``stretches`` ascend; the stretches don't touch each other.
    """
    begins, ends = np.array(stretches, dtype=float).reshape(-1, 2).T
    cost = np.zeros(len(starts))
    first = np.searchsorted(ends, starts, side="right")
    for ahead in range(int(_OPENING / BREATH) + 1):
        place = first + ahead
        some = place < len(begins)
        at = starts[some]
        begin = np.maximum(begins[place[some]], at)
        length = np.clip(ends[place[some]] - begin - BREATH, 0.0, _WORST)
        cost[some] += length * np.clip(1.0 - (begin - at) / _OPENING, 0.0, 1.0)
    return _OPENING_COST * cost


def closing(times: Series, stretches: Sequence[Span]) -> Series:
    """What it costs a clip to end there, after more stillness than a breath."""
    begins, ends = np.array([(-1.0, -1.0), *stretches], dtype=float).T
    place = np.searchsorted(begins, times, side="left") - 1
    tail = np.where(times <= ends[place], times - begins[place], 0.0)
    return _CLOSING_COST * np.clip(tail - BREATH, 0.0, _WORST)


def _sounds(evidence: Evidence) -> list[Span]:
    """When it is about as loud as words are. A loudness window counts at its middle."""
    levels = evidence.loudness
    if levels is None:
        return []
    middles = (np.arange(len(levels)) - 1) / 10
    spoken = np.zeros(len(levels), dtype=bool)
    for word in evidence.words or ():
        first, last = np.searchsorted(middles, (word.start, word.end))
        spoken[first:last] = True
    if not spoken.any():
        return []
    loud = levels >= np.median(levels[spoken]) - _FAINTER
    return _runs(loud, middles - 0.05, 0.1)


def _moves(evidence: Evidence) -> list[Span]:
    motion = evidence.motion
    if motion is None or motion.size == 0:
        return []
    usual = float(np.median(motion))
    return _runs(motion > _MOVES * usual, np.arange(len(motion), dtype=float), 1.0)


def _runs(
    some: np.ndarray[tuple[int], np.dtype[np.bool_]], times: Series, step: float
) -> list[Span]:
    """From the first to the end of the last of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], some, [False])).astype(int)))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(float(times[first]), float(times[after - 1]) + step) for first, after in pairs]
