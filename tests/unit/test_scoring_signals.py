"""Single signals, their ranks and weights.

Rules of this file: pure values, one number a second, no files. Each test makes evidence in which
exactly one thing happens, and asks that the signal for it, and only at that time, rises.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forge.errors import ForgeError
from forge.scoring.chat import Message
from forge.scoring.evidence import Evidence, Series, read_evidence
from forge.scoring.fusion import curves, notable, peaks, rank, surprise
from forge.scoring.lexicon import HYPE, LAUGHTER, find, token
from forge.scoring.said import hits, sentiment, weigh_hits
from forge.scoring.signals import levels, loudness_jump, measure
from forge.scoring.voices import interruptions, rate_of, speech_rate
from forge.scoring.weights import DEFAULT_WEIGHTS, resolve_weights


def calm(text: str) -> float:
    return 0.0


def spoken(duration: float, *sentences: tuple[float, str]) -> Evidence:
    """Each sentence begins at its time and takes 0.3 s a word."""
    words: list[dict[str, Any]] = []
    segments = []
    for start, text in sentences:
        first = len(words)
        for place, word in enumerate(text.split()):
            begin = start + 0.3 * place
            words.append({"word": f" {word}", "start": begin, "end": begin + 0.25})
        segments.append({"words": [first, len(words)]})
    return read_evidence(duration, transcript={"words": words, "segments": segments})


def loud(values: list[float]) -> Evidence:
    """One level for each second; the first window's middle lies before the recording."""
    momentary = np.concatenate(([-120.7], np.repeat(np.array(values), 10)))
    return Evidence(float(len(values)), loudness=momentary)


def test_a_window_belongs_to_the_second_of_its_middle() -> None:
    momentary = np.full(30, -30.0)
    momentary[10] = -10.0  # Ends at 1.1 s, begins at 0.7 s.
    assert list(levels(Evidence(3.0, loudness=momentary))) == [-10.0, -30.0, -30.0]


def test_loudness_counts_from_what_is_usual_here() -> None:
    values = [-30.0] * 300 + [-20.0] * 300
    values[100] = -18.0
    values[400] = -14.0
    jump = loudness_jump(loud(values))
    assert jump[100] == pytest.approx(12.0)
    assert jump[400] == pytest.approx(6.0)
    assert jump[200] == jump[500] == 0


def test_silence_is_neither_usual_nor_loud() -> None:
    jump = loudness_jump(loud([-120.7] * 50 + [-30.0] * 10 + [-24.0]))
    assert list(np.flatnonzero(jump)) == [60]
    assert jump[60] == pytest.approx(6.0)
    assert not loudness_jump(loud([-120.7] * 20)).any()


def hype(evidence: Evidence) -> Series:
    return weigh_hits(evidence, hits(evidence, HYPE))


def test_phrases_count_where_they_are_said() -> None:
    evidence = spoken(60, (5, "This is fine."), (20.5, "Let's GOOOO! No way!"), (40, "lets go"))
    assert list(np.flatnonzero(hype(evidence))) == [20, 21, 40]


def test_a_feeling_lasts_as_long_as_its_sentence() -> None:
    evidence = spoken(30, (5, "thank you so much all of you"), (20, "we go on"))
    values = sentiment(evidence, lambda text: -0.7 if "thank" in text else 0.3)
    assert list(np.flatnonzero(values)) == [5, 6, 7]
    assert values[6] == pytest.approx(0.5)  # 0.3 above neutral, of 0.6 that there could be.


def test_longest_phrase_wins_and_words_count_once() -> None:
    said = ["WHAT", "just", "happened", ",", "oh", "my", "god!!", "oh", "my"]
    assert [(hit.phrase, hit.first, hit.last) for hit in find(said, HYPE)] == [
        ("what just happened", 0, 3),
        ("oh my god", 4, 7),
    ]
    assert token("Let's") == "lets"
    assert token("gooooo!") == "goo"
    assert [hit.phrase for hit in find(["Hahaha"], LAUGHTER)] == ["hahaha"]


def test_laughter_that_was_written_down() -> None:
    signals, _ = measure(spoken(30, (3, "are you there?"), (10, "haha no")), calm)
    assert list(np.flatnonzero(signals["laughter"])) == [10]


def test_rates() -> None:
    rate = speech_rate(spoken(20, (10, "one two three four five six")))
    assert rate[10] == pytest.approx(2.0)  # Six words in three seconds.
    assert rate[3] == 0
    cuts = rate_of([11.0, 9.0, 10.0], 20, 2.5)
    assert cuts[10] == pytest.approx(0.6)
    assert cuts[2] == 0


def test_the_rate_is_the_main_speakers() -> None:
    words = [{"word": "so", "start": t / 4, "end": t / 4 + 0.2} for t in range(160)]
    turns = [{"speaker": "a", "start": 0, "end": 30}, {"speaker": "b", "start": 30, "end": 40}]
    transcript = {"words": words, "segments": [], "turns": turns}
    rate = speech_rate(read_evidence(40, transcript=transcript))
    assert rate[10] == pytest.approx(4.0, abs=0.4)
    assert rate[35] == 0
    everybody = speech_rate(read_evidence(40, transcript={**transcript, "turns": []}))
    assert everybody[35] == pytest.approx(4.0, abs=0.4)


def talk(*turns: tuple[str, float, float]) -> Evidence:
    rows = [{"speaker": who, "start": start, "end": end} for who, start, end in turns]
    return read_evidence(60, transcript={"words": [], "segments": [], "turns": rows})


def test_interruptions_are_of_others_and_without_a_pause() -> None:
    values = interruptions(talk(("a", 0, 10), ("b", 9, 12), ("b", 12.1, 15), ("a", 30, 32)))
    assert list(np.flatnonzero(values)) == [7, 8, 9, 10, 11]
    after = interruptions(talk(("a", 0, 10), ("b", 10.1, 15)))
    assert 0 < after[10] < values[9]


def test_one_speaker_interrupts_nobody() -> None:
    assert "interruptions" not in measure(talk(("a", 0, 10), ("a", 9, 12)), calm)[0]


def test_missing_evidence_gives_no_signal() -> None:
    signals, _ = measure(Evidence(30.0), calm)
    assert signals == {}
    signals, _ = measure(read_evidence(30, scenes={"cuts": [], "motion": [1.0] * 40}), calm)
    assert set(signals) == {"cuts", "motion"}
    assert all(len(values) == 30 for values in signals.values())
    signals, _ = measure(read_evidence(30, transcript={"words": [], "segments": []}), calm)
    assert set(signals) == {"hype", "sentiment", "speech_rate", "laughter"}
    assert "chat" not in measure(read_evidence(30, messages=[]), calm)[0]
    signals, lag = measure(read_evidence(30, messages=[Message(12, "ann", "")]), calm)
    assert (lag, int(np.argmax(signals["chat"]))) == (6, 2)
    assert not signals["emotes"].any()


def test_a_transcript_with_holes_is_read() -> None:
    transcript = {
        "words": [
            {"word": "late", "start": 9.0, "end": 99.0},
            {"word": "never", "start": float("nan"), "end": 2.0},
            {"word": " ", "start": 1.0, "end": 1.2},
            {"word": "back", "start": 3.0, "end": 2.0},
            {"word": "early.", "start": -1.0, "end": 0.5},
            {"word": "after", "start": 20.0, "end": 21.0},
        ],
        "segments": [{"words": [0, 6]}],
    }
    evidence = read_evidence(10.0, transcript=transcript)
    assert evidence.words is not None
    assert [(word.text, word.start, word.end) for word in evidence.words] == [
        ("early.", 0.0, 0.5),
        ("late", 9.0, 10.0),
    ]
    assert [sentence.text for sentence in evidence.sentences] == ["early.", "late"]


def test_rank_is_the_part_that_is_lower() -> None:
    ranks = rank(np.array([0.0, 5.0, 1.0, 5.0, 0.0, 3.0]))
    assert ranks == pytest.approx([0, 5 / 6, 3 / 6, 5 / 6, 0, 4 / 6])
    assert rank(np.array([0.0, 2.0]))[1] == 1
    assert not rank(np.zeros(5)).any()


def test_what_is_rare_surprises_and_what_is_usual_does_not() -> None:
    rare, usual = np.zeros(400), np.ones(400)
    rare[7] = 1.0
    assert surprise(rank(rare))[7] == 1.0
    assert surprise(rank(usual)).max() == pytest.approx(0, abs=1e-12)
    slope = surprise(rank(np.arange(1.0, 401.0)))
    assert slope.mean() < 0.25
    assert (np.diff(slope) >= 0).all()


def test_the_best_of_a_dull_recording_is_not_extraordinary() -> None:
    dull, wild = np.zeros(400), np.zeros(400)
    dull[9], wild[9] = 1.5, 15.0  # Decibels.
    assert notable("loudness", dull)[9] == pytest.approx(0.25)
    assert notable("loudness", wild)[9] == 1.0


def test_laughter_points_at_what_it_is_about() -> None:
    values = np.zeros(60)
    values[30] = 1.0
    parts = curves({"laughter": values, "hype": values}, {"laughter": 0.5, "hype": 0.5})
    assert list(np.flatnonzero(parts["laughter"])) == list(range(24, 33))
    assert list(np.flatnonzero(parts["hype"])) == list(range(28, 33))


def test_music_brakes_where_it_is_not_always_there() -> None:
    loud, music = np.zeros(400), np.zeros(400)
    loud[[50, 200]] = 10.0
    music[190:210] = 1.0
    weights = {"loudness": 1.0, "music": 0.5}
    part = curves({"loudness": loud, "music": music}, weights)["loudness"]
    assert part[200] == pytest.approx(part[50] * (1 - 0.5 * 0.95))
    always = curves({"loudness": loud, "music": np.ones(400)}, weights)["loudness"]
    assert always[200] == always[50] == part[50]


def test_weights_are_of_what_exists() -> None:
    signals = {name: np.ones(3) for name in ("loudness", "hype")}
    weights, known = resolve_weights(signals, 0)
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["loudness"] / weights["hype"] == pytest.approx(
        DEFAULT_WEIGHTS["loudness"] / DEFAULT_WEIGHTS["hype"]
    )
    everything = sum(DEFAULT_WEIGHTS.values()) - DEFAULT_WEIGHTS["music"]
    assert known == pytest.approx(
        (DEFAULT_WEIGHTS["loudness"] + DEFAULT_WEIGHTS["hype"]) / everything
    )
    assert resolve_weights(signals, 0, {"hype": 0})[0] == {"loudness": 1.0}
    assert resolve_weights({}, 0) == ({}, 0.0)


def test_few_chatters_weigh_little() -> None:
    signals = {name: np.ones(3) for name in ("loudness", "chat")}
    few, _ = resolve_weights(signals, 2)
    many, _ = resolve_weights(signals, 200)
    assert few["chat"] < 0.1 < 0.3 < many["chat"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"luck": 1},
        {"hype": -1},
        {"hype": "x"},
        {"hype": True},
        {"hype": float("nan")},
        {"hype": 1e300},
        {"music": 1.5},
        {"hype": 0, "loudness": 0},
    ],
)
def test_weights_that_make_no_sense_are_refused(wanted: dict[str, Any]) -> None:
    signals = {name: np.ones(3) for name in ("loudness", "hype")}
    with pytest.raises(ForgeError) as error:
        resolve_weights(signals, 0, wanted)
    assert error.value.code == "bad_weights"


def test_peaks_are_apart_and_in_the_middle_of_flat_tops() -> None:
    values = np.zeros(60)
    values[10:15] = 3
    values[16] = 2  # Too close.
    values[40] = 4
    assert peaks(values, 8, 10) == [40, 12]
    assert peaks(values, 8, 1) == [40]
    assert peaks(np.zeros(9), 8, 3) == []
