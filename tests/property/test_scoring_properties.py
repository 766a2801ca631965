"""What holds for every recording: scoring's promises, tried on made-up evidence of any shape.

Rules of this file: values only, no files. Evidence is drawn small but wild: words that overlap,
touch or last long, cuts anywhere, silence, chat before the start and after the end, any part
missing. Times are seconds.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forge.errors import ForgeError
from forge.scoring.boundaries import inside_words
from forge.scoring.candidates import SHORTEST, limit, longest
from forge.scoring.chat import Message, parse_chat
from forge.scoring.chatters import unique_chatters
from forge.scoring.evidence import Evidence, Sound, read_evidence
from forge.scoring.fusion import RARE, rank, surprise
from forge.scoring.kept import Kept, keep
from forge.scoring.sound import BANDS, FRAMES
from forge.scoring.virality import rescore, score
from forge.scoring.weights import DEFAULT_WEIGHTS

TEXTS = st.sampled_from(["so", "we", "go.", "insane!", "let's", "go", "haha", "why?", "the", "¿"])


@st.composite
def transcripts(draw: st.DrawFn, duration: float) -> dict[str, Any]:
    time, words = 0.0, []
    for _ in range(draw(st.integers(0, 40))):
        time += draw(st.sampled_from([-0.2, 0.0, 0.0, 0.05, 0.3, 2.0, 9.0]))
        length = draw(st.sampled_from([0.0, 0.2, 0.4, 1.0, 4.0]))
        words.append({"word": draw(TEXTS), "start": max(0.0, time), "end": max(0.0, time) + length})
        time += length
        if time > duration:
            break
    turns = [
        {"speaker": draw(st.sampled_from("ab")), "start": word["start"], "end": word["end"]}
        for word in words[:: draw(st.integers(1, 5))]
    ]
    segments = [{"words": [0, len(words)]}] if words else []
    return {"words": words, "segments": segments, "turns": turns}


@st.composite
def sounds(draw: st.DrawFn, duration: float) -> Sound:
    """Frames of any kind, as many as there would be, or a second more or less."""
    seconds = max(0, math.ceil(duration) + draw(st.integers(-1, 1)))
    frames = np.random.default_rng(draw(st.integers(0, 9))).random((4, seconds * FRAMES))
    loudest = draw(st.sampled_from([0.0, 1.0, 60.0]))
    pitch = np.where(frames[1] > draw(st.sampled_from([0.0, 0.7, 1.0])), 70 + 400 * frames[2], 0.0)
    music = draw(st.sampled_from([None, 0.0, 1.0]))
    return Sound(
        level=loudest * frames[0],
        pitch=pitch,
        onset=loudest * frames[3],
        bright=-frames[2],
        bands=loudest * np.ones((seconds, BANDS)),
        music=None if music is None else np.full(seconds, music),
    )


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    duration = draw(st.floats(0.1, 200.0))
    count = int(duration * 10)
    levels = st.sampled_from([-120.7, -60.0, -30.0, -25.0, -10.0])
    blocks = draw(st.lists(levels, min_size=1, max_size=12))
    momentary = np.repeat(blocks, count // len(blocks) + 1)[:count]
    times = st.floats(-5, 250)
    cuts = draw(st.lists(times, max_size=8))
    black = [(10.0, 11.5)] if draw(st.booleans()) else []
    users = st.sampled_from("abcdefgh")
    messages = [
        Message(time, user, "x")
        for time, user in sorted(draw(st.lists(st.tuples(times, users), max_size=40)))
    ]
    heard = draw(sounds(duration))
    motion = draw(st.lists(st.floats(0, 60), max_size=250))
    given_ = {
        "transcript": draw(transcripts(duration)),
        "loudness": {"momentary": momentary.tolist()},
        "scenes": {"cuts": cuts, "black": black, "motion": motion},
        "messages": messages,
        "sound": heard,
    }
    return read_evidence(
        duration, **{name: value for name, value in given_.items() if draw(st.booleans())}
    )


def feeling(text: str) -> float:
    return (len(text) % 21 - 10) / 10


@settings(max_examples=150, deadline=None)
@given(evidence())
@example(read_evidence(8.34375))  # Its end, rounded, lies behind it.
def test_promises(recording: Evidence) -> None:
    result = score(recording, feeling)
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert score(recording, feeling) == result
    for values in result["signals"].values():
        assert len(values) == recording.seconds
        assert all(0 <= value <= 1 for value in values)
    weighed = {name: w for name, w in result["weights"].items() if name != "music"}
    assert not weighed or sum(weighed.values()) == pytest.approx(1, abs=1e-4)

    clips = result["clips"]
    check_edges(recording, clips)
    assert 1 <= len(clips) <= limit(recording.duration)
    assert [clip["score"] for clip in clips] == sorted((c["score"] for c in clips), reverse=True)
    for place, clip in enumerate(clips):
        start, end = clip["start"], clip["end"]
        assert 0 <= start < end <= recording.duration
        if recording.duration > SHORTEST:
            assert SHORTEST - 1e-6 <= end - start <= longest(recording.duration) + 1e-6
        else:
            assert (start, end) == (0.0, pytest.approx(recording.duration, abs=0.001))
        assert 0 <= clip["score"] <= 100
        assert clip["title"]
        assert clip["reasons"]
        assert set(clip["parts"]) == set(weighed)
        assert not clip["parts"] or sum(clip["parts"].values()) == pytest.approx(1)
        for other in clips[:place]:
            assert min(end, other["end"]) <= max(start, other["start"]) + 1e-6


def check_edges(recording: Evidence, clips: list[dict[str, Any]]) -> None:
    """No edge lies inside a word."""
    for clip in clips:
        if clip["end"] - clip["start"] == pytest.approx(recording.duration, abs=1e-3):
            continue  # The whole recording: its ends are what they are.
        for edge in (clip["start"], clip["end"]):
            for word in recording.words or ():
                # Times are rounded to a millisecond.
                assert not word.start + 0.001 < edge < word.end - 0.001


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50), st.floats(0, 100))
def test_inside_words_is_what_it_says(starts: list[float], time: float) -> None:
    words = [{"word": "x", "start": start, "end": start + 1.5} for start in starts]
    recording = read_evidence(120.0, transcript={"words": words, "segments": []})
    expected = any(start < time < start + 1.5 for start in starts)
    assert bool(inside_words(np.array([time]), recording)[0]) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_ranks_keep_the_order(values: list[float]) -> None:
    raw = np.array(values)
    ranks = rank(raw)
    assert ((ranks >= 0) & (ranks <= 1)).all()
    assert ((raw == 0) == (ranks == 0)).all()
    order = np.argsort(raw, kind="stable")
    assert (np.diff(ranks[order]) >= 0).all()


@given(
    st.lists(st.tuples(st.floats(-10, 70), st.sampled_from("abc")), max_size=60),
    st.integers(0, 20),
)
def test_chatters_are_counted_as_by_hand(lines: list[tuple[float, str]], lag: int) -> None:
    messages = [Message(time, user, "") for time, user in lines]
    counts = unique_chatters(messages, 50, lag)
    for second in range(50):
        begin = second + lag
        people = {user for time, user in lines if begin <= time < begin + 5}
        assert counts[second] == len(people)


def read(data: bytes) -> list[Message] | str:
    """The messages, or the code of the error that says why there are none."""
    try:
        return parse_chat(data)
    except ForgeError as error:
        return error.code


@given(st.binary(max_size=300))
def test_any_bytes_are_a_chat_log_or_an_error(data: bytes) -> None:
    found = read(data)
    assert found == "bad_chat" or sorted(found, key=lambda message: message.time) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["comments", "content_offset_seconds", "commenter", "message", "body", "fragments"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_a_chat_log_or_an_error(value: Any) -> None:
    for log in (value, {"comments": value}, {"comments": [value]}):
        found = read(json.dumps(log).encode())
        assert found == "bad_chat" or all(math.isfinite(message.time) for message in found)


WEIGHTS = st.dictionaries(st.sampled_from(sorted(DEFAULT_WEIGHTS)), st.floats(0.001, 1), max_size=5)


@settings(max_examples=40, deadline=None)
@given(evidence(), WEIGHTS)
def test_what_was_written_down_scores_as_what_was_measured(
    recording: Evidence, weights: dict[str, float]
) -> None:
    kept = keep(recording, feeling)
    written = json.loads(json.dumps(kept.as_json(), allow_nan=False))
    assert rescore(Kept.from_json(written), weights) == rescore(kept, weights)


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=60))
def test_surprise_keeps_the_order_and_is_small_on_average(values: list[float]) -> None:
    raw = np.array(values)
    rare = surprise(rank(raw))
    assert ((rare >= 0) & (rare <= 1)).all()
    assert (np.diff(rare[np.argsort(raw, kind="stable")]) >= -1e-12).all()
    # The mean of -ln(p) over evenly spread p is 1; ties only lower it.
    assert rare.mean() <= (1 + math.log(60) / len(values)) / math.log(RARE) + 1e-9


@given(st.lists(st.floats(0, 90), max_size=8), st.lists(st.floats(0, 90), max_size=8))
def test_the_lag_moves_chat_and_nothing_else(cheers: list[float], greetings: list[float]) -> None:
    """The same chat, later by whole seconds, counts the same people that much later."""
    messages = [Message(time, f"u{place}", "x") for place, time in enumerate(cheers + greetings)]
    later = [Message(message.time + 7, message.user, message.text) for message in messages]
    assert unique_chatters(messages, 90).tolist() == unique_chatters(later, 97)[7:].tolist()
