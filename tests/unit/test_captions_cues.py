"""Grouping words into cues, and the clip's own time. Pure; times are seconds.

Rules of this file: no font, no file, no clock.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from forge.captions.cues import cues
from forge.captions.timeline import Part, timeline
from forge.captions.words import Word, clip_words

FPS = Fraction(30)


def words(text: str, start: float = 0.0, each: float = 0.3) -> list[Word]:
    return [
        Word(word, start + at * each, start + (at + 1) * each)
        for at, word in enumerate(text.split())
    ]


def raw(*items: tuple[str, float, float]) -> list[dict[str, Any]]:
    return [{"word": word, "start": start, "end": end} for word, start, end in items]


def texts(found: list[Word], duration: float = 60.0) -> list[str]:
    return [" ".join(word.text for word in cue.words) for cue in cues(found, duration)]


def test_at_most_three_words_and_eighteen_characters() -> None:
    assert texts(words("we are going to try it now")) == ["we are going", "to try it", "now"]
    assert texts(words("absolutely incredible play")) == ["absolutely", "incredible play"]
    assert texts(words("oh antidisestablishmentarianism no")) == [
        "oh",
        "antidisestablishmentarianism",
        "no",
    ]


def test_sentences_and_pauses_end_a_cue() -> None:
    assert texts(words("Go! Go now")) == ["Go!", "Go now"]
    assert texts([*words("so yes"), *words("then", start=1.3)]) == ["so yes", "then"]
    assert texts(words("so very slow", each=0.9)) == ["so very", "slow"]


def test_a_short_gap_is_closed_and_a_long_one_stays() -> None:
    near = cues([*words("Yes."), *words("No.", start=0.6)], 10.0)
    assert near[0].end == near[1].start == 0.6
    far = cues([*words("Yes."), *words("No.", start=3.0)], 10.0)
    assert far[0].end == pytest.approx(0.4)
    assert far[1].end == pytest.approx(3.4)


def test_a_word_that_never_ends_leaves_the_screen() -> None:
    assert cues([Word("nooooo", 1.0, 9.0)], 20.0)[0].end == 3.0
    assert cues([Word("nooooo", 1.0, 9.0)], 1.5)[0].end == 1.5
    assert cues([Word("late", 2.0, 2.2)], 2.0) == []


def test_only_words_of_the_clip_in_clip_time() -> None:
    time = timeline(10.0, 14.0, [(11.0, 12.0)], FPS)
    heard = clip_words(
        raw(
            ("before", 9.0, 9.9),
            ("edge", 9.9, 10.3),
            ("cut", 11.2, 11.8),
            ("over", 11.8, 12.4),
            ("kept", 13.0, 13.2),
            ("after", 13.9, 14.4),
        ),
        time,
    )
    assert [word.text for word in heard] == ["edge", "over", "kept"]
    assert heard[0].start == 0.0
    assert heard[0].end == pytest.approx(0.3)
    assert (heard[1].start, heard[1].end) == (pytest.approx(1.0), pytest.approx(1.4))
    assert (heard[2].start, heard[2].end) == (pytest.approx(2.0), pytest.approx(2.2))


def test_words_at_one_moment_are_spread_and_none_is_lost() -> None:
    time = timeline(0.0, 5.0, [], FPS)
    heard = clip_words(raw(*((f"w{at}", 1.0, 1.0) for at in range(8))), time)
    assert [word.text for word in heard] == [f"w{at}" for at in range(8)]
    shown = [word for cue in cues(heard, 5.0) for word in cue.words]
    assert shown == heard
    assert all(a.start < b.start for a, b in pairwise(heard))


def test_cuts_are_moved_to_frames() -> None:
    time = timeline(10.0, 12.0, [(10.51, 10.99), (9.0, 10.0), (30.0, 40.0), (11.5, 11.5)], FPS)
    assert time.parts == (Part(0, 15), Part(30, 60))
    assert time.frames == 45
    assert time.duration == 1.5
    assert time.to_clip(10.7) == 0.5
    assert time.to_clip(11.0) == 0.5
    assert time.to_clip(99.0) == 1.5
    assert time.to_clip(0.0) == 0.0
    assert time.span_at(10.7) is None
    assert time.span_at(12.0) is None


def test_overlapping_cuts_may_not_leave_nothing() -> None:
    assert timeline(0, 3, [(0.5, 2), (1, 2.5)], FPS).parts == (Part(0, 15), Part(75, 90))
    with pytest.raises(ValueError, match="nothing is left"):
        timeline(0, 3, [(0, 2), (1, 3)], FPS)
    with pytest.raises(ValueError, match="nothing is left"):
        timeline(3, 3, [], FPS)
