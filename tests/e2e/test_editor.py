"""The clip editor in a real browser: zones, keyframes, words, trimming, with hands and fingers.

Rules of this file: the server is the real command, on a project that FORGE's own store and library
have written as finished jobs would; each test has a clip of its own. What was saved is asked of
the server, what is shown of the page. Nothing is waited for by the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Server
from tests.e2e.editor_page import (
    END,
    FPS,
    GAMEPLAY,
    SIZE,
    SOON,
    START,
    WORDS,
    Studio,
    open_studio,
    pull,
    rect_of,
    saved,
    serve_project,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from serve_project(tmp_path_factory.mktemp("editor"))


@pytest.fixture
def studio(browser: Browser, server: Server) -> Iterator[Studio]:
    yield from open_studio(browser, server)


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
        "title", "Undo: Move the Facecam Zone (Ctrl+Z)"
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


def test_trimming_snaps_to_words_and_keys_trim_at_the_playhead(studio: Studio) -> None:
    page = studio.edit("trim")
    strip = page.get_by_test_id("clip-timeline").bounding_box()
    handle = page.get_by_test_id("trim-start")
    expect(page.get_by_role("slider", name="Start of the clip")).to_be_visible()
    assert strip is not None
    # The view shows the clip and 1.5 s at either side: 13 s in all.
    pixels = strip["width"] / (END - START + 3.0)
    word = next(word for word in WORDS if word["start"] > 4.5)
    pull(page, handle, (float(word["start"]) - START) * pixels + 4, 0)
    saved(page)
    assert studio.clip("trim")["start"] == word["start"]
    page.keyboard.press("ArrowRight")
    saved(page)
    assert abs(studio.clip("trim")["start"] - float(word["start"]) - 1 / FPS) < 1e-6

    page.mouse.click(strip["x"] + (9.2 - START + 1.5) * pixels, strip["y"] + 40)
    page.keyboard.press("o")
    saved(page)
    assert abs(studio.clip("trim")["end"] - 9.2) < 0.05
    page.get_by_test_id("undo").click()
    saved(page)
    assert studio.clip("trim")["end"] == END

    # S begins a cut and ends it; its edge is pulled to a word; Delete takes it in again.
    for moment in (6.6, 7.6):
        page.mouse.click(strip["x"] + (moment - START + 1.5) * pixels, strip["y"] + 40)
        page.keyboard.press("s")
    saved(page)
    (cut,) = studio.clip("trim")["cuts"]
    assert abs(cut["start"] - 6.6) < 0.05
    page.mouse.click(strip["x"] + (7.0 - START + 1.5) * pixels, strip["y"] + 40)
    pull(page, page.get_by_test_id("cut-end"), (8.0 - float(cut["end"])) * pixels + 4, 0)
    saved(page)
    assert studio.clip("trim")["cuts"] == [{"start": cut["start"], "end": 8.0}]
    page.keyboard.press("Delete")
    saved(page)
    assert studio.clip("trim")["cuts"] == []


def test_words_and_pauses_are_cut_and_playing_goes_over_them(studio: Studio) -> None:
    page = studio.edit("words")
    page.get_by_test_id("tab-words").click()
    words = page.get_by_test_id("word")
    inside = [word for word in WORDS if float(word["end"]) > START and float(word["start"]) < END]
    expect(words).to_have_text([word["word"] for word in inside])
    place = next(n for n, word in enumerate(inside) if float(word["start"]) > 4.4)
    words.nth(place).click()
    words.nth(place + 1).click(modifiers=["Shift"])
    page.keyboard.press("Delete")
    expect(words.nth(place)).to_have_attribute("data-cut", "true")
    saved(page)
    (cut,) = studio.clip("words")["cuts"]
    first, last, after = inside[place], inside[place + 1], inside[place + 2]
    assert float(inside[place - 1]["end"]) <= cut["start"] <= float(first["start"])
    assert float(last["end"]) <= cut["end"] <= float(after["start"])

    player = page.get_by_test_id("player")
    expect(player).to_have_js_property("seeking", False)
    player.evaluate("(video, at) => { video.currentTime = at; }", cut["start"] - 0.4)
    expect(player).to_have_js_property("seeking", False)
    page.keyboard.press("l")
    heard = player.evaluate(
        """(video, [start, end]) => new Promise((resolve) => {
          const seen = [];
          const look = (_now, { mediaTime }) => {
            seen.push(mediaTime);
            if (mediaTime > end + 0.3) {
              resolve(seen.filter((time) => time > start + 0.1 && time < end - 0.1));
            } else video.requestVideoFrameCallback(look);
          };
          video.requestVideoFrameCallback(look);
        })""",
        [cut["start"], cut["end"]],
    )
    page.keyboard.press("k")
    # The seek takes some frames to arrive; the cut is half a second and more.
    assert len(heard) <= 6

    page.get_by_test_id("tab-cleanup").click()
    rows = page.get_by_test_id("suggestions").get_by_role("listitem")
    before = rows.count()
    assert before > 2
    page.get_by_test_id("clean-all").click()
    expect(page.get_by_test_id("nothing-to-clean")).to_be_visible()
    saved(page)
    assert len(studio.clip("words")["cuts"]) > 2
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(before)
    saved(page)
    assert studio.clip("words")["cuts"] == [cut]

    page.keyboard.press("f")
    page.get_by_test_id("tab-layout").click()
    page.get_by_test_id("layout-full").click()
    saved(page)
    (keyframe,) = studio.clip("words")["keyframes"]
    assert (keyframe["layout"], studio.clip("words")["layout"]) == ("full", "single")


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


def test_on_a_phone_one_picture_stays_in_sight(browser: Browser, server: Server) -> None:
    for studio in open_studio(browser, server, 390, 844, has_touch=True, is_mobile=True):
        page = studio.edit("phone")
        preview = page.get_by_test_id("output")
        expect(preview).to_be_visible()
        expect(page.get_by_test_id("zones")).to_be_hidden()
        wide = "document.documentElement.scrollWidth"
        assert page.evaluate(wide) == 390
        page.get_by_test_id("stage-source").tap()
        expect(preview).to_be_hidden()
        zone = page.get_by_test_id("zone-gameplay")
        box = zone.bounding_box()
        assert box is not None
        middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session = studio.context.new_cdp_session(page)
        for kind, dx in (("touchStart", 0), ("touchMove", 20), ("touchMove", 40)):
            point = {"x": middle["x"] + dx, "y": middle["y"]}
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        saved(page)
        frame = page.get_by_test_id("zones").bounding_box()
        assert frame is not None
        moved = rect_of(studio.clip("phone"), "gameplay")["x"] - GAMEPLAY["rect"]["x"]  # type: ignore[index]  # a rectangle
        assert moved == pytest.approx(40 / frame["width"], abs=0.02)

        page.get_by_test_id("stage-output").tap()
        for tab in ("captions", "words", "cleanup", "layout"):
            page.get_by_test_id(f"tab-{tab}").tap()
            assert page.evaluate(wide) == 390, tab
        # However far the rest is scrolled, the picture is in sight; it is painted, too.
        page.get_by_test_id("add-keyframe").scroll_into_view_if_needed()
        expect(preview).to_be_in_viewport(ratio=1)
        bright = preview.locator("canvas").evaluate(
            """(canvas) => {
              const { data } = canvas.getContext("2d").getImageData(0, 0, 270, 480);
              return data.filter((value, place) => place % 4 < 3 && value > 40).length;
            }"""
        )
        assert bright > 10_000
