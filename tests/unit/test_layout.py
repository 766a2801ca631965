"""Zones to panels to filter text. Pure; the frame is in pixels, zones in fractions of it.

Rules of this file: no ffmpeg is started; filter text is compared as text.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from forge.captions.timeline import timeline
from forge.errors import ForgeError
from forge.layout.crop import Crop, fill, whole
from forge.layout.graph import display_filters, layout_graph, scenes_graph
from forge.layout.presets import PRESETS, Output, named, nominal, output, rate, slug
from forge.layout.scenes import Composition, Scene, scenes
from forge.layout.zones import Panel, default_zones, panels
from forge.model import Keyframe, Rect, Zone

OUT = (1080, 1920)
HD = (1920, 1080)
FACECAM = Rect(x=0.0125, y=0.698, w=0.192, h=0.28)
VERTICAL = Output("9:16", 1080, 1920, Fraction(30))
SQUARE_ZONE = Zone(kind="gameplay", rect=Rect(x=0.25, y=0.25, w=0.28125, h=0.5))


def filling(crop: Crop, size: tuple[int, int] = OUT) -> Panel:
    return Panel(crop, 0, 0, *size)


def test_single_is_the_middle_of_the_frame() -> None:
    [panel] = panels(default_zones(1920, 1080, None), "single", HD, OUT)
    assert panel == filling(Crop(656, 0, 608, 1080))
    assert panels([], "single", HD, OUT) == [panel]


def test_a_portrait_recording_is_shown_whole() -> None:
    [panel] = panels(default_zones(1080, 1920, None), "single", (1080, 1920), OUT)
    assert panel.crop == Crop(0, 0, 1080, 1920)


def test_a_zone_of_another_shape_is_filled_from_its_middle() -> None:
    zone = Zone(kind="gameplay", rect=Rect(x=0.5, y=0.5, w=0.5, h=0.5))
    [panel] = panels([zone], "single", HD, OUT)
    assert panel.crop == Crop(1288, 540, 304, 540)


def test_split_has_the_facecam_on_top_and_an_exact_seam() -> None:
    zones = default_zones(1920, 1080, FACECAM)
    assert [zone.kind for zone in zones] == ["facecam", "gameplay"]
    top, bottom = panels(zones, "split", HD, OUT)
    assert (top.x, top.y, top.width, bottom.width) == (0, 0, 1080, 1080)
    assert bottom.y == top.height
    assert top.height + bottom.height == 1920
    assert top.height == 864
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
    top, _ = panels([Zone(kind="facecam", rect=facecam)], "split", HD, OUT)
    assert top.height == height


def test_the_inset_has_its_usual_place_and_the_facecams_shape() -> None:
    zones = default_zones(1920, 1080, Rect(x=0, y=0, w=0.25, h=0.25))
    below, inset = panels(zones, "pip", HD, OUT)
    assert (below.x, below.y, below.width, below.height) == (0, 0, 1080, 1920)
    # 36 % of 1080 from 4 %: pixels 43.2 to 432; 16:9 makes it 218.7 high from 115.2.
    assert (inset.x, inset.y, inset.width, inset.height) == (44, 116, 388, 218)
    assert inset.crop == Crop(0, 0, 480, 270)


def test_a_tall_facecam_does_not_leave_a_wide_output() -> None:
    zones = [Zone(kind="facecam", rect=Rect(x=0, y=0, w=0.1, h=0.9))]
    _, inset = panels(zones, "pip", HD, HD)
    assert inset.y + inset.height <= 1080
    assert inset.height == pytest.approx(0.6 * 1080, abs=2)
    assert inset.width / inset.height == pytest.approx(192 / 972, rel=0.02)


def test_the_inset_goes_where_it_is_put() -> None:
    zones = default_zones(1920, 1080, FACECAM)
    place = Rect(x=0.5, y=0.75, w=0.5, h=0.25)
    _, inset = panels(zones, "pip", HD, OUT, place)
    assert (inset.x, inset.y, inset.width, inset.height) == (540, 1440, 540, 480)
    assert inset.crop.w / inset.crop.h == pytest.approx(540 / 480, rel=0.02)


def test_full_shows_all_of_a_zone_on_a_backdrop_of_itself() -> None:
    backdrop, shown = panels([SQUARE_ZONE], "full", HD, OUT)
    assert backdrop.blurred
    assert (backdrop.width, backdrop.height) == OUT
    assert shown == Panel(Crop(480, 270, 540, 540), 0, 420, 1080, 1080)
    # As wide as it may be in a wide output, where the sides are empty.
    _, shown = panels([SQUARE_ZONE], "full", HD, HD)
    assert (shown.x, shown.y, shown.width, shown.height) == (420, 0, 1080, 1080)
    assert panels([SQUARE_ZONE], "full", HD, (1080, 1080)) == [
        filling(Crop(480, 270, 540, 540), (1080, 1080))
    ]


@pytest.mark.parametrize("layout", ["split", "pip"])
def test_a_layout_with_a_facecam_needs_one(layout: str) -> None:
    with pytest.raises(ForgeError) as caught:
        panels(default_zones(1920, 1080, None), layout, HD, OUT)  # type: ignore[arg-type]
    assert caught.value.code == "no_facecam"
    assert caught.value.permanent


def test_tiny_and_overhanging_zones() -> None:
    assert fill(Rect(x=0.999, y=0.999, w=0.001, h=0.001), 1920, 1080, 100, 100) == Crop(
        1904, 1064, 16, 16
    )
    assert fill(Rect(x=0.9, y=0.9, w=1, h=1), 1000, 1000, 100, 100) == Crop(900, 900, 100, 100)
    assert whole(Rect(x=0.9, y=0.9, w=1, h=1), 999, 999) == Crop(900, 900, 98, 98)
    with pytest.raises(ValueError, match="no pixels"):
        fill(Rect(x=0, y=0, w=1, h=1), 1, 1, 100, 100)


def test_graphs_crop_before_they_scale() -> None:
    assert layout_graph([filling(Crop(656, 0, 608, 1080))], "a", "b") == (
        "[a]crop=608:1080:656:0,scale=1080:1920:flags=bicubic:out_range=tv,"
        "format=yuv420p,setsar=1[b]"
    )
    top, below = Panel(Crop(0, 0, 320, 180), 0, 0, 1080, 608), Crop(4, 0, 90, 110)
    graph = layout_graph([top, Panel(below, 0, 608, 1080, 1312)], "a", "b")
    assert graph.startswith("[a]split=2[bp0a][bp1a];[bp0a]crop=320:180:0:0,scale=1080:608")
    assert graph.endswith("[bp0][bp1]vstack=inputs=2[b]")
    graph = layout_graph([filling(below), Panel(below, 44, 116, 388, 218)], "a", "b")
    assert graph.endswith("[bp0][bp1]overlay=44:116:format=yuv420[b]")
    assert "bt709" in display_filters(853, 480, rgb=True)[0]
    assert display_filters(853, 480) == ["scale=853:480", "setsar=1"]


def test_a_backdrop_is_blurred_where_that_is_cheap() -> None:
    backdrop = Panel(Crop(0, 0, 540, 960), 0, 0, 1080, 1920, blurred=True)
    graph = layout_graph([backdrop, Panel(Crop(0, 0, 540, 540), 0, 420, 1080, 1080)], "a", "b")
    assert "scale=66:120:flags=area:out_range=tv,format=yuv420p,gblur" in graph
    assert graph.index("gblur") < graph.index("scale=1080:1920")


def keyframe(at: float, x: float) -> Keyframe:
    zone = Zone(kind="gameplay", rect=Rect(x=x, y=0, w=0.3, h=1))
    return Keyframe(at=at, layout="single", zones=[zone])


def shown(found: list[Scene]) -> list[tuple[int, int, int]]:
    return [(scene.first, scene.last, scene.panels[0].crop.x) for scene in found]


def test_keyframes_are_hard_changes_at_the_nearest_frame() -> None:
    composition = Composition("single", [], None, [keyframe(12.0, 0.0), keyframe(13.02, 0.6)])
    time = timeline(10.0, 14.0, [], Fraction(30))
    assert shown(scenes(composition, time, HD, VERTICAL)) == [
        (0, 60, 656),
        (60, 91, 0),
        (91, 120, 1152),
    ]


def test_a_keyframe_that_was_cut_away_still_counts_behind_the_cut() -> None:
    composition = Composition("single", [], None, [keyframe(12.0, 0.0), keyframe(12.5, 0.6)])
    time = timeline(10.0, 14.0, [(11.0, 13.0)], Fraction(30))
    assert shown(scenes(composition, time, HD, VERTICAL)) == [(0, 30, 656), (30, 60, 1152)]
    # One before the clip is what the clip begins with; one that changes nothing is no scene.
    composition = Composition(
        "single", [], None, [keyframe(1.0, 0.0), keyframe(11.0, 0.0), keyframe(20.0, 0.6)]
    )
    assert shown(scenes(composition, time, HD, VERTICAL)) == [(0, 60, 0)]


def test_a_scene_that_is_never_shown_may_be_impossible() -> None:
    impossible = Keyframe(at=11.5, layout="split", zones=[])
    composition = Composition("single", [], None, [impossible, keyframe(12.5, 0.0)])
    time = timeline(10.0, 14.0, [(11.0, 13.0)], Fraction(30))
    assert len(scenes(composition, time, HD, VERTICAL)) == 2
    with pytest.raises(ForgeError, match="facecam"):
        scenes(composition, timeline(10.0, 14.0, [], Fraction(30)), HD, VERTICAL)


def test_the_source_is_neither_cropped_nor_laid_out() -> None:
    composition = Composition("split", [], None, [keyframe(11.0, 0.0)])
    time = timeline(10.0, 14.0, [], Fraction(25))
    original = Output("source", 852, 480, Fraction(25), whole=True)
    [scene] = scenes(composition, time, (853, 480), original)
    assert scene.panels == (filling(Crop(0, 0, 852, 480), (852, 480)),)


def test_scenes_follow_each_other_in_the_graph() -> None:
    one, other = (filling(Crop(x, 0, 608, 1080)) for x in (0, 656))
    graph = scenes_graph(
        [Scene(90, 100, (one,)), Scene(100, 130, (other,))], Fraction(30000, 1001), "a", "b"
    )
    assert "[bs0a]trim=start_frame=0:end_frame=10,setpts=PTS-STARTPTS[bs0b]" in graph
    assert "[bs1a]trim=start_frame=10:end_frame=40,setpts=PTS-STARTPTS[bs1b]" in graph
    assert graph.endswith(
        "[bs0][bs1]concat=n=2,setpts=N/(30000/1001*TB),fps=30000/1001:start_time=0[b]"
    )


@pytest.mark.parametrize(
    ("fps", "at_30", "at_60"),
    [
        (23.976, "24000/1001", "24000/1001"),
        (25, "25", "25"),
        (29.97, "30000/1001", "30000/1001"),
        (50, "30", "50"),
        (59.94, "30000/1001", "60000/1001"),
        (60, "30", "60"),
        (119.88, "30000/1001", "60000/1001"),
        (144, "30", "60"),
    ],
)
def test_no_more_frames_than_there_are(fps: float, at_30: str, at_60: str) -> None:
    video = {"fps": fps, "vfr": False, "width": 1920, "height": 1080}
    assert (rate(video, 30), rate(video, 60)) == (Fraction(at_30), Fraction(at_60))
    assert output("9:16", video).fps == output("1:1", video).fps == Fraction(at_30)
    assert output("9:16-60", video).fps == Fraction(at_60)


def test_a_variable_rate_gets_a_constant_one() -> None:
    video = {"fps": 47.3, "vfr": True, "width": 853, "height": 479}
    assert (rate(video, 30), rate(video, 120)) == (30, 60)
    original = output("source", video)
    assert (original.size, original.fps, original.whole) == ((852, 478), 60, True)
    assert nominal(47.3) == Fraction(473, 10)


def test_every_preset_has_a_name_for_files() -> None:
    assert [slug(each) for each in PRESETS] == ["9x16", "9x16-60", "1x1", "4x5", "16x9", "source"]
    assert named("4:5") == "4:5"
    with pytest.raises(ForgeError, match="no export preset '3:2'"):
        named("3:2")
