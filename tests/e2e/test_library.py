"""The library, as a person uses it in a browser: importing, finding, deleting.

Rules of this file: the server is the real command, the browser a real one, and what is imported
costs nothing to read: what is tried here is the studio, not the analysis. Nothing is waited for by
the clock: where a deletion can be undone for a while, the page's own clock is moved.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.library_page import ask, card, drop, not_a_video, transfer
from tests.e2e.served import Server

#: Milliseconds, for what is answered at once.
SOON = 15_000
CHAT = "time,user,message\n1,ann,hello\n2,bob,hi\n"
#: Bytes a second that an upload gets in the tests that pause one.
SLOW = 1_000_000


def limit(line: CDPSession, rate: int) -> None:
    """Lets uploads have so many bytes a second; -1 is as many as there are."""
    others = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**others, "uploadThroughput": rate})


def slow_line(page: Page, server: Server) -> CDPSession:
    """The library on a line on which an upload can be watched."""
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    limit(line, SLOW)
    return line


def test_the_first_start_explains_itself(page: Page, witness: Any, server: Server) -> None:
    page.goto(server.link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Clips worth posting")
    steps = page.get_by_role("list", name="How it goes").get_by_role("listitem")
    expect(steps).to_have_count(3)
    expect(page.get_by_test_id("disk")).to_contain_text("free on its disk")
    page.get_by_test_id("nav-jobs").click()
    expect(page.get_by_role("heading", name="Nothing was asked of FORGE yet")).to_be_visible()
    page.get_by_test_id("nav-exports").click()
    expect(page.get_by_role("heading", name="Clips to take away appear here")).to_be_visible()
    assert page.title() == "Exports · FORGE"
    assert witness.errors == []
    assert witness.refusals == []


def test_files_dropped_anywhere_come_in_with_their_chat(
    page: Page, witness: Any, server: Server
) -> None:
    page.goto(server.link)
    page.get_by_test_id("nav-jobs").click()
    drop(page, {"monday.mp4": "no video", "monday chat.csv": CHAT, "stray.json": "[]"})
    page.get_by_test_id("nav-library").click()
    expect(card(page, "monday")).to_contain_text("chat", timeout=SOON)
    expect(transfer(page, "stray.json")).to_contain_text("no recording came with it")
    transfer(page, "stray.json").get_by_role("button", name="Dismiss").click()
    expect(page.get_by_test_id("transfer")).to_have_count(0)

    card(page, "monday").get_by_role("link").click()
    facts, chat = page.locator(".project-title"), page.get_by_test_id("chat-button")
    expect(facts).to_contain_text("with chat")
    chat.click()
    page.get_by_test_id("chat-remove").click()
    expect(page.get_by_test_id("chat-dialog")).to_have_count(0)
    expect(facts).not_to_contain_text("with chat")
    chat.click()
    expect(page.get_by_test_id("chat-remove")).to_have_count(0)
    other = {"name": "other.csv", "mimeType": "text/csv", "buffer": CHAT.encode()}
    page.get_by_test_id("chat-file").set_input_files([other])
    expect(facts).to_contain_text("with chat", timeout=SOON)
    assert witness.errors == []


def test_an_upload_is_paused_goes_on_and_survives_a_reload(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    video = tmp_path / "tuesday.mp4"
    video.write_bytes(b"tuesday." * 500_000)
    line = slow_line(page, server)
    page.get_by_test_id("file-input").set_input_files(video)
    row = transfer(page, "tuesday.mp4")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % · .* of 4\.0 MB"), timeout=SOON)
    expect(row).to_contain_text(re.compile("[kM]B/s · .* left"), timeout=SOON)
    row.get_by_test_id("pause-upload").click()
    expect(row).to_have_attribute("data-state", "paused")
    row.get_by_test_id("resume-upload").click()
    expect(row).to_have_attribute("data-state", "sending")

    page.reload()
    expect(row).to_have_attribute("data-state", "interrupted", timeout=SOON)
    expect(row).to_contain_text(re.compile(r"Begun earlier · [1-9]\d? %"))
    page.get_by_test_id("nav-jobs").click()
    page.get_by_test_id("nav-library").click()
    expect(row).to_have_count(1)
    limit(line, -1)
    row.get_by_test_id("again-input").set_input_files(video)
    expect(card(page, "tuesday")).to_have_count(1, timeout=SOON)
    expect(page.get_by_test_id("transfer")).to_have_count(0)
    projects = ask(page, server, "/api/projects")["projects"]
    (made,) = (one for one in projects if one["title"] == "tuesday")
    assert Path(made["vods"][0]["path"]).read_bytes() == video.read_bytes()
    page.reload()  # What was imported is not offered again.
    expect(card(page, "tuesday")).to_have_count(1)
    expect(page.get_by_test_id("transfer")).to_have_count(0)
    assert witness.errors == []


def test_a_cancelled_upload_comes_back_when_that_is_undone(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    video = tmp_path / "cancelled.mp4"
    video.write_bytes(b"another." * 500_000)
    line = slow_line(page, server)
    page.get_by_test_id("file-input").set_input_files(video)
    row = transfer(page, "cancelled.mp4")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % ·"), timeout=SOON)
    row.get_by_test_id("cancel-upload").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    limit(line, -1)
    expect(card(page, "cancelled")).to_have_count(1, timeout=SOON)
    assert witness.errors == []


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


def test_an_upload_goes_on_into_its_project(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    video = tmp_path / "second half.mp4"
    video.write_bytes(b"half two" * 500_000)
    line = slow_line(page, server)
    half = not_a_video(tmp_path, "first half.mp4")
    project = ask(page, server, "/api/projects", {"path": str(half)})["project"]["id"]
    card(page, "first half").click()
    page.get_by_test_id("add-button").click()
    page.get_by_test_id("add-recording").get_by_test_id("file-input").set_input_files(video)
    row = transfer(page, "second half.mp4")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % ·"), timeout=SOON)
    page.reload()
    page.get_by_test_id("nav-library").click()
    expect(row).to_have_attribute("data-state", "interrupted", timeout=SOON)
    expect(row).to_contain_text("into “first half”")
    limit(line, -1)
    row.get_by_test_id("again-input").set_input_files(video)
    expect(card(page, "first half")).to_contain_text("2 recordings", timeout=SOON)
    made = ask(page, server, f"/api/projects/{project}")
    names = [vod["name"] for vod in made.get("project", made)["vods"]]
    assert names == ["first half.mp4", "second half.mp4"]
    assert witness.errors == []
