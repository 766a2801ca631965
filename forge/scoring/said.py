"""Signals of the words: exciting phrases, laughter that was written down, and feeling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from forge.scoring.evidence import Evidence, Series, second_of
from forge.scoring.lexicon import Hit, find

#: A sentence's sentiment (VADER's compound), -1 to 1.
Intensity = Callable[[str], float]

#: A sentence whose sentiment is weaker than this is neutral talk.
_NEUTRAL = 0.4


def hits(evidence: Evidence, lexicon: dict[str, float]) -> list[Hit]:
    """Every phrase of the lexicon that is said, by the numbers of its words."""
    return find([word.text for word in evidence.words or ()], lexicon)


def weigh_hits(evidence: Evidence, found: Sequence[Hit]) -> Series:
    """Weights of phrases at the second they begin."""
    words = evidence.words or ()
    values = np.zeros(evidence.seconds)
    for hit in found:
        values[second_of(words[hit.first].start, evidence)] += hit.weight
    return values


def sentiment(evidence: Evidence, intensity: Intensity) -> Series:
    """How strongly a sentence feels, good or bad, 0 to 1, for as long as it is said."""
    words = evidence.words or ()
    values = np.zeros(evidence.seconds)
    for sentence in evidence.sentences:
        strength = max(0.0, abs(intensity(sentence.text)) - _NEUTRAL) / (1.0 - _NEUTRAL)
        begin = second_of(words[sentence.first].start, evidence)
        end = second_of(words[sentence.last - 1].end, evidence)
        values[begin : end + 1] = np.maximum(values[begin : end + 1], strength)
    return values
