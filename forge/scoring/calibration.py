"""What a score promises: how likely the clip shows a moment worth it."""

from __future__ import annotations

import math

#: A logistic curve, fitted by ``tests/bench/highlights.py --fit --streams 48`` on made streams
#: with everything known, and again without chat, without words, without sound, and with
#: loudness and picture alone. It holds for streams like those; real ones are less clear-cut.
_OFFSET, _SLOPE = -6.3, 23.6


def chance(strength: float, known: float) -> float:
    """The chance, 0 to 1, that a clip of this strength (0 to 1) shows a highlight.

    ``known`` is the part of all weight that the recording has signals for, 0 to 1.
    """
    return 1.0 / (1.0 + math.exp(-(_OFFSET + _SLOPE * agreed(strength, known))))


def agreed(strength: float, known: float) -> float:
    """The strength as far as it was confirmed.

    A lone signal reaches the top of its own scale in any recording; the fewer there were to
    agree, the less the same strength means. The square root keeps one good signal worth
    something.
    """
    return strength * math.sqrt(known)
