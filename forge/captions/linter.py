"""What viewers may stumble over: the rules of the trade, checked on what would be written.

The burned cues follow the voice word by word, so nobody has to read them faster than they are
spoken; they are checked for where they stand and what they show. The rules for reading apply
to the SRT and WebVTT files:

* Netflix, timed text style guides (partnerhelp.netflixstudios.com), general requirements: five
  sixths of a second to seven seconds, two lines, two frames between two subtitles. Letters a
  line: 42, Japanese 13, Chinese and Korean 16. Letters a second for adults: English 20; where
  the words are those spoken (its SDH), Japanese 7, Chinese 11, Korean 14. Checked against the
  values that Subtitle Edit keeps from the live guides (its pull request 13347, August 2026).
  The 17 of most other languages is not used: a clip does not know its language.
* BBC, subtitle guidelines (bbc.co.uk/accessibility/forproducts/guides/subtitles, parts 3 and 4):
  160 to 180 words a minute, which is a third of a second a word and is said in the hint; lines
  of at most 68 % of a wide picture (:func:`forge.captions.safe_area.safe_area`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from forge.captions.drawing import CaptionLayout, CaptionWarning, DrawnCue
from forge.captions.fonts import FontChain
from forge.captions.safe_area import SafeArea, safe_area
from forge.captions.subtitles import (
    GAP_FRAMES,
    LINES,
    MAX_SECONDS,
    MIN_SECONDS,
    Subtitle,
    fits_line,
)
from forge.captions.text import is_hangul, is_kana, is_wide
from forge.captions.timeline import Timeline
from forge.captions.words import Word
from forge.model import WordEdit

#: Letters a second that grown-ups read.
READ_PER_SECOND = 20.0
JAPANESE_PER_SECOND = 7.0
CHINESE_PER_SECOND = 11.0
KOREAN_PER_SECOND = 14.0
#: Letters that had to shrink below this share of their size are hard to read on a phone.
SMALLEST = 0.6
#: Half a frame at 60 frames a second: less is rounding.
ROUNDING = 0.008


def lint_subtitles(found: Sequence[Subtitle], fps: float) -> list[CaptionWarning]:
    """What is wrong with the subtitles of the SRT and WebVTT files, in order of time."""
    return [
        *(warning for each in found for warning in _of_subtitle(each)),
        *(
            _warning("gap", after.start, "Two subtitles follow each other without a gap.", _GAP)
            for before, after in pairwise(found)
            if after.start - before.end < GAP_FRAMES / fps - ROUNDING
        ),
    ]


_GAP = "Two frames between them tell the eye that the text has changed."


def _of_subtitle(each: Subtitle) -> Iterator[CaptionWarning]:
    seconds = each.end - each.start
    text = " ".join(each.lines)
    speed = reading_letters(text) / seconds
    if speed > READ_PER_SECOND + 0.5:
        words = len(text.split())
        yield _warning(
            "reading_speed",
            each.start,
            f"“{_short(text)}” asks for {speed:.0f} letters a second; {READ_PER_SECOND:.0f} is the"
            " most that people read at ease.",
            f"Shorten it, or give it {max(words / 3, seconds):.1f} s: a third of a second a word.",
        )
    if len(each.lines) > LINES:
        yield _warning(
            "line_count",
            each.start,
            f"“{_short(text)}” needs {len(each.lines)} lines; two is the most.",
            "Shorten it.",
        )
    if not all(map(fits_line, each.lines)):
        yield _warning(
            "line_length",
            each.start,
            f"“{_short(text)}” does not fit its lines: 42 letters, 16 Korean or 13 wide ones.",
            "Shorten it, or put a space where it may break.",
        )
    if seconds < MIN_SECONDS - ROUNDING:
        yield _warning(
            "min_duration",
            each.start,
            f"“{_short(text)}” is shown for {seconds:.2f} s only; a subtitle stays"
            f" {MIN_SECONDS:.2f} s at least.",
            "Let its last word end later, or the next one begin later.",
        )
    if seconds > MAX_SECONDS + ROUNDING:
        yield _warning(
            "max_duration",
            each.start,
            f"“{_short(text)}” is shown for {seconds:.1f} s; {MAX_SECONDS:.0f} s is the most.",
            "Let its last word end earlier.",
        )


def lint_drawing(layout: CaptionLayout, fonts: FontChain) -> list[CaptionWarning]:
    """What is wrong with the captions on the picture: their place once, their letters by cue."""
    area = safe_area(layout.width, layout.height)
    usual = max((cue.size for cue in layout.cues), default=0.0)
    return [
        *_places(layout, area, fonts.main.cap_height),
        *(warning for cue in layout.cues for warning in _letters(cue, usual, fonts)),
    ]


def _places(layout: CaptionLayout, area: SafeArea, cap: float) -> Iterator[CaptionWarning]:
    """One warning for each edge that captions are too near to: they all stand alike."""
    sides: dict[str, list[DrawnCue]] = {"top": [], "bottom": []}
    for cue in layout.cues:
        top = min(word.baseline for word in cue.words) - cap * cue.size
        if top < area.top * layout.height - 1:
            sides["top"].append(cue)
        elif max(word.baseline for word in cue.words) > area.bottom * layout.height + 1:
            sides["bottom"].append(cue)
    for side, cues in sides.items():
        if cues:
            others = f" and {len(cues) - 1} more" if len(cues) > 1 else ""
            yield _warning(
                "safe_area",
                cues[0].start,
                f"“{_short(_text(cues[0]))}”{others}: too near the {side} of the picture, where"
                " apps lay their buttons or screens cut it off.",
                "Move the captions towards the middle, or make them smaller.",
            )


def _letters(cue: DrawnCue, usual: float, fonts: FontChain) -> Iterator[CaptionWarning]:
    text = _text(cue)
    if cue.size < SMALLEST * usual:
        yield _warning(
            "small_text",
            cue.start,
            f"“{_short(text)}” had to become small to fit the width.",
            "Split the cue, or shorten the word.",
        )
    lacking = missing_letters([cue], fonts)
    if lacking:
        yield _warning(
            "missing_letter",
            cue.start,
            f"No caption font has “{lacking}”.",
            "It may be burned as an empty box: write it with other letters.",
        )


def missing_letters(cues: Sequence[DrawnCue], fonts: FontChain) -> str:
    """The letters that no font has, each once, as they come; libass draws a box for them."""
    words = (word for cue in cues for word in cue.words)
    runs = (run for word in words for run, _, known in fonts.runs(word.text) if not known)
    return "".join(dict.fromkeys("".join(runs)))


def lint_edits(
    words: Sequence[Word], edits: Sequence[WordEdit], timeline: Timeline
) -> list[CaptionWarning]:
    """Words that a person has set to begin where another one is still spoken."""
    first: dict[int, Word] = {}
    for word in words:
        first.setdefault(word.index, word)
    moved = [
        (first[edit.index], timeline.to_clip(edit.start))
        for edit in edits
        if edit.start is not None and edit.index in first
    ]
    return [
        _warning(
            "overlap",
            word.start,
            f"“{_short(word.text)}” is set to begin before the word in front of it.",
            "It is shown right after that one. Move one of the two.",
        )
        for word, wished in moved
        if word.start - wished > 1 / timeline.fps
    ]


def reading_letters(text: str) -> float:
    """The letters that are read, spaces among them, each counted for what its script takes.

    Wide letters are Japanese when a kana is among them, and Chinese when none is.
    """
    kana = any(map(is_kana, text))
    wide = READ_PER_SECOND / (JAPANESE_PER_SECOND if kana else CHINESE_PER_SECOND)
    korean = READ_PER_SECOND / KOREAN_PER_SECOND
    return sum(
        wide if is_wide(character) else korean if is_hangul(character) else 1.0
        for character in text
    )


def _text(cue: DrawnCue) -> str:
    return " ".join(word.text for word in cue.words)


def _short(text: str) -> str:
    return text if len(text) <= 32 else text[:31].rstrip() + "…"


def _warning(code: str, at: float, message: str, hint: str) -> CaptionWarning:
    return CaptionWarning.model_validate({"code": code, "at": at, "message": message, "hint": hint})
