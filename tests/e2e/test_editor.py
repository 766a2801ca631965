"""The clip editor in a real browser: zones, words, trimming, and a history that nothing loses.

Rules of this file: the server is the real command, on a project that FORGE's own store and library
have written as finished jobs would; each test has a clip of its own. What was saved is asked of
the server, what is shown of the page. An edit made elsewhere is a real request, sent when the
page's own is on its way. Nothing is waited for by the clock.
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
    KEPT,
    SIZE,
    SOON,
    START,
    WORDS,
    Studio,
    meeting,
    pull,
    rect_of,
    saved,
    write_project,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("editor")
    write_project(folder / "library")
    server = Server(folder / "library", folder / "server.log")
    yield server
    server.end()


@pytest.fixture
def studio(browser: Browser, server: Server) -> Iterator[Studio]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    studio = Studio(context, server)
    yield studio
    context.close()
    assert [error for witness in studio.witnesses for error in witness.errors] == []


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


def test_a_killed_tab_loses_no_edit_and_no_history(studio: Studio) -> None:
    page = studio.edit("killed")
    # Nothing of what this page sends arrives any more: the edits exist in the browser alone.
    studio.context.set_offline(True)
    title = page.get_by_test_id("clip-title")
    title.fill("Written by a tab that dies")
    title.press("Enter")
    page.get_by_test_id("layout-full").click()
    expect(page.get_by_test_id("saved")).to_have_attribute("data-saved", "false")
    page.wait_for_function(KEPT, arg=2)
    page.close(run_before_unload=False)
    studio.context.set_offline(False)
    assert studio.clip("killed")["rev"] == 1

    page = studio.edit("killed")
    expect(page.get_by_test_id("clip-title")).to_have_value("Written by a tab that dies")
    saved(page)
    clip = studio.clip("killed")
    assert (clip["title"], clip["layout"]) == ("Written by a tab that dies", "full")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    saved(page)
    clip = studio.clip("killed")
    assert (clip["title"], clip["layout"]) == ("killed", "single")


def test_edits_made_elsewhere_are_merged(studio: Studio) -> None:
    page = studio.edit("stale")
    page.route("**/api/clips/*", meeting(studio, "stale", state="kept"))
    page.get_by_test_id("layout-full").click()
    saved(page)
    clip = studio.clip("stale")
    assert (clip["state"], clip["layout"]) == ("kept", "full")
    expect(page.get_by_test_id("keep-button")).to_have_attribute("aria-pressed", "true")
    assert (409, f"/api/clips/{clip['id']}") in studio.witnesses[-1].refusals
    page.keyboard.press("Control+z")
    saved(page)
    clip = studio.clip("stale")
    assert (clip["state"], clip["layout"]) == ("kept", "single")


def test_edits_of_the_same_thing_are_shown_and_a_person_decides(studio: Studio) -> None:
    page = studio.edit("clash")
    page.route("**/api/clips/*", meeting(studio, "clash", title="Theirs"))
    title = page.get_by_test_id("clip-title")
    title.fill("Mine")
    title.press("Enter")
    dialog = page.get_by_test_id("clash")
    expect(dialog).to_contain_text("Mine", timeout=SOON)
    expect(dialog).to_contain_text("Theirs")
    page.get_by_test_id("clash-mine").click()
    saved(page)
    assert studio.clip("clash")["title"] == "Mine"

    # A second tab has its own history, and sees what the first one does.
    other = studio.edit("clash")
    expect(other.get_by_test_id("clip-title")).to_have_value("Mine")
    expect(other.get_by_test_id("undo")).to_be_disabled()
    other.get_by_test_id("clip-title").fill("Third")
    other.get_by_test_id("clip-title").press("Enter")
    saved(other)
    expect(title).to_have_value("Third")
    page.bring_to_front()
    page.keyboard.press("Control+z")
    expect(dialog).to_contain_text("Third")
    page.get_by_test_id("clash-theirs").click()
    assert studio.clip("clash")["title"] == "Third"

    # A tab that is reloaded finds its own history, though another one is open that could take it.
    page.get_by_test_id("layout-full").click()
    saved(page)
    page.reload()
    undo = page.get_by_test_id("undo")
    expect(undo).to_have_attribute("title", "Undo: Layout: Full (Ctrl+Z)", timeout=SOON)
    expect(other.get_by_test_id("undo")).to_have_attribute(
        "title", "Undo: Rename to “Third” (Ctrl+Z)"
    )
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Begin a cut at the playhead")
