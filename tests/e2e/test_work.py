"""Live work and exports, as a person follows and steers them in a browser.

Rules of this file: the server is the real command, the browser a real one, the recording has four
seconds. One server for the file, except where it has to die. Nothing is waited for by the clock:
where a page waits for a while, its own clock is moved.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
from playwright.sync_api import Locator, Page, expect

from forge.library import Library
from tests.e2e.library_page import WORK, ask, not_a_video, read_in
from tests.e2e.served import SOON, Server


def test_a_failed_job_says_why_and_a_retry_takes_the_other_along(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    path = not_a_video(tmp_path, "thursday.mp4")
    page.clock.install()
    page.goto(f"{server.link}")
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    made = ask(page, server, "/api/projects", {"path": str(path)})
    page.get_by_test_id("nav-jobs").click()
    mine = page.get_by_test_id("job").filter(has_text="thursday")
    reading, analysing = mine.filter(has_text="Reading"), mine.filter(has_text="Analysing")
    expect(analysing).to_have_attribute("data-status", "failed", timeout=SOON)
    expect(reading).to_contain_text("Go on at “File”")
    expect(analysing).to_contain_text("builds on work that stopped")
    before = {job["id"]: job["updated_at"] for job in made["jobs"]}
    analysing.get_by_test_id("job-retry").click()
    expect(page.get_by_test_id("job").filter(has_text="thursday")).to_have_count(2)
    page.wait_for_function(
        """async ([url, before]) => {
          const answer = await fetch(url);
          const { jobs } = await answer.json();
          return jobs.every((job) => job.status === "failed" && job.updated_at > before[job.id]);
        }""",
        arg=[f"/api/jobs?project_id={made['project']['id']}", before],
        timeout=SOON,
    )
    expect(reading).to_have_attribute("data-status", "failed", timeout=SOON)

    reading.get_by_test_id("job-delete").click()
    expect(reading).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        page.clock.fast_forward(10_000)
    assert deleted.value.status == 204
    expect(analysing).to_have_count(1)
    left = ask(page, server, f"/api/jobs?project_id={made['project']['id']}")["jobs"]
    assert [job["type"] for job in left] == ["analyze"]
    assert witness.errors == []


def test_a_damaged_file_is_made_again_by_the_button_that_its_hint_names(
    page: Page, witness: Any, server: Server, recording: Path
) -> None:
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    project = read_in(page, server, recording, "Wednesday")
    jobs = f"/api/jobs?project_id={project}"
    [ingest] = ask(page, server, jobs)["jobs"]
    keys = next(step["artifacts"] for step in ingest["steps"] if step["name"] == "proxy")
    scout = Library(server.data).file(keys["scout.mp4"], "scout.mp4")
    whole = scout.read_bytes()
    os.truncate(scout, 100)
    ask(page, server, "/api/jobs", {"type": "analyze", "project_id": project})
    mine = page.get_by_test_id("job").filter(has_text="Wednesday")
    analysing = mine.filter(has_text="Analysing")
    expect(analysing).to_have_attribute("data-status", "failed", timeout=WORK)
    expect(analysing).to_contain_text("Make it again in the studio")
    again = analysing.get_by_test_id("job-retry")
    expect(again).to_have_text("Make it again")
    again.click()
    expect(analysing).to_have_attribute("data-status", "completed", timeout=WORK)
    assert scout.read_bytes() == whole
    made = [job for job in ask(page, server, jobs)["jobs"] if job["type"] == "ingest"]
    assert len(made) == 2
    steps = [step for job in made for step in job["steps"] if job["id"] != ingest["id"]]
    done = {step["name"] for step in steps if step["status"] == "completed" and not step["reused"]}
    assert done == {"proxy"}
    assert witness.errors == []


def test_work_goes_on_over_a_killed_server_and_a_reload(
    page: Page, witness: Any, serve: Callable[..., Server], recording: Path
) -> None:
    first = serve(FORGE_DIARIZATION="off", FORGE_FAILPOINT="reported:proxy")
    page.clock.install()
    page.goto(first.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    page.evaluate("document.body.dataset.visit = 'first'")  # Gone after any reload.
    ask(page, first, "/api/projects", {"path": str(recording), "analyze": False})
    page.get_by_test_id("nav-jobs").click()
    job = page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "processing", timeout=SOON)
    first.process.wait(30)  # It killed itself in the middle of the preview.
    link = page.get_by_test_id("live")
    expect(link).to_have_attribute("data-status", "lost", timeout=SOON)
    page.clock.fast_forward(6_000)  # Before that it is nothing to speak of.
    expect(page.get_by_test_id("away")).to_contain_text("nothing that was saved is lost")
    expect(job).to_have_count(1)

    # The page would try by itself before anybody can press the button.
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    serve(port=int(first.url.rpartition(":")[2]), FORGE_DIARIZATION="off")
    page.get_by_test_id("away").get_by_role("button", name="Try now").click()
    page.clock.resume()
    expect(link).to_have_attribute("data-status", "open", timeout=WORK)
    expect(job).to_have_attribute("data-status", "completed", timeout=WORK)
    expect(job).to_have_count(1)
    assert page.evaluate("document.body.dataset.visit") == "first"
    page.reload()
    expect(job).to_have_attribute("data-status", "completed", timeout=SOON)
    expect(job).to_have_count(1)
    assert witness.errors == [] or all("WebSocket" in error for error in witness.errors)


def test_a_clip_is_exported_in_several_formats_at_once(
    page: Page, witness: Any, server: Server, recording: Path, tmp_path: Path
) -> None:
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    project = read_in(page, server, recording, "Friday")
    clip = {"start": 1.0, "end": 3.0, "title": "The tone"}
    ask(page, server, f"/api/projects/{project}/clips", clip)

    page.goto(f"{server.url}/#/projects/{project}")
    page.get_by_test_id("export-button").first.click()
    dialog = page.get_by_test_id("export-dialog")
    expect(dialog.get_by_test_id("preset-9:16")).to_be_checked()
    others = ("9:16-60", "4:5", "16:9", "source")
    for preset in ("1:1", *others):
        dialog.get_by_test_id(f"preset-{preset}").check()
    expect(dialog).to_contain_text("6 videos.")
    dialog.get_by_test_id("start-export").click()
    row = dialog.get_by_test_id("export-row")
    row.get_by_role("button", name="Cancel the export").click()
    expect(row).to_have_attribute("data-status", "cancelled", timeout=SOON)
    page.keyboard.press("Escape")

    page.get_by_test_id("export-button").first.click()
    for preset in others:  # It remembers what was chosen last.
        dialog.get_by_test_id(f"preset-{preset}").uncheck()
    dialog.get_by_test_id("export-name").fill("A better name")
    expect(dialog).to_contain_text("2 videos.")
    dialog.get_by_test_id("start-export").click()
    expect(row).to_have_attribute("data-status", "completed", timeout=WORK)
    sizes = {}
    for words in ("9x16.mp4", "1x1.mp4"):
        with page.expect_download() as caught:
            row.get_by_role("link", name=re.compile(f"A better name.*{words}")).click()
        path = tmp_path / caught.value.suggested_filename
        caught.value.save_as(path)
        with av.open(str(path)) as file:
            sizes[words] = (file.streams.video[0].width, file.streams.video[0].height)
    assert sizes == {"9x16.mp4": (1080, 1920), "1x1.mp4": (1080, 1080)}
    expect(dialog.get_by_test_id("download-all")).to_contain_text("all 2 files")
    dialog.get_by_role("button", name="Close").last.click()
    page.get_by_test_id("nav-exports").click()
    rows = page.get_by_test_id("export-row")
    expect(rows.filter(has_text="A better name")).to_have_attribute("data-status", "completed")
    expect(rows.filter(has_text="cancelled")).to_have_count(1)
    chosen = page.evaluate("localStorage.getItem('forge.export')")
    assert json.loads(chosen)["presets"] == ["9:16", "1:1"]
    assert witness.errors == []


def reach(page: Page, place: Locator) -> None:
    """Goes on with Tab until a place has the focus."""
    expect(place).to_be_visible(timeout=SOON)
    for _ in range(60):
        if place.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def test_from_the_library_to_the_file_by_keys_alone(
    page: Page, witness: Any, server: Server, recording: Path, tmp_path: Path
) -> None:
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    body = {"path": str(recording), "title": "Saturday", "analyze": False}
    ask(page, server, "/api/projects?force=true", body)
    mine = page.get_by_test_id("project-card").filter(has_text="Saturday")
    expect(mine).to_contain_text("not analysed", timeout=WORK)
    expect(mine).to_contain_text("4 s")
    reach(page, page.get_by_role("link", name="Saturday"))
    page.keyboard.press("Enter")

    player = page.get_by_test_id("player")
    expect(player).to_have_js_property("readyState", 4, timeout=SOON)
    for key in ("Shift+ArrowRight", "i", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("begun")).to_contain_text("A moment from 0:01")
    page.keyboard.press("o")
    expect(page.get_by_test_id("candidate")).to_contain_text("0:01 – 0:03", timeout=SOON)
    expect(page.get_by_test_id("begun")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("length")).to_have_text("2.0 s", timeout=SOON)
    page.keyboard.press("e")
    dialog = page.get_by_test_id("export-dialog")
    for preset in ("9:16", "1:1"):  # One off, the other on.
        reach(page, dialog.get_by_test_id(f"preset-{preset}"))
        page.keyboard.press("Space")
    reach(page, dialog.get_by_test_id("start-export"))
    page.keyboard.press("Enter")
    row = dialog.get_by_test_id("export-row")
    expect(row).to_have_attribute("data-status", "completed", timeout=WORK)
    reach(page, row.get_by_role("link", name=re.compile(r"\.mp4$")))
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    with av.open(str(path)) as file:
        assert (file.streams.video[0].width, file.streams.video[0].height) == (1080, 1080)
    assert witness.errors == []
