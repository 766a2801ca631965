"""The library, live work and exports, as a person uses them in a browser.

Rules of this file: the server is the real command, the browser a real one, and recordings are a
few seconds long, from ffmpeg's own sources: what is tried here is the studio, not the analysis.
One server for the file, except where it has to die. Nothing is waited for by the clock: where a
deletion can be undone for a while, the page's own clock is moved.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Server

#: Milliseconds: for what is answered at once, and for a step's or an export's real work.
SOON, WORK = 15_000, 60_000
CHAT = "time,user,message\n1,ann,hello\n2,bob,hi\n"
#: Bytes a second that an upload gets in the test that pauses one.
SLOW = 1_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    made = Server(folder / "library", folder / "log", FORGE_DIARIZATION="off")
    yield made
    made.end()


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of a test picture and a tone."""
    path = tmp_path_factory.mktemp("media") / "short stream.mp4"
    sources = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=30:d=4"]
    sources += ["-f", "lavfi", "-i", "sine=f=440:d=4"]
    encode = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *sources, *encode, str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def not_a_video(folder: Path, name: str) -> Path:
    """A file that may be imported and fails at its probe: the cheapest recording there is."""
    path = folder / name
    path.write_text(f"this is {name}, and no video\n")
    return path


def ask(page: Page, server: Server, path: str, body: Any = None) -> Any:
    """A request to the API with the page's session; a POST when there is a body."""
    url = f"{server.url}{path}"
    if body is None:
        return page.request.get(url).json()
    answer = page.request.post(url, data=body, headers={"X-Forge": "1"})
    assert answer.ok, answer.text()
    return answer.json()


def card(page: Page, title: str) -> Locator:
    return page.get_by_test_id("project-card").filter(has_text=title)


def transfer(page: Page, name: str) -> Locator:
    return page.get_by_test_id("transfer").filter(has_text=name)


def drop(page: Page, files: dict[str, str]) -> None:
    """Drags files in from outside and lets go of them over the page."""
    page.evaluate(
        """(files) => {
          const data = new DataTransfer();
          for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
          window.drag = (type) => document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        files,
    )
    page.evaluate("window.drag('dragenter')")
    expect(page.get_by_test_id("drop-anywhere")).to_be_visible()
    page.evaluate("window.drag('drop')")
    expect(page.get_by_test_id("drop-anywhere")).to_have_count(0)


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
    assert witness.errors == []


def test_an_upload_is_paused_goes_on_and_survives_a_reload(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    video = tmp_path / "tuesday.mp4"
    video.write_bytes(b"tuesday." * 500_000)
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    throttle = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**throttle, "uploadThroughput": SLOW})
    page.get_by_test_id("file-input").set_input_files(video)
    row = transfer(page, "tuesday.mp4")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % · .* of 4\.0 MB"), timeout=SOON)
    expect(row).to_contain_text(re.compile("[kM]B/s"), timeout=SOON)
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
    line.send("Network.emulateNetworkConditions", {**throttle, "uploadThroughput": -1})
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
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    throttle = {"offline": False, "latency": 0, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**throttle, "uploadThroughput": SLOW})
    page.get_by_test_id("file-input").set_input_files(video)
    row = transfer(page, "cancelled.mp4")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % ·"), timeout=SOON)
    row.get_by_test_id("cancel-upload").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    line.send("Network.emulateNetworkConditions", {**throttle, "uploadThroughput": -1})
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
    assert witness.refusals == [(409, "/api/projects")]


def test_many_projects_are_searched_and_sorted(
    page: Page, witness: Any, server: Server, tmp_path: Path
) -> None:
    page.goto(server.link)
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    for title in ("Arena 10", "Arena 9", "Zebra"):
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
    page.get_by_test_id("palette-input").fill("zebr")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/projects/"))
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_contain_text("Find a project")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("help")).to_have_count(0)
    assert witness.errors == []


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

    serve(port=int(first.url.rpartition(":")[2]), FORGE_DIARIZATION="off")
    page.get_by_test_id("away").get_by_role("button", name="Try now").click()
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
    body = {"path": str(recording), "title": "Friday", "analyze": False}
    project = ask(page, server, "/api/projects", body)["project"]["id"]
    page.get_by_test_id("nav-jobs").click()
    read = page.get_by_test_id("job").filter(has_text="Friday")
    expect(read).to_have_attribute("data-status", "completed", timeout=WORK)
    clip = {"start": 1.0, "end": 3.0, "title": "The tone"}
    ask(page, server, f"/api/projects/{project}/clips", clip)

    page.goto(f"{server.url}/#/projects/{project}")
    page.get_by_test_id("export-button").first.click()
    dialog = page.get_by_test_id("export-dialog")
    expect(dialog.get_by_test_id("preset-9:16")).to_be_checked()
    dialog.get_by_test_id("preset-1:1").check()
    dialog.get_by_test_id("export-name").fill("A better name")
    expect(dialog).to_contain_text("2 videos.")
    dialog.get_by_test_id("start-export").click()
    row = dialog.get_by_test_id("export-row")
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
    expect(page.get_by_test_id("export-row")).to_have_attribute("data-status", "completed")
    chosen = page.evaluate("localStorage.getItem('forge.export')")
    assert json.loads(chosen)["presets"] == ["9:16", "1:1"]
    assert witness.errors == []
