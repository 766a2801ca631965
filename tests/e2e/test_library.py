"""The library, as a person uses it in a browser: what comes in, and how.

Rules of this file: the server is the real command, the browser a real one, and what is imported
costs nothing to read: what is tried here is the studio, not the analysis. An upload that must be
caught under way is given a slow line; nothing is waited for by the clock.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.library_page import CHAT, ask, card, drop, not_a_video, transfer
from tests.e2e.served import SOON, Server

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
