"""What a person did in the clip editor is kept: across crashes, other tabs and other programs.

Rules of this file: the server is the real command, on a project that FORGE's own store and library
have written as finished jobs would; each test has a clip of its own. What was saved is asked of
the server, what is shown of the page. A tab dies with its process, or without a word to the
page; an edit made elsewhere is a real request, sent when the page's own is on its way. Nothing is
waited for by the clock.
"""

from __future__ import annotations

import os
import signal

from playwright.sync_api import Browser, Page, expect

from tests.e2e.editor_page import KEPT, Studio, meeting, saved
from tests.e2e.served import SOON


def crash(browser: Browser, page: Page) -> None:
    """Kills the processes that the browser's pages run in, as the system may at any time."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    with page.expect_event("crash", timeout=SOON):
        for process in processes:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)
    page.close()


def test_a_crash_amid_quick_edits_loses_at_most_the_last_one(
    browser: Browser, studio: Studio
) -> None:
    made = 0
    for attempt in range(4):
        page = studio.edit("crashed")
        expect(page.get_by_test_id("undo")).to_be_enabled(enabled=made > 0, timeout=SOON)
        saved(page)
        # What earlier rounds left is there, but for one edit of the round that died last.
        before = len(studio.clip("crashed")["keyframes"])
        assert made - 1 <= before <= made
        # With the server and without it, because edits on their way are kept differently.
        studio.context.set_offline(attempt % 2 == 1)
        page.keyboard.press("Home")
        for _ in range(attempt):
            page.keyboard.press("Shift+ArrowRight")
        for _ in range(3 + attempt):
            page.keyboard.press("ArrowRight")
            page.keyboard.press("f")
        made = before + 3 + attempt
        crash(browser, page)
        studio.context.set_offline(False)

    page = studio.edit("crashed")
    saved(page)
    left = len(studio.clip("crashed")["keyframes"])
    assert made - 1 <= left <= made
    # Every step of every page that died can be undone.
    for _ in range(left):
        page.keyboard.press("Control+z")
    saved(page)
    assert studio.clip("crashed")["keyframes"] == []
    expect(page.get_by_test_id("undo")).to_be_disabled()


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
