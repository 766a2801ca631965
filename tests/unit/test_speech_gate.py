"""What is believed of a decoding, and what is not.

Rules of this file: no model; a decoding is words and two numbers. One example a rule, with the
numbers that tiny.en gave for speech and for noise.
"""

from __future__ import annotations

import pytest

from forge.speech.gate import (
    NOTHING,
    Decoded,
    Doubt,
    believable,
    choose,
    compression,
    doubts,
    longest_gap,
    loops,
)
from forge.speech.words import Heard

TALK = "so this is the boss that killed me nine times last night and now I have a plan"
SPEECH = ((0.5, 3.5), (4.0, 6.5))


def decoded(
    text: str, logprob: float = -0.3, no_speech: float = 0.2, until: float = 6.5
) -> Decoded:
    """The words of ``text``, evenly from 0.5 s on."""
    words = text.split()
    step = (until - 0.5) / max(len(words), 1)
    heard = (
        Heard(f" {word}", 0.5 + index * step, 0.5 + (index + 1) * step, 0.8)
        for index, word in enumerate(words)
    )
    return Decoded(tuple(heard), logprob, no_speech)


def test_plain_speech_is_not_doubted() -> None:
    assert doubts(decoded(TALK), SPEECH) == frozenset()


def test_a_high_chance_of_silence_alone_is_no_doubt() -> None:
    # Measured: 0.64 for clear speech with a mean of -0.30.
    assert doubts(decoded(TALK, logprob=-0.3, no_speech=0.64), SPEECH) == frozenset()


@pytest.mark.parametrize(
    ("found", "speech", "doubt"),
    [
        (decoded("I'm going to go to the next one. " * 12), SPEECH, Doubt.REPEATS),
        (decoded("drop drop drop drop"), ((0.5, 2.0),), Doubt.REPEATS),
        (decoded(TALK, logprob=-1.4), SPEECH, Doubt.UNSURE),
        (decoded("Thank you very much.", -0.89, 0.74), ((0.5, 0.9),), Doubt.UNSPOKEN),
        (decoded("Thank you.", until=19.0), ((0.5, 20.0),), Doubt.SPARSE),
        (decoded(TALK, until=4.0), ((0.5, 9.0),), Doubt.GAP),
        (NOTHING, ((0.0, 9.0),), Doubt.SPARSE),
    ],
)
def test_what_is_doubted(
    found: Decoded, speech: tuple[tuple[float, float], ...], doubt: Doubt
) -> None:
    assert doubt in doubts(found, speech)


def test_no_words_for_a_short_sound_are_not_doubted() -> None:
    assert doubts(NOTHING, ((1.0, 3.5),)) == frozenset()
    assert doubts(NOTHING, ()) == frozenset()


def test_a_shout_is_believed_when_the_model_is_sure_of_it() -> None:
    shout = decoded("go go go go go go", logprob=-0.3)
    assert believable(shout, doubts(shout, SPEECH))
    unsure = decoded("go go go go go go", logprob=-0.75)
    assert not believable(unsure, doubts(unsure, SPEECH))


def test_a_long_loop_is_never_believed() -> None:
    loop = decoded("I'm going to do this. " * 15, logprob=-0.1)
    assert not believable(loop, doubts(loop, SPEECH))


def test_the_second_decoding_is_preferred() -> None:
    bad, good = decoded("okay " * 40, logprob=-0.9), decoded(TALK)
    assert choose(bad, good, SPEECH) is good


def test_the_first_is_kept_when_the_second_is_not_believable() -> None:
    short, noise = decoded(TALK, until=4.0), decoded("you", logprob=-1.3)
    assert choose(short, noise, ((0.5, 9.0),)) is short


def test_of_two_that_leave_something_out_the_fuller_one_is_taken() -> None:
    fuller, emptier = decoded(TALK, until=4.0), decoded("so this is the boss", until=3.0)
    assert choose(fuller, emptier, ((0.5, 9.0),)) is fuller
    assert choose(emptier, fuller, ((0.5, 9.0),)) is fuller


def test_nothing_is_taken_when_neither_is_believable() -> None:
    first, again = decoded("Thank you.", -0.96, 0.75), decoded("See you later.", -1.0, 0.6)
    assert choose(first, again, ((0.5, 19.5),)) is NOTHING


def test_gaps_count_speech_only() -> None:
    words = (Heard(" one", 1.0, 1.5, 0.9), Heard(" two", 20.0, 20.4, 0.9))
    assert longest_gap(words, ((1.0, 2.0), (10.0, 11.0), (19.5, 21.0))) == pytest.approx(2.0)


def test_a_word_that_is_stretched_over_speech_does_not_hide_the_gap() -> None:
    # Measured: " next" from 3.9 to 12.8 s, where three sentences had been left out.
    words = (Heard(" the", 0.5, 3.9, 0.9), Heard(" next", 3.9, 12.8, 0.9))
    assert longest_gap(words, ((0.5, 13.0),)) == pytest.approx(8.4 + 0.2)
    # Measured: " it" from 14.8 to 17.0 s, where one sentence of two seconds had been left out.
    words = (
        Heard(" and", 0.5, 0.9, 0.9),
        Heard(" it", 0.9, 3.3, 0.9),
        Heard(" all", 3.3, 3.6, 0.9),
    )
    assert Doubt.GAP in doubts(Decoded(words, -0.3, 0.2), ((0.5, 3.6),))


def test_loops_are_phrases_in_a_row() -> None:
    assert loops("no no no no")
    assert loops("well then you know you know you know you know")
    assert not loops("you know what you know and what you do not know")
    assert not loops("no no no")
    assert not loops("")


def test_compression_tells_loops_from_text() -> None:
    assert compression("") == 0
    assert compression(TALK) < 1.5
    assert compression(f"{TALK} " * 6) > 2.4
