"""Every page and state of the studio is fit for screen readers, keyboards and phones.

Rules of this file: axe-core judges what a real browser shows of a real server, in both themes; a
serious or critical violation fails. What axe cannot see (the order of the focus, what fits on a
phone) is asked of the page itself. One recording of a few seconds and a failed one are enough;
what only an analysed recording shows is looked at on one written by the library's own hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.judge import AXE, Judge
from tests.e2e.library_page import WORK, ask, read_in
from tests.e2e.served import SOON, Server

PASSWORD = "correct horse battery"
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def axe() -> str:
    assert AXE.is_file(), "axe-core is not there: run `npm ci` in web/"
    return AXE.read_text("utf-8")


class Stock(NamedTuple):
    """What is in the library: a recording with a clip, and one that could not be read."""

    project: str
    clip: str


@pytest.fixture(scope="module")
def stock(
    browser: Browser, server: Server, recording: Path, tmp_path_factory: pytest.TempPathFactory
) -> Stock:
    broken = tmp_path_factory.mktemp("broken") / "broken.mp4"
    broken.write_text("no video\n")
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    ask(page, server, "/api/projects", {"path": str(broken)})
    project = read_in(page, server, recording, "Friday")
    span = {"start": 0.5, "end": 2.5, "title": "The tone"}
    clip = ask(page, server, f"/api/projects/{project}/clips", span)["id"]
    ask(page, server, f"/api/clips/{clip}/exports", {"presets": ["1:1"]})
    context.close()
    return Stock(project, clip)


@pytest.fixture
def judge(page: Page, axe: str, tmp_path: Path) -> Judge:
    return Judge(page, axe, tmp_path)


def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")  # innerWidth would grow with it.
    assert wide <= PHONE["width"], f"{wide} pixels wide"


def test_every_page_and_state(
    page: Page, witness: Any, judge: Judge, server: Server, stock: Stock, recording: Path
) -> None:
    page.goto(server.url)
    expect(page.get_by_test_id("connect")).to_be_visible()
    judge.look("connect")
    page.get_by_test_id("token-input").fill("guessed")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    judge.look("connect, refused")
    page.goto(server.link)  # Only its fragment is new: the studio loads itself again.

    expect(page.get_by_test_id("thumbnail")).to_be_visible(timeout=SOON)
    page.get_by_test_id("path-input").fill(str(recording))
    page.get_by_test_id("import-button").click()
    expect(page.get_by_test_id("duplicate")).to_be_visible()
    page.get_by_test_id("path-input").fill("/nowhere.mp4")
    page.get_by_test_id("import-button").click()
    expect(page.get_by_role("alert").filter(has_text="nowhere.mp4")).to_be_visible()
    page.get_by_role("button", name="Delete broken").click()
    expect(page.get_by_test_id("notice").filter(has_text="deleted")).to_be_visible()
    judge.look("library")
    page.get_by_role("button", name="Undo").click()

    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("palette")).to_be_visible()
    judge.look("palette")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_be_visible()
    judge.look("keys")
    page.keyboard.press("Escape")

    page.get_by_test_id("nav-jobs").click()
    expect(page.get_by_test_id("job")).to_have_count(4)
    judge.look("work")
    page.get_by_test_id("nav-exports").click()
    row = page.get_by_test_id("export-row")
    expect(row).to_have_attribute("data-status", "completed", timeout=WORK)
    judge.look("exports")

    page.goto(f"{server.url}/#/projects/{stock.project}")
    page.get_by_test_id("export-button").first.click()
    expect(page.get_by_test_id("export-dialog")).to_be_visible()
    judge.look("export dialog")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("export-dialog")).to_have_count(0)
    judge.look("project")
    page.goto(f"{server.url}/#/projects/{stock.project}/clips/{stock.clip}/edit")
    expect(page.get_by_role("main")).to_be_focused()
    judge.look("editor")
    page.get_by_test_id("nav-library").click()
    page.get_by_role("link", name="broken").click()
    expect(page.get_by_test_id("unread")).to_be_visible()
    judge.look("a recording that cannot be read")
    page.goto(f"{server.url}/#/projects/nothing")
    expect(page.get_by_text("There is no such project")).to_be_visible()
    judge.look("no such project")
    assert judge.violations == []
    assert witness.errors == []


def test_menus_dialogs_and_panels(page: Page, witness: Any, judge: Judge, analysed: Server) -> None:
    page.goto(analysed.link)
    page.get_by_test_id("project-card").click()
    words = page.get_by_test_id("transcript").locator("[data-word]")
    expect(words.first).to_be_visible(timeout=SOON)
    opened = (
        ("signals", page.get_by_test_id("signals-button")),
        ("order", page.get_by_test_id("sort-button")),
        ("speed", page.get_by_role("button", name="Speed")),
        ("adding", page.get_by_test_id("add-button")),
    )
    for place, button in opened:
        button.click()
        over = page.locator("[role=menu], [role=dialog]")
        expect(over).to_be_visible()
        judge.look(place)
        page.keyboard.press("Escape")
        expect(over).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Speaker 1")).first.click()
    expect(page.get_by_role("textbox", name="The speaker's name")).to_be_focused()
    judge.look("naming a speaker")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.keyboard.press("F2")
    expect(page.get_by_role("textbox", name="The project's name")).to_be_focused()
    judge.look("a moment begun, and naming the project")
    page.keyboard.press("Escape")
    words.nth(2).hover()
    page.mouse.down()
    words.nth(6).hover()
    page.mouse.up()
    expect(page.get_by_test_id("selection")).to_be_visible()
    judge.look("words selected")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_test_id("player")).to_have_js_property("readyState", 4, timeout=SOON)
    page.get_by_test_id("layout-split").click()
    for tab in ("Layout", "Captions", "Words", "Clean up"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        judge.look(f"editor, {tab}")
    assert judge.violations == []
    assert witness.errors == []


def test_the_keyboard_reaches_everything_in_order(page: Page, server: Server) -> None:
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Choose files")).to_be_focused()
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("path-input")).to_be_focused()

    page.get_by_role("button", name="Keys").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("help")).to_be_visible()
    for _ in range(4):  # The focus goes around inside.
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keys")).to_be_focused()


def test_theme_and_motion_are_as_a_person_wants_them(page: Page, server: Server) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(server.link)
    choose = page.get_by_test_id("drop-zone").get_by_role("button", name="Choose files")
    expect(choose).to_have_css("transition-duration", "0s")
    page.emulate_media(reduced_motion="no-preference")
    expect(choose).not_to_have_css("transition-duration", "0s")
    ground = page.locator("body")
    dark = "rgb(22, 17, 13)"
    expect(ground).to_have_css("background-color", dark)
    theme = page.get_by_role("button", name="Theme: ")
    for word in ("dark", "light"):  # From "as the system does".
        theme.click()
        expect(theme).to_have_accessible_name(f"Theme: {word}. Change it")
    expect(ground).not_to_have_css("background-color", dark)
    page.reload()
    expect(theme).to_have_accessible_name("Theme: light. Change it")
    expect(ground).not_to_have_css("background-color", dark)


def test_a_phone_shows_library_work_and_exports(
    browser: Browser, server: Server, stock: Stock, tmp_path: Path
) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    try:
        page.goto(server.link)
        expect(page.get_by_test_id("thumbnail")).to_be_visible(timeout=SOON)
        expect(page.get_by_role("button", name="Delete Friday")).to_be_visible()
        page.screenshot(path=tmp_path / "library.png", full_page=True)
        fits(page)
        for place in ("jobs", "exports"):
            page.get_by_test_id(f"nav-{place}").click()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.screenshot(path=tmp_path / f"{place}.png", full_page=True)
            fits(page)
        page.get_by_test_id("nav-library").click()
        page.get_by_test_id("project-card").filter(has_text="Friday").click()
        fits(page)
        title = page.get_by_role("heading", level=1, name="Friday").bounding_box()
        add = page.get_by_test_id("add-button").bounding_box()
        assert title is not None
        assert add is not None
        assert title["width"] > 40
        assert title["y"] + title["height"] <= add["y"]
        page.get_by_test_id("export-button").first.click()
        expect(page.get_by_test_id("start-export")).to_be_visible()
        page.screenshot(path=tmp_path / "export.png")
        fits(page)
    finally:
        context.close()


def test_a_password_lets_in_and_a_wrong_one_does_not(
    page: Page, witness: Any, judge: Judge, serve: Callable[..., Server]
) -> None:
    server = serve(FORGE_HOST="0.0.0.0", FORGE_INSECURE_NETWORK="true", FORGE_PASSWORD=PASSWORD)
    page.goto(server.url)
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    judge.look("sign in")
    page.get_by_test_id("password-input").fill("guess")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_contain_text("not the password")
    judge.look("sign in, refused")
    page.get_by_test_id("password-input").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("live")).to_have_attribute("data-status", "open")
    expect(page.get_by_test_id("disk")).to_be_visible()
    judge.look("library, empty")
    page.get_by_test_id("nav-jobs").click()
    expect(page.get_by_role("heading", level=1, name="Work")).to_be_visible()
    judge.look("work, empty")
    page.get_by_test_id("nav-exports").click()
    expect(page.get_by_role("heading", level=1, name="Exports")).to_be_visible()
    judge.look("exports, empty")
    assert judge.violations == []
    assert witness.errors == []
    assert witness.refusals == [(401, "/api/session"), (401, "/api/session")]
