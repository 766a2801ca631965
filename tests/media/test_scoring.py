"""The steps signals and scoring on artifacts as the earlier steps write them.

Rules of this file: files go in, ``virality.json`` comes out, with the real lexicons. The
recordings are written down by the test: what is said when, how loud it is, who writes in chat.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forge.errors import ForgeError
from forge.spec import Spec
from forge.steps import signals
from tests.media.scored import no_report, rescore

MOMENT = 60.0


def transcript() -> dict[str, Any]:
    said = {
        10.0: "now we go left and look around",
        30.0: "this is the long way home",
        MOMENT: "oh my god no way",
        90.0: "let me drink some water first",
    }
    words: list[dict[str, Any]] = []
    segments = []
    for start, text in said.items():
        first = len(words)
        for place, word in enumerate(text.split()):
            begin = start + 0.4 * place
            words.append({"word": word, "start": begin, "end": begin + 0.3, "probability": 0.9})
        segments.append({"text": text, "words": [first, len(words)]})
    return {"model": "tiny.en", "words": words, "segments": segments, "turns": []}


def loudness() -> dict[str, Any]:
    momentary = [-30.0] * 1200
    momentary[600:630] = [-15.0] * 30
    return {"hop": 0.1, "momentary": momentary, "integrated": -29.0}


def chat() -> dict[str, Any]:
    return {
        "comments": [
            {
                "content_offset_seconds": MOMENT + 6 + person / 10,
                "commenter": {"display_name": f"fan{person}"},
                "message": {"body": "POG"},
            }
            for person in range(30)
        ]
    }


ARTIFACTS: dict[str, Any] = {
    "probe.json": {"duration": 120.0},
    "transcript.json": transcript(),
    "loudness.json": loudness(),
    "scenes.json": {"cuts": [20.0, 100.0], "scenes": [], "motion": [1.0] * 120},
    "chat.json": chat(),
}


def run(folder: Path, artifacts: dict[str, Any], **params: Any) -> dict[str, Any]:
    inputs = {}
    for name, value in artifacts.items():
        inputs[name] = folder / f"in-{name}"
        inputs[name].write_text(value if isinstance(value, str) else json.dumps(value))
    signals.run(Spec("signals", folder / "vod.mp4", folder, folder, inputs), no_report)
    return rescore(folder, **params)


@pytest.mark.parametrize(
    "missing",
    [
        (),
        ("chat.json",),
        ("transcript.json",),
        ("scenes.json", "chat.json"),
        ("loudness.json", "chat.json"),
        ("transcript.json", "chat.json"),
    ],
)
def test_the_moment_comes_first(tmp_path: Path, missing: tuple[str, ...]) -> None:
    left = {name: value for name, value in ARTIFACTS.items() if name not in missing}
    result = run(tmp_path, left)
    best = result["clips"][0]
    assert best["start"] < MOMENT < MOMENT + 2 < best["end"]
    assert ("chat" in result["weights"]) == ("chat.json" not in missing)


def test_names_of_chatters_stay_out_of_the_result(tmp_path: Path) -> None:
    result = run(tmp_path, ARTIFACTS)
    assert "fan1" not in json.dumps(result) + (tmp_path / "signals.json").read_text("utf-8")
    assert any("30 people" in reason for reason in result["clips"][0]["reasons"])


def test_without_anything_but_the_probe(tmp_path: Path) -> None:
    result = run(tmp_path, {"probe.json": {"duration": 120.0}})
    assert len(result["clips"]) == 3


def test_weights_come_from_the_parameters(tmp_path: Path) -> None:
    run(tmp_path, ARTIFACTS)
    weights = {"hype": 0, "chat": 0, "emotes": 0, "loudness": 3}
    assert set(rescore(tmp_path, weights=weights)["weights"]) == {
        "loudness",
        "laughter",
        "sentiment",
        "speech_rate",
        "cuts",
        "motion",
    }
    with pytest.raises(ForgeError) as error:
        rescore(tmp_path, weights={"luck": 1})
    assert error.value.code == "bad_weights"


def test_a_broken_chat_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(ForgeError) as error:
        run(tmp_path, ARTIFACTS | {"chat.json": '{"comments": ['})
    assert error.value.code == "bad_chat"


def test_the_chat_of_another_recording_is_refused(tmp_path: Path) -> None:
    late = {"comments": [{"content_offset_seconds": 5000, "message": {"body": "hi"}}]}
    with pytest.raises(ForgeError, match="None of the chat log's 1 messages") as error:
        run(tmp_path, ARTIFACTS | {"chat.json": late})
    assert error.value.code == "bad_chat"


def test_a_recording_without_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ForgeError) as error:
        run(tmp_path, {"probe.json": {"duration": 0}})
    assert error.value.code == "bad_media"
