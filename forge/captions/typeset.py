"""Where every word of a cue stands: the one layout that all drawings share.

The burned ASS and the browser's overlay draw what comes out of here. A word's place never
depends on which word is active, so nothing moves while the highlight travels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from forge.captions.cues import Cue
from forge.captions.metrics import FontMetrics
from forge.captions.styles import MIDDLE, REFERENCE_WIDTH, SAFE_WIDTH, Look
from forge.captions.text import ends_clause, is_right_to_left, separator


@dataclass(frozen=True)
class PlacedWord:
    """A word on the picture, in pixels: left edge, baseline, advance width.

    It is the active word in ``[start, end)``, clip seconds; ``start == end`` means never.
    """

    text: str
    x: float
    baseline: float
    width: float
    start: float
    end: float


@dataclass(frozen=True)
class PlacedCue:
    """A cue on the picture: shown in ``[start, end)``, drawn with an em of ``size`` pixels."""

    start: float
    end: float
    size: float
    words: tuple[PlacedWord, ...]


def typeset(
    cues: Sequence[Cue], look: Look, metrics: FontMetrics, width: int, height: int
) -> list[PlacedCue]:
    """Places every cue on a picture of ``width`` × ``height`` pixels.

    A cue takes one line if it fits the safe width, else two of nearly equal length, broken
    after a comma when that costs little; if even those are too wide, its letters are smaller.
    The capitals' block is centred on ``MIDDLE``.
    """
    return [_place(cue, look, metrics, width, height) for cue in cues]


def _place(cue: Cue, look: Look, metrics: FontMetrics, width: int, height: int) -> PlacedCue:
    texts = [word.text.upper() if look.uppercase else word.text for word in cue.words]
    advances = [metrics.advance(text) for text in texts]
    spaces = [
        metrics.space if separator(before, after) else 0.0 for before, after in pairwise(texts)
    ]

    def line(first: int, last: int) -> float:
        return sum(advances[first:last]) + sum(spaces[first : last - 1])

    size = look.size * width / REFERENCE_WIDTH
    safe = SAFE_WIDTH * width
    count = len(texts)
    lines = [(0, count)]
    if count > 1 and line(0, count) * size > safe:
        breaks = range(1, count)
        best = min(
            breaks,
            key=lambda at: max(line(0, at), line(at, count)) - 0.5 * ends_clause(texts[at - 1]),
        )
        lines = [(0, best), (best, count)]
    widest = max(line(first, last) for first, last in lines)
    size = min(size, safe / widest) if widest > 0 else size

    cap, pitch = metrics.cap_height * size, look.pitch * size
    top = MIDDLE * height - (cap + (len(lines) - 1) * pitch) / 2
    backwards = all(is_right_to_left(text) for text in texts)
    placed: list[PlacedWord] = []
    for number, (first, last) in enumerate(lines):
        span = line(first, last) * size
        x = 0.0
        for at in range(first, last):
            advance = advances[at] * size
            left = (width - span) / 2 + (span - x - advance if backwards else x)
            word = cue.words[at]
            end = cue.words[at + 1].start if at + 1 < count else cue.end
            baseline = top + cap + number * pitch
            placed.append(PlacedWord(texts[at], left, baseline, advance, word.start, end))
            x += advance + (spaces[at] * size if at + 1 < count else 0.0)
    return PlacedCue(cue.start, cue.end, size, tuple(placed))
