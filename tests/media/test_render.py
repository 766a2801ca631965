"""The render step: the file, its time and its sound.

Every test renders a clip of a second or two with the real ffmpeg and looks at what came out.
Nothing is compared with a stored file. Times are seconds of the source unless the name says
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.mixdown import measure

Make = Callable[..., Path]
Render = Callable[..., Any]
FRAME = 1 / 30
BEEP = "0.3*sin(2*PI*1000*t)*between(mod(t,1),0.5,0.7)"
FLASH = "drawbox=c=white:t=fill:enable='between(mod(t,1),0.499,0.7)'"


def onsets(signal: np.ndarray) -> np.ndarray:
    """The places where a signal of zeros and ones rises."""
    return np.flatnonzero(np.diff(signal.astype(int)) == 1) + 1


def test_the_file_is_what_platforms_take(rendered: Render, make: Make, tmp_path: Path) -> None:
    noise = "anoisesrc=c=pink:d=3:a=0.2:seed=1"
    source = make(tmp_path / "a.mkv", "testsrc2=s=640x360:r=60:d=3", noise)
    clip = rendered(source, 0.5, 2.0)
    assert clip.files == {"clip.mp4", "clip.otio", "clip.fcpxml"}
    video, sound = clip.stream("video"), clip.stream("audio")
    assert (video.width, video.height, video.pix_fmt) == (1080, 1920, "yuv420p")
    assert (video.name, video.profile) == ("h264", "High")
    assert (sound.name, sound.sample_rate, sound.layout.name) == ("aac", 48000, "stereo")
    assert len(clip.shades()) == 45
    assert len(clip.sound()) / 48000 == pytest.approx(1.5, abs=FRAME)
    assert clip.result["duration"] == 1.5
    assert (clip.result["width"], clip.result["height"], clip.result["fps"]) == (1080, 1920, 30)
    assert clip.result["captions"] is False
    box = (clip.path / "clip.mp4").read_bytes()
    assert box.index(b"moov") < box.index(b"mdat"), "the index must come first (faststart)"


@pytest.mark.parametrize(
    ("rate", "expected"), [("24000/1001", 23.976024), ("25", 25.0), ("60000/1001", 29.97003)]
)
def test_frame_rates(
    rendered: Render, make: Make, tmp_path: Path, rate: str, expected: float
) -> None:
    source = make(tmp_path / "a.mp4", f"testsrc2=s=320x180:r={rate}:d=2")
    clip = rendered(source, 0.0, 1.0)
    assert clip.result["fps"] == pytest.approx(expected, abs=1e-5)
    assert len(clip.shades()) == round(expected)


@pytest.mark.parametrize("known", [True, False], ids=["arithmetic", "measured"])
@pytest.mark.parametrize(
    "sound",
    [
        "anoisesrc=c=pink:d=4:a=0.9:seed=1",
        "anoisesrc=c=pink:d=4:a=0.06:seed=2",
        # Quiet speech-like tones with claps: the limiter has to work.
        "aevalsrc='0.1*sin(600*PI*t)*sin(3*PI*t)^2+0.9*(random(0)-0.5)*between(mod(t,1),0,0.02)':d=4",
        # Hardly anything but cracks, twice a second: loudness barely follows gain.
        "aevalsrc='0.02*(random(0)-0.5)+0.9*sin(2*PI*900*t)*between(mod(t,0.5),0,0.006)':d=4",
    ],
    ids=["loud", "quiet", "peaky", "cracks"],
)
def test_loudness(rendered: Render, make: Make, tmp_path: Path, sound: str, known: bool) -> None:
    source = make(tmp_path / "a.mkv", "color=gray:s=160x90:r=30:d=4", sound)
    clip = rendered(source, 0.5, 3.5, loudness=known)
    found = measure(clip.path / "clip.mp4", 3.0)
    assert found.integrated == pytest.approx(-14.0, abs=0.5)
    assert found.true_peak <= -1.0
    assert clip.result["loudness"] == pytest.approx(found.integrated, abs=0.11)
    assert clip.result["true_peak"] == pytest.approx(found.true_peak, abs=0.11)


def test_silence_is_not_amplified(rendered: Render, make: Make, tmp_path: Path) -> None:
    source = make(tmp_path / "a.mkv", "color=gray:s=160x90:r=30:d=2", "anullsrc=d=2", "-t", "2")
    clip = rendered(source)
    assert clip.result["loudness"] is None
    assert np.abs(clip.sound()).max() < 1e-4


def test_an_empty_room_stays_quiet(rendered: Render, make: Make, tmp_path: Path) -> None:
    room = "anoisesrc=c=pink:d=2:a=0.003:seed=2"
    clip = rendered(make(tmp_path / "a.mkv", "color=gray:s=160x90:r=30:d=2", room))
    assert -40 < clip.result["loudness"] < -25


def test_no_sound_no_captions(rendered: Render, make: Make, tmp_path: Path) -> None:
    clip = rendered(
        make(tmp_path / "a.mp4", "testsrc2=s=640x360:r=30:d=3"),
        words=[{"word": "Hello", "start": 0.2, "end": 0.6}],
    )
    assert clip.files == {"clip.mp4", "clip.otio", "clip.fcpxml"}
    assert clip.stream("audio") is None
    assert clip.result["captions"] is False
    assert (clip.result["words"], clip.result["loudness"]) == (0, None)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
@pytest.mark.parametrize("cuts", [[], [{"start": 1.2, "end": 2.33}, {"start": 3.0, "end": 3.3}]])
def test_sound_and_picture_stay_together(
    rendered: Render, make: Make, tmp_path: Path, name: str, cuts: list[dict[str, float]]
) -> None:
    options = ["-output_ts_offset", "7"] if name == "a.ts" else []
    video = f"color=black:s=160x90:r=60:d=6,{FLASH}"
    source = make(tmp_path / name, video, f"aevalsrc='{BEEP}':d=6:s=48000", "-g", "77", *options)
    clip = rendered(source, 0.4, 4.9, cuts=cuts)
    pictures = np.array(clip.shades()) > 100
    flashes = onsets(pictures) * FRAME
    sound = np.abs(clip.sound())
    loud = np.array([chunk.max() > 0.02 for chunk in np.array_split(sound, len(sound) // 48)])
    beeps = onsets(np.convolve(loud, np.ones(20), "same") > 0) * 48 / 48000 + 0.01
    expected = [0.1, 1.1, 2.1, 3.1, 4.1]
    if cuts:
        # Without [1.2, 2.33) and [3.0, 3.3): the flash that begins at 1.5 goes away.
        expected = [0.1, 2.5 - 1.13 - 0.4, 3.5 - 1.43 - 0.4, 4.5 - 1.43 - 0.4]
    assert flashes == pytest.approx(expected, abs=1.01 * FRAME)
    assert beeps == pytest.approx(expected, abs=FRAME)
    assert beeps == pytest.approx(flashes, abs=1.01 * FRAME)
    length = clip.result["duration"]
    assert length == pytest.approx(4.5 - sum(cut["end"] - cut["start"] for cut in cuts), abs=FRAME)
    assert len(pictures) == round(length * 30)
    assert len(sound) / 48000 == pytest.approx(length, abs=FRAME)


def test_very_many_cuts(rendered: Render, make: Make, tmp_path: Path) -> None:
    """Every other frame is cut, as a picky editor of silences might."""
    source = make(tmp_path / "a.mp4", "color=gray:s=160x90:r=30:d=9", "sine=500:d=9")
    cuts = [{"start": at / 15, "end": (at + 0.5) / 15} for at in range(120)]
    clip = rendered(source, 0.0, 8.0, cuts=cuts)
    assert clip.result["duration"] == 4.0
    assert len(clip.shades()) == 120
    assert len(clip.sound()) / 48000 == pytest.approx(4.0, abs=FRAME)


def test_late_and_short_tracks_are_filled(rendered: Render, tmp_path: Path) -> None:
    """The picture starts a second late and ends early: still a full clip, in sync."""
    source = tmp_path / "late.mkv"
    ffmpeg.run(
        [
            *("-itsoffset", "1", "-f", "lavfi", "-i", "color=red:s=160x90:r=30:d=2"),
            *("-f", "lavfi", "-i", "sine=500:d=4"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(source)),
        ],
        duration=4,
    )
    clip = rendered(source, 0.5, 3.5)
    assert len(clip.shades()) == 90
    assert len(clip.sound()) / 48000 == pytest.approx(3.0, abs=FRAME)


@pytest.mark.parametrize(
    ("clip", "code"),
    [
        ({"start": 5.0, "end": 9.0}, "clip_outside"),
        ({"start": 1.0, "end": 1.0}, "clip_outside"),
        ({"cuts": [{"start": 0.0, "end": 3.0}]}, "all_cut"),
        ({"captions": {"enabled": True, "style": "wingdings"}}, "unknown_style"),
        ({"zones": [{"kind": "gameplay", "rect": {"x": 2, "y": 0, "w": 1, "h": 1}}]}, "bad_clip"),
    ],
)
def test_bad_clips_are_refused(
    rendered: Render, make: Make, tmp_path: Path, clip: dict[str, Any], code: str
) -> None:
    with pytest.raises(ForgeError) as caught:
        rendered(make(tmp_path / "a.mp4", "color=gray:s=160x90:r=30:d=3"), **clip)
    assert caught.value.code == code
