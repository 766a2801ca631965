"""Recordings with sound that is known to the sample, and what the audio step makes of them."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np

from forge.media import ffmpeg
from forge.spec import Spec
from forge.steps import audio, probe

PICTURE = ["-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=4"]
#: Two beeps, each 0.1 s long.
BEEPS = "0.5*sin(2*PI*1000*t)*(between(t,0.5,0.6)+between(t,2.5,2.6))"


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def make(path: Path, *args: str) -> Path:
    ffmpeg.run([*args, "-c:v", "mpeg4", str(path)], duration=1)
    return path


def spec_of(source: Path, folder: Path) -> Spec:
    """What the audio step is told about a recording that was probed; its files go to ``folder``."""
    checkpoint = folder.with_suffix(".checkpoint")
    checkpoint.mkdir(exist_ok=True)
    folder.mkdir()
    probe.run(Spec("probe", source, folder, checkpoint), no_report)
    return Spec("audio", source, folder, checkpoint, {"probe.json": folder / "probe.json"})


def run(source: Path, folder: Path) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    audio.run(spec_of(source, folder), no_report)
    return read(folder)


def read(folder: Path) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    with wave.open(str(folder / "audio.wav"), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16000, 1, 2)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768
    return samples, json.loads((folder / "loudness.json").read_text())


def onsets(samples: np.ndarray[Any, Any]) -> list[float]:
    """When sound begins after at least 50 ms of quiet."""
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    first = np.concatenate(([True], np.diff(loud) > 800))
    return [float(place) / 16000 for place in loud[first]]
