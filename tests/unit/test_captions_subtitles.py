"""SRT and WebVTT: grouping, times, escaping. Pure; times are seconds of the clip.

Rules of this file: no font, no file, no clock; the text is read as a player reads it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from forge.captions.subtitles import Subtitle, srt, subtitles, vtt, wrap
from forge.captions.words import Word


def words(text: str, start: float = 0.0, each: float = 0.35) -> list[Word]:
    return [
        Word(word, start + at * each, start + (at + 1) * each)
        for at, word in enumerate(text.split())
    ]


def test_a_sentence_is_a_subtitle() -> None:
    found = subtitles(words("The trick is to keep moving. Never stand in the open."), 60.0, 30.0)
    assert [each.lines for each in found] == [
        ("The trick is to keep moving.",),
        ("Never stand in the open.",),
    ]
    assert found[0].end == pytest.approx(found[1].start - 2 / 30)
    assert found[1].end == pytest.approx(11 * 0.35 + 0.5)


def test_a_cry_takes_the_next_sentence_along() -> None:
    found = subtitles(words("Go! Look at that."), 60.0, 30.0)
    assert [each.lines for each in found] == [("Go! Look at that.",)]


def test_a_long_sentence_is_split_at_two_lines() -> None:
    text = "so I was walking down the road when suddenly this enormous creature jumped out of the "
    text += "bushes and it took everything that I had"
    found = subtitles(words(text), 60.0, 30.0)
    assert len(found) == 2
    assert " ".join(line for each in found for line in each.lines) == text
    assert all(len(each.lines) <= 2 and max(map(len, each.lines)) <= 42 for each in found)


def test_a_person_decides_where_a_subtitle_begins() -> None:
    spoken = words("The trick is to keep moving. Never stand in the open.")
    spoken[3] = replace(spoken[3], breaks="before")
    spoken[6] = replace(spoken[6], breaks="never")
    found = subtitles(spoken, 60.0, 30.0)
    assert [each.lines for each in found] == [
        ("The trick is",),
        ("to keep moving. Never stand in the open.",),
    ]
    assert found[1].start == spoken[3].start


def test_joined_subtitles_stay_until_their_last_word_is_spoken() -> None:
    late = [Word("Wait", 0.0, 0.4), Word("for", 5.0, 5.2, breaks="never")]
    late.append(Word("it.", 9.0, 9.3, breaks="never"))
    [found] = subtitles(late, 60.0, 30.0)
    assert (found.lines, found.end) == (("Wait for it.",), pytest.approx(9.3))


def test_a_subtitle_that_nobody_could_see_is_not_begun() -> None:
    spoken = [Word("Oh", 1.0, 1.1), Word("no", 1.1, 1.6, breaks="before")]
    assert [each.lines for each in subtitles(spoken, 60.0, 30.0)] == [("Oh no",)]


def test_the_last_cry_of_a_clip_starts_early_enough_to_be_read() -> None:
    [found] = subtitles([Word("Wow!", 9.8, 10.0)], 10.0, 30.0)
    assert (found.start, found.end) == (pytest.approx(10 - 5 / 6), 10.0)


def test_lines_are_balanced_and_break_after_commas() -> None:
    fox = "the quick brown fox jumps over the lazy dog today"
    assert wrap(fox.split(" ")) == (
        "the quick brown fox jumps",
        "over the lazy dog today",
    )
    again = "if it does not work, you can always try it again"
    assert wrap(again.split(" ")) == (
        "if it does not work,",
        "you can always try it again",
    )
    assert wrap(["short"]) == ("short",)


HOSTILE = Subtitle(("<b>1 --> 2", "a & b <3"), 3661.0005, 3662.25)


def test_srt_cannot_be_broken_by_text() -> None:
    assert srt([HOSTILE]) == "1\n01:01:01,000 --> 01:01:02,250\n‹b>1 → 2\na & b <3\n"
    assert srt([]) == ""


def test_vtt_is_escaped() -> None:
    assert vtt([HOSTILE]) == (
        "WEBVTT\n\n01:01:01.000 --> 01:01:02.250\n&lt;b&gt;1 --&gt; 2\na &amp; b &lt;3\n"
    )
    assert vtt([]) == "WEBVTT\n"


def test_blocks_are_separated_by_one_empty_line() -> None:
    two = [Subtitle(("a",), 0.0, 1.0), Subtitle(("b",), 2.0, 3.0)]
    assert srt(two).split("\n\n")[1].startswith("2\n")
    assert vtt(two).count("\n\n") == 2
