"""The project view as a person works in it: picture, timeline, words and moments.

Rules of this file: the server is the real command and the browser a real one. The project is
written through FORGE's own library and database, as finished jobs would leave it, because here
only looking at it is tried: two recordings of three minutes and of one. One server for the file;
each test has a page of its own and leaves the other tests' moments alone. Nothing is waited for by
the clock, only by what the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from big_project import write_project
from evening import Scale
from playwright.sync_api import Page, expect

from tests.e2e.project_page import (
    FPS,
    SOON,
    api,
    at,
    box,
    drag,
    every_lane_is_drawn,
    lane,
    moments_of,
    narrower,
    seconds,
    shown,
    widest_gap,
)
from tests.e2e.served import Server

LONG, SHORT = Scale(180, 450, 40, 12), Scale(60, 120, 8, 3)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    data = folder / "library"
    write_project(data, SHORT, within=write_project(data, LONG, "Two evenings"))
    made = Server(data, folder / "log")
    yield made
    made.end()


@pytest.fixture
def view(server: Server, page: Page, witness: Any) -> Iterator[Page]:
    """The project's page, with everything on it; no error may happen on it unseen."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(server.link)
    page.get_by_test_id("project-card").click()
    expect(page.get_by_test_id("candidate").first).to_be_visible(timeout=SOON)
    expect(page.get_by_test_id("transcript").locator("[data-word]").first).to_be_visible()
    expect(page.get_by_test_id("player")).to_have_js_property("readyState", 4, timeout=SOON)
    yield page
    assert witness.errors == []
    assert witness.refusals == []


def test_it_opens_with_everything_in_it(view: Page, server: Server) -> None:
    best = moments_of(view, server)[0]
    first = view.get_by_test_id("candidate").first
    expect(first).to_contain_text(best["title"])
    expect(first).to_have_attribute("aria-current", "true")
    at(view, best["start"])
    why = view.locator(".candidate-open")
    for reason in best["reasons"]:
        expect(why).to_contain_text(reason)
    expect(why.locator(".part-bar")).to_have_count(3)
    slider = view.get_by_role("slider", name="Timeline")
    expect(slider).to_have_attribute("aria-valuemax", "180")
    expect(slider).to_contain_text("12 moments, 40 cuts")
    for name in ("Picture", "Sound", "Moments", "Highlights", "Speaker 1"):
        expect(view.locator(".gutter")).to_contain_text(name)
    every_lane_is_drawn(view)


def test_the_keys_move_the_picture(view: Page) -> None:
    start = seconds(view)
    video = view.get_by_test_id("player")
    steps = (("ArrowRight", 1.5), ("ArrowRight", 2.5), ("ArrowLeft", 1.5))
    for key, frames in (*steps, ("Shift+ArrowRight", 61.5)):
        view.keyboard.press(key)
        at(view, start + frames / FPS)
    view.keyboard.press("Space")
    expect(view.get_by_role("button", name="Pause")).to_be_visible()
    view.wait_for_function(
        "start => document.querySelector('video').currentTime > start", arg=start + 1.5
    )
    view.keyboard.press("l")
    expect(video).to_have_js_property("playbackRate", 2)
    view.keyboard.press("k")
    expect(video).to_have_js_property("paused", True)
    before = seconds(view)
    view.keyboard.press("j")
    view.wait_for_function(
        "before => document.querySelector('video').currentTime < before - 0.3", arg=before
    )
    view.keyboard.press("k")
    view.keyboard.press("Home")
    at(view, 0)
    view.keyboard.press("m")
    expect(video).to_have_js_property("muted", True)
    view.get_by_role("button", name=re.compile("^Speed")).click()
    view.get_by_role("menuitemradio", name="1.5×").click()
    expect(video).to_have_js_property("playbackRate", 1.5)


def test_the_timeline_zooms_seeks_and_pans(view: Page) -> None:
    track = box(view.get_by_test_id("track"))
    ruler, sound = lane(view, "ruler"), lane(view, "sound")
    assert shown(view) == (0, 1)
    view.mouse.click(track["x"] + track["width"] / 4, ruler["y"] + 8)
    at(view, 45, 0.2)
    # Around the pointer: what is under it stays there.
    view.mouse.move(track["x"] + track["width"] / 4, sound["y"] + 10)
    view.mouse.wheel(0, -400)
    narrower(view, 99)
    start, end = shown(view)
    assert abs(start + (end - start) / 4 - 0.25) < 0.002
    for _ in range(30):
        view.mouse.wheel(0, -400)
    narrower(view, 0.4)
    start, end = shown(view)
    assert (end - start) * 180 == pytest.approx(40 / FPS, rel=0.01)
    view.mouse.click(track["x"] + track["width"] / 2, ruler["y"] + 8)
    at(view, (start + end) / 2 * 180, 0.02)
    # A drag on the sound moves what is shown, and seeks nothing.
    before = seconds(view)
    drag(view, (track["x"] + 600, sound["y"] + 10), (track["x"] + 300, sound["y"] + 10))
    assert shown(view)[0] > start
    assert seconds(view) == before
    for key, width in (("0", "100%"), ("+", "50%"), ("-", "100%")):
        view.keyboard.press(key)
        frame = "document.querySelector('.overview-frame').style.width"
        view.wait_for_function(f"() => {frame} === '{width}'")
    view.get_by_test_id("signals-button").click()
    view.get_by_role("menuitemcheckbox", name="Hype").click()
    view.keyboard.press("Escape")
    expect(view.locator(".gutter")).to_contain_text("Hype")
    assert box(view.get_by_test_id("track"))["height"] > track["height"]


def test_moments_are_chosen_and_marked_on_the_timeline(view: Page, server: Server) -> None:
    clips = moments_of(view, server)
    chosen = min(clips, key=lambda clip: abs(clip["start"] - 90))
    track, moments = box(view.get_by_test_id("track")), lane(view, "moments")

    def x(time: float) -> float:
        return track["x"] + time / 180 * track["width"]

    y = moments["y"] + moments["height"] / 2
    view.mouse.click(x((chosen["start"] + chosen["end"]) / 2), y)
    expect(view).to_have_url(re.compile(chosen["id"]))
    current = view.locator("[data-testid=candidate][aria-current=true]")
    expect(current).to_contain_text(chosen["title"])
    view.keyboard.press("k")
    gap = widest_gap(clips)
    margin = (gap[1] - gap[0]) / 5
    with view.expect_response(lambda answer: answer.request.method == "POST") as made:
        drag(view, (x(gap[0] + margin), y), (x(gap[1] - margin), y))
    clip = made.value.json()
    assert clip["start"] == pytest.approx(gap[0] + margin, abs=0.3)
    assert clip["end"] == pytest.approx(gap[1] - margin, abs=0.3)
    expect(view).to_have_url(re.compile(clip["id"]))
    expect(view.locator(".candidate-open")).to_contain_text("You marked this moment yourself")
    # Given up in the middle of it, a drag marks nothing.
    drag(view, (x(gap[0] + 1), y), (x(gap[0] + 1) - 30, y), give_up=True)
    view.get_by_test_id("delete-moment").click()
    expect(view.get_by_test_id("candidate").filter(has_text=clip["title"])).to_have_count(0)
    view.get_by_role("button", name="Undo").click()
    expect(view.get_by_test_id("delete-moment")).to_be_visible()
    view.request.delete(f"{server.url}/api/clips/{clip['id']}", headers={"X-Forge": "1"})
    assert len(api(view, server, "/clips")["clips"]) == LONG.clips + SHORT.clips


def test_the_transcript_seeks_follows_and_finds(view: Page, server: Server) -> None:
    words = api(view, server, "/transcript")["words"]
    list_ = view.get_by_test_id("transcript")
    view.keyboard.press("Home")
    word = list_.locator("[data-word='4']")
    expect(word).to_be_visible()
    word.click()
    at(view, words[4]["start"])
    expect(word).to_have_class(re.compile("word-spoken"))
    view.keyboard.press("End")
    last = list_.locator(f"[data-word='{len(words) - 1}']")
    expect(last).to_be_in_viewport()
    view.mouse.move(box(list_)["x"] + 50, box(list_)["y"] + 50)
    view.mouse.wheel(0, -800)
    view.get_by_test_id("follow-button").wait_for()
    view.keyboard.press("Home")
    at(view, 0)
    expect(list_.locator("[data-word='0']")).not_to_be_attached()
    view.get_by_test_id("follow-button").click()
    expect(list_.locator("[data-word='0']")).to_be_in_viewport()
    expect(view.get_by_test_id("follow-button")).to_have_count(0)

    said = " ".join(word["word"] for word in words).lower().replace(".", "")
    view.keyboard.press("/")
    view.keyboard.type("no way")
    count = view.get_by_test_id("search-count")
    expect(count).to_have_text(f"1 of {said.count('no way')}")
    expect(list_.locator(".word-current").first).to_be_in_viewport()
    view.keyboard.press("Enter")
    expect(count).to_have_text(f"2 of {said.count('no way')}")
    expect(list_.locator(".word-current")).to_have_text(["no ", "way "], use_inner_text=False)
    view.keyboard.type("s of the world")
    expect(count).to_have_text("not said")
    view.keyboard.press("Escape")
    expect(list_.locator(".word-found")).to_have_count(0)


def test_words_become_a_clip(view: Page, server: Server) -> None:
    words = api(view, server, "/transcript")["words"]
    list_ = view.get_by_test_id("transcript")
    view.keyboard.press("Home")
    first, last = list_.locator("[data-word='2']"), list_.locator("[data-word='9']")
    expect(first).to_be_visible()
    first.hover()
    view.mouse.down()
    last.hover()
    view.mouse.up()
    expect(view.get_by_test_id("selection")).to_contain_text("8 words")
    expect(list_.locator(".word-selected")).to_have_count(8)
    with view.expect_response(lambda answer: answer.request.method == "POST") as made:
        view.get_by_test_id("clip-from-words").click()
    clip = made.value.json()
    assert words[1]["end"] <= clip["start"] <= words[2]["start"]
    assert words[9]["end"] <= clip["end"] <= words[10]["start"]
    assert clip["title"].startswith(words[2]["word"].rstrip("."))
    expect(view).to_have_url(re.compile(clip["id"]))
    view.request.delete(f"{server.url}/api/clips/{clip['id']}", headers={"X-Forge": "1"})


def test_a_speaker_is_named_everywhere(view: Page) -> None:
    view.keyboard.press("Home")
    name = view.get_by_test_id("transcript").get_by_role("button", name=re.compile("Speaker 1"))
    name.first.click()
    field = view.get_by_role("textbox", name="The speaker's name")
    expect(field).to_be_focused()
    field.fill("Nobody")
    view.keyboard.press("Escape")
    expect(view.locator(".gutter")).to_contain_text("Speaker 1")
    name.first.click()
    field.fill("Ada")
    view.keyboard.press("Enter")
    expect(view.locator(".gutter")).to_contain_text("Ada")
    expect(view.get_by_role("slider", name="Timeline")).to_contain_text("the voices of Ada")
    view.reload()
    expect(view.locator(".gutter")).to_contain_text("Ada", timeout=SOON)
    expect(view.get_by_test_id("transcript").get_by_text("Ada").first).to_be_visible()


def test_moments_are_kept_skipped_filtered_and_sorted(view: Page, server: Server) -> None:
    best = moments_of(view, server)
    rows = view.get_by_test_id("candidate")
    view.keyboard.press("y")
    expect(rows.first).to_have_attribute("data-state", "kept")
    view.keyboard.press("ArrowDown")
    expect(view).to_have_url(re.compile(best[1]["id"]))
    view.keyboard.press("x")
    expect(rows.nth(1)).to_have_attribute("data-state", "skipped")
    view.keyboard.press("k")
    filter_ = view.get_by_role("radiogroup", name="Which moments")
    for state, clip in (("Kept", best[0]), ("Skipped", best[1])):
        filter_.get_by_text(state).click()
        expect(rows).to_have_count(1)
        expect(rows.first).to_contain_text(clip["title"])
    filter_.get_by_text("All").click()
    view.get_by_test_id("sort-button").click()
    view.get_by_test_id("keep-best-3").click()
    expect(filter_).to_contain_text("Kept 3")
    for row, state in enumerate(("kept", "skipped", "kept", "kept")):
        expect(rows.nth(row)).to_have_attribute("data-state", state)
    view.keyboard.press("Control+z")
    expect(filter_).to_contain_text("Kept 1")
    view.get_by_test_id("sort-button").click()
    view.get_by_role("menuitemradio", name="In the recording's order").click()
    view.keyboard.press("Escape")
    earliest = min(best, key=lambda clip: clip["start"])
    view.locator(".moments-list").evaluate("list => { list.scrollTop = 0; }")
    expect(rows.first).to_contain_text(earliest["title"])
    view.reload()
    expect(rows.first).to_have_attribute("data-state", "kept", timeout=SOON)
    view.keyboard.press("e")
    expect(view.get_by_role("dialog")).to_be_visible()
    view.keyboard.press("Escape")
    expect(view.get_by_role("dialog")).to_have_count(0)
    edit = view.get_by_role("link", name="Edit")
    expect(edit).to_have_attribute("href", re.compile(r"/clips/[0-9a-f-]+/edit$"))


def test_every_recording_of_a_project_is_reachable(view: Page) -> None:
    switch = view.get_by_test_id("vod-switch")
    expect(switch.locator("option")).to_have_count(2)
    switch.select_option(index=1)
    slider = view.get_by_test_id("timeline")
    expect(slider).to_have_attribute("aria-valuemax", "60")
    expect(view.get_by_test_id("candidate")).to_have_count(SHORT.clips)
    switch.select_option(index=0)
    expect(slider).to_have_attribute("aria-valuemax", "180")
