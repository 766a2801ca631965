"""The words of a clip, in the clip's own time: what was transcribed, as a person corrected it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from forge.captions.pieces import columns, pieces
from forge.captions.timeline import Timeline
from forge.model import WordEdit

#: The least time between two words' starts: about one frame and a half at 30 fps.
MIN_WORD = 0.05
#: No word lasts longer, in seconds, whatever a recogniser says.
LONGEST_WORD = 60.0
#: An edit whose ``at`` is off by more was made on another transcript.
SAME = 0.001


@dataclass(frozen=True)
class Word:
    """A clean word and when it is spoken, in clip seconds; ``end`` is not before ``start``.

    ``index`` is its place in the transcript. ``breaks`` is a person's wish: a cue begins
    ``before`` this word, or ``never`` does.
    """

    text: str
    start: float
    end: float
    index: int = 0
    speaker: str | None = None
    breaks: Literal["before", "never"] | None = None


@dataclass(frozen=True)
class Heard:
    """A word of the transcript that the clip keeps, corrected, in source seconds.

    ``span`` is the kept part of the source that it belongs to. ``edit`` is the correction.
    """

    index: int
    raw: Mapping[str, Any]
    edit: WordEdit | None
    start: float
    end: float
    span: tuple[float, float]

    @property
    def text(self) -> str:
        """What is shown of it, before anything is cleaned; empty means hidden."""
        wished = None if self.edit is None else self.edit.text
        return str(self.raw["word"]) if wished is None else wished

    @property
    def speaker(self) -> str | None:
        name = self.raw.get("speaker")
        return None if name is None else str(name)


def heard_words(
    words: Iterable[Mapping[str, Any]], timeline: Timeline, edits: Sequence[WordEdit] = ()
) -> list[Heard]:
    """The transcript's words that belong to the clip, hidden ones among them, in order.

    ``words`` are transcript words (``word``, ``start``, ``end`` in source seconds). A word
    belongs to the clip when its middle is kept.
    """
    wished = {edit.index: edit for edit in edits}
    earliest, latest = timeline.spans[0][0] - LONGEST_WORD, timeline.spans[-1][1]
    # A recording has tens of thousands of words, a clip a hundred.
    near = [
        (float(raw["start"]), index, raw)
        for index, raw in enumerate(words)
        if earliest <= float(raw["start"]) <= latest or index in wished
    ]
    found: list[Heard] = []
    for start, index, raw in sorted(near, key=lambda each: each[:2]):
        end = max(start, float(raw["end"]))
        edit = wished.get(index)
        if edit is not None and abs(edit.at - start) > SAME:
            edit = None
        if edit is not None:
            start = start if edit.start is None else edit.start
            end = max(start, end if edit.end is None else edit.end)
        span = timeline.span_at((start + end) / 2)
        if span is not None:
            found.append(Heard(index, raw, edit, start, end, span))
    return found


def clip_words(
    words: Iterable[Mapping[str, Any]], timeline: Timeline, edits: Sequence[WordEdit] = ()
) -> list[Word]:
    """The words that are shown in the clip, corrected and cleaned, in clip seconds, in order.

    Takes what :func:`heard_words` takes. No word overlaps the next, and starts are at least
    ``MIN_WORD`` apart: recognisers give runs of words the same time. The order is the
    transcript's: a word that an edit moves before its neighbour starts right after that.

    A word of several pieces (:func:`forge.captions.pieces.pieces`) becomes several words of the
    same ``index``, which share its time by their lengths.
    """
    found: list[Word] = []
    for heard in heard_words(words, timeline, edits):
        texts = pieces(heard.text)
        if not texts:
            continue
        first = timeline.to_clip(max(heard.start, heard.span[0]))
        if found:
            first = max(first, found[-1].start + MIN_WORD)
            found[-1] = replace(found[-1], end=min(found[-1].end, first))
        last = max(first, timeline.to_clip(min(heard.end, heard.span[1])))
        breaks = None if heard.edit is None else heard.edit.breaks
        found += _in_pieces(Word("", first, last, heard.index, heard.speaker), texts, breaks)
    return found


def _in_pieces(
    word: Word, texts: Sequence[str], breaks: Literal["before", "never"] | None
) -> list[Word]:
    lengths = [columns(text) for text in texts]
    total = sum(lengths)
    length = max(word.end - word.start, MIN_WORD * len(texts) if len(texts) > 1 else 0.0)
    found, start = [], word.start
    for number, (text, own) in enumerate(zip(texts, lengths, strict=True)):
        end = start + length * own / total
        wish = breaks if number == 0 else None
        found.append(replace(word, text=text, start=start, end=end, breaks=wish))
        start = end
    return found
