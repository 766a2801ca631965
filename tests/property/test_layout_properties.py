"""What holds for any zone in any frame: inside, even, undistorted, and panels that fit.

Rules of this file: pure functions; hypothesis looks for the zones that break them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from forge.captions.timeline import timeline
from forge.layout.crop import Crop, fill, whole
from forge.layout.presets import SIZES, Output
from forge.layout.scenes import Composition, scenes
from forge.layout.zones import Panel, default_zones, panels
from forge.model import Keyframe, Layout, Rect, Zone

sides = st.integers(2, 8192)
fractions = st.floats(0, 1)
parts = st.floats(1e-6, 1)
rects = st.builds(Rect, x=fractions, y=fractions, w=parts, h=parts)
#: Zones of at least 16 pixels that lie in the frame, made so and not found by filtering.
shares = st.floats(0.02, 1)
zones_inside = st.builds(
    lambda w, h, x, y: Rect(x=x * (1 - w), y=y * (1 - h), w=w, h=h),
    shares,
    shares,
    fractions,
    fractions,
)
targets = st.sampled_from([(1080, 1920), (1080, 1312), (1080, 608), (1080, 480), (1080, 1080)])
outputs = st.sampled_from(sorted(set(SIZES.values())))
layouts: st.SearchStrategy[Layout] = st.sampled_from(["single", "split", "pip", "full"])
keyframes = st.lists(
    st.builds(
        Keyframe,
        at=st.floats(0, 40),
        layout=st.sampled_from(["single", "full"]),
        zones=st.lists(st.builds(Zone, kind=st.just("gameplay"), rect=zones_inside), max_size=1),
    ),
    max_size=6,
)


def assert_sound(crop: Crop, width: int, height: int) -> None:
    """Even, inside the frame, and not empty."""
    for value in (crop.x, crop.y, crop.w, crop.h):
        assert value % 2 == 0
    assert crop.x >= 0
    assert crop.y >= 0
    assert 2 <= crop.w <= width - crop.x
    assert 2 <= crop.h <= height - crop.y


@given(rects, sides, sides, targets)
def test_a_crop_is_even_and_inside(
    rect: Rect, width: int, height: int, target: tuple[int, int]
) -> None:
    assert_sound(fill(rect, width, height, *target), width, height)
    assert_sound(whole(rect, width, height), width, height)


@given(zones_inside, st.integers(800, 8192), st.integers(800, 8192), targets)
def test_a_crop_is_within_a_pixel_of_what_the_zone_says(
    rect: Rect, width: int, height: int, target: tuple[int, int]
) -> None:
    left, top = rect.x * width, rect.y * height
    w, h = rect.w * width, rect.h * height
    crop = whole(rect, width, height)
    near = 1 + 1e-6
    # An odd frame's last row or column has no chroma of its own, and is not shown.
    last = 1 + near
    assert abs(crop.x - left) <= near
    assert abs(crop.y - top) <= near
    assert abs(crop.x + crop.w - left - w) <= last
    assert abs(crop.y + crop.h - top - h) <= last
    aspect = target[0] / target[1]
    ideal_w, ideal_h = min(w, h * aspect), min(h, w / aspect)
    crop = fill(rect, width, height, *target)
    assert abs(crop.x - (left + (w - ideal_w) / 2)) <= near
    assert abs(crop.y - (top + (h - ideal_h) / 2)) <= near
    assert abs(crop.x + crop.w - (left + (w + ideal_w) / 2)) <= last
    assert abs(crop.y + crop.h - (top + (h + ideal_h) / 2)) <= last


def assert_tiled(found: list[Panel], width: int, height: int) -> None:
    """Even, inside the output, and the output is covered exactly."""
    for panel in found:
        assert [value % 2 for value in (panel.x, panel.y, panel.width, panel.height)] == [0] * 4
        assert 0 <= panel.x <= panel.x + panel.width <= width
        assert 0 <= panel.y <= panel.y + panel.height <= height
        assert min(panel.width, panel.height) >= 2
    strips = [panel for panel in found if (panel.x, panel.width) == (0, width)]
    whole_ones = [panel for panel in strips if panel.height == height]
    assert whole_ones[:1] == found[:1] or sum(panel.height for panel in strips) == height


@given(
    rects,
    rects,
    layouts,
    outputs,
    st.one_of(st.none(), rects),
    st.integers(16, 8192),
    st.integers(16, 8192),
)
def test_panels_tile_the_output(
    facecam: Rect,
    gameplay: Rect,
    layout: Layout,
    output: tuple[int, int],
    pip: Rect | None,
    width: int,
    height: int,
) -> None:
    zones = [Zone(kind="facecam", rect=facecam), Zone(kind="gameplay", rect=gameplay)]
    found = panels(zones, layout, (width, height), output, pip)
    assert_tiled(found, *output)
    for panel in found:
        assert_sound(panel.crop, width, height)
    if layout == "split":
        assert 0.25 - 0.001 <= found[0].height / output[1] <= 0.45 + 0.001


@given(zones_inside, outputs, st.integers(800, 8192), st.integers(800, 8192))
def test_full_keeps_the_zones_shape(
    gameplay: Rect, output: tuple[int, int], width: int, height: int
) -> None:
    zones = [Zone(kind="gameplay", rect=gameplay)]
    shown = panels(zones, "full", (width, height), output)[-1]
    scale = shown.crop.h / shown.crop.w
    assert not shown.blurred
    assert abs(shown.width * scale - shown.height) <= 2 + 2 * scale
    assert shown.width >= output[0] - 2 or shown.height >= output[1] - 2


@given(st.integers(16, 8192), st.integers(16, 8192))
def test_the_default_zone_needs_no_further_crop(width: int, height: int) -> None:
    [zone] = default_zones(width, height, None)
    [panel] = panels([zone], "single", (width, height), (1080, 1920))
    assert panel.crop.w >= zone.rect.w * width - 3
    assert panel.crop.h >= zone.rect.h * height - 3


@given(
    keyframes,
    st.lists(st.tuples(st.floats(0, 40), st.floats(0, 4)), max_size=5),
    st.sampled_from([Fraction(30), Fraction(60), Fraction(24000, 1001)]),
)
def test_scenes_cover_every_frame_once(
    found: list[Keyframe], cuts: list[tuple[float, float]], fps: Fraction
) -> None:
    spans = [(max(5.2, start), min(34.0, start + length)) for start, length in cuts]
    time = timeline(5.0, 35.0, spans, fps)
    composition = Composition("single", [], None, found)
    shown = scenes(composition, time, (1920, 1080), Output("9:16", 1080, 1920, fps))
    assert shown[0].first == 0
    assert shown[-1].last == time.frames
    for before, after in pairwise(shown):
        assert before.last == after.first
        assert before.panels != after.panels
    assert all(scene.first < scene.last for scene in shown)
