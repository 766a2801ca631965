"""The clip's picture in the editor: its zones, its layouts, and how they change within the clip.

Rules of this file: the server is the real command, on a project that FORGE's own store and library
have written as finished jobs would; each test has a clip of its own. What was saved is asked of
the server, what is shown of the page. Nothing is waited for by the clock.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.editor_page import (
    END,
    FACECAM,
    FPS,
    GAMEPLAY,
    SIZE,
    SOON,
    START,
    Studio,
    pull,
    rect_of,
    saved,
)


def test_zones_are_moved_drawn_and_undone_across_a_reload(studio: Studio, tmp_path: Path) -> None:
    page = studio.edit("zones")
    page.get_by_test_id("layout-split").click()
    saved(page)
    first = rect_of(studio.clip("zones"), "facecam")
    facecam = page.get_by_test_id("zone-facecam")
    pull(page, facecam, 60, 40)
    saved(page)
    moved = rect_of(studio.clip("zones"), "facecam")
    frame = page.get_by_test_id("zones").bounding_box()
    assert frame is not None
    assert abs(moved["x"] - first["x"] - 60 / frame["width"]) < 0.02
    assert abs(moved["y"] - first["y"] - 40 / frame["height"]) < 0.02
    assert (moved["w"], moved["h"]) == (first["w"], first["h"])

    # A drag that is given up was never there: neither on the page, nor sent, nor in the history.
    pull(page, facecam, -40, 30, release=False)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.get_by_test_id("undo")).to_have_attribute(
        "title", "Undo: Move the facecam zone (Ctrl+Z)"
    )
    assert rect_of(studio.clip("zones"), "facecam") == moved

    page.get_by_test_id("draw-gameplay").click()
    page.mouse.move(frame["x"] + 0.4 * frame["width"], frame["y"] + 0.2 * frame["height"])
    page.mouse.down()
    page.mouse.move(frame["x"] + 0.9 * frame["width"], frame["y"] + 0.7 * frame["height"], steps=6)
    page.mouse.up()
    saved(page)
    drawn = rect_of(studio.clip("zones"), "gameplay")
    assert abs(drawn["x"] - 0.4) < 0.01
    assert abs(drawn["w"] - 0.5) < 0.01
    page.get_by_test_id("gameplay-x").fill("100")
    page.get_by_test_id("gameplay-x").press("Enter")
    saved(page)
    assert abs(rect_of(studio.clip("zones"), "gameplay")["x"] - 100 / SIZE[0]) < 1e-6
    page.screenshot(path=tmp_path / "zones.png")

    facecam.focus()
    page.keyboard.press("Shift+ArrowRight")
    saved(page)
    nudged = rect_of(studio.clip("zones"), "facecam")
    assert abs(nudged["x"] - moved["x"] - 10 / SIZE[0]) < 1e-6

    for _ in range(3):
        page.keyboard.press("Control+z")
    saved(page)
    clip = studio.clip("zones")
    assert rect_of(clip, "gameplay") == GAMEPLAY["rect"]
    assert rect_of(clip, "facecam") == moved

    page.reload()
    expect(page.get_by_test_id("zone-facecam")).to_be_visible(timeout=SOON)
    expect(page.get_by_test_id("undo")).to_be_enabled()
    page.keyboard.press("Control+z")
    saved(page)
    assert rect_of(studio.clip("zones"), "facecam") == first
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Control+Shift+Z")
    saved(page)
    clip = studio.clip("zones")
    assert rect_of(clip, "facecam") == moved
    assert abs(rect_of(clip, "gameplay")["x"] - 0.4) < 0.01


def test_the_facecam_that_was_found_is_taken_by_its_key_and_by_its_button(studio: Studio) -> None:
    page = studio.edit("found")
    outline, frame = page.get_by_test_id("found-facecam"), page.get_by_test_id("zones")
    offer = page.get_by_test_id("found-offer")
    expect(offer.get_by_role("status")).to_have_text(
        "FORGE found a facecam at the top left, there for most of the recording."
    )
    shown, whole = outline.bounding_box(), frame.bounding_box()
    assert shown is not None
    assert whole is not None
    assert abs(shown["x"] - whole["x"] - FACECAM["x"] * whole["width"]) < 2
    assert abs(shown["height"] - FACECAM["h"] * whole["height"]) < 2
    assert studio.clip("found")["zones"] == [GAMEPLAY]

    page.keyboard.press("c")
    saved(page)
    taken = studio.clip("found")
    assert rect_of(taken, "facecam") == FACECAM
    assert rect_of(taken, "gameplay") == GAMEPLAY["rect"]
    assert taken["layout"] == "split"
    expect(outline).to_have_count(0)
    expect(offer).to_have_count(0)

    page.keyboard.press("Control+z")
    saved(page)
    undone = studio.clip("found")
    assert (undone["zones"], undone["layout"]) == ([GAMEPLAY], "single")
    page.get_by_test_id("take-facecam").click()
    saved(page)
    assert rect_of(studio.clip("found"), "facecam") == FACECAM
    expect(page.get_by_test_id("zone-facecam")).to_be_focused()


def test_a_zone_is_resized_and_every_layout_and_format_is_shown(studio: Studio) -> None:
    page = studio.edit("layouts")
    frame = page.get_by_test_id("zones").bounding_box()
    assert frame is not None
    page.get_by_test_id("zone-gameplay").click()
    # Let go of beside the picture's edge, the zone's own edge is taken there.
    pull(page, page.get_by_test_id("handle-gameplay-e"), 0.25 * frame["width"] - 4, 0)
    saved(page)
    resized = rect_of(studio.clip("layouts"), "gameplay")
    assert resized == pytest.approx({"x": 0.25, "y": 0, "w": 0.75, "h": 1}, abs=1e-6)

    for layout in ("split", "pip", "full", "single"):
        page.get_by_test_id(f"layout-{layout}").click()
        saved(page)
        assert studio.clip("layouts")["layout"] == layout
    page.get_by_test_id("layout-pip").click()
    pull(page, page.get_by_test_id("inset"), 30, 50)
    saved(page)
    output = page.get_by_test_id("output").bounding_box()
    moved = studio.clip("layouts")["pip"]
    assert output is not None
    page.keyboard.press("Control+z")
    saved(page)
    assert studio.clip("layouts")["pip"] is None
    usual = page.get_by_test_id("inset").bounding_box()
    assert usual is not None
    assert moved["y"] - (usual["y"] - output["y"] - 50) / output["height"] > 0

    page.get_by_test_id("safe-area").select_option("tiktok")
    expect(page.locator(".safe span").first).to_be_visible()
    for preset, shape in (("1:1", 1.0), ("4:5", 0.8), ("16:9", 16 / 9), ("9:16", 9 / 16)):
        page.get_by_test_id("preset").select_option(preset)
        output = page.get_by_test_id("output").bounding_box()
        assert output is not None
        assert output["width"] / output["height"] == pytest.approx(shape, rel=0.02)


def test_a_keyframe_is_dragged_snaps_and_moves_by_keys(studio: Studio) -> None:
    page = studio.edit("keyframes")
    strip = page.get_by_test_id("clip-timeline").bounding_box()
    assert strip is not None
    pixels = strip["width"] / (END - START + 3.0)

    def times() -> list[float]:
        saved(page)
        return [frame["at"] for frame in studio.clip("keyframes")["keyframes"]]

    for moment in (4.0, 9.0):
        page.mouse.click(strip["x"] + (moment - START + 1.5) * pixels, strip["y"] + 40)
        page.keyboard.press("f")
    page.get_by_test_id("layout-full").click()
    first, second = times()
    handles = page.get_by_test_id("keyframe-handle")
    expect(handles).to_have_count(2)
    undo = page.get_by_test_id("undo")

    # The picture cuts at 6.05 s: a drag that ends beside it is taken there.
    pull(page, handles.first, (6.05 - first) * pixels + 1.5, 0)
    assert times() == [6.05, second]
    expect(undo).to_have_attribute("title", "Undo: Move a keyframe (Ctrl+Z)")
    expect(page.get_by_role("slider", name="Keyframe 1 of 2")).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert times() == [pytest.approx(6.05 + 1 / FPS, abs=1e-6), second]
    page.keyboard.press("Shift+ArrowLeft")
    assert times() == [pytest.approx(6.05 - 9 / FPS, abs=1e-6), second]

    # One that is given up was never moved, and is still the chosen one; none passes another.
    pull(page, handles.first, -60, 0, release=False)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert times()[0] == pytest.approx(6.05 - 9 / FPS, abs=1e-6)
    pull(page, handles.first, 8 * pixels, 0)
    assert times() == [pytest.approx(second - 0.02), second]
    expect(page.get_by_test_id("keyframe").last).to_contain_text("Full")

    # A drag and each key were one step each.
    for _ in range(4):
        page.keyboard.press("Control+z")
    assert times() == [first, second]
    handles.last.click()
    page.keyboard.press("Delete")
    assert times() == [first]
