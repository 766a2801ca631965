"""The proxy step with the real ffmpeg, on every kind of recording that people bring.

The recordings come from ffmpeg's own sources. What is asserted of the two copies is read back
with PyAV: sizes, rates, times of frames. Times are seconds from the start of the recording.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.hardware import RICH, SOFTWARE
from forge.media.proxy import fit, proxy_rate, scout_size
from forge.spec import Spec
from forge.steps import probe, proxy

X264 = ["-c:v", "libx264", "-preset", "ultrafast"]
TONE = ["-f", "lavfi", "-i", "sine=440:d=2:r=48000"]


@dataclass
class Copy:
    """What came out, as PyAV reads it."""

    size: tuple[int, int]
    rate: Fraction | None
    pix_fmt: str
    times: list[float]
    keys: list[int]
    audio: list[tuple[str, int, int]]


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def make(path: Path, *args: str) -> Path:
    ffmpeg.run([*args, str(path)], duration=1)
    return path


def picture(size: str = "320x180", rate: str = "30", seconds: str = "2") -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}"]


def read(path: Path) -> Copy:
    times, keys = [], []
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        audio = [(s.codec_context.name, s.rate, s.channels) for s in container.streams.audio]
        start = (container.start_time or 0) / av.time_base
        for place, frame in enumerate(container.decode(video)):
            assert frame.time is not None
            times.append(frame.time - min(start, 0))
            if frame.key_frame:
                keys.append(place)
        context = video.codec_context
        return Copy(
            (context.width, context.height),
            video.average_rate,
            str(context.pix_fmt),
            times,
            keys,
            audio,
        )


def run(source: Path, folder: Path) -> tuple[Copy, Copy, dict[str, Any]]:
    folder.mkdir()
    probe.run(Spec("probe", source, folder, folder), no_report)
    spec = Spec("proxy", source, folder, folder, {"probe.json": folder / "probe.json"})
    result = proxy.run(spec, no_report)
    return read(folder / "proxy.mp4"), read(folder / "scout.mp4"), result


def source_times(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        start = (container.start_time or 0) / av.time_base
        return [frame.time - start for frame in container.decode(video=0) if frame.time is not None]


def test_a_usual_recording(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mp4", *picture("1920x1080", "60", "1"), *TONE, *X264, "-c:a", "aac", "-t", "1"
    )
    copy, scout, result = run(source, tmp_path / "out")
    assert copy.size == (1280, 720)
    assert copy.rate == 30
    assert copy.pix_fmt == "yuv420p"
    assert len(copy.times) == 30
    assert copy.times[0] == 0
    assert max(b - a for a, b in zip(copy.keys, copy.keys[1:], strict=False)) <= 15
    assert copy.audio == [("aac", 48000, 2)]
    assert scout.size == (256, 144)
    assert scout.audio == []
    # Every second picture: as many as the proxy has.
    assert scout.times == pytest.approx(source_times(source)[::2], abs=1e-4)
    assert result["frames"] == 30
    # A browser starts to play before it has the end of the file.
    head = (tmp_path / "out" / "proxy.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_a_recording_that_is_all_noise_does_not_stay_so_large(tmp_path: Path) -> None:
    graph = "color=gray:s=640x360:r=30:d=2,noise=alls=40:allf=t:all_seed=1"
    source = make(tmp_path / "a.mp4", "-f", "lavfi", "-i", graph, *X264, "-qp", "8")
    assert source.stat().st_size > 2 * RICH
    run(source, tmp_path / "out")
    constant = make(tmp_path / "b.mp4", "-i", str(source), *SOFTWARE.encoder, "-g", "15")
    assert (tmp_path / "out" / "proxy.mp4").stat().st_size < 0.7 * constant.stat().st_size


def test_no_sound_gives_no_sound(tmp_path: Path) -> None:
    source = make(tmp_path / "a.mp4", *picture(), *X264)
    copy, _, _ = run(source, tmp_path / "out")
    assert copy.audio == []
    assert copy.size == (320, 180)


def test_a_turned_recording_stands_upright(tmp_path: Path) -> None:
    flat = make(tmp_path / "flat.mp4", *picture("640x360"), *X264)
    source = make(tmp_path / "a.mp4", "-display_rotation", "90", "-i", str(flat), "-c", "copy")
    copy, scout, _ = run(source, tmp_path / "out")
    assert copy.size == (360, 640)
    assert scout.size == (80, 144)  # 81, made even.


def test_pixels_become_square(tmp_path: Path) -> None:
    source = make(tmp_path / "a.mp4", *picture("720x576"), "-vf", "setsar=64/45", *X264)
    copy, scout, _ = run(source, tmp_path / "out")
    assert copy.size == (1024, 576)
    assert scout.size == (256, 144)


def test_odd_sizes_and_ten_bits(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv", *picture("641x361", "24"), "-c:v", "ffv1", "-pix_fmt", "yuv444p10le"
    )
    copy, scout, _ = run(source, tmp_path / "out")
    assert (copy.size, copy.pix_fmt, scout.pix_fmt) == ((640, 360), "yuv420p", "yuv420p")
    assert copy.rate == 24


def test_a_variable_frame_rate(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *picture("320x180", "30", "3"),
        *("-vf", "select='lt(t,1)+not(mod(n,4))'", "-fps_mode", "vfr", *X264),
    )
    copy, scout, _ = run(source, tmp_path / "out")
    times = source_times(source)
    assert scout.times == pytest.approx(times, abs=2e-3)
    gaps = {round(b - a, 3) for a, b in zip(copy.times, copy.times[1:], strict=False)}
    assert len(gaps) <= 2  # Constant, but for rounding.
    assert max(gaps) - min(gaps) <= 0.0011


def test_a_transport_stream_that_starts_late(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.ts", *picture(), *TONE, *X264, "-c:a", "aac", "-output_ts_offset", "95000"
    )
    copy, scout, _ = run(source, tmp_path / "out")
    assert copy.times[0] == 0
    assert scout.times == pytest.approx(source_times(source), abs=1e-4)
    assert copy.times[-1] == pytest.approx(scout.times[-1], abs=0.05)


def test_a_picture_that_starts_after_the_sound(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *("-itsoffset", "0.5", *picture()),
        *("-f", "lavfi", "-i", "sine=440:d=3:r=48000", *X264, "-c:a", "pcm_s16le"),
    )
    copy, scout, _ = run(source, tmp_path / "out")
    assert scout.times[0] == pytest.approx(0.5, abs=0.002)
    assert copy.times[0] == 0
    assert copy.times[-1] == pytest.approx(2.5, abs=0.05)


def test_sound_and_size_that_change_on_the_way(tmp_path: Path) -> None:
    """Two transport streams joined by bytes: the second is smaller, and stereo at 44.1 kHz."""
    source = tmp_path / "a.ts"
    for place, (size, rate, channels) in enumerate((("320x180", 48000, 1), ("160x90", 44100, 2))):
        part = make(
            tmp_path / "part.ts",
            *picture(size, seconds="4"),
            *("-f", "lavfi", "-i", f"sine=440:d=4:r={rate}", "-ac", str(channels), *X264),
            *("-c:a", "aac", "-output_ts_offset", str(4 * place)),
        )
        with source.open("ab") as joined:
            joined.write(part.read_bytes())
    folder = tmp_path / "out"
    folder.mkdir()
    probe.run(Spec("probe", source, folder, folder), no_report)
    facts = json.loads((folder / "probe.json").read_text())
    facts["audio"]["start_time"] = 0.0
    (folder / "probe.json").write_text(json.dumps(facts))
    proxy.run(
        Spec("proxy", source, folder, folder, {"probe.json": folder / "probe.json"}), no_report
    )
    copy = read(folder / "proxy.mp4")
    assert copy.size == (320, 180)
    assert copy.times[-1] == pytest.approx(8.0, abs=0.1)
    assert copy.times == sorted(copy.times)
    with av.open(str(folder / "proxy.mp4")) as container:
        levels = {
            frame.time: float(np.abs(frame.to_ndarray()).max())
            for frame in container.decode(audio=0)
            if frame.time is not None
        }
    assert max(levels) == pytest.approx(8.0, abs=0.15)
    # As many samples as there is time: nothing was padded twice and squeezed in.
    assert len(levels) * 1024 / 48000 == pytest.approx(8.0, abs=0.15)
    assert min(level for time, level in levels.items() if 4.2 < time < 7.8) > 0.05


def test_webm(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.webm",
        *picture("320x180", "25", "1"),
        *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"),
    )
    copy, _, _ = run(source, tmp_path / "out")
    assert (copy.rate, len(copy.times)) == (25, 25)


def test_a_recording_that_breaks_off(tmp_path: Path) -> None:
    source = make(tmp_path / "a.ts", *picture("320x180", "30", "4"), *X264)
    folder = tmp_path / "out"
    folder.mkdir()
    probe.run(Spec("probe", source, folder, folder), no_report)
    # As a download leaves it that was given up: as long as it should be, and empty from the middle.
    data = source.read_bytes()
    half = len(data) // 2
    source.write_bytes(data[:half] + bytes(len(data) - half))
    spec = Spec("proxy", source, folder, folder, {"probe.json": folder / "probe.json"})
    with pytest.raises(ForgeError) as error:
        proxy.run(spec, no_report)
    assert (error.value.code, error.value.permanent) == ("truncated", True)
    assert error.value.hint


SIDES = st.integers(2, 8192)


@given(SIDES, SIDES)
def test_sizes_are_even_and_fit(width: int, height: int) -> None:
    for size, box in ((fit(width, height), (1280, 720)), (scout_size(width, height), (512, 144))):
        assert all(
            side % 2 == 0 and 2 <= side <= limit for side, limit in zip(size, box, strict=True)
        )
    new_width, new_height = fit(width, height)
    if min(new_width, new_height) > 2:
        # Rounding to even moves each side by at most one pixel.
        scale = min(1.0, 1280 / width, 720 / height)
        assert abs(new_width - width * scale) <= 1
        assert abs(new_height - height * scale) <= 1


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (60.0, Fraction(30)),
        (30.0, Fraction(30)),
        (30000 / 1001, Fraction(30000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (24000 / 1001, Fraction(24000, 1001)),
        (25.0, Fraction(25)),
        (12.5, Fraction(25, 2)),
        (0.0, Fraction(30)),
        (float("nan"), Fraction(30)),
        (float("inf"), Fraction(30)),
    ],
)
def test_the_rate_is_thirty_or_the_sources(fps: float, rate: Fraction) -> None:
    assert proxy_rate(fps) == rate


def test_the_probe_is_not_trusted_to_exist(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match=r"probe\.json"):
        proxy.run(Spec("proxy", tmp_path / "a", tmp_path, tmp_path), no_report)
