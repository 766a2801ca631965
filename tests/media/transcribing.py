"""What the tests of the transcription step have in common: the call, and the spec of an attempt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forge.spec import Spec
from forge.speech.weights import package_file

SAMPLE = package_file("pyannote.audio", "sample/sample.wav")
TEXT = package_file("pyannote.audio", "sample/sample.stm")
needs_sample = pytest.mark.skipif(
    SAMPLE is None or TEXT is None,
    reason="the sample call comes with pyannote.audio, which is not installed (extra diarization)",
)


class Reports:
    """Collects what a step reports."""

    def __init__(self) -> None:
        self.fractions: list[float] = []
        self.speeds: list[float | None] = []

    def __call__(self, fraction: float, *, speed: float | None = None) -> None:
        self.fractions.append(fraction)
        self.speeds.append(speed)


def spec_for(folder: Path, audio: Path, **params: Any) -> Spec:
    """The spec of one attempt: its own empty outputs, a checkpoint that the folder keeps."""
    outputs = folder / f"outputs-{len(list(folder.iterdir()))}"
    outputs.mkdir()
    return Spec(
        "transcription",
        source=audio,
        outputs=outputs,
        checkpoint=folder / "checkpoint",
        inputs={"audio.wav": audio},
        params={"model": "tiny.en", "language": None, **params},
    )


def read(spec: Spec) -> dict[str, Any]:
    """The transcript of a finished attempt."""
    result: dict[str, Any] = json.loads((spec.outputs / "transcript.json").read_text("utf-8"))
    return result
