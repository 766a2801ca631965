"""What hands do: when something comes between, and with buttons where others know the keys.

Rules of this file: the server is the real command, the browser a real one with a touch screen, and
the project is written through FORGE's own library as finished jobs would leave it. Fingers, and a
mouse whose release the page is never told of, come through the browser's own protocol, as from the
system. What was saved is asked of the server. Nothing is waited for by the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.editor_page import saved
from tests.e2e.hand import Hand, Point
from tests.e2e.project_page import api, box, lane, moments_of, shown
from tests.e2e.served import SOON, Server, Witness


@pytest.fixture(scope="module")
def server(analysed: Server) -> Server:
    return analysed


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The project's page on a tablet; no error may happen on it unseen."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
    page = context.new_page()
    witness = Witness(page)
    page.goto(server.link)
    page.get_by_test_id("project-card").click()
    expect(page.get_by_test_id("transcript").locator("[data-word]").first).to_be_visible()
    expect(page.get_by_test_id("player")).to_have_js_property("readyState", 4, timeout=SOON)
    yield page
    context.close()
    assert witness.errors == []


def middle(place: Locator) -> Point:
    found = box(place)
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def edit(page: Page, server: Server) -> dict[str, Any]:
    """Opens the chosen moment in the editor, and returns it."""
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_test_id("player")).to_have_js_property("readyState", 4, timeout=SOON)
    return as_saved(page, server)


def as_saved(page: Page, server: Server) -> dict[str, Any]:
    """The moment that is edited, as the server has it."""
    saved(page)
    return next(clip for clip in moments_of(page, server) if clip["id"] in page.url)


def test_two_fingers_zoom_the_timeline_and_one_that_stays_zooms_nothing(page: Page) -> None:
    hand = Hand(page)
    sound = lane(page, "sound")
    y, left = sound["y"] + 10, sound["x"]
    assert shown(page) == (0, 1)
    hand.press((left + 400, y))
    hand.press((left + 400, y), (left + 600, y))
    hand.move((left + 300, y), (left + 700, y))
    start, end = shown(page)
    assert end - start == pytest.approx(0.5, abs=0.01)
    assert (start + end) / 2 == pytest.approx(0.25 + 500 / sound["width"] / 2, abs=0.01)
    # One finger goes first, as fingers do; the other one only drags along what is seen.
    hand.lift(0, (left + 300, y))
    for dx in (30, 60):
        hand.move((left + 700 + dx, y), first=1)
    later = shown(page)
    assert later[1] - later[0] == pytest.approx(end - start)
    assert later[0] == pytest.approx(start - 60 / sound["width"] * (end - start), abs=0.01)
    hand.let_go()


def test_a_release_that_nobody_saw_ends_what_was_pulled(page: Page, server: Server) -> None:
    hand = Hand(page)
    # On the moments' lane, a stretch that was only being marked makes no moment.
    count = len(api(page, server, "/clips")["clips"])
    moments, track = lane(page, "moments"), box(page.get_by_test_id("track"))
    ends = [0.0, *sorted(one["end"] for one in moments_of(page, server))]
    starts = [*sorted(one["start"] for one in moments_of(page, server)), 60.0]
    last, following = max(zip(ends, starts, strict=True), key=lambda gap: gap[1] - gap[0])
    free = track["x"] + (last + following) / 2 / 60 * track["width"]
    hand.pull_and_lose((free, moments["y"] + moments["height"] / 2), 12, 90)
    hand.mouse("mouseReleased", (track["x"] + 5, moments["y"] + 5), held=False)
    assert len(api(page, server, "/clips")["clips"]) == count

    before = edit(page, server)
    handle = page.get_by_test_id("trim-end")
    start = middle(handle)
    hand.pull_and_lose(start, -60, -200)
    assert middle(handle)[0] == pytest.approx(start[0] - 60, abs=9)  # It snaps to words.
    after = as_saved(page, server)
    assert after["end"] < before["end"]
    page.get_by_test_id("undo").click()
    assert as_saved(page, server)["end"] == before["end"]


def test_a_second_finger_pulls_nothing_and_seeks_nothing(page: Page, server: Server) -> None:
    hand = Hand(page)
    before = edit(page, server)
    first, second = (middle(page.get_by_test_id(f"trim-{side}")) for side in ("start", "end"))
    hand.press(first)
    hand.press(first, second)
    for dx in (20, 40):
        hand.move((first[0] + dx, first[1]), (second[0] - dx, second[1]))
    hand.lift(0, (first[0] + 40, first[1]))
    hand.let_go()
    after = as_saved(page, server)
    assert after["start"] > before["start"]
    assert after["end"] == before["end"]

    strip = box(page.get_by_test_id("clip-timeline"))
    y, x = strip["y"] + 40, strip["x"] + strip["width"] / 2
    time = page.get_by_test_id("time")
    hand.press((x, y))
    at = time.inner_text()
    hand.press((x, y), (x + 100, y))
    hand.move((x - 50, y), (x + 150, y))
    hand.lift(1, (x + 150, y))
    hand.move((x - 150, y))
    hand.let_go()
    assert time.inner_text() == at


def test_a_finger_that_trembles_still_presses_long(page: Page) -> None:
    hand = Hand(page)
    page.keyboard.press("Home")
    words = page.get_by_test_id("transcript")
    expect(words).to_have_js_property("scrollTop", 0)
    third = words.locator("[data-word='2']")
    expect(third).to_be_in_viewport()
    x, y = middle(third)
    hand.press((x, y))
    hand.move((x + 2, y + 1))
    expect(page.get_by_test_id("selection")).to_contain_text("1 word")
    hand.let_go()
    words.locator("[data-word='5']").tap()
    expect(page.get_by_test_id("selection")).to_contain_text("4 words")


def test_what_keys_do_is_in_sight_too(page: Page, server: Server) -> None:
    before = len(api(page, server, "/clips")["clips"])
    page.get_by_test_id("begin-moment").click()
    expect(page.get_by_test_id("begun")).to_contain_text("A moment from")
    page.keyboard.press("Shift+ArrowRight")
    with page.expect_response(lambda answer: answer.request.method == "POST") as made:
        page.get_by_test_id("end-moment").click()
    clip = made.value.json()
    assert clip["end"] - clip["start"] == pytest.approx(1, abs=0.05)
    expect(page.get_by_test_id("candidate")).to_have_count(before + 1)

    assert page.get_by_test_id("export-kept").count() == 0
    page.keyboard.press("ArrowUp")  # What is marked by hand is kept from the start.
    page.keyboard.press("y")
    page.keyboard.press("k")
    page.get_by_test_id("export-kept").click()
    dialog = page.get_by_test_id("export-dialog")
    expect(dialog).to_contain_text("Export 2 clips")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    best = edit(page, server)
    page.get_by_test_id("cut-here").click()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    page.get_by_test_id("cut-here").click()
    (cut,) = as_saved(page, server)["cuts"]
    assert cut["start"] == pytest.approx(best["start"], abs=0.05)
    assert cut["end"] - cut["start"] == pytest.approx(2, abs=0.05)
    page.get_by_test_id("trim-start-here").click()
    assert as_saved(page, server)["start"] == pytest.approx(best["start"] + 2, abs=0.05)


def test_a_preview_that_broke_off_is_played_again(page: Page) -> None:
    def broken(route: Route) -> None:
        route.fulfill(status=200, content_type="video/mp4", body=b"not a film")

    page.route("**/proxy.mp4*", broken)
    page.reload()
    again = page.get_by_test_id("play-again")
    expect(again).to_be_visible(timeout=SOON)
    page.unroute("**/proxy.mp4*", broken)
    again.click()
    expect(page.get_by_test_id("player")).to_have_js_property("readyState", 4, timeout=SOON)
    expect(again).to_have_count(0)


def test_on_a_phone_the_bar_has_room_for_its_counts(page: Page) -> None:
    def busy(route: Route) -> None:
        answer = route.fetch()
        jobs = answer.json()["jobs"]
        for job in jobs:
            job["status"] = "processing"
            job["type"] = "export" if job["type"] == "analyze" else job["type"]
        route.fulfill(response=answer, json={"jobs": jobs})

    page.set_viewport_size({"width": 390, "height": 844})
    page.route("**/api/jobs*", busy)
    page.get_by_test_id("nav-library").click()
    page.reload()
    expect(page.get_by_test_id("nav-jobs")).to_contain_text("2 under way")
    expect(page.get_by_test_id("nav-exports")).to_contain_text("1 under way")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_head_of_the_chosen_moment_is_in_sight_however_long_it_is(page: Page) -> None:
    def wordy(route: Route) -> None:
        answer = route.fetch()
        clips = answer.json()["clips"]
        for place, clip in enumerate(sorted(clips, key=lambda one: -one["score"])):
            clip["reasons"] = [f"{reason} {n}" for reason in clip["reasons"] for n in range(9)]
            if place > 0:
                clip["reasons"] = clip["reasons"][:12]
        route.fulfill(response=answer, json={"clips": clips})

    page.route("**/clips", wordy)
    page.reload()
    rows = page.get_by_test_id("candidate")
    expect(rows.first).to_have_attribute("aria-current", "true")
    # What is closed above a moment is shorter then, and would take it along.
    for key, row in [("ArrowDown", 1), ("ArrowUp", 0), ("ArrowDown", 1), ("ArrowDown", 2)]:
        page.keyboard.press(key)
        expect(page.locator("[data-testid=candidate][aria-current=true]")).to_contain_text(
            f"#{row + 1}"
        )
        page.wait_for_function(
            """() => {
              const [list, row] = [".moments-list", ".candidate-selected"]
                .map((one) => document.querySelector(one).getBoundingClientRect());
              return list.height < row.height && Math.abs(row.top - list.top) < 1;
            }"""
        )


def test_exporting_several_leaves_each_its_captions_unless_told(page: Page, server: Server) -> None:
    best = moments_of(page, server)[:2]
    for enabled, clip in zip((True, False), best, strict=True):
        answer = page.request.patch(
            f"{server.url}/api/clips/{clip['id']}",
            data={"state": "kept", "captions": {**clip["captions"], "enabled": enabled}},
            headers={"If-Match": str(clip["rev"]), "X-Forge": "1"},
        )
        assert answer.ok
    page.reload()  # Or the page may not have heard of it yet.
    expect(page.get_by_test_id("export-kept")).to_be_visible()
    started: list[Any] = []

    def none(route: Route) -> None:
        started.append(route.request.post_data_json)
        route.fulfill(status=202, json={"jobs": []})

    def captions() -> list[bool]:
        now = {clip["id"]: clip["captions"]["enabled"] for clip in moments_of(page, server)}
        return [now[clip["id"]] for clip in best]

    page.route("**/exports", none)
    for told in (False, True):
        page.get_by_test_id("export-kept").click()
        box_ = page.get_by_test_id("burn-captions")
        expect(box_).to_have_js_property("indeterminate", True)
        if told:
            box_.click()
            expect(box_).to_be_checked()
            expect(box_).to_have_js_property("indeterminate", False)
        page.get_by_test_id("start-export").click()
        expect(page.get_by_test_id("start-export")).to_have_count(0)
        page.keyboard.press("Escape")
        assert captions() == [True, told]
    assert all({clip["id"] for clip in best} <= set(one["clip_ids"]) for one in started)
    assert len(started) == 2


def test_words_that_got_no_answer_come_by_themselves(page: Page) -> None:
    page.clock.install()
    away = ("**/transcript*", "**/peaks_*")
    for address in away:
        page.route(address, lambda route: route.abort())
    page.reload()
    expect(page.get_by_test_id("candidate").first).to_be_visible()
    word = page.get_by_test_id("transcript").locator("[data-word]").first
    expect(word).to_have_count(0)
    for address in away:
        page.unroute(address)
    with page.expect_response("**/peaks_1.dat*"):
        page.clock.fast_forward(10_000)
    expect(word).to_be_visible()
