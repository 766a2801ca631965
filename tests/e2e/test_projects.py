"""What is done with projects that are in the library: found, renamed, added to, deleted.

Rules of this file: the server is the real command, the browser a real one, and what is imported
costs nothing to read: what is tried here is the studio, not the analysis. Where a deletion can be
undone for a while, the page's own clock is moved.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.library_page import CHAT, ask, card, drop, not_a_video, transfer
from tests.e2e.served import SOON, Server


def test_a_duplicate_is_pointed_out_and_a_project_deleted_with_undo(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    path = not_a_video(tmp_path, "wednesday.mp4")
    page.clock.install()
    page.goto(server.link)
    page.get_by_test_id("path-input").fill(str(path))
    page.get_by_test_id("import-button").click()
    expect(card(page, "wednesday")).to_have_count(1, timeout=SOON)
    page.get_by_test_id("path-input").fill(f'"{path}"')
    page.get_by_test_id("import-button").click()
    twin = transfer(page, "wednesday.mp4")
    expect(twin.get_by_role("link", name="wednesday")).to_be_visible()
    twin.get_by_test_id("import-anyway").click()
    expect(card(page, "wednesday")).to_have_count(2, timeout=SOON)
    expect(twin).to_have_count(0)

    remove = page.get_by_role("button", name="Delete wednesday").first
    remove.click()
    expect(card(page, "wednesday")).to_have_count(1)
    notice = page.get_by_test_id("notice").filter(has_text="deleted")
    expect(notice).to_contain_text("stays if you close this page")
    notice.get_by_role("button", name="Undo").click()
    expect(card(page, "wednesday")).to_have_count(2)
    page.clock.fast_forward(10_000)
    titles = [one["title"] for one in ask(page, server, "/api/projects")["projects"]]
    assert titles.count("wednesday") == 2

    # From its own page too; who goes back there and presses again has one undo for both.
    card(page, "wednesday").first.click()
    page.get_by_test_id("delete-button").click()
    expect(card(page, "wednesday")).to_have_count(1)
    page.go_back()
    page.get_by_test_id("delete-button").click()
    expect(card(page, "wednesday")).to_have_count(1)
    expect(notice).to_have_count(1)
    notice.get_by_role("button", name="Undo").click()
    page.clock.fast_forward(10_000)
    expect(card(page, "wednesday")).to_have_count(2)
    titles = [one["title"] for one in ask(page, server, "/api/projects")["projects"]]
    assert titles.count("wednesday") == 2

    remove.click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        page.clock.fast_forward(10_000)
    assert deleted.value.status == 204
    expect(card(page, "wednesday")).to_have_count(1)
    titles = [one["title"] for one in ask(page, server, "/api/projects")["projects"]]
    assert titles.count("wednesday") == 1
    assert path.exists()
    assert witness.errors == []
    # A page that asks for a project because of its last event may come after its deletion.
    refused = [refusal for refusal in witness.refusals if refusal[0] != 404]
    assert refused == [(409, "/api/projects")]


def test_many_projects_are_searched_and_sorted(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    for title in ("Xerus", "Yak", "Arena 10", "Arena 9", "Zebra"):
        path = not_a_video(tmp_path, f"{title}.mp4")
        body = {"path": str(path), "title": title, "analyze": False}
        ask(page, server, "/api/projects", body)
    expect(card(page, "Zebra")).to_have_count(1, timeout=SOON)
    page.get_by_test_id("search").fill("arena")
    shown = page.get_by_test_id("project-card").locator("strong")
    expect(shown).to_have_text(["Arena 9", "Arena 10"])  # The newest first.
    page.get_by_test_id("order").select_option("name")
    expect(shown).to_have_text(["Arena 9", "Arena 10"])
    page.get_by_test_id("order").select_option("oldest")
    expect(shown).to_have_text(["Arena 10", "Arena 9"])
    page.get_by_test_id("search").fill("nothing is called this")
    expect(page.get_by_text("No project is called")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(card(page, "Zebra")).to_have_count(1)

    page.keyboard.press("Control+k")
    page.get_by_test_id("palette-input").fill("by its path")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("path-input")).to_be_focused()
    page.keyboard.press("Control+k")
    page.get_by_test_id("palette-input").fill("zebr")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/projects/"))
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_contain_text("Find a project")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("help")).to_have_count(0)
    assert witness.errors == []


def test_a_project_is_renamed_where_its_title_stands(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    body = {"path": str(not_a_video(tmp_path, "vod 0413.mp4")), "analyze": False}
    project = ask(page, server, "/api/projects", body)["project"]["id"]
    other = page.context.new_page()
    other.goto(f"{server.url}/#/projects/{project}")
    title = other.get_by_role("heading", level=1)
    expect(title).to_have_text("vod 0413")

    page.get_by_role("link", name="vod 0413").focus()
    page.keyboard.press("F2")
    expect(page.get_by_role("textbox", name="The project's name")).to_be_focused()
    page.keyboard.type("A slip")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="vod 0413")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Prologue")  # Over the old name, which is selected.
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Prologue")).to_be_focused()
    expect(title).to_have_text("Prologue", timeout=SOON)
    expect(other).to_have_title("Prologue · FORGE")

    title.dblclick()
    other.get_by_role("textbox", name="The project's name").fill("Epilogue")
    other.get_by_test_id("add-button").focus()  # Leaving the field keeps the name, too.
    expect(card(page, "Epilogue")).to_have_count(1, timeout=SOON)
    assert ask(page, server, f"/api/projects/{project}")["title"] == "Epilogue"
    assert witness.errors == []


def test_a_project_takes_more_recordings(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    first = not_a_video(tmp_path, "part one.mp4")
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    project = ask(page, server, "/api/projects", {"path": str(first)})["project"]["id"]
    card(page, "part one").click()
    switch = page.get_by_test_id("vod-switch")
    adding = page.get_by_test_id("add-recording")

    page.get_by_test_id("add-button").click()
    second = not_a_video(tmp_path, "part two.mp4")
    adding.get_by_test_id("path-input").fill(str(second))
    adding.get_by_test_id("import-button").click()
    expect(adding).to_have_count(0, timeout=SOON)  # It closes when the recording is in.
    expect(switch.locator("option:checked")).to_have_text("2. part two.mp4")

    page.get_by_test_id("add-button").click()
    expect(adding).to_be_visible()
    drop(page, {"part three.mp4": "part three", "part three.csv": CHAT})
    expect(switch.locator("option:checked")).to_have_text("3. part three.mp4", timeout=SOON)
    expect(page.get_by_test_id("transfer")).to_have_count(0)
    made = ask(page, server, f"/api/projects/{project}")
    vods = made.get("project", made)["vods"]
    assert [vod["has_chat"] for vod in vods] == [False, False, True]

    page.get_by_test_id("add-button").click()
    adding.get_by_test_id("path-input").fill(str(second))
    adding.get_by_test_id("import-button").click()
    expect(adding.get_by_test_id("duplicate")).to_be_visible()
    page.keyboard.press("Escape")  # What is on its way is then shown on the page.
    expect(page.get_by_test_id("duplicate")).to_be_visible()
    page.get_by_test_id("import-anyway").click()
    expect(switch.locator("option")).to_have_count(4, timeout=SOON)
    expect(switch.locator("option:checked")).to_have_text("3. part three.mp4")
    drop(page, {"another evening.mp4": "evening"})  # The dialog is closed: it is its own project.
    page.get_by_test_id("nav-library").click()
    expect(card(page, "another evening")).to_have_count(1, timeout=SOON)
    expect(card(page, "part one")).to_contain_text("4 recordings")
    assert witness.errors == []
