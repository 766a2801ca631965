"""Scene detection with the real ffmpeg and PySceneDetect, on pictures whose cuts are known.

Each recording is made of ffmpeg's own sources, goes through the proxy step as in the pipeline,
and its cuts are compared with the times of the frames at which the test changed the picture.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenedetect import AdaptiveDetector
from scenedetect import detect as detect_scenes

from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.scenes import PictureMeter, join_cuts, scenes_between
from forge.spec import Spec
from forge.steps import probe, proxy, scene_detect

X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18"]
#: Three pictures that differ as game scenes do.
SCENES = (
    "testsrc2=s=320x180:r={rate}:d=2[a];mandelbrot=s=320x180:r={rate},trim=duration=1.5,"
    "format=yuv420p[b];gradients=s=320x180:r={rate}:d=2:seed=3,format=yuv420p[c];"
    "[a]format=yuv420p[a0];[a0][b][c]concat=n=3:v=1:a=0"
)


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def make(path: Path, graph: str, *args: str) -> Path:
    ffmpeg.run(["-f", "lavfi", "-i", graph, *args, *X264, str(path)], duration=1)
    return path


def detect(source: Path, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    inputs = {name: folder / name for name in ("probe.json", "scout.mp4")}
    probe.run(Spec("probe", source, folder, folder), no_report)
    proxy.run(Spec("proxy", source, folder, folder, inputs), no_report)
    result = scene_detect.run(Spec("scene_detect", source, folder, folder, inputs), no_report)
    scenes: dict[str, Any] = json.loads((folder / "scenes.json").read_text())
    assert result == {"cuts": len(scenes["cuts"])}
    return scenes


@pytest.mark.parametrize("rate", ["30", "60", "50"])
def test_hard_cuts_are_found_at_their_frames(tmp_path: Path, rate: str) -> None:
    scenes = detect(make(tmp_path / "a.mp4", SCENES.format(rate=rate)), tmp_path / "out")
    assert scenes["cuts"] == pytest.approx([2.0, 3.5], abs=0.001)
    assert [scene["start"] for scene in scenes["scenes"]] == [0.0, *scenes["cuts"]]
    assert scenes["scenes"][-1]["end"] == pytest.approx(5.5, abs=0.05)
    assert scenes["black"] == []


def flashing(lengths: tuple[int, ...]) -> str:
    """Pictures that move all the time, 60 a second, with a flash of so many frames each second."""
    lit = "+".join(
        f"between(n,{60 * (at + 1) + at},{60 * (at + 1) + at + length - 1})"
        for at, length in enumerate(lengths)
    )
    seconds = len(lengths) + 1
    return (
        "gradients=s=320x180:r=60:seed=5:speed=0.02:n=4,format=yuv420p,noise=alls=8:allf=t:all_seed=1,"
        f"lutyuv=y='val*0.5',trim=duration={seconds},eq=brightness='if({lit},0.25,0)':eval=frame"
    )


def full(source: Path) -> list[float]:
    """PySceneDetect by itself, on every picture of the recording."""
    return [float(start.seconds) for start, _ in detect_scenes(str(source), AdaptiveDetector())][1:]


@pytest.mark.parametrize("options", [["-bf", "3", "-b_strategy", "0"], ["-bf", "0"]])
def test_a_fast_recordings_cuts_are_those_of_its_full_pictures(
    tmp_path: Path, options: list[str]
) -> None:
    """Flashes shorter than the scout's distance of pictures, with and without left-out pictures."""
    source = tmp_path / "a.mp4"
    graph = flashing((2, 3, 5, 9))
    preset = ["-c:v", "libx264", "-preset", "superfast", "-crf", "20", "-g", "90", *options]
    ffmpeg.run(["-f", "lavfi", "-i", graph, *preset, str(source)], duration=1)
    expected = full(source)
    assert len(expected) >= 3
    assert detect(source, tmp_path / "out")["cuts"] == pytest.approx(expected, abs=1e-5)


def test_without_the_recording_the_scouts_cuts_count(tmp_path: Path) -> None:
    source = make(tmp_path / "a.mp4", SCENES.format(rate="30"))
    detect(source, tmp_path / "out")
    inputs = {name: tmp_path / "out" / name for name in ("probe.json", "scout.mp4")}
    source.unlink()
    folder = tmp_path / "again"
    folder.mkdir()
    spec = Spec("scene_detect", source, folder, folder, inputs)
    with pytest.raises(ForgeError) as caught:
        scene_detect.run(spec, no_report)
    assert caught.value.code == "source_gone"
    scene_detect.run(replace(spec, params={"gone": True}), no_report)
    found = json.loads((folder / "scenes.json").read_text())["cuts"]
    assert found == pytest.approx([2.0, 3.5], abs=0.001)


def test_cuts_of_a_late_picture_are_in_the_recordings_time(tmp_path: Path) -> None:
    source = tmp_path / "a.mkv"
    args = ["-itsoffset", "0.7", "-f", "lavfi", "-i", SCENES.format(rate="30")]
    sound = ["-f", "lavfi", "-i", "sine=440:d=6", "-c:a", "pcm_s16le"]
    ffmpeg.run([*args, *sound, *X264, str(source)], duration=1)
    scenes = detect(source, tmp_path / "out")
    assert scenes["cuts"] == pytest.approx([2.7, 4.2], abs=0.002)


def test_cuts_of_a_variable_frame_rate(tmp_path: Path) -> None:
    graph = SCENES.format(rate="30") + ",select='lt(t,1.5)+not(mod(n,3))'"
    source = make(tmp_path / "a.mkv", graph, "-fps_mode", "vfr")
    scenes = detect(source, tmp_path / "out")
    # Frames 60 and 105 are multiples of three, so they are kept.
    assert scenes["cuts"] == pytest.approx([2.0, 3.5], abs=0.002)


def test_a_fade_through_black_is_one_cut(tmp_path: Path) -> None:
    graph = (
        "testsrc2=s=320x180:r=30:d=3,format=yuv420p,fade=out:st=2:d=0.5[a];"
        "mandelbrot=s=320x180:r=30,trim=duration=3,format=yuv420p,fade=in:st=0.5:d=0.5[b];"
        "[a][b]concat=n=2:v=1:a=0"
    )
    scenes = detect(make(tmp_path / "a.mp4", graph), tmp_path / "out")
    ((start, end),) = scenes["black"]
    assert 2.3 < start < 2.55 < 3.45 < end < 3.7
    # On one of the recording's frames, in the later half of the black.
    assert scenes["cuts"] == pytest.approx([start + 0.63 * (end - start)], abs=0.02)
    assert scenes["cuts"][0] * 30 == pytest.approx(round(scenes["cuts"][0] * 30), abs=0.01)


def test_motion_tells_movement_from_rest(tmp_path: Path) -> None:
    graph = (
        "color=gray:s=320x180:r=30:d=2,format=yuv420p[a];"
        "testsrc2=s=320x180:r=30:d=2,format=yuv420p[b];[a][b]concat=n=2:v=1:a=0"
    )
    motion = detect(make(tmp_path / "a.mp4", graph), tmp_path / "out")["motion"]
    assert len(motion) == 4
    assert max(motion[:2]) < 0.1 < 0.5 < min(motion[2:])


def test_one_frame_has_no_cut_and_no_scout_is_refused(tmp_path: Path) -> None:
    scout = tmp_path / "scout.mp4"
    make(scout, "color=gray:s=64x64:d=1", "-frames:v", "1")
    facts = {"duration": 1, "size": scout.stat().st_size, "video": {"fps": 1}}
    (tmp_path / "probe.json").write_text(json.dumps(facts))
    inputs = {"probe.json": tmp_path / "probe.json", "scout.mp4": scout}
    scene_detect.run(Spec("scene_detect", scout, tmp_path, tmp_path, inputs), no_report)
    assert json.loads((tmp_path / "scenes.json").read_text())["cuts"] == []
    with pytest.raises(ForgeError, match=r"scout\.mp4"):
        scene_detect.run(
            Spec("scene_detect", scout, tmp_path, tmp_path, {"probe.json": inputs["probe.json"]}),
            no_report,
        )


TIMES = st.lists(st.floats(-10, 200, allow_nan=False), max_size=20)


@given(TIMES, st.floats(0.1, 150))
def test_scenes_cover_the_recording_once(cuts: list[float], duration: float) -> None:
    scenes = scenes_between(cuts, duration)
    assert scenes[0]["start"] == 0
    assert scenes[-1]["end"] == pytest.approx(duration, abs=1e-6)
    for before, after in pairwise(scenes):
        assert before["end"] == after["start"]
    assert all(scene["start"] <= scene["end"] for scene in scenes)


@given(TIMES)
def test_without_black_hard_cuts_stay(hard: list[float]) -> None:
    assert join_cuts(hard, [], [], 150) == sorted({round(t, 6) for t in hard if 0 < t < 150})


def meter_of(shades: list[int], rate: float = 30.0) -> PictureMeter:
    meter = PictureMeter(len(shades) / rate)
    for place, shade in enumerate(shades):
        meter.add(place / rate, np.full((16, 16, 3), shade, np.uint8))
    return meter


def test_black_at_the_ends_is_no_cut() -> None:
    meter = meter_of([0] * 30 + [90] * 60 + [0] * 30)
    assert meter.black() == [(0.0, 1.0), (3.0, 4.0)]
    assert join_cuts([1.0, 2.0, 2.9], meter.black(), meter.fades(), 4.0) == [2.0]


@pytest.mark.parametrize(
    ("shades", "cut"),
    [
        # A hard cut to black, half a second later a fade in over one second.
        ([90] * 30 + [0] * 15 + [place * 3 for place in range(30)] + [90] * 30, 41),
        # A fade out over half a second, half a second of black, a hard cut out of it.
        ([90] * 30 + [90 - place * 6 for place in range(15)] + [0] * 15 + [90] * 30, 54),
    ],
)
def test_a_fade_is_a_cut_at_one_of_its_frames(shades: list[int], cut: int) -> None:
    meter = meter_of(shades)
    ((start, end),) = meter.black()
    assert start + 0.59 * (end - start) < cut / 30 < start + 0.66 * (end - start)
    hard = [start, end]
    assert join_cuts(hard, meter.black(), meter.fades(), 9.0) == [round(cut / 30, 6)]


def test_a_flash_is_neither_movement_nor_black() -> None:
    meter = meter_of([100, 255, 100, 0, 100])
    assert meter.motion() == [0.0]
    assert meter.black() == []


class Killed(BaseException):
    """What a kill leaves undone, without a process."""


def test_a_killed_attempt_is_taken_up_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cut that the first attempt was about to report is neither lost nor found twice."""
    monkeypatch.setattr(scene_detect, "_SAVE_EVERY", 0.5)
    monkeypatch.setattr(scene_detect, "_REPORT_EVERY", 0.1)
    source = make(tmp_path / "a.mp4", SCENES.format(rate="30"))
    undisturbed = detect(source, tmp_path / "whole")
    folder = tmp_path / "whole"
    inputs = {name: folder / name for name in ("probe.json", "scout.mp4")}
    again, checkpoint = tmp_path / "again", tmp_path / "checkpoint"
    again.mkdir()
    checkpoint.mkdir()
    spec = Spec("scene_detect", source, again, checkpoint, inputs)

    def kill_at_two_seconds(fraction: float, *, speed: float | None = None) -> None:
        if fraction * 5.5 > 2.0:
            raise Killed

    with pytest.raises(Killed):
        scene_detect.run(spec, kill_at_two_seconds)
    reports: list[float] = []
    scene_detect.run(spec, lambda fraction, speed=None: reports.append(fraction))
    assert reports[0] * 5.5 >= 1.4
    assert json.loads((again / "scenes.json").read_text()) == undisturbed


@pytest.mark.parametrize("left", [b"", b"no pickle", b"\x80\x04N."])
def test_a_broken_checkpoint_costs_only_time(tmp_path: Path, left: bytes) -> None:
    source = make(tmp_path / "a.mp4", "testsrc2=s=320x180:r=30:d=1")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "state.pickle").write_bytes(left)
    inputs = {name: folder / name for name in ("probe.json", "scout.mp4")}
    probe.run(Spec("probe", source, folder, folder), no_report)
    proxy.run(Spec("proxy", source, folder, folder, inputs), no_report)
    scene_detect.run(Spec("scene_detect", source, folder, folder, inputs), no_report)
    assert json.loads((folder / "scenes.json").read_text())["cuts"] == []
