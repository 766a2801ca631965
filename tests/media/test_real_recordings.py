"""What people really have, all the way through probe, audio and proxy.

Rules of this file: each recording is a few seconds, made by ffmpeg's own sources in the form that
its name says, with a flash and a beep at known times. What comes out is read back with PyAV and
ffmpeg; a flash and its beep must still be together.
"""

from __future__ import annotations

import json
import subprocess
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from forge.media import ffmpeg
from forge.media.tracks import Track, choose
from forge.spec import Spec
from forge.steps import audio, probe, proxy, render

#: Seconds at which the picture is white and the sound is loud, each time for a fifth of one.
EVENTS = (1.0, 3.0, 5.0)
WHEN = "+".join(f"between(t,{at},{at + 0.2})" for at in EVENTS)
LENGTH = 6


def picture(rate: str = "30", size: str = "160x90") -> list[str]:
    graph = f"color=gray:s={size}:r={rate}:d={LENGTH},drawbox=c=white:t=fill:enable='{WHEN}'"
    return ["-f", "lavfi", "-i", graph]


def beeps(rate: int = 48000, layout: str = "stereo") -> list[str]:
    one = f"0.5*sin(2*PI*1000*t)*({WHEN})"
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    graph = f"aevalsrc='{'|'.join([one] * channels)}':s={rate}:c={layout}:d={LENGTH}"
    return ["-f", "lavfi", "-i", graph]


def make(path: Path, *args: str) -> Path:
    ffmpeg.run([*args, str(path)], duration=LENGTH)
    return path


class Result:
    """The steps' files, read back."""

    def __init__(self, source: Path, folder: Path) -> None:
        for name in ("out", "checkpoint"):
            (folder / name).mkdir(parents=True)
        self.out = folder / "out"
        inputs = {"probe.json": self.out / "probe.json"}
        self.probe = probe.run(Spec("probe", source, self.out, self.out), _ignore)
        if self.probe["audio"] is not None:
            audio.run(Spec("audio", source, self.out, self.out, inputs), _ignore)
        proxy.run(Spec("proxy", source, self.out, folder / "checkpoint", inputs), _ignore)

    def flashes(self, name: str = "proxy.mp4") -> list[float]:
        return _flashes(self.out / name)

    def beeps(self, name: str = "proxy.mp4") -> list[float]:
        """In the proxy's own sound."""
        command = [ffmpeg.binary(), "-v", "error", "-i", str(self.out / name), "-ac", "1"]
        command += ["-map", "0:a", "-ar", "8000", "-f", "f32le", "-"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        samples = np.abs(np.frombuffer(done.stdout, "<f4"))
        samples = samples[: len(samples) // 8 * 8].reshape(-1, 8).max(axis=1)
        return _onsets([(place / 1000, float(level)) for place, level in enumerate(samples)], 0.1)

    def wav_beeps(self) -> list[float]:
        with wave.open(str(self.out / "audio.wav"), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        levels = np.abs(samples[: len(samples) // 16 * 16].astype(float)).reshape(-1, 16).max(1)
        return _onsets([(place / 1000, level) for place, level in enumerate(levels)], 3000.0)


def _ignore(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def _flashes(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        shades = [
            (frame.time or 0.0, float(frame.to_ndarray(format="gray").mean()))
            for frame in container.decode(video=0)
        ]
    return _onsets(shades, 180.0)


def _onsets(values: list[tuple[float, float]], limit: float) -> list[float]:
    found: list[float] = []
    last = -9.0
    for time, value in values:
        if value > limit:
            if time - last > 0.5:
                found.append(time)
            last = time
    return found


X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
KINDS: dict[str, list[str]] = {
    "h264-5994.mp4": [*picture("60000/1001"), *beeps(), *X264, "-c:a", "aac"],
    "hevc-10-bit.mkv": [
        *(*picture(), *beeps(), "-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le", "-c:a", "flac"),
    ],
    "av1.mkv": [
        *(*picture("30"), *beeps(), "-c:v", "libsvtav1", "-preset", "12"),
        *("-svtav1-params", "lp=2", "-c:a", "libopus"),
    ],
    "vp9.webm": [
        *(*picture("25"), *beeps(), "-c:v", "libvpx-vp9", "-deadline", "realtime"),
        *("-cpu-used", "8", "-c:a", "libopus"),
    ],
    "mono-44100.mp4": [*picture(), *beeps(44100, "mono"), *X264, "-c:a", "aac"],
    "surround.mkv": [*picture(), *beeps(48000, "5.1"), *X264, "-c:a", "ac3"],
    "transport.ts": [*picture(), *beeps(), *X264, "-c:a", "aac", "-output_ts_offset", "9000"],
    "old.avi": [*picture("25"), *beeps(44100), "-c:v", "mpeg4", "-q:v", "3", "-c:a", "libmp3lame"],
    "flash.flv": [*picture(), *beeps(44100), *X264, "-c:a", "aac"],
    "silent.mp4": [*picture(), *X264],
}


@pytest.mark.parametrize("name", KINDS)
def test_flashes_and_beeps_stay_where_they_were(tmp_path: Path, name: str) -> None:
    result = Result(make(tmp_path / name, *KINDS[name]), tmp_path / "work")
    assert not result.probe["jumps"]
    # Streams begin together, give or take what an encoder puts before its first packet.
    assert result.flashes() == pytest.approx(EVENTS, abs=0.07)
    assert result.flashes("scout.mp4") == pytest.approx(EVENTS, abs=0.06)
    if name.startswith("silent"):
        assert result.probe["audio"] is None
        return
    shift = result.flashes()[0] - EVENTS[0]
    for heard in (result.beeps(), result.wav_beeps()):
        # Not more than a frame of the proxy from the flash.
        assert heard == pytest.approx([at + shift for at in EVENTS], abs=1 / 30)


def test_a_long_variable_rate_stays_in_step(tmp_path: Path) -> None:
    """A phone's pictures come irregularly, for some minutes, and at the end nothing is off."""
    length = 150
    at = [place + 0.5 for place in (1, 50, 100, 148)]
    when = "+".join(f"between(t,{each},{each + 0.4})" for each in at)
    source = make(
        tmp_path / "long.mp4",
        *("-f", "lavfi", "-i", f"color=gray:s=32x18:r=24:d={length}"),
        *("-f", "lavfi", "-i", f"aevalsrc='0.5*sin(2*PI*1000*t)*({when})':s=16000:d={length}"),
        *("-vf", f"select='gt(random(1),0.5)',drawbox=c=white:t=fill:enable='{when}'"),
        *("-fps_mode", "vfr", *X264, "-g", "100", "-c:a", "aac"),
    )
    result = Result(source, tmp_path / "work")
    assert result.probe["video"]["vfr"]
    # Some first white pictures were left out when the recording was made: it is the judge.
    shown = _flashes(source)
    assert result.flashes() == pytest.approx(shown, abs=1 / 30)
    assert result.flashes("scout.mp4") == pytest.approx(shown, abs=0.001)
    assert result.beeps() == pytest.approx(at, abs=1 / 30)
    assert result.wav_beeps() == pytest.approx(at, abs=1 / 30)
    # And an export of its end.
    clip: dict[str, Any] = {"id": "c", "start": 147.2, "end": 149.6}
    inputs = {"probe.json": result.out / "probe.json"}
    params = {"clip": clip, "preset": "9:16"}
    render.run(Spec("render", source, result.out, tmp_path, inputs, params), _ignore)
    assert _flashes(result.out / "clip.mp4") == pytest.approx([shown[-1] - 147.2], abs=1 / 30)
    assert result.beeps("clip.mp4") == pytest.approx([148.5 - 147.2], abs=1 / 30)


@pytest.mark.parametrize("starts", [(10, 2000), (500, 3)], ids=["forwards", "backwards"])
def test_a_clock_that_jumps_is_mended(tmp_path: Path, starts: tuple[int, int]) -> None:
    """Two transport streams joined by bytes, each with a clock of its own."""
    source = tmp_path / "joined.ts"
    for start in starts:
        streams = [*picture(), *beeps(), *X264, "-g", "30", "-c:a", "aac"]
        part = make(tmp_path / "part.ts", *streams, "-output_ts_offset", str(start))
        with source.open("ab") as joined:
            joined.write(part.read_bytes())
    result = Result(source, tmp_path / "work")
    assert result.probe["jumps"]
    assert result.probe["duration"] == pytest.approx(2 * LENGTH, abs=0.5)
    # The seam is where the first stream jumps, which may be some packets before the other one.
    expected = [*EVENTS, *(LENGTH + at for at in EVENTS)]
    assert result.flashes() == pytest.approx(expected, abs=0.5)
    assert result.beeps() == pytest.approx(result.flashes(), abs=1 / 30)
    assert result.wav_beeps() == pytest.approx(result.flashes(), abs=1 / 30)
    # A clip from behind the jump.
    out = tmp_path / "clip"
    out.mkdir()
    clip: dict[str, Any] = {"id": "c", "start": LENGTH + 2.5, "end": LENGTH + 4.5}
    inputs = {"probe.json": result.out / "probe.json"}
    params = {"clip": clip, "preset": "9:16"}
    render.run(Spec("render", source, out, tmp_path, inputs, params), _ignore)
    shown = [at - clip["start"] for at in result.flashes() if clip["start"] < at < clip["end"]]
    assert _flashes(out / "clip.mp4") == pytest.approx(shown, abs=0.05)
    assert not list(out.glob("*.mkv"))


def test_several_tracks_one_is_chosen_and_named(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *picture(),
        *("-f", "lavfi", "-i", f"anullsrc=r=48000:cl=stereo:d={LENGTH}", *beeps()),
        *("-map", "0", "-map", "1", "-map", "2", *X264, "-c:a", "aac"),
        *("-disposition:a:0", "0", "-disposition:a:1", "default"),
        *("-metadata:s:a:1", "title=Mix", "-metadata:s:a:1", "language=deu"),
    )
    result = Result(source, tmp_path / "work")
    chosen: dict[str, Any] = result.probe["audio"]
    assert (chosen["track"], chosen["title"]) == (2, "Mix")
    assert chosen["language"] in {"deu", "ger"}
    assert "default" in chosen["chosen"]
    assert result.probe["audio_tracks"] == 2
    assert result.beeps() == pytest.approx(EVENTS, abs=0.07)
    assert result.wav_beeps() == pytest.approx(EVENTS, abs=0.07)
    assert json.loads((result.out / "probe.json").read_text())["audio"] == chosen


@pytest.mark.parametrize(
    ("tracks", "index"),
    [
        ([Track(1, 2)], 1),
        ([Track(1, 2, True), Track(2, 2, True), Track(3, 2, True)], 1),
        ([Track(1, 2), Track(2, 6), Track(3, 2)], 1),
        ([Track(1, 2), Track(2, 2, True)], 2),
        ([Track(1, 2, True, aside=True), Track(2, 2)], 2),
        ([Track(1, 2, aside=True)], 1),
        ([Track(1, 0, True), Track(2, 1)], 2),
    ],
)
def test_the_choice_of_a_track(tracks: list[Track], index: int) -> None:
    chosen = choose(tracks)
    assert chosen is not None
    assert chosen[0].index == index
    assert chosen[1]


def test_without_tracks_there_is_no_choice() -> None:
    assert choose([]) is None
