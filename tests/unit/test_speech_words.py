"""Word times after silences, glued pieces, sentences.

Rules: no clock, no files, no model; times are seconds, one example a rule.
"""

from __future__ import annotations

import pytest

from forge.speech.audio import SAMPLE_RATE
from forge.speech.transcript import document, ends_sentence, segments
from forge.speech.windows import Window, plan
from forge.speech.words import Heard, Word, place


def window(*speech: tuple[float, float], total: float = 100.0) -> Window:
    """The one window that this speech, in seconds, makes."""
    spans = [(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE)) for start, end in speech]
    (only,) = plan(spans, round(total * SAMPLE_RATE))
    return only


def times(words: list[Word]) -> list[tuple[str, float, float]]:
    return [(word.word, word.start, word.end) for word in words]


def test_times_jump_over_the_silence_that_was_left_out() -> None:
    heard = window((10.0, 12.0), (20.0, 21.0))
    # Heard: 0.4 s of silence, 2 s of speech, twice 0.4 s of silence, then speech at 3.2 s.
    words = place(heard, [Heard(" one", 0.5, 0.9, 0.9), Heard(" two", 3.3, 3.8, 0.8)])
    assert times(words) == [("one", 10.1, 10.5), ("two", 20.1, 20.6)]


def test_a_word_stamped_before_its_speech_begins_with_the_speech() -> None:
    heard = window((10.0, 12.0), (12.9, 14.0))
    early = place(heard, [Heard(" late", 2.8, 3.6, 0.9)])  # 12.4 to 13.2 in the source
    assert times(early) == [("late", 12.9, 13.2)]
    wholly = place(heard, [Heard(" late", 2.9, 3.2, 0.9)])  # 12.5 to 12.8, nearer to 12.9
    assert times(wholly) == [("late", 12.9, 13.2)]


def test_a_word_that_runs_into_a_pause_ends_with_the_speech() -> None:
    heard = window((10.0, 12.0), (12.9, 14.0))
    assert times(place(heard, [Heard(" end.", 2.0, 2.8, 0.9)])) == [("end.", 11.6, 12.0)]


def test_a_short_pause_changes_nothing() -> None:
    heard = window((10.0, 12.0), (12.2, 14.0))
    assert times(place(heard, [Heard(" on", 2.3, 2.5, 0.9)])) == [("on", 11.9, 12.1)]


def test_a_piece_without_a_space_belongs_to_the_word_before_unless_the_language_has_none() -> None:
    heard = window((0.0, 5.0))
    pieces = [Heard(" well", 0.5, 0.8, 0.9), Heard("-known,", 0.8, 1.2, 0.5), Heard(" ", 1, 2, 1)]
    assert place(heard, pieces) == [Word("well-known,", 0.5, 1.2, 0.5)]
    assert len(place(heard, pieces, spaced=False)) == 2


@pytest.mark.parametrize(
    ("word", "ends"),
    [
        ("done.", True),
        ('"What?"', True),
        ("wait…", True),
        ("什么。", True),
        ("Mr.", False),
        ("3.5", False),
        (",", False),
        ("”", False),
    ],
)
def test_what_ends_a_sentence(word: str, ends: bool) -> None:
    assert ends_sentence(word) is ends


def test_segments_end_with_a_sentence_a_pause_or_a_speaker() -> None:
    words = [
        Word("Go.", 0.0, 0.4, 1.0, "SPEAKER_00"),
        Word("we", 0.5, 0.7, 1.0, "SPEAKER_00"),
        Word("won", 1.6, 1.9, 1.0, None),
        Word("it", 2.0, 2.1, 1.0, "SPEAKER_00"),
        Word("no", 2.2, 2.4, 1.0, "SPEAKER_01"),
    ]
    assert [(s["text"], s["speaker"], s["words"]) for s in segments(words)] == [
        ("Go.", "SPEAKER_00", [0, 1]),
        ("we", "SPEAKER_00", [1, 2]),
        ("won it", "SPEAKER_00", [2, 4]),
        ("no", "SPEAKER_01", [4, 5]),
    ]


def test_the_document_has_the_shape_that_the_other_steps_read() -> None:
    words = [Word("嗨。", 1.0, 1.5, 0.75), Word("好", 1.5, 1.7, 0.5)]
    assert document(words, model="small", language="zh", duration=2.00049) == {
        "model": "small",
        "note": None,
        "language": "zh",
        "duration": 2.0,
        "words": [
            {"word": "嗨。", "start": 1.0, "end": 1.5, "probability": 0.75, "speaker": None},
            {"word": "好", "start": 1.5, "end": 1.7, "probability": 0.5, "speaker": None},
        ],
        "segments": [
            {"start": 1.0, "end": 1.5, "text": "嗨。", "speaker": None, "words": [0, 1]},
            {"start": 1.5, "end": 1.7, "text": "好", "speaker": None, "words": [1, 2]},
        ],
        "turns": [],
    }
