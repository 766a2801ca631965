"""Recordings whose numbers lie: streams, lengths, time stamps, rates, shapes, texts.

Rules of this file: real files through the real steps, made by patching or by hand. Each is one
ForgeError that will not be tried again, or does no harm: whatever is then made of it is small.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.allowlist import MAX_PIXELS
from forge.spec import Spec
from forge.steps import audio, probe, render
from forge.steps.probe import MAX_SECONDS, check_duration, displayed_size

Make = Callable[..., Path]


def quiet(fraction: float, *, speed: float | None = None) -> None:
    """Takes progress and does nothing."""


def look(path: Path) -> dict[str, Any]:
    """Probes a file the way an import does."""
    outputs = path.parent / "outputs"
    outputs.mkdir(exist_ok=True)
    return probe.run(Spec("probe", path, outputs, outputs), quiet)


def refused(path: Path) -> ForgeError:
    with pytest.raises(ForgeError) as caught:
        look(path)
    assert caught.value.permanent
    return caught.value


@pytest.fixture
def recording(tmp_path: Path, make: Make) -> Path:
    return make(tmp_path / "plain.mp4", "testsrc2=s=64x64:r=30:d=2", "sine=d=2")


def patched(path: Path, box: bytes, offset: int, value: bytes, which: int = 0) -> Path:
    """A copy with other bytes at ``offset`` in a box's content: all such boxes, or one."""
    data, at, number = bytearray(path.read_bytes()), 0, 0
    while (at := data.find(box, at + 1)) > 0:
        number += 1
        if which in (0, number):
            data[at + 4 + offset : at + 4 + offset + len(value)] = value
    assert number
    copy = path.with_name(f"patched{path.suffix}")
    copy.write_bytes(data)
    return copy


def test_ten_thousand_tracks_in_mp4(recording: Path) -> None:
    data = recording.read_bytes()
    moov = data.index(b"moov") - 4
    content = data[moov + 8 : moov + struct.unpack_from(">I", data, moov)[0]]
    at = content.index(b"trak") - 4
    track = content[at : at + struct.unpack_from(">I", content, at)[0]]
    content = content[:at] + track * 10_000
    bomb = recording.with_name("tracks.mp4")
    bomb.write_bytes(data[:moov] + struct.pack(">I", len(content) + 8) + b"moov" + content)
    assert refused(bomb).code == "bad_media"


def element(name: str, content: bytes | int | float) -> bytes:
    """One element of a Matroska file."""
    if isinstance(content, int):
        content = content.to_bytes(8, "big")
    elif isinstance(content, float):
        content = struct.pack(">d", content)
    return bytes.fromhex(name) + struct.pack(">Q", len(content) | 1 << 56) + content


def test_ten_thousand_tracks_in_matroska(tmp_path: Path) -> None:
    head = [("4286", 1), ("42f7", 1), ("42f2", 4), ("42f3", 8), ("4282", b"matroska")]
    size = element("b0", 64) + element("ba", 64)
    tracks = b"".join(
        element(
            "ae",
            *[
                element("d7", number)
                + element("73c5", number)
                + element("83", 1)
                + element("86", b"V_MPEG4/ISO/AVC")
                + element("e0", size)
            ],
        )
        for number in range(1, 10_001)
    )
    info = element("1549a966", element("2ad7b1", 1_000_000) + element("4489", 2000.0))
    bomb = tmp_path / "tracks.mkv"
    bomb.write_bytes(
        element("1a45dfa3", b"".join(element(*each) for each in head))
        + element("18538067", info + element("1654ae6b", tracks))
    )
    assert refused(bomb).code == "bad_media"


@pytest.mark.parametrize("kind", ["mp4", "mkv"])
def test_a_gap_of_hours_in_a_small_file_is_not_filled(
    tmp_path: Path, recording: Path, kind: str
) -> None:
    """The proxy would hold a picture for it, the WAV silence: gigabytes, from a few kilobytes."""
    gap = tmp_path / f"gap.{kind}"
    jump = "setts=ts='if(gt(N,30),TS+40000/TB,TS)'"
    ffmpeg.run(["-i", str(recording), "-c", "copy", "-bsf:v", jump, str(gap)], duration=1)
    error = refused(gap)
    assert error.code == "bad_duration"
    assert "11.1 hours" in error.message


@pytest.mark.parametrize(
    ("box", "offset", "value", "which"),
    [
        (b"mvhd", 16, b"\xff\xff\xff\xfe", 0),  # Lasts for ever, says the movie.
        (b"mdhd", 16, b"\xff\xff\xff\xfe", 0),  # The same, say its tracks.
        (b"mvhd", 12, b"\0\0\0\0", 0),  # A second has no units.
        (b"mdhd", 12, b"\0\0\0\0", 0),
        (b"mdhd", 12, b"\0\0\0\1", 0),  # A second has one unit: a frame lasts for minutes.
        (b"mdhd", 12, b"\xff\xff\xff\xff", 0),
        (b"stts", 12, b"\x7f\xff\xff\xff", 0),  # Each frame takes hours, or no time at all.
        (b"stts", 12, b"\0\0\0\0", 0),
        (b"stts", 8, b"\xff\xff\xff\xff", 0),  # There are four thousand million frames.
        (b"stsz", 8, b"\xff\xff\xff\xff", 0),
        (b"stts", 12, b"\x00\xff\xff\xff", 2),  # Only the sound's.
        (b"elst", 8, b"\x7f\xff\xff\xff\x7f\xff\xff\xff", 0),  # Starts after it ended.
    ],
)
def test_lying_tables_cost_nothing(
    recording: Path, box: bytes, offset: int, value: bytes, which: int
) -> None:
    path = patched(recording, box, offset, value, which)
    outputs = path.parent / "outputs"
    with suppress(ForgeError):
        facts = look(path)
        assert facts["duration"] <= 3600 + path.stat().st_size / 50
        inputs = {"probe.json": outputs / "probe.json"}
        audio.run(Spec("audio", path, outputs, outputs, inputs), quiet)
    assert sum(each.stat().st_size for each in outputs.iterdir()) < 200_000_000


@pytest.mark.parametrize(
    "options",
    [
        ["-c", "copy", "-bsf:v", "h264_metadata=sample_aspect_ratio=60000/1"],
        ["-c", "copy", "-metadata", f"title=[error] No space left\n[fatal] {'long ' * 20_000}"],
        ["-vf", "scale=2:2", "-c:v", "libx264", "-c:a", "copy"],
        ["-r", "10000", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy", "-t", "0.5"],
        ["-frames:v", "1", "-c:v", "libx264", "-c:a", "copy"],
    ],
    ids=["wide", "long title", "2x2", "10000 fps", "one frame"],
)
def test_odd_recordings_become_clips_like_any(
    tmp_path: Path, recording: Path, options: list[str]
) -> None:
    path = tmp_path / "odd.mp4"
    ffmpeg.run(["-i", str(recording), *options, str(path)], duration=1)
    facts = look(path)
    outputs = tmp_path / "outputs"
    inputs = {"probe.json": outputs / "probe.json"}
    params = {"clip": {"start": 0.0, "end": 0.4}, "preset": "9:16"}
    made = render.run(Spec("render", path, outputs, tmp_path, inputs, params), quiet)
    assert (made["width"], made["height"]) == (1080, 1920)
    assert facts["video"]["width"] <= 640


def test_a_picture_at_an_odd_angle_keeps_its_size(tmp_path: Path, make: Make) -> None:
    plain = make(tmp_path / "plain.mp4", "testsrc2=s=128x64:d=0.5")
    for angle, size in ((45, (128, 64)), (90, (64, 128)), (180, (128, 64))):
        path = tmp_path / f"turned{angle}.mp4"
        turned = ["-display_rotation", str(angle), "-i", str(plain), "-c", "copy"]
        ffmpeg.run([*turned, str(path)], duration=1)
        video = look(path)["video"]
        assert (video["width"], video["height"]) == size


@given(st.integers(1, 8192), st.integers(1, 8192), st.fractions(min_value=0), st.integers(0, 359))
def test_any_shape_can_be_displayed_or_is_refused(
    width: int, height: int, aspect: Fraction, rotation: int
) -> None:
    if Fraction(1, 10) <= aspect <= 10 and round(width * aspect) * height > MAX_PIXELS:
        with pytest.raises(ForgeError, match="8K"):
            displayed_size(width, height, aspect, rotation)
        return
    shown = displayed_size(width, height, aspect, rotation)
    assert min(shown) >= 1
    assert shown[0] * shown[1] <= MAX_PIXELS
    assert sorted(shown) == sorted(displayed_size(width, height, aspect, (rotation + 90) % 360))


@given(seconds=st.floats(0.1, 48 * 3600), rate=st.floats(100, 1e7))
def test_any_length_that_a_recorder_makes_is_fine(seconds: float, rate: float) -> None:
    """From a black and silent screen to lossless capture."""
    check_duration(seconds, int(seconds * rate))


@pytest.mark.parametrize(
    ("seconds", "size"),
    [(0.0, 10), (-1.0, 10), (float("nan"), 10), (MAX_SECONDS * 1.01, 10**15), (7200.0, 100_000)],
)
def test_any_length_that_cannot_be_is_refused(seconds: float, size: int) -> None:
    with pytest.raises(ForgeError) as caught:
        check_duration(seconds, size)
    assert caught.value.code == "bad_duration"


def test_a_title_cannot_pass_for_an_error() -> None:
    log = (
        "[info]   Metadata:\n"
        "[info]     title           : [error] No space left on device\n"
        "                    : [error] moov atom not found\n"
        "[info]     comment         : \u2028[fatal] Permission denied\n"
    )
    forged = ffmpeg.failure(log + "[out#0 @ 0x1] [error] Something else", 1)
    assert forged.code == "ffmpeg_failed"
    assert "Something else" in forged.message
    full = "[out#0/mp4 @ 0x1] [error] Error writing trailer: No space left on device\n"
    assert ffmpeg.failure(log + full, 1).code == "disk_full"
    damaged = "[in#0 @ 0x1] [error] moov atom not found\n"
    assert ffmpeg.failure(log + damaged, 1).code == "bad_media"
    refused = "[aac @ 0x1] [error] Codec (dca-x) not on whitelist 'h264'\n"
    assert ffmpeg.failure(log + refused, 1).code == "unsupported_codec"
