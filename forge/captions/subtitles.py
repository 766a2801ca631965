"""Subtitle files beside the clip: SRT and WebVTT with cues that read like sentences.

The limits are those of Netflix's timed text style guide: two lines of 42 characters, five
sixths of a second to seven seconds, at least two frames between two cues. A change of speaker
begins a new one. Where a person has split or joined cues, that goes before all of this but the
least time: the linter says what a wish costs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from forge.captions.pieces import begins_line, ends_line
from forge.captions.text import ends_clause, ends_sentence, is_hangul, is_wide, join
from forge.captions.words import Word

LINE_LENGTH = 42
#: The same for Japanese, in full-width letters; Chinese, which may have 16, is held to it, too.
WIDE_LINE_LENGTH = 13
#: The same for Korean.
HANGUL_LINE_LENGTH = 16
LINES = 2
MIN_SECONDS = 5 / 6
MAX_SECONDS = 7.0
GAP_FRAMES = 2
#: No subtitle is shorter than this, whatever the words.
LEAST_SECONDS = 0.1
#: How long a cue may stay after its last word.
LINGER = 0.5
#: A silence that ends a cue even inside a sentence.
PAUSE = 1.0


@dataclass(frozen=True)
class Subtitle:
    """One or two lines of text, in clip seconds."""

    lines: tuple[str, ...]
    start: float
    end: float


def subtitles(words: Sequence[Word], duration: float, fps: float) -> list[Subtitle]:
    """Groups words (clean, in order, in clip seconds) into subtitles that never overlap.

    A subtitle is shorter than ``MIN_SECONDS`` only where its neighbours leave no more time. It
    has more than two lines, or lasts longer than ``MAX_SECONDS``, only when its words come faster
    than anybody speaks or ``Word.breaks`` joins them.
    """
    gap = GAP_FRAMES / fps
    groups: list[list[Word]] = []
    for word in words:
        if word.start >= duration:
            break
        if groups and _continues(groups[-1], word, gap):
            groups[-1].append(word)
        else:
            groups.append([word])
    nexts = [group[0].start for group in groups[1:]]
    found: list[Subtitle] = []
    for group, after in zip_longest(groups, nexts):
        limit = duration if after is None else after - gap
        start, spoken = group[0].start, group[-1].end
        end = max(spoken + LINGER, start + MIN_SECONDS)
        joined = any(word.breaks == "never" for word in group[1:])
        longest = max(start + MAX_SECONDS, spoken if joined else 0.0)
        end = min(end, limit, duration, longest)
        if after is None and end - start < MIN_SECONDS:
            earliest = found[-1].end + gap if found else 0.0
            start = min(start, max(earliest, end - MIN_SECONDS))
        found.append(Subtitle(wrap([word.text for word in group]), start, end))
    return found


def _continues(group: list[Word], word: Word, gap: float) -> bool:
    last = group[-1]
    silence = word.start - last.end
    another = word.speaker != last.speaker and word.speaker is not None
    if word.start - group[0].start < gap + LEAST_SECONDS:
        return True
    if word.breaks is not None:
        return word.breaks == "never"
    if word.end - group[0].start > MAX_SECONDS or silence > PAUSE:
        return False
    if another and last.speaker is not None:
        return False
    if len(wrap([*(each.text for each in group), word.text])) > LINES:
        return False
    # A very short sentence takes the next one along, so that it can be read at all.
    short = last.end - group[0].start < MIN_SECONDS and silence < LINGER
    return short or not ends_sentence(last.text)


def fits_line(text: str) -> bool:
    """Whether the text is short enough for one line; a wide letter takes the room of three."""
    wide, korean = sum(map(is_wide, text)), sum(map(is_hangul, text))
    narrow = len(text) - wide - korean
    room = wide / WIDE_LINE_LENGTH + korean / HANGUL_LINE_LENGTH + narrow / LINE_LENGTH
    return room <= 1 + 1e-9


def wrap(words: Sequence[str]) -> tuple[str, ...]:
    """Breaks words into lines of at most ``LINE_LENGTH`` characters, as few as can be.

    Two lines are balanced, with the break after a comma when that costs little.
    """
    whole = join(list(words))
    if fits_line(whole):
        return (whole,)
    places = [
        at for at in range(1, len(words)) if begins_line(words[at]) and ends_line(words[at - 1])
    ]
    pairs = [(join(list(words[:at])), join(list(words[at:]))) for at in places]
    fitting = [pair for pair in pairs if all(map(fits_line, pair))]
    if fitting:
        return min(fitting, key=lambda pair: _imbalance(pair))
    lines: list[list[str]] = []
    for word in words:
        if lines and fits_line(join([*lines[-1], word])):
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(join(line) for line in lines)


def _imbalance(pair: tuple[str, str]) -> int:
    return abs(len(pair[0]) - len(pair[1])) - 12 * ends_clause(pair[0])


def srt(found: Sequence[Subtitle]) -> str:
    """The subtitles as SubRip text (write it as UTF-8).

    SubRip cannot escape: whatever players would take for a tag loses its angle bracket, and an
    arrow that looks like the one between two times becomes one character.
    """
    blocks = []
    for number, each in enumerate(found, 1):
        text = "\n".join(each.lines).replace("-->", "→")
        text = re.sub(r"<(?=[A-Za-z/!])", "‹", text)
        blocks.append(f"{number}\n{_clock(each.start, ',')} --> {_clock(each.end, ',')}\n{text}\n")
    return "\n".join(blocks)


def vtt(found: Sequence[Subtitle]) -> str:
    """The subtitles as WebVTT (write it as UTF-8), with text escaped as the format asks."""
    blocks = ["WEBVTT\n"]
    for each in found:
        text = "\n".join(each.lines)
        for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(character, entity)
        blocks.append(f"{_clock(each.start, '.')} --> {_clock(each.end, '.')}\n{text}\n")
    return "\n".join(blocks)


def _clock(seconds: float, point: str) -> str:
    milliseconds = max(0, round(seconds * 1000))
    minutes, milliseconds = divmod(milliseconds, 60_000)
    seconds_part, thousandths = divmod(milliseconds, 1000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds_part:02}{point}{thousandths:03}"
