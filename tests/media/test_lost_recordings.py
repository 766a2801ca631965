"""A recording that is moved, or recorded over, while FORGE works on it or afterwards.

Rules of this file: the real steps on files that ffmpeg made, run as a step's process runs them;
what is read is what a person would: a code, a message, and what to do.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forge.spec import Spec
from forge.steps.child import Speaker, answer

CLIP = {"clip": {"id": "c", "start": 0.0, "end": 1.0}, "presets": ["9:16"]}
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, make_recording: Callable[..., Path]) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    return make_recording(folder / "vod.mp4", "testsrc2=s=160x90:r=30:d=2", "sine=d=2")


@pytest.fixture
def recording(whole: Path, tmp_path: Path) -> Path:
    """A copy that may go, with what the probe found in it beside it."""
    path = tmp_path / "friday [1].mp4"
    shutil.copyfile(whole, path)
    return path


@pytest.fixture
def run(recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a step as its process does, and returns its last word."""
    monkeypatch.chdir(tmp_path)  # The process of a step changes its folder.

    def go(step: str, **params: Any) -> dict[str, Any]:
        outputs, checkpoint = tmp_path / f"{step}-out", tmp_path / f"{step}-checkpoint"
        outputs.mkdir()
        checkpoint.mkdir()
        inputs = {"probe.json": tmp_path / "probe-out" / "probe.json"}
        spec = Spec(step, recording, outputs, checkpoint, inputs, params)
        return answer(step, spec, Speaker(step, io.StringIO()))

    return go


@pytest.mark.parametrize(("step", "params"), [("audio", {}), ("proxy", {}), ("render", CLIP)])
def test_a_recording_that_is_gone_is_named_with_what_to_do(
    run: Run, recording: Path, step: str, params: dict[str, Any]
) -> None:
    assert run("probe")["type"] == "result"
    recording.unlink()
    error = run(step, **params)["error"]
    assert error["code"] == "source_gone"
    assert str(recording) in error["message"]
    assert "Put it back" in error["hint"]
    assert error["permanent"], "nobody waits for three tries at a file that is not there"


def test_a_recording_that_goes_before_it_was_read_is_not_called_damaged(
    run: Run, recording: Path
) -> None:
    recording.unlink()
    assert run("probe")["error"]["code"] == "source_gone"


@pytest.mark.parametrize(("step", "params"), [("audio", {}), ("proxy", {}), ("render", CLIP)])
def test_another_recording_in_its_place_is_not_taken_for_it(
    run: Run, recording: Path, step: str, params: dict[str, Any]
) -> None:
    assert run("probe")["type"] == "result"
    with recording.open("ab") as file:
        file.write(b"\0" * 1000)
    error = run(step, **params)["error"]
    assert error["code"] == "source_changed"
    assert str(recording) in error["message"]


def test_a_recording_that_is_back_is_gone_on_with(
    run: Run, recording: Path, tmp_path: Path
) -> None:
    assert run("probe")["type"] == "result"
    away = recording.rename(tmp_path / "away.mp4")
    assert run("proxy")["type"] == "error"
    away.rename(recording)
    for left in ("proxy-out", "proxy-checkpoint"):
        shutil.rmtree(tmp_path / left)
    assert run("proxy")["type"] == "result"
    assert json.loads((tmp_path / "proxy-out" / "thumbs.json").read_text("utf-8"))["count"] >= 1


def test_a_damaged_recording_is_still_called_damaged(run: Run, recording: Path) -> None:
    recording.write_bytes(b"no video" * 100)
    assert run("probe")["error"]["code"] == "bad_media"
