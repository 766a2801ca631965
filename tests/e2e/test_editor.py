"""The clip editor in a real browser: words and trimming, and all of it on a phone.

Rules of this file: the server is the real command, on a project that FORGE's own store and library
have written as finished jobs would; each test has a clip of its own. What was saved is asked of
the server, what is shown of the page. Nothing is waited for by the clock.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.editor_page import (
    END,
    FPS,
    GAMEPLAY,
    START,
    WORDS,
    Studio,
    open_studio,
    pull,
    rect_of,
    saved,
)
from tests.e2e.served import Server


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


def test_a_title_and_a_number_are_given_up_or_refused(studio: Studio) -> None:
    page = studio.edit("trim")
    before = studio.clip("trim")
    title = page.get_by_test_id("clip-title")
    title.fill("Never mind")
    title.press("Escape")
    expect(title).to_have_value(before["title"])
    title.fill("Kept")
    title.press("Enter")
    saved(page)
    assert studio.clip("trim")["title"] == "Kept"

    number = page.get_by_test_id("gameplay-x")
    value = int(number.input_value())
    number.fill("wide")
    number.press("ArrowUp")
    expect(number).to_have_value(str(value + 1))
    number.fill("")
    number.press("Enter")
    expect(number).to_have_value(str(value + 1))
    saved(page)
    assert rect_of(studio.clip("trim"), "gameplay")["x"] > rect_of(before, "gameplay")["x"]


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


def test_on_a_phone_one_picture_stays_in_sight(browser: Browser, editor: Server) -> None:
    for studio in open_studio(browser, editor, 390, 844, has_touch=True, is_mobile=True):
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
