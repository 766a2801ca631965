"""The render step: which part of the picture is shown, in which colours, which way up.

Every test renders a clip of a second or two with the real ffmpeg and looks at what came out.
Nothing is compared with a stored file. Times are seconds of the source unless the name says
otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from forge.errors import ForgeError
from forge.media import ffmpeg

Make = Callable[..., Path]
Render = Callable[..., Any]
QUADRANTS = (
    "color=red:s={w}x{h}:r=30:d=3[a];color=lime:s={w}x{h}:r=30:d=3[b];"
    "color=blue:s={w}x{h}:r=30:d=3[c];color=yellow:s={w}x{h}:r=30:d=3[d];"
    "[a][b]hstack[t];[c][d]hstack[u];[t][u]vstack,scale={w2}:{h2},setsar=1"
)


def quadrants(width: int = 640, height: int = 360) -> str:
    """Red and green above blue and yellow."""
    return QUADRANTS.format(w=width // 4 * 2, h=height // 4 * 2, w2=width, h2=height)


def colour_at(picture: np.ndarray, x: int, y: int) -> str:
    """The name of a pure colour, read from a small patch."""
    patch = picture[y - 4 : y + 4, x - 4 : x + 4].reshape(-1, 3).mean(axis=0)
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 0): "yellow"}
    return names.get(tuple(int(value > 128) for value in patch), str(patch))


def test_single_layout_shows_its_zone_undistorted(
    rendered: Render, make: Make, tmp_path: Path
) -> None:
    # A circle in the middle: its width and height in the output must be equal.
    circle = (
        "color=black:s=640x360:r=30:d=2,format=gray,"
        "geq=lum='255*lt(hypot(X-320,Y-180),60)',format=yuv420p"
    )
    for layout in (None, [{"kind": "gameplay", "rect": {"x": 0.3, "y": 0.2, "w": 0.4, "h": 0.6}}]):
        clip = rendered(make(tmp_path / "a.mp4", circle), 0.0, 0.2, zones=layout)
        lit = clip.picture(0.1)[:, :, 1] > 128
        width, height = lit.any(axis=0).sum(), lit.any(axis=1).sum()
        # Edges are even pixels: up to two of the 202 that are shown here.
        assert width == pytest.approx(height, rel=0.015)
        assert width > 500


def test_split_layout_shows_both_zones(rendered: Render, make: Make, tmp_path: Path) -> None:
    zones = [
        {"kind": "facecam", "rect": {"x": 0.5, "y": 0.0, "w": 0.5, "h": 0.5}},
        {"kind": "gameplay", "rect": {"x": 0.0, "y": 0.5, "w": 0.5, "h": 0.5}},
    ]
    clip = rendered(make(tmp_path / "a.mp4", quadrants()), zones=zones, layout="split")
    picture = clip.picture(0.5)
    seam = 608  # A 16:9 facecam as wide as the output.
    for x in (20, 540, 1060):
        assert colour_at(picture, x, 20) == "green"
        assert colour_at(picture, x, seam - 12) == "green"
        assert colour_at(picture, x, seam + 12) == "blue"
        assert colour_at(picture, x, 1900) == "blue"


def test_split_without_a_facecam_says_what_to_do(
    rendered: Render, make: Make, tmp_path: Path
) -> None:
    with pytest.raises(ForgeError, match="facecam zone") as caught:
        rendered(make(tmp_path / "a.mp4", quadrants()), layout="split")
    assert caught.value.code == "no_facecam"
    assert not list(tmp_path.glob("out*/*"))


@pytest.mark.parametrize("filters", ["setsar=2/1", "crop=639:357:0:0,format=yuv444p"])
def test_odd_and_anamorphic_sources(
    rendered: Render, make: Make, tmp_path: Path, filters: str
) -> None:
    video = f"{quadrants()},{filters}"
    source = make(tmp_path / "a.mkv", video, None, "-pix_fmt", "yuv444p")
    picture = rendered(source, 0.0, 0.2).picture(0.1)
    assert picture.shape == (1920, 1080, 3)
    corners = [
        colour_at(picture, x, y) for x, y in ((60, 60), (1020, 60), (60, 1860), (1020, 1860))
    ]
    assert corners == ["red", "green", "blue", "yellow"]


@pytest.mark.parametrize("kind", ["rgb", "full range", "bt709"])
def test_colours_survive(rendered: Render, tmp_path: Path, kind: str) -> None:
    """The same colour comes out of an RGB, a full-range and an ordinary HD recording."""
    path = str(tmp_path / "a.mkv")
    to_yuv = "scale=out_color_matrix=bt709:out_range={},format={}"
    tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    codec = {
        "rgb": ["-c:v", "libx264rgb", "-pix_fmt", "rgb24"],
        "full range": ["-vf", to_yuv.format("pc", "yuvj420p"), "-c:v", "libx264", *tags],
        "bt709": ["-vf", to_yuv.format("tv", "yuv420p"), "-c:v", "libx264", *tags],
    }[kind]
    video = "color=0x20C0E0:s=1280x720:r=30:d=1,format=rgb24"
    ffmpeg.run(["-f", "lavfi", "-i", video, *codec, "-crf", "5", path], duration=1)
    clip = rendered(Path(path), 0.0, 0.1)
    with av.open(str(clip.path / "clip.mp4")) as container:
        frame = next(container.decode(video=0))
        found = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    assert found.mean(axis=(0, 1)) == pytest.approx([0x20, 0xC0, 0xE0], abs=4)


def test_rotated_source_is_upright(rendered: Render, make: Make, tmp_path: Path) -> None:
    flat = make(tmp_path / "flat.mp4", quadrants())
    turned = tmp_path / "turned.mp4"
    ffmpeg.run(["-display_rotation", "90", "-i", str(flat), "-c", "copy", str(turned)], duration=3)
    # A phone's portrait recording: the matrix turns it by 90° counterclockwise for display.
    picture = rendered(turned, 0.0, 0.2).picture(0.1)
    corners = [
        colour_at(picture, x, y) for x, y in ((60, 60), (1020, 60), (60, 1860), (1020, 1860))
    ]
    assert corners == ["green", "yellow", "red", "blue"]


def test_a_recording_may_change_its_size_on_the_way(
    rendered: Render, make: Make, tmp_path: Path
) -> None:
    """Red at 16:9 for two seconds, then blue at 4:3: cuts still count frames of one clip."""
    first = make(tmp_path / "1.ts", "color=red:s=320x180:r=30:d=2", "sine=500:d=2")
    shift = ("-output_ts_offset", "2")
    last = make(tmp_path / "2.ts", "color=blue:s=640x480:r=30:d=2", "sine=500:d=2", *shift)
    source = tmp_path / "a.ts"
    source.write_bytes(first.read_bytes() + last.read_bytes())
    clip = rendered(source, 0.5, 3.5, cuts=[{"start": 1.0, "end": 1.5}, {"start": 2.5, "end": 3}])
    seen = [colour_at(picture, 540, 960) for picture in clip.pictures()]
    assert len(seen) == 60
    assert seen[:28] == ["red"] * 28
    assert seen[32:] == ["blue"] * 28


def test_a_name_is_never_a_filter(rendered: Render, make: Make, tmp_path: Path) -> None:
    """A recording may be called anything the file system takes."""
    folder = tmp_path / "it's [a];movie=x,ass=y"
    folder.mkdir()
    name = "50%: 'q' \"é\".mp4" if os.name != "nt" else "50% 'q' é.mp4"
    source = make(tmp_path / "a.mp4", quadrants(), "sine=500:d=3").rename(folder / name)
    assert len(rendered(source, 0.0, 0.3).shades()) == 9


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.avi", ["mjpeg", "-q:v", "4"]),  # Its clock ticks once a picture.
        ("a.flv", ["libx264", "-preset", "ultrafast"]),  # A thousand times a second, rounded.
        ("a.mp4", ["libx264", "-preset", "ultrafast"]),
    ],
)
@pytest.mark.parametrize(("start", "first"), [(0.5, 15), (0.71, 9)])
def test_a_picture_is_shown_at_its_place_however_coarse_the_clock(
    rendered: Render, tmp_path: Path, name: str, codec: list[str], start: float, first: int
) -> None:
    graph = "color=gray:s=64x36:r=30:d=2,drawbox=c=white:t=fill:enable='gte(n,30)'"
    source = tmp_path / name
    ffmpeg.run(["-f", "lavfi", "-i", graph, "-c:v", *codec, str(source)], duration=2)
    white = [bool(picture.mean() > 200) for picture in rendered(source, start, 1.6).pictures()]
    # The flash comes at 1.0, which is this frame of the clip.
    assert white.index(True) == first
    assert all(white[first:])
