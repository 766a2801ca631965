"""Zones to panels to filter text. Pure; the frame is in pixels, zones in fractions of it.

Rules of this file: no ffmpeg is started; filter text is compared as text.
"""

from __future__ import annotations

import pytest

from forge.errors import ForgeError
from forge.layout.crop import Crop, fill
from forge.layout.graph import display_filters, layout_graph
from forge.layout.zones import Panel, default_zones, panels
from forge.model import Rect, Zone

OUT = (1080, 1920)
FACECAM = Rect(x=0.0125, y=0.698, w=0.192, h=0.28)


def test_full_is_the_middle_of_the_frame() -> None:
    [panel] = panels(default_zones(1920, 1080, None), "full", (1920, 1080), OUT)
    assert panel == Panel(Crop(656, 0, 608, 1080), 1080, 1920)
    assert panels([], "full", (1920, 1080), OUT) == [panel]


def test_a_portrait_recording_is_shown_whole() -> None:
    [panel] = panels(default_zones(1080, 1920, None), "full", (1080, 1920), OUT)
    assert panel.crop == Crop(0, 0, 1080, 1920)


def test_a_zone_of_another_shape_is_filled_from_its_middle() -> None:
    zone = Zone(kind="gameplay", rect=Rect(x=0.5, y=0.5, w=0.5, h=0.5))
    [panel] = panels([zone], "full", (1920, 1080), OUT)
    assert panel.crop == Crop(1288, 540, 304, 540)


def test_split_has_the_facecam_on_top_and_an_exact_seam() -> None:
    zones = default_zones(1920, 1080, FACECAM)
    assert [zone.kind for zone in zones] == ["facecam", "gameplay"]
    top, bottom = panels(zones, "split", (1920, 1080), OUT)
    assert (top.width, bottom.width) == (1080, 1080)
    assert top.height + bottom.height == 1920
    assert top.height == pytest.approx(1080 * 302.4 / 368.64, abs=1) or top.height == 864
    assert bottom.crop.h == 1080


@pytest.mark.parametrize(
    ("facecam", "height"),
    [
        (Rect(x=0, y=0, w=0.5, h=0.5), 608),  # 16:9 fills the width at 607.5
        (Rect(x=0, y=0, w=0.1, h=0.9), 864),  # tall: at most 45 %
        (Rect(x=0, y=0, w=1, h=0.1), 480),  # flat: at least a quarter
    ],
)
def test_the_facecams_shape_sets_the_height_of_its_strip(facecam: Rect, height: int) -> None:
    top, _ = panels([Zone(kind="facecam", rect=facecam)], "split", (1920, 1080), OUT)
    assert top.height == height


def test_split_needs_a_facecam() -> None:
    with pytest.raises(ForgeError) as caught:
        panels(default_zones(1920, 1080, None), "split", (1920, 1080), OUT)
    assert caught.value.code == "no_facecam"
    assert caught.value.permanent


def test_tiny_and_overhanging_zones() -> None:
    assert fill(Rect(x=0.999, y=0.999, w=0.001, h=0.001), 1920, 1080, 100, 100) == Crop(
        1904, 1064, 16, 16
    )
    assert fill(Rect(x=0.9, y=0.9, w=1, h=1), 1000, 1000, 100, 100) == Crop(900, 900, 100, 100)
    with pytest.raises(ValueError, match="no pixels"):
        fill(Rect(x=0, y=0, w=1, h=1), 1, 1, 100, 100)


def test_graphs_crop_before_they_scale() -> None:
    one = [Panel(Crop(656, 0, 608, 1080), 1080, 1920)]
    assert layout_graph(one, "a", "b") == (
        "[a]crop=608:1080:656:0,scale=1080:1920:flags=bicubic:out_range=tv,"
        "format=yuv420p,setsar=1[b]"
    )
    two = [Panel(Crop(0, 0, 320, 180), 1080, 608), Panel(Crop(4, 0, 90, 110), 1080, 1312)]
    graph = layout_graph(two, "a", "b")
    assert graph.startswith(
        "[a]split=2[panel0in][panel1in];[panel0in]crop=320:180:0:0,scale=1080:608"
    )
    assert graph.endswith("[panel0][panel1]vstack=inputs=2[b]")
    assert "bt709" in display_filters(853, 480, rgb=True)[0]
    assert display_filters(853, 480) == ["scale=853:480", "setsar=1"]
