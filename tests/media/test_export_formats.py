"""The render step: layouts, formats, keyframes and pieces, as real frames show them.

Rules of this file: recordings are gradients and counters, so that a frame says where and when in
the source it comes from; what is expected is worked out from the zones, not with the code under
test. Several formats are made by one render, and a render is shared where it can be.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from forge import failpoints
from forge.exports import encoder, film, pieces
from forge.layout.presets import PRESETS, output, slug
from forge.layout.zones import Panel, panels
from forge.media import ffmpeg
from forge.media.hardware import ENGINES
from forge.model import Rect, Zone
from forge.spec import Spec
from forge.steps import audio, probe, render

Make = Callable[..., Path]
Render = Callable[..., Any]

WIDTH, HEIGHT = 208, 120
#: A pixel's column is in its luma, its row in its blue difference.
GRADIENT = (
    f"color=black:s={WIDTH}x{HEIGHT}:r=30:d=1,format=yuv420p,geq=lum='16+X':cb='16+3*Y':cr=128"
)
ZONES: dict[str, Rect] = {
    "facecam": Rect(x=0.05, y=0.1, w=0.31, h=0.47),
    "gameplay": Rect(x=0.333, y=0.12, w=0.6, h=0.83),
}
#: The number of a source frame is in its luma, three levels to a frame.
COUNTER = (
    "color=black:s=64x64:r={rate}:d={d},format=yuv420p,geq=lum='16+mod(N*3,210)':cb=128:cr=128"
)


def quiet(fraction: float, *, speed: float | None = None) -> None:
    """Takes progress and does nothing."""


def planes(path: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Luma and blue difference of each frame."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert frame.format.name == "yuv420p"
            luma, blue = (
                np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:, : plane.width]
                for plane in frame.planes[:2]
            )
            found.append((luma.astype(float), blue.astype(float)))
    return found


def taken(frame: tuple[np.ndarray, np.ndarray], panel: Panel) -> tuple[float, float, float, float]:
    """The left, right, top and bottom edge of what a panel shows, in pixels of the source.

    Read from a line along its lower edge and one along its right edge, which no inset covers.
    """
    luma, blue = frame
    right, bottom = panel.x + panel.width, panel.y + panel.height
    rows = luma[bottom - panel.height // 8 : bottom - 4, panel.x : right].mean(axis=0)
    columns = blue[panel.y // 2 : bottom // 2, (right - panel.width // 8) // 2 : right // 2 - 2]
    across = np.polyfit(np.arange(panel.width)[8:-8] + 0.5, rows[8:-8] - 16 + 0.5, 1)
    down = columns.mean(axis=1)[4:-4]
    places = 2 * (np.arange(panel.height // 2)[4:-4] + 0.5)
    along = np.polyfit(places, 2 * ((down - 16) / 3 + 0.5), 1)
    return (
        float(np.polyval(across, 0)),
        float(np.polyval(across, panel.width)),
        float(np.polyval(along, 0)),
        float(np.polyval(along, panel.height)),
    )


def wanted(rect: Rect, shape: float | None) -> tuple[float, float, float, float]:
    """What a zone says should be seen: its largest part of that shape, or all of it."""
    left, top, w, h = rect.x * WIDTH, rect.y * HEIGHT, rect.w * WIDTH, rect.h * HEIGHT
    inner_w, inner_h = (w, h) if shape is None else (min(w, h * shape), min(h, w / shape))
    x, y = left + w / 2, top + h / 2
    return x - inner_w / 2, x + inner_w / 2, y - inner_h / 2, y + inner_h / 2


@pytest.mark.parametrize("layout", ["single", "split", "pip", "full"])
def test_every_layout_shows_its_zones_in_every_format(
    rendered: Render, make: Make, tmp_path: Path, layout: str
) -> None:
    source = make(tmp_path / "a.mkv", GRADIENT, None, "-crf", "0")
    zones = [{"kind": kind, "rect": rect.model_dump()} for kind, rect in ZONES.items()]
    clip = rendered(source, 0.0, 0.1, zones=zones, layout=layout, presets=PRESETS)
    video = {"width": WIDTH, "height": HEIGHT, "fps": 30.0, "vfr": False}
    for preset in PRESETS:
        made = output(preset, video)
        name = "clip.mp4" if preset == "9:16" else f"clip-{slug(preset)}.mp4"
        frames = planes(clip.path / name)
        assert len(frames) == 3
        assert frames[1][0].shape == (made.height, made.width)
        if preset == "source":
            everything = Panel(None, 0, 0, WIDTH, HEIGHT)  # type: ignore[arg-type]
            edges = taken(frames[1], everything)
            assert edges == pytest.approx((0, WIDTH, 0, HEIGHT), abs=1)
            continue
        given = [Zone.model_validate(zone) for zone in zones]
        found = panels(given, layout, (WIDTH, HEIGHT), made.size)  # type: ignore[arg-type]
        for place, panel in enumerate(found):
            if panel.blurred:
                continue
            facecam = (layout, place) in (("split", 0), ("pip", 1))
            zone = ZONES["facecam" if facecam else "gameplay"]
            shape = None if layout == "full" else panel.width / panel.height
            edges = taken(frames[1], panel)
            # A pixel for the edges, a quarter for what the codec does to a gradient.
            assert edges == pytest.approx(wanted(zone, shape), abs=1.25), (preset, panel)


def test_the_backdrop_is_dark_and_soft(rendered: Render, make: Make, tmp_path: Path) -> None:
    stripes = "lum='16+219*mod(floor(X/4),2)':cb=128:cr=128"
    bars = f"color=black:s=320x180:r=30:d=1,format=yuv420p,geq={stripes}"
    zone = {"kind": "gameplay", "rect": {"x": 0.0, "y": 0.0, "w": 1.0, "h": 1.0}}
    clip = rendered(make(tmp_path / "a.mp4", bars), 0.0, 0.1, zones=[zone], layout="full")
    luma, _ = planes(clip.path / "clip.mp4")[1]
    middle, above = luma[860:1060], luma[100:500]
    assert middle.std() > 60
    assert above.std() < 15
    assert 16 < above.mean() < 0.6 * middle.mean()


def shades(clip: Any, name: str = "clip.mp4") -> list[int]:
    """The number of the source frame that each frame shows."""
    return [round((luma.mean() - 16) / 3) for luma, _ in planes(clip.path / name)]


def test_formats_of_two_rates_from_one_decode(rendered: Render, make: Make, tmp_path: Path) -> None:
    """At half the rate every second frame is shown, and never one more or less in between."""
    source = make(tmp_path / "a.mkv", COUNTER.format(rate=60, d=2), "sine=500:d=2", "-crf", "5")
    cuts = [{"start": 0.5, "end": 0.7}]
    clip = rendered(source, 0.1, 1.1, cuts=cuts, presets=["9:16-60", "1:1"])
    assert clip.files >= {"clip.mp4", "clip-1x1.mp4", "clip.otio", "clip.fcpxml"}
    kept = [*range(6, 30), *range(42, 66)]
    assert shades(clip) == kept
    assert shades(clip, "clip-1x1.mp4") == kept[::2]
    first, second = clip.result["formats"]
    assert (first["fps"], second["fps"]) == (60, 30)
    assert first["duration"] == second["duration"] == clip.result["duration"] == 0.8
    assert (second["width"], second["height"]) == (1080, 1080)
    # What a format becomes does not depend on what is made beside it.
    alone = rendered(source, 0.1, 1.1, cuts=cuts, presets=["1:1"])
    assert (alone.path / "clip.mp4").read_bytes() == (clip.path / "clip-1x1.mp4").read_bytes()


def test_zones_change_at_the_keyframe(rendered: Render, make: Make, tmp_path: Path) -> None:
    halves = "color=red:s=160x180:r=30:d=2[a];color=lime:s=160x180:r=30:d=2[b];[a][b]hstack"

    def zone(x: float) -> list[dict[str, Any]]:
        return [{"kind": "gameplay", "rect": {"x": x, "y": 0.0, "w": 0.3, "h": 1.0}}]

    keyframes = [
        {"at": 0.5, "layout": "single", "zones": zone(0.6)},
        {"at": 0.8, "layout": "full", "zones": zone(0.1)},
    ]
    source = make(tmp_path / "a.mp4", halves, "sine=500:d=2")
    clip = rendered(source, 0.3, 1.0, zones=zone(0.1), keyframes=keyframes)
    seen = ["red" if frame[960, 540, 0] > 128 else "green" for frame in clip.pictures()]
    assert seen == ["red"] * 6 + ["green"] * 9 + ["red"] * 6


class Stopped(Exception):
    """Stands for a kill: nothing after it runs."""


def test_a_killed_export_goes_on_where_it_was(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces of a third of a second; the second attempt makes the last three, byte for byte."""
    monkeypatch.setattr(pieces, "WHOLE", 1.0)
    monkeypatch.setattr(pieces, "LONGEST", 0.34)
    source = make(tmp_path / "a.mkv", COUNTER.format(rate=30, d=2.4), "sine=500:d=2.4", "-g", "7")
    ready = tmp_path / "ready"
    ready.mkdir()
    inputs = {"probe.json": ready / "probe.json", "loudness.json": ready / "loudness.json"}
    probe.run(Spec("probe", source, ready, ready), quiet)
    audio.run(Spec("audio", source, ready, ready, inputs), quiet)
    keyframes = [{"at": 1.0, "layout": "full", "zones": []}]
    cuts = [{"start": 0.5, "end": 0.6}, {"start": 1.39, "end": 1.76}]
    clip = {"start": 0.2, "end": 2.2, "cuts": cuts, "keyframes": keyframes}
    params = {"clip": clip, "presets": ["1:1", "4:5"]}
    made: list[int] = []
    run = ffmpeg.run

    def counted(args: list[str], **options: Any) -> str:
        made.append("piece-" in args[-1])
        return run(args, **options)

    def attempt(name: str, checkpoint: str) -> Path:
        out = tmp_path / name
        out.mkdir()
        (tmp_path / checkpoint).mkdir(exist_ok=True)
        made.clear()
        render.run(Spec("render", source, out, tmp_path / checkpoint, inputs, params), quiet)
        return out

    monkeypatch.setattr(film.ffmpeg, "run", counted)
    whole = attempt("whole", "undisturbed")
    assert sum(made) == 6
    assert shades(type("Clip", (), {"path": whole})) == [
        number for number in range(6, 66) if not 15 <= number < 18 and not 42 <= number < 53
    ]

    reached: list[str] = []

    def kill(name: str, step: str = "") -> None:
        reached.append(name)
        if reached.count("checkpointed") == 3:
            raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(failpoints, "reach", kill)
        with pytest.raises(Stopped):
            attempt("first", "killed")
    resumed = attempt("second", "killed")
    assert sum(made) == 3
    for name in ("clip.mp4", "clip-4x5.mp4"):
        assert (resumed / name).read_bytes() == (whole / name).read_bytes()


def test_a_picture_that_ends_early_is_held(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rendered: Render
) -> None:
    """The second piece lies wholly behind the picture's end, under sound that goes on."""
    monkeypatch.setattr(pieces, "WHOLE", 1.0)
    monkeypatch.setattr(pieces, "LONGEST", 1.0)
    source = make(tmp_path / "a.mkv", "color=red:s=160x90:r=30:d=1.2", "sine=500:d=3.5")
    clip = rendered(source, 0.5, 3.0)
    seen = clip.pictures()
    assert len(seen) == 75
    assert all(frame[960, 540, 0] > 128 for frame in seen)
    assert json.loads((clip.path / "clip.otio").read_text("utf-8"))["OTIO_SCHEMA"] == "Timeline.1"


def test_an_encoder_that_passes_its_trial_is_used_and_one_that_fails_later_is_not(
    rendered: Render, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's GPU is played by another setting of x264, and then by no encoder at all."""
    source = make(tmp_path / "a.mp4", "testsrc2=s=320x180:r=30:d=1")
    plain = rendered(source, 0.0, 0.3, presets=["1:1"])
    monkeypatch.setattr(encoder, "WORTH_A_TRIAL", 0.0)
    # With whatever this machine has, which is what most clips of a length meet.
    assert len(rendered(source, 0.0, 0.3, presets=["1:1"]).shades()) == 9
    monkeypatch.setattr(encoder, "CANDIDATES", (ENGINES["nvidia"],))
    fast = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "30")
    monkeypatch.setitem(encoder.ENCODERS, "nvidia", fast)
    other = rendered(source, 0.0, 0.3, presets=["1:1"])
    assert len(other.shades()) == 9
    assert (other.path / "clip.mp4").read_bytes() != (plain.path / "clip.mp4").read_bytes()
    # Here the trial fails, as on a machine without the card.
    monkeypatch.setitem(encoder.ENCODERS, "nvidia", ("-c:v", "no_such_encoder"))
    missing = rendered(source, 0.0, 0.3, presets=["1:1"])
    assert (missing.path / "clip.mp4").read_bytes() == (plain.path / "clip.mp4").read_bytes()
    # Here it passes, and the card gives up on the clip.
    monkeypatch.setattr(encoder, "_passes", lambda *_: True)
    failing = rendered(source, 0.0, 0.3, presets=["1:1"])
    assert (failing.path / "clip.mp4").read_bytes() == (plain.path / "clip.mp4").read_bytes()
