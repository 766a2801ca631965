"""Recordings and chat logs at the edge of what there is: one clear error, or a sensible answer.

Rules of this file: values only, no files. Every recording here is one that somebody has: three
seconds, silence, one signal and nothing else, eight hours. Chat logs are written in every format
from the same lines, and spoiled in the ways that files are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.errors import ForgeError
from forge.scoring.candidates import SHORTEST, limit
from forge.scoring.chat import Message, parse_chat
from forge.scoring.evidence import Sound, read_evidence
from forge.scoring.kept import keep
from forge.scoring.sound import BANDS, FRAMES
from forge.scoring.virality import rescore, score
from forge.scoring.weights import DEFAULT_WEIGHTS


def calm(text: str) -> float:
    return 0.0


def checked(result: dict[str, Any], duration: float) -> list[dict[str, Any]]:
    """The clips, after a look at what must hold for any."""
    json.dumps(result, allow_nan=False)
    clips: list[dict[str, Any]] = result["clips"]
    assert 1 <= len(clips) <= limit(duration)
    for clip in clips:
        assert 0 <= clip["start"] < clip["end"] <= duration
        assert clip["end"] - clip["start"] >= min(SHORTEST, duration) - 0.002
        assert 0 <= clip["score"] <= 100
        assert clip["reasons"]
    return clips


def silence(seconds: int) -> Sound:
    nothing = np.zeros(seconds * FRAMES)
    quiet = np.full(seconds * FRAMES, -70.0)
    return Sound(quiet, nothing, nothing, nothing, np.full((seconds, BANDS), -70.0), None)


@pytest.mark.parametrize("duration", [0.04, 3.0, 8.0, 9.5, 600.0])
def test_silence_gives_clips_that_promise_nothing(duration: float) -> None:
    seconds = int(np.ceil(duration))
    recording = read_evidence(
        duration,
        transcript={"words": [], "segments": []},
        loudness={"momentary": [-120.7] * int(10 * duration)},
        scenes={"cuts": [], "motion": [0.0] * seconds},
        sound=silence(seconds),
        messages=[],
    )
    for clip in checked(score(recording, calm), duration):
        assert clip["score"] < 5
        assert clip["reasons"] == ["nothing stands out here"]


EVENT = 200


def loud(seconds: int) -> dict[str, Any]:
    levels = np.full(10 * seconds, -30.0)
    levels[10 * EVENT : 10 * EVENT + 30] = -10.0
    return {"loudness": {"momentary": levels.tolist()}}


def spoken(seconds: int) -> dict[str, Any]:
    said = [(float(start), "so") for start in range(0, seconds - 4, 4)]
    said += [(EVENT + 0.5, "unbelievable!"), (EVENT + 1.5, "insane!")]
    words = [{"word": word, "start": at, "end": at + 0.4} for at, word in sorted(said)]
    return {"transcript": {"words": words, "segments": []}}


def chatted(seconds: int) -> dict[str, Any]:
    lines = [Message(float(at), f"v{at % 7}", "hm") for at in range(0, seconds, 5)]
    lines += [Message(EVENT + 6 + n / 9, f"fan{n}", "KEKW") for n in range(40)]
    return {"messages": lines}


def cut(seconds: int) -> dict[str, Any]:
    cuts = [EVENT + n for n in range(3)]
    return {"scenes": {"cuts": cuts, "motion": None}}


def moving(seconds: int) -> dict[str, Any]:
    motion = np.full(seconds, 2.0)
    motion[EVENT : EVENT + 3] = 30.0
    return {"scenes": {"cuts": [], "motion": motion.tolist()}}


@pytest.mark.parametrize("only", [loud, spoken, chatted, cut, moving])
def test_one_signal_is_enough(only: Callable[[int], dict[str, Any]]) -> None:
    clips = checked(score(read_evidence(600.0, **only(600)), calm), 600.0)
    assert clips[0]["start"] < EVENT + 1 < clips[0]["end"]
    assert clips[0]["score"] > clips[-1]["score"]


def test_eight_hours_with_everything() -> None:
    """Time and memory in proportion: each moment is found however far in it lies."""
    seconds = 8 * 3600
    frames = np.random.default_rng(1).random(seconds * FRAMES)
    sound = Sound(
        level=60 + frames,
        pitch=np.where(frames > 0.5, 120.0, 0.0),
        onset=frames,
        bright=-frames,
        bands=np.ones((seconds, BANDS)),
        music=np.zeros(seconds),
    )
    given_ = loud(seconds) | spoken(seconds) | chatted(seconds) | moving(seconds)
    late = seconds - 500
    given_["loudness"]["momentary"][10 * late : 10 * late + 30] = [-8.0] * 30
    given_["messages"] += [Message(late + 6 + n / 9, f"fan{n}", "POG") for n in range(60)]
    recording = read_evidence(float(seconds), sound=sound, **given_)
    kept = keep(recording, calm)
    clips = checked(rescore(kept), seconds)
    assert len(clips) > 50
    for moment in (EVENT, late):
        assert any(clip["start"] < moment + 1 < clip["end"] for clip in clips[:2])


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(set(DEFAULT_WEIGHTS) - {"music"})), st.integers(1, 30))
def test_only_one_weight_and_a_short_recording(name: str, seconds: int) -> None:
    given_ = loud(seconds + 1) | {"messages": [Message(1.0, "a", "gg")]}
    recording = read_evidence(float(seconds), transcript={"words": [], "segments": []}, **given_)
    alone = {other: float(other == name) for other in DEFAULT_WEIGHTS}
    if name in keep(recording, calm).signals and name not in ("chat", "emotes"):
        checked(score(recording, calm, alone), seconds)
    elif name not in ("chat", "emotes"):
        with pytest.raises(ForgeError, match="leave no signal"):
            score(recording, calm, alone)


def read(data: bytes, duration: float | None = None) -> list[Message] | str:
    """The messages, or the code of the error that says why there are none and what to do."""
    try:
        return parse_chat(data, duration)
    except ForgeError as error:
        return error.code if error.hint else "without a hint"


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12)
#: What no format needs to escape, and what JSON and CSV do.
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=30)
LINES = st.lists(st.tuples(st.integers(0, 400_000), NAMES, TEXTS), min_size=1, max_size=12)


def as_csv(lines: list[tuple[int, str, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([("time", "user", "message"), *lines])
    return out.getvalue()


def as_json(lines: list[tuple[int, str, str]]) -> str:
    return json.dumps(
        {
            "comments": [
                {
                    "content_offset_seconds": time,
                    "commenter": {"display_name": user},
                    "message": {"body": text},
                }
                for time, user, text in lines
            ]
        }
    )


def as_json_lines(lines: list[tuple[int, str, str]]) -> str:
    rows = [
        {"time_in_seconds": time, "author": {"name": user}, "message": text}
        for time, user, text in lines
    ]
    return "\n".join(map(json.dumps, rows))


def as_text(lines: list[tuple[int, str, str]]) -> str:
    return "".join(
        f"[{time // 3600}:{time // 60 % 60:02}:{time % 60:02}] {user}: {text}\n"
        for time, user, text in lines
    )


@pytest.mark.parametrize("write", [as_csv, as_json, as_json_lines, as_text])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@settings(max_examples=25, deadline=None)
@given(lines=LINES)
def test_every_format_tells_the_same(
    write: Callable[[list[tuple[int, str, str]]], str],
    encoding: str,
    lines: list[tuple[int, str, str]],
) -> None:
    found = parse_chat(write(lines).encode(encoding))
    expected = [Message(float(time), user, text) for time, user, text in lines]
    expected.sort(key=lambda message: message.time)
    told = [(message.time, message.user, message.text.strip()) for message in found]
    assert told == [(m.time, m.user, m.text.strip()) for m in expected]


@given(st.text(st.sampled_from('[]{}<>():;,."|-#0123456789 \n\t\x00aZé\u2028'), max_size=80))
def test_any_text_is_a_chat_log_or_an_error(text: str) -> None:
    for data in (text.encode(), text.encode("utf-16"), text.encode("latin-1", "replace")):
        found = read(data, 60.0)
        assert found == "bad_chat" or all(np.isfinite(message.time) for message in found)


@given(LINES, st.integers(0, 300))
def test_a_log_that_was_cut_off_keeps_its_whole_lines(
    lines: list[tuple[int, str, str]], lost: int
) -> None:
    """A download that stopped: nothing that was read is other than it was written."""
    whole = {(float(time), user, text.strip()) for time, user, text in lines}
    data = as_json_lines(lines).encode()
    found = read(data[: max(1, len(data) - lost)])
    assert found == "bad_chat" or {(m.time, m.user, m.text.strip()) for m in found} <= whole


def test_times_before_the_start_and_after_the_end_are_no_part_of_it() -> None:
    lines = [Message(time, "ann", "") for time in (-1e18, -5.0, 0.0, 119.0, 121.0, 1e18)]
    recording = read_evidence(60.0, messages=lines)
    assert [m.time for m in recording.messages or ()] == [0.0, 119.0]


def test_a_chat_of_many_thousand_lines() -> None:
    lines = [
        (n // 8, f"viewer{n % 3000}", ("LUL", "hello", "no way")[n % 3]) for n in range(60_000)
    ]
    messages = parse_chat(as_text(lines).encode())
    assert len(messages) == len(lines)
    checked(score(read_evidence(7500.0, messages=messages), calm), 7500.0)
