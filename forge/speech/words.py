"""Putting the words of a window back onto the source's timeline."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from forge.speech.audio import SAMPLE_RATE
from forge.speech.windows import Span, Window

#: A pause shorter than this says nothing about a word's time: inside it the model knows better.
PAUSE = 0.3
#: Languages written without spaces: there a word that begins without one is still a word.
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km", "bo"})


@dataclass(frozen=True)
class Word:
    """One word with its punctuation; times in seconds of the source, ``start <= end``."""

    word: str
    start: float
    end: float
    probability: float
    speaker: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape in transcript.json."""
        return asdict(self)


@dataclass(frozen=True)
class Heard:
    """A word as the model gives it: seconds of what is heard, and text with its spaces."""

    text: str
    start: float
    end: float
    probability: float


def place(window: Window, heard: Sequence[Heard], *, spaced: bool = True) -> list[Word]:
    """The words of one window in source time: in order, not overlapping, inside the window.

    A word belongs to the part in which its middle is heard. Whisper likes to stamp the first
    word after a silence seconds too early: a word that lies in a pause before speech begins
    where that speech begins, and one that runs on into a pause ends with the speech.
    With ``spaced``, a piece of text that does not begin with a space is glued to the word
    before it (``well`` ``-known``), as it was written.
    """
    stretches = _stretches(window.speech)
    words: list[Word] = []
    last = window.parts[0][0] / SAMPLE_RATE
    for item in heard:
        text = item.text.strip()
        if not text:
            continue
        start, end = _snap(*_source_times(window, item), stretches)
        start = min(max(start, last), window.parts[-1][1] / SAMPLE_RATE)
        end = max(start, end)
        last = end
        if spaced and words and not item.text[0].isspace():
            before = words.pop()
            probability = min(before.probability, round(item.probability, 3))
            words.append(Word(before.word + text, before.start, round(end, 3), probability))
        else:
            words.append(Word(text, round(start, 3), round(end, 3), round(item.probability, 3)))
    return words


def _source_times(window: Window, item: Heard) -> tuple[float, float]:
    middle = round((item.start + item.end) / 2 * SAMPLE_RATE)
    (begin, finish), offset = window.part_at(middle)
    shift = (begin - offset) / SAMPLE_RATE
    low, high = begin / SAMPLE_RATE, finish / SAMPLE_RATE
    start = min(max(item.start + shift, low), high)
    return start, min(max(item.end + shift, start), high)


def _stretches(speech: Sequence[Span]) -> list[tuple[float, float]]:
    """The speech in seconds, over pauses that are too short to matter."""
    joined: list[tuple[float, float]] = []
    for first, last in speech:
        start, end = first / SAMPLE_RATE, last / SAMPLE_RATE
        if joined and start - joined[-1][1] < PAUSE:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _snap(
    start: float, end: float, stretches: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Moves the ends of a word out of pauses; a word in the middle of nowhere stays there."""
    following = bisect_left(stretches, (start, start))
    silent_since = stretches[following - 1][1] if following else float("-inf")
    if start >= silent_since and following < len(stretches):
        speech = stretches[following][0]
        if end > speech:
            start = speech
        elif speech - end < start - silent_since:
            start, end = speech, speech + end - start
    before = bisect_left(stretches, (end, end)) - 1
    if before >= 0 and start < stretches[before][1] < end:
        end = stretches[before][1]
    return start, end
