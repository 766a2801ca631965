"""Words to cues: what is on the screen together, and from when to when.

A cue holds at most three words and eighteen characters and lasts at most two seconds: what an
eye takes in at one glance on a phone. A longer word stands alone. The end of a sentence and a
pause are never inside a cue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from forge.captions.text import clean, ends_sentence, join
from forge.captions.timeline import Timeline

MAX_WORDS = 3
MAX_CHARACTERS = 18
MAX_SECONDS = 2.0
#: A silence that ends a cue.
PAUSE = 0.6
#: A cue stays until the next one when the gap is shorter than this: flicker disturbs.
CLOSED_GAP = 0.4
#: A shorter cue is held this long when nothing follows: nobody reads a word in less.
MIN_SECONDS = 0.4
#: The least time between two words' starts: about one frame and a half at 30 fps.
MIN_WORD = 0.05


@dataclass(frozen=True)
class Word:
    """A clean word and when it is spoken, in clip seconds; ``end`` is not before ``start``."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Cue:
    """Words that are shown together, in clip seconds.

    Word ``i`` is the active one from ``words[i].start`` to ``words[i + 1].start``, the last one
    to ``end``. ``start`` is the first word's start.
    """

    words: tuple[Word, ...]
    end: float

    @property
    def start(self) -> float:
        return self.words[0].start


def clip_words(words: Iterable[Mapping[str, Any]], timeline: Timeline) -> list[Word]:
    """The transcript's words that are heard in the clip, cleaned, in clip seconds, in order.

    ``words`` are transcript words (``word``, ``start``, ``end`` in source seconds). A word
    belongs to the clip when its middle is kept. No word overlaps the next, and starts are at
    least ``MIN_WORD`` apart: recognisers give runs of words the same time.
    """
    found: list[Word] = []
    for raw in sorted(words, key=lambda word: float(word["start"])):
        text = clean(str(raw["word"]))
        start = float(raw["start"])
        end = max(start, float(raw["end"]))
        span = timeline.span_at((start + end) / 2)
        if not text or span is None:
            continue
        first = timeline.to_clip(max(start, span[0]))
        if found:
            first = max(first, found[-1].start + MIN_WORD)
            found[-1] = replace(found[-1], end=min(found[-1].end, first))
        found.append(Word(text, first, max(first, timeline.to_clip(min(end, span[1])))))
    return found


def cues(words: list[Word], duration: float) -> list[Cue]:
    """Groups words (in order, in clip seconds) into cues that never overlap.

    ``duration`` is the clip's length. A word that would start after it is not shown: a cue
    always has a length, and all its words start within it.
    """
    groups: list[list[Word]] = []
    for word in words:
        if word.start >= duration:
            break
        if groups and _fits(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    shown: list[Cue] = []
    for group, after in zip_longest(groups, groups[1:]):
        start, limit = group[0].start, duration if after is None else after[0].start
        end = max(group[-1].end, group[-1].start + MIN_WORD, start + MIN_SECONDS)
        if after is not None and limit - end < CLOSED_GAP:
            end = limit
        shown.append(Cue(tuple(group), min(end, limit, duration, start + MAX_SECONDS)))
    return shown


def _fits(group: list[Word], word: Word) -> bool:
    last = group[-1]
    together = join([*(each.text for each in group), word.text])
    return (
        len(group) < MAX_WORDS
        and len(together) <= MAX_CHARACTERS
        and max(word.end, word.start + MIN_WORD) - group[0].start <= MAX_SECONDS
        and word.start - last.end <= PAUSE
        and not ends_sentence(last.text)
    )
