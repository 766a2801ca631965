"""Recordings made by ffmpeg's own sources, clips rendered from them by the real step, canaries."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

import av
import numpy as np
import pytest

from forge.media import ffmpeg
from forge.spec import Spec
from forge.steps import audio, probe, render

FRAME = 1 / 30


def _make(path: Path, video: str, sound: str | None = None, *options: str) -> Path:
    """A recording from lavfi graphs; ``options`` go before the output's name."""
    args = ["-f", "lavfi", "-i", video]
    if sound is not None:
        args += ["-f", "lavfi", "-i", sound]
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p"]
    ffmpeg.run([*args, *codec, "-c:a", "aac", "-b:a", "256k", *options, str(path)], duration=1)
    return path


@pytest.fixture
def make() -> Callable[..., Path]:
    """Makes a recording from lavfi graphs."""
    return _make


@pytest.fixture(scope="module")
def make_recording() -> Callable[..., Path]:
    """The same for what the tests of a file share."""
    return _make


@dataclass
class Rendered:
    """What a render left behind."""

    path: Path
    result: dict[str, Any]
    files: set[str]

    def stream(self, kind: str, name: str = "clip.mp4") -> Any:
        with av.open(str(self.path / name)) as container:
            found = [each for each in container.streams if each.type == kind]
            return found[0].codec_context if found else None

    def pictures(self, name: str = "clip.mp4") -> list[np.ndarray]:
        with av.open(str(self.path / name)) as container:
            return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]

    def shades(self) -> list[float]:
        """The mean luma of each picture as it is decoded: all of them at once take a gigabyte."""
        with av.open(str(self.path / "clip.mp4")) as container:
            return [_luma(frame.planes[0]) for frame in container.decode(video=0)]

    def picture(self, seconds: float) -> np.ndarray:
        with av.open(str(self.path / "clip.mp4")) as container:
            frames = islice(container.decode(video=0), round(seconds / FRAME), None)
            return next(frames).to_ndarray(format="rgb24")

    def sound(self) -> np.ndarray:
        """Mono floats at 48 kHz, as a player plays them (the encoder's delay taken off)."""
        command = [ffmpeg.binary(), "-v", "error", "-i", str(self.path / "clip.mp4")]
        command += ["-f", "f32le", "-ac", "1", "-ar", "48000", "-"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        return np.frombuffer(done.stdout, dtype="<f4")


def _luma(plane: av.video.plane.VideoPlane) -> float:
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return float(rows[:, : plane.width].mean())


@pytest.fixture
def rendered(tmp_path: Path) -> Callable[..., Rendered]:
    """Probes a recording, measures its sound, and renders a clip of it."""

    def go(
        source: Path,
        start: float = 0.0,
        end: float = 1.0,
        words: list[dict[str, Any]] | None = None,
        loudness: bool = True,
        presets: Sequence[str] = ("9:16",),
        **clip: Any,
    ) -> Rendered:
        ready = tmp_path / "ready"
        ready.mkdir(exist_ok=True)
        facts = probe.run(Spec("probe", source, ready, ready), _ignore)
        inputs = {"probe.json": ready / "probe.json"}
        if facts["audio"] is not None and loudness:
            audio.run(Spec("audio", source, ready, ready, inputs), _ignore)
            inputs["loudness.json"] = ready / "loudness.json"
        if words is not None:
            inputs["transcript.json"] = ready / "transcript.json"
            inputs["transcript.json"].write_text(json.dumps({"words": words}), "utf-8")
        out = tmp_path / f"out{len(list(tmp_path.glob('out*')))}"
        out.mkdir()
        params = {
            "clip": {"id": "c", "start": start, "end": end, **clip},
            "presets": presets,
        }
        heard: list[float] = []

        def listen(fraction: float, *, speed: float | None = None) -> None:
            heard.append(fraction)

        checkpoint = tmp_path / f"checkpoint-{out.name}"
        checkpoint.mkdir()
        result = render.run(Spec("render", source, out, checkpoint, inputs, params), listen)
        assert heard == sorted(heard), "progress never runs backwards"
        assert heard[-1] == 1.0
        return Rendered(out, result, {path.name for path in out.iterdir()})

    return go


def _ignore(fraction: float, *, speed: float | None = None) -> None:
    assert 0.0 <= fraction <= 1.0


class Canaries:
    """A socket and a named pipe that know whether anybody touched them."""

    def __init__(self, folder: Path) -> None:
        self.pipe = folder / "canary.ts"
        os.mkfifo(self.pipe)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/canary.ts"
        self._opened = False
        self._quiet = False
        self._found: set[str] | None = None
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        descriptor = os.open(self.pipe, os.O_WRONLY)  # Waits for somebody who reads.
        self._opened = not self._quiet
        os.close(descriptor)

    def heard(self) -> set[str]:
        """What was touched until the first call."""
        if self._found is not None:
            return self._found
        self._quiet = True
        os.close(os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK))
        self._thread.join(timeout=20)
        found = {"file"} if self._opened else set()
        with suppress(BlockingIOError):
            self._server.accept()[0].close()
            found.add("network")
        self._server.close()
        self._found = found
        return found


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Canaries]:
    found = Canaries(tmp_path)
    yield found
    found.heard()
