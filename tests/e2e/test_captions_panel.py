"""Captions in the clip editor: what is typed is what is shown, and what is saved.

Rules of this file: the real command on the project that the editor's tests write, a real browser;
each test has a clip of its own. What is drawn is read off the overlay over the exported picture,
what is saved is asked of the server. Nothing is waited for by the clock.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor_page import WORDS, Studio, pull, saved
from tests.e2e.served import SOON


def opened(studio: Studio, name: str) -> Page:
    """The captions of a clip, with the first cue of a whole group of words shown."""
    page = studio.edit(name)
    page.get_by_test_id("tab-captions").click()
    field(page, 5).click()
    page.get_by_role("button", name="Go to 0:02").first.click()
    expect(drawn(page)).to_have_attribute("aria-label", "so um this", timeout=SOON)
    return page


def field(page: Page, index: int) -> Any:
    return page.get_by_test_id(f"word-{index}")


def drawn(page: Page) -> Any:
    return page.get_by_test_id("caption-overlay")


def edits(studio: Studio, name: str) -> dict[int, dict[str, Any]]:
    found = studio.clip(name)["captions"]["words"]
    return {
        edit["index"]: {field: value for field, value in edit.items() if value is not None}
        for edit in found
    }


def test_words_are_corrected_hidden_and_brought_back(studio: Studio) -> None:
    page = opened(studio, "zones")
    field(page, 5).fill("So,")
    field(page, 5).press("Enter")
    expect(drawn(page)).to_have_attribute("aria-label", "So, um this", timeout=SOON)
    field(page, 6).fill("")
    field(page, 6).press("Enter")
    expect(drawn(page)).to_have_attribute("aria-label", "So, this is", timeout=SOON)
    expect(field(page, 6)).to_have_value("um")
    saved(page)
    assert edits(studio, "zones") == {
        5: {"index": 5, "at": WORDS[5]["start"], "text": "So,"},
        6: {"index": 6, "at": WORDS[6]["start"], "text": ""},
    }
    page.reload()
    page.get_by_test_id("tab-captions").click()
    expect(field(page, 5)).to_have_value("So,", timeout=SOON)
    field(page, 6).click()
    page.get_by_test_id("hide-word").click()
    field(page, 5).click()
    page.get_by_test_id("restore-word").click()
    expect(field(page, 5)).to_have_value("so")
    saved(page)
    assert edits(studio, "zones") == {}


def test_escape_takes_back_what_was_typed(studio: Studio) -> None:
    page = opened(studio, "trim")
    field(page, 5).fill("nonsense")
    field(page, 5).press("Escape")
    expect(field(page, 5)).to_have_value("so")
    assert edits(studio, "trim") == {}


def test_cues_are_split_joined_and_undone(studio: Studio) -> None:
    page = opened(studio, "words")
    field(page, 7).click()
    page.get_by_test_id("split-cue").click()
    expect(drawn(page)).to_have_attribute("aria-label", "so um", timeout=SOON)
    page.get_by_test_id("join-cue").click()
    expect(drawn(page)).to_have_attribute("aria-label", "so um this is it", timeout=SOON)
    saved(page)
    assert {at: edit["breaks"] for at, edit in edits(studio, "words").items()} == dict.fromkeys(
        (7, 8, 9), "never"
    )
    for before in ("so um", "so um this"):
        page.get_by_role("button", name="Undo").click()
        expect(drawn(page)).to_have_attribute("aria-label", before, timeout=SOON)


def test_a_word_is_moved_by_frames_as_one_step(studio: Studio) -> None:
    page = opened(studio, "killed")
    field(page, 6).click()
    page.get_by_test_id("word-start").press("ArrowRight")
    saved(page)
    moved = edits(studio, "killed")[6]
    assert moved["start"] == pytest.approx(WORDS[6]["start"] + 1 / 30, abs=0.001)
    assert moved["end"] == pytest.approx(WORDS[6]["end"], abs=1 / 30)
    page.get_by_role("button", name="Undo").click()
    saved(page)
    assert edits(studio, "killed") == {}


def test_a_drag_is_one_step_and_escape_takes_it_back(studio: Studio) -> None:
    page = opened(studio, "clash")
    thumb = page.get_by_test_id("captions-height")
    text = drawn(page).locator("text").first
    usual = text.get_attribute("y")
    thumb.scroll_into_view_if_needed()
    pull(page, thumb, -40, 0, release=False)
    expect(text).not_to_have_attribute("y", str(usual), timeout=SOON)
    page.keyboard.press("Escape")
    page.mouse.move(10, 10)
    page.mouse.up()
    expect(text).to_have_attribute("y", str(usual), timeout=SOON)
    assert studio.clip("clash")["captions"]["middle"] is None
    pull(page, thumb, -40, 0)
    saved(page)
    assert studio.clip("clash")["captions"]["middle"] < 0.6
    page.get_by_role("button", name="Undo").click()
    saved(page)
    assert studio.clip("clash")["captions"]["middle"] is None


def test_style_place_and_size_are_seen_at_once_and_the_linter_watches(studio: Studio) -> None:
    page = opened(studio, "stale")
    letters = drawn(page).locator("> g > text").first
    page.get_by_test_id("style-impact").click()
    expect(drawn(page)).to_have_attribute("aria-label", "SO UM THIS", timeout=SOON)
    expect(letters).to_have_attribute("font-family", re.compile("Anton"))
    size = drawn(page).locator("> g")
    expect(size).to_have_attribute("font-size", "120")
    for _ in range(4):
        page.get_by_test_id("captions-size").press("ArrowLeft")
    expect(size).to_have_attribute("font-size", "96", timeout=SOON)
    expect(page.get_by_text("Nothing to complain about")).to_be_visible()
    page.get_by_test_id("captions-height").press("End")
    found = page.get_by_test_id("caption-warnings")
    expect(found).to_contain_text("to look at", timeout=SOON)
    # The first cue of the clip is the tail of a group: the click goes to it.
    page.get_by_role("button", name=re.compile("too near the bottom")).click()
    expect(drawn(page)).to_have_attribute("aria-label", "IS IT", timeout=SOON)
    saved(page)
    captions = studio.clip("stale")["captions"]
    assert (captions["style"], captions["scale"], captions["middle"]) == ("impact", 0.8, 0.95)
    page.get_by_role("checkbox", name="Burn the captions").uncheck()
    expect(drawn(page)).to_be_hidden()
