"""Whether what a model wrote for a window can be what was said in it.

Whisper writes something for every sound. For music, a crowd or a hall it invents: a polite
phrase for half a minute of noise, or one sentence over and over. Such text is recognised by
what the model itself thought of it, by how it repeats, and by how little or how much of the
sound it accounts for. The first two limits are those of OpenAI's own decoder.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forge.speech.windows import Seconds
from forge.speech.words import Heard

#: Text that zlib makes this many times smaller says the same thing again and again.
MAX_COMPRESSION = 2.4
#: Mean natural logarithm of a token's probability; below it the text is a guess.
MIN_LOGPROB = -1.0
#: When the model itself believes that nobody speaks, so unlikely a text is not believed either.
#: Measured with tiny.en: -0.1 to -0.5 for speech, -0.75 to -1.4 for noise.
MAX_NO_SPEECH, DOUBTED_LOGPROB = 0.6, -0.65
#: Words for each second of detected speech. Speech has two to four.
MIN_RATE = 0.5
#: Shorter speech than this may well be one word, or none, seconds.
SPARSE_FROM = 4.0
#: So many seconds of detected speech without a word in them: the model has left something out.
#: Measured: up to 1.0 s where nothing is missing, from 1.7 s on where a sentence is. Where there is
#: no word at all, it takes more: that is mostly noise.
GAP, SILENT = 1.5, 3.0
#: A word counts for no more. Alignment stretches one over what was left out: up to nine seconds.
LONGEST_WORD = 0.5
#: A phrase of up to so many words that follows itself so often is a loop.
LOOP_WORDS, LOOP_ROUNDS = 8, 4


class Doubt(StrEnum):
    """Why a decoding is not believed at once."""

    REPEATS = "it says the same again and again"
    UNSURE = "the model is unsure of it"
    UNSPOKEN = "the model believes that nobody speaks"
    SPARSE = "it has too few words for that much speech"
    GAP = "it leaves out speech"


@dataclass(frozen=True)
class Decoded:
    """What the model wrote: its words, in seconds of what is heard, and what it thought of them.

    ``logprob`` is the mean natural logarithm of the tokens' probabilities, ``no_speech`` the
    probability (0 to 1) that nobody speaks.
    """

    words: tuple[Heard, ...]
    logprob: float
    no_speech: float

    @property
    def text(self) -> str:
        """All words, as they were written."""
        return "".join(word.text for word in self.words).strip()


NOTHING = Decoded((), 0.0, 1.0)


def doubts(decoded: Decoded, speech: Sequence[Seconds]) -> frozenset[Doubt]:
    """What speaks against a decoding of a window in which ``speech`` was detected.

    ``speech`` are ascending spans in seconds of what is heard. No words at all are doubted only
    when there was enough speech to expect some.
    """
    found = set()
    text = decoded.text
    if compression(text) > MAX_COMPRESSION or loops(text):
        found.add(Doubt.REPEATS)
    if decoded.words and decoded.logprob < MIN_LOGPROB:
        found.add(Doubt.UNSURE)
    if decoded.no_speech > MAX_NO_SPEECH and decoded.logprob < DOUBTED_LOGPROB and decoded.words:
        found.add(Doubt.UNSPOKEN)
    seconds = sum(end - start for start, end in speech)
    if seconds >= SPARSE_FROM and _count(decoded) < MIN_RATE * seconds:
        found.add(Doubt.SPARSE)
    if longest_gap(decoded.words, speech) >= (GAP if decoded.words else SILENT):
        found.add(Doubt.GAP)
    return frozenset(found)


def believable(decoded: Decoded, found: frozenset[Doubt]) -> bool:
    """Whether a decoding with these doubts is better than no words at all.

    Somebody may really shout ``go`` ten times, and say three words in ten seconds of laughter:
    those two are believed when the model is as sure as it is of speech.
    """
    if not decoded.words or Doubt.UNSURE in found or Doubt.UNSPOKEN in found:
        return False
    if compression(decoded.text) > MAX_COMPRESSION:
        return False
    strange = Doubt.REPEATS in found or Doubt.SPARSE in found
    return not strange or decoded.logprob > DOUBTED_LOGPROB


def understood(decoded: Decoded) -> bool:
    """Whether there are words, and the model is as sure of them as it is of a language it knows.

    Measured with tiny.en: -0.14 to -0.33 for made English in five accents; -0.66 to -0.92 for what
    it wrote, of two seconds in ten, for German, Dutch and Russian.
    """
    return bool(decoded.words) and decoded.logprob > DOUBTED_LOGPROB


def choose(first: Decoded, again: Decoded, speech: Sequence[Seconds]) -> Decoded:
    """The better of two decodings of a window, or :data:`NOTHING` when neither is believable.

    The second was made because the first was doubted. It is preferred, except that of two
    believable ones of which the first only leaves something out, the one with more words is.
    """
    before, after = doubts(first, speech), doubts(again, speech)
    usable = [
        decoded
        for decoded, found in ((again, after), (first, before))
        if believable(decoded, found)
    ]
    if len(usable) == 2 and before <= {Doubt.GAP, Doubt.SPARSE}:
        return max(usable, key=_count)
    return usable[0] if usable else NOTHING


def compression(text: str) -> float:
    """How many times smaller zlib makes the text; 0 for none. Speech: 1.5 to 2.1."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def loops(text: str) -> bool:
    """Whether most of the text is one phrase, :data:`LOOP_ROUNDS` times or more in a row."""
    words = text.lower().split()
    for size in range(1, min(LOOP_WORDS, len(words) // LOOP_ROUNDS) + 1):
        run = longest = 0
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            longest = max(longest, run)
        if longest >= (LOOP_ROUNDS - 1) * size and 2 * (longest + size) > len(words):
            return True
    return False


def longest_gap(words: Sequence[Heard], speech: Sequence[Seconds]) -> float:
    """Seconds of detected speech in the longest stretch in which there is no word."""
    edges = [0.0]
    for word in words:
        edges += [word.start, min(max(word.end, word.start), word.start + LONGEST_WORD)]
    edges.append(speech[-1][1] if speech else 0.0)
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return max(
        sum(max(min(end, high) - max(start, low), 0.0) for start, end in speech)
        for low, high in gaps
    )


def _count(decoded: Decoded) -> int:
    """How many words; in a language without spaces the pieces, which are syllables or more."""
    return sum(bool(word.text.strip()) for word in decoded.words)
