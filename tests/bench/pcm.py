"""WAV files of 16-bit samples, for tests and benchmarks: by default mono at 16 kHz."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

#: Samples a second of what the steps hear.
RATE = 16_000


def open_wav(path: Path, rate: int = RATE, channels: int = 1) -> wave.Wave_write:
    """An empty file to write frames to; whoever opens it closes it."""
    file = wave.open(str(path), "wb")  # noqa: SIM115 - the caller's with statement closes it
    file.setnchannels(channels)
    file.setsampwidth(2)
    file.setframerate(rate)
    return file


def write_wav(path: Path, samples: npt.NDArray[Any], rate: int = RATE, channels: int = 1) -> Path:
    """A whole file of samples from -32768 to 32767; fractions are cut off."""
    with open_wav(path, rate, channels) as file:
        file.writeframes(samples.astype(np.dtype("<i2")).tobytes())
    return path
