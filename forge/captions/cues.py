"""Words to cues: what is on the screen together, and from when to when.

A cue holds at most three words and eighteen letters and lasts at most two seconds: what an
eye takes in at one glance on a phone. A longer word stands alone. The end of a sentence, a
pause and a change of speaker are never inside a cue. Words of a script without spaces count as
one word, and each of their letters as one and a half. A person's wish goes before all of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, zip_longest

from forge.captions.pieces import begins_line, columns, ends_line
from forge.captions.text import ends_sentence, join, separator
from forge.captions.words import MIN_WORD, Word

MAX_WORDS = 3
MAX_CHARACTERS = 18
MAX_SECONDS = 2.0
#: A silence that ends a cue.
PAUSE = 0.6
#: A cue stays until the next one when the gap is shorter than this: flicker disturbs.
CLOSED_GAP = 0.4
#: A shorter cue is held this long when nothing follows: nobody reads a word in less.
MIN_SECONDS = 0.4


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


def cues(words: list[Word], duration: float) -> list[Cue]:
    """Groups words (in order, in clip seconds) into cues that never overlap.

    ``duration`` is the clip's length. A word that would start after it is not shown: a cue
    always has a length, and all its words start within it. A cue that a person joined may last
    longer than ``MAX_SECONDS``: its last word decides.
    """
    groups: list[list[Word]] = []
    for word in words:
        if word.start >= duration:
            break
        if groups and _continues(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    shown: list[Cue] = []
    for group, after in zip_longest(groups, groups[1:]):
        start, limit = group[0].start, duration if after is None else after[0].start
        end = max(group[-1].end, group[-1].start + MIN_WORD, start + MIN_SECONDS)
        if after is not None and limit - end < CLOSED_GAP:
            end = limit
        joined = any(word.breaks == "never" for word in group[1:])
        longest = (group[-1].start if joined else start) + MAX_SECONDS
        shown.append(Cue(tuple(group), min(end, limit, duration, longest)))
    return shown


def _continues(group: list[Word], word: Word) -> bool:
    last = group[-1]
    if word.breaks is not None:
        return word.breaks == "never"
    if word.speaker != last.speaker and word.speaker is not None and last.speaker is not None:
        return False
    lasts = max(word.end, word.start + MIN_WORD) - group[0].start
    if lasts > MAX_SECONDS or word.start - last.end > PAUSE:
        return False
    if not begins_line(word.text) or not ends_line(last.text):
        return True
    together = [*(each.text for each in group), word.text]
    spaces = sum(separator(a, b) != "" for a, b in pairwise(together))
    return (
        spaces < MAX_WORDS
        and columns(join(together)) <= MAX_CHARACTERS
        and not ends_sentence(last.text)
    )
