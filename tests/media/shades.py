"""Recordings whose pictures tell by their shade which one they are, and the step that copies them.

Chunks and pieces are made a second long, so that a recording of some seconds has several of each.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from forge.media import chunks, ffmpeg, seekable, sound
from forge.spec import Spec
from forge.steps import probe

SECONDS = 6.0
#: Picture n is this bright: 55 shades, 4 apart, so that no codec mistakes one for another.
SHADES, APART, DARKEST = 55, 4, 16
PICTURE = f"nullsrc=s=64x36:r={{rate}}:d={SECONDS},geq=lum='{DARKEST}+{APART}*mod(N,{SHADES})'"
PICTURE += ":cb=128:cr=128,format=yuv420p"
SOUND = f"aevalsrc='0.4*sin(2*PI*(300*t+40*t*t))':s=48000:d={SECONDS}"
AAC = ["-c:a", "aac", "-ac", "1"]
X264 = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-x264-params", "scenecut=0", *AAC]
X265 = ["-c:v", "libx265", "-preset", "ultrafast", *AAC]
OPEN = ["-x265-params", "bframes=3:log-level=none:open-gop=1"]
VP8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]


@contextmanager
def small_chunks() -> Iterator[None]:
    """As long as this is open, a chunk and a piece are about a second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chunks, "SECONDS", 1.0)
        patched.setattr(chunks, "LONGEST", 1.5)
        patched.setattr(seekable, "_SHORT", 0.0)
        patched.setattr(sound, "PIECE", 47)
        yield


def ignore(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def make(path: Path, *options: str, rate: str = "30", picture: str = "") -> Path:
    graph = PICTURE.format(rate=rate) + picture
    args = ["-f", "lavfi", "-i", graph, "-f", "lavfi", "-i", SOUND, *options, str(path)]
    ffmpeg.run(args, duration=SECONDS)
    return path


def specs(source: Path, folder: Path) -> Spec:
    """Probes the recording; gives what the proxy step is told."""
    out, checkpoint = folder / "out", folder / "checkpoint"
    for each in (out, checkpoint):
        each.mkdir(parents=True)
    probe.run(Spec("probe", source, folder, folder), ignore)
    return Spec("proxy", source, out, checkpoint, {"probe.json": folder / "probe.json"})


def pictures(path: Path) -> list[tuple[float, int]]:
    """Time and number (modulo SHADES) of each picture."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            level = float(frame.to_ndarray(format="gray").mean())
            # Full range against studio range.
            number = (level * 219 / 255 + 16 - DARKEST) / APART
            assert abs(number - round(number)) < 0.4
            found.append((frame.time, round(number) % SHADES))
    return found


def begins(path: Path) -> float:
    with av.open(str(path)) as container:
        return (container.start_time or 0) / av.time_base


def heard(path: Path) -> Any:
    command = [ffmpeg.binary(), "-v", "error", "-i", str(path), "-map", "0:a", "-ac", "1"]
    done = subprocess.run(
        [*command, "-ar", "48000", "-f", "f32le", "-"], check=True, stdout=subprocess.PIPE
    )
    return np.frombuffer(done.stdout, "<f4")
