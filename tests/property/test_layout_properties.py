"""What holds for any zone in any frame: inside, even, undistorted, and strips that fit.

Rules of this file: pure functions; hypothesis looks for the zones that break them.
"""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from forge.layout.crop import fill
from forge.layout.zones import default_zones, panels
from forge.model import Rect, Zone

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


@given(rects, sides, sides, targets)
def test_a_crop_is_even_inside_and_undistorted(
    rect: Rect, width: int, height: int, target: tuple[int, int]
) -> None:
    crop = fill(rect, width, height, *target)
    for value in (crop.x, crop.y, crop.w, crop.h):
        assert value % 2 == 0
    assert crop.x >= 0
    assert crop.y >= 0
    assert 2 <= crop.w <= width - crop.x
    assert 2 <= crop.h <= height - crop.y
    aspect = target[0] / target[1]
    # A frame only a few pixels wide cannot hold the shape at all.
    assume(min(width, height) >= 16)
    assert min(abs(crop.w - crop.h * aspect), abs(crop.h - crop.w / aspect)) <= 1 + 1e-9


@given(zones_inside, st.integers(800, 8192), st.integers(800, 8192), targets)
def test_a_crop_stays_inside_a_zone_that_lies_in_the_frame(
    rect: Rect, width: int, height: int, target: tuple[int, int]
) -> None:
    crop = fill(rect, width, height, *target)
    assert crop.x >= rect.x * width - 2
    assert crop.y >= rect.y * height - 2
    assert crop.x + crop.w <= (rect.x + rect.w) * width + 2
    assert crop.y + crop.h <= (rect.y + rect.h) * height + 2


@given(rects, st.integers(16, 8192), st.integers(16, 8192))
def test_strips_fill_the_output(facecam: Rect, width: int, height: int) -> None:
    zones = default_zones(width, height, facecam)
    found = panels(zones, "split", (width, height), (1080, 1920))
    assert sum(panel.height for panel in found) == 1920
    for panel in found:
        assert panel.width == 1080
        assert panel.height % 2 == 0
    assert 0.25 <= found[0].height / 1920 <= 0.45


@given(st.integers(16, 8192), st.integers(16, 8192))
def test_the_default_zone_needs_no_further_crop(width: int, height: int) -> None:
    [zone] = default_zones(width, height, None)
    assert isinstance(zone, Zone)
    [panel] = panels([zone], "full", (width, height), (1080, 1920))
    assert panel.crop.w >= zone.rect.w * width - 3
    assert panel.crop.h >= zone.rect.h * height - 3
