"""What may run next, and under which key: decisions on values.

Rules of this file: no database, no files; outcomes are written down by hand.
"""

from __future__ import annotations

import pytest

from forge.pipeline import (
    JOBS,
    STEPS,
    Outcome,
    artifact_key,
    job_progress,
    locate,
    makers,
)
from forge.planning import plan

EVERYTHING = set(JOBS["ingest"]) | set(JOBS["analyze"])


def outcome(step: str, *files: str, key: str = "k", skipped: str = "") -> Outcome:
    return Outcome(step, key, files or STEPS[step].makes if not skipped else (), skipped)


def outcomes(*made: Outcome) -> dict[str, Outcome]:
    chat = outcome("chat", skipped="no chat file was given")
    return {each.step: each for each in (chat, *made)}


def test_at_first_only_what_needs_nothing_is_ready() -> None:
    todo = plan(JOBS["ingest"], outcomes(), EVERYTHING)
    assert set(todo.ready) == {"probe", "hash"}
    assert todo.waiting == {"audio": ("probe",), "proxy": ("probe",)}


def test_transcription_starts_while_the_proxy_is_still_encoding() -> None:
    so_far = outcomes(outcome("probe"), outcome("hash"), outcome("audio", key="wav"))
    todo = plan(JOBS["analyze"], so_far, EVERYTHING)
    assert todo.ready == {"transcription": {"audio.wav": "wav"}}
    assert todo.waiting["scene_detect"] == ("proxy",)


def test_a_video_without_sound_is_scored_by_its_pictures() -> None:
    mute = "the recording has no audio track"
    so_far = outcomes(outcome("probe"), outcome("audio", skipped=mute), outcome("proxy"))
    todo = plan(JOBS["analyze"], so_far, EVERYTHING)
    assert todo.pointless == {"transcription": mute, "diarization": mute}
    so_far |= {name: outcome(name, skipped=mute) for name in ("transcription", "diarization")}
    so_far["scene_detect"] = outcome("scene_detect")
    todo = plan(["signals"], so_far, EVERYTHING)
    assert set(todo.ready["signals"]) == {"probe.json", "scenes.json"}


def test_the_signals_take_the_transcript_with_speakers_when_there_is_one() -> None:
    so_far = outcomes(
        *(outcome(step) for step in ("probe", "audio", "proxy", "scene_detect")),
        outcome("transcription", key="words"),
        outcome("diarization", key="speakers"),
    )
    assert plan(["signals"], so_far, EVERYTHING).ready["signals"]["transcript.json"] == "speakers"
    so_far["diarization"] = outcome("diarization", skipped="the extra is not installed")
    assert plan(["signals"], so_far, EVERYTHING).ready["signals"]["transcript.json"] == "words"


def test_a_step_that_nobody_will_run_blocks_those_that_need_it() -> None:
    todo = plan(JOBS["analyze"], outcomes(), pursued=set(JOBS["analyze"]))
    assert todo.blocked["transcription"] == "audio"
    assert not todo.ready


def test_a_render_takes_the_words_that_are_there_and_waits_only_for_those_that_will_be() -> None:
    so_far = outcomes(outcome("probe"), outcome("audio"), outcome("transcription", key="words"))
    alone = plan(["render"], so_far, pursued={"render"})
    assert alone.ready["render"]["transcript.json"] == "words"
    beside = plan(["render"], so_far, pursued={"render", "diarization"})
    assert beside.waiting == {"render": ("diarization",)}
    nothing = plan(["render"], outcomes(outcome("probe")), pursued={"render"})
    assert set(nothing.ready["render"]) == {"probe.json"}


def test_old_outcomes_of_unsettled_steps_are_not_built_upon() -> None:
    """A job that transcribes again with a larger model must not diarize the old words."""
    so_far = outcomes(outcome("probe"), outcome("audio"), outcome("transcription", key="old"))
    todo = plan(JOBS["transcribe"], so_far, EVERYTHING)
    assert set(todo.ready) == {"transcription"}
    assert todo.waiting == {"diarization": ("transcription",)}


def test_a_step_that_waits_for_a_blocked_one_is_blocked_by_the_same_cause() -> None:
    """Nobody will ever make the scout: not scene_detect alone, scoring too waits in vain."""
    done = outcomes(
        outcome("chat", skipped="no chat"),
        *(outcome(name) for name in ("probe", "hash", "audio", "transcription", "diarization")),
    )
    asked = {"scene_detect", "signals", "scoring"}
    todo = plan(asked, done, asked)
    assert todo.blocked == dict.fromkeys(asked, "proxy")
    assert not todo.waiting
    assert not todo.ready


def test_the_best_version_of_an_artifact_comes_first() -> None:
    assert makers("transcript.json", "signals") == ("diarization", "transcription")
    assert makers("transcript.json", "diarization") == ("transcription",)
    words = outcome("transcription", key="words")
    found = locate("transcript.json", outcomes(words, outcome("diarization", skipped="off")))
    assert found == words


@pytest.mark.parametrize(
    ("fingerprint", "inputs", "params"),
    [
        ("other", {"a": "1"}, {"model": "tiny.en"}),
        ("bytes", {"a": "2"}, {"model": "tiny.en"}),
        ("bytes", {"a": "1"}, {"model": "small"}),
        ("bytes", {}, {"model": "tiny.en"}),
    ],
)
def test_a_key_changes_with_whatever_changes_the_output(
    fingerprint: str, inputs: dict[str, str], params: dict[str, str]
) -> None:
    step = STEPS["transcription"]
    known = artifact_key(step, "bytes", {"a": "1"}, {"model": "tiny.en"})
    assert artifact_key(step, "bytes", {"a": "1"}, {"model": "tiny.en"}) == known
    assert artifact_key(step, fingerprint, inputs, params) != known
    assert artifact_key(STEPS["diarization"], "bytes", {"a": "1"}, {"model": "tiny.en"}) != known


def test_a_jobs_progress_is_weighted_and_bounded() -> None:
    assert job_progress(dict.fromkeys(JOBS["ingest"], 0.0)) == 0
    assert job_progress(dict.fromkeys(JOBS["ingest"], 2.0)) == 100
    half = job_progress({"probe": 1, "hash": 1, "audio": 1, "proxy": 0.5})
    assert 50 < half < 60


def test_every_need_has_a_maker_that_comes_before() -> None:
    for step in STEPS.values():
        for artifact in (*step.needs, *step.uses, *step.takes):
            assert makers(artifact, step.name), (step.name, artifact)
