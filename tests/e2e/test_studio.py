"""The whole of FORGE as a person meets it: from the printed link to the downloaded clip.

Rules of this file: the server is the real command in its own process, the browser a real one, the
recording is the demo. Nothing is waited for by the clock, only by what the page shows. Whatever a
page asks for, it asks its own server, and no error goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from forge.demo_sound import TRIUMPH
from tests.e2e.caption_page import Picture

#: Milliseconds: for what is answered at once, and for a step's or an export's real work.
SOON, WORK = 15_000, 180_000


class Drawn(NamedTuple):
    """A rectangle in fractions of the picture."""

    x: float
    y: float
    w: float
    h: float


#: Around the demo's facecam, and wider than it is, so that it can be told from what was there.
DRAWN = Drawn(0.03, 0.64, 0.22, 0.3)
CORRECTED = "Zounds"

STEPS = ["probe", "hash", "audio", "proxy", "transcription", "scene_detect", "signals", "scoring"]

RUNNING = "document.querySelector('[data-testid=step-proxy][data-status=processing]')"

#: Resolves to the position when the video has played up to a moment; says why when it does not.
PLAYED = """(video, [moment, patience]) => new Promise((resolve, reject) => {
  const look = () => { if (!video.paused && video.currentTime >= moment) end(resolve); };
  const failed = () => end(reject);
  const end = (settle) => {
    clearTimeout(alarm);
    video.removeEventListener("timeupdate", look);
    video.removeEventListener("error", failed);
    settle(settle === resolve ? video.currentTime : new Error(
      `at ${video.currentTime} s, ready ${video.readyState}, ${video.error?.message}`));
  };
  const alarm = setTimeout(failed, patience);
  video.addEventListener("timeupdate", look);
  video.addEventListener("error", failed);
})"""


def import_path(page: Page, path: Path) -> None:
    page.get_by_test_id("path-input").fill(str(path))
    page.get_by_test_id("import-button").click()


def see_the_steps_run(page: Page) -> None:
    """The steps begin, advance and end on the page by themselves."""
    preview = page.get_by_test_id("step-proxy")
    expect(preview).to_have_attribute("data-status", "processing", timeout=WORK)
    bar = preview.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"), timeout=WORK)
    expect(preview).to_contain_text(re.compile(r"\d % · ×\d.*left"), timeout=WORK)
    # What exists of the preview plays before the rest of it does.
    page.wait_for_function(f"() => {RUNNING} && document.querySelector('video')?.readyState >= 2")
    page.get_by_test_id("cancel-button").click()
    expect(page.get_by_test_id("cancel-button")).to_have_count(0, timeout=WORK)  # All have ended.
    page.get_by_test_id("retry-button").click()
    for name in STEPS:
        step = page.get_by_test_id(f"step-{name}")
        expect(step).to_have_attribute("data-status", "completed", timeout=WORK)
    speakers = page.get_by_test_id("step-diarization")
    expect(speakers).to_have_attribute("data-status", "skipped", timeout=SOON)


def clips_of(page: Page, url: str) -> list[dict[str, Any]]:
    """The clips as the server has them, the best first."""
    found = re.search(r"[0-9a-f-]{36}", page.url)
    assert found is not None
    clips = page.request.get(f"{url}/api/projects/{found[0]}/clips").json()["clips"]
    return sorted(clips, key=lambda clip: -clip["score"])


def download(page: Page, kind: str, folder: Path) -> Path:
    with page.expect_download() as caught:
        page.get_by_test_id(f"download-{kind}").click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    assert path.suffix == f".{kind}"
    return path


def check_clip(path: Path, seconds: float) -> None:
    """A vertical H.264 and AAC file of a length, every picture of which can be decoded."""
    with av.open(str(path)) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height) == (1080, 1920)
        pictures = sum(1 for _ in file.decode(video))
        assert video.average_rate is not None
        assert abs(pictures / float(video.average_rate) - seconds) < 0.1


def check_subtitles(path: Path, seconds: float) -> None:
    stamps = re.findall(r"(\d\d):(\d\d):(\d\d),(\d{3})", path.read_text("utf-8"))
    times = [int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000 for h, m, s, ms in stamps]
    assert times
    assert times == sorted(times)
    assert times[-1] <= seconds + 0.1


def fix_it(page: Page, pictures: Path) -> None:
    """Opens the chosen moment's editor, draws its facecam, corrects its first word, comes back."""
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_test_id("player")).to_have_js_property("readyState", 4, timeout=SOON)
    page.get_by_test_id("draw-facecam").click()
    picture = page.get_by_test_id("zones").bounding_box()
    assert picture is not None
    corners = [
        (picture["x"] + x * picture["width"], picture["y"] + y * picture["height"])
        for x, y in ((DRAWN.x, DRAWN.y), (DRAWN.x + DRAWN.w, DRAWN.y + DRAWN.h))
    ]
    page.mouse.move(*corners[0])
    page.mouse.down()
    page.mouse.move(*corners[1], steps=6)
    page.mouse.up()
    expect(page.get_by_test_id("layout-split")).to_have_attribute("aria-checked", "true")
    page.get_by_role("tab", name="Captions").click()
    word = page.get_by_role("textbox", name="Word: ").first
    word.fill(CORRECTED)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=f"Word: {CORRECTED}")).to_be_visible()
    expect(page.get_by_test_id("saved")).to_have_attribute("data-saved", "true", timeout=SOON)
    page.screenshot(path=pictures / "edited.png")
    page.get_by_test_id("back-to-project").click()
    expect(page.get_by_test_id("export-button")).to_be_visible(timeout=SOON)


def picture_at(path: Path, time: float) -> Picture:
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            if frame.time is not None and frame.time >= time:
                return np.asarray(frame.to_ndarray(format="rgb24"))
    raise AssertionError(f"{path.name} has no picture at {time} s")


def small(picture: Picture) -> Picture:
    """The same in 32 by 24 pixels."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    return np.asarray(frame.reformat(width=32, height=24).to_ndarray())


def check_facecam(path: Path, recording: Path, start: float, rect: dict[str, float]) -> None:
    """The clip's upper part shows a rectangle of the recording, and not one beside it."""
    source, clip = picture_at(recording, start + 1), picture_at(path, 1)
    width, height = round(rect["w"] * source.shape[1]), round(rect["h"] * source.shape[0])
    shown = small(clip[: round(clip.shape[1] * height / width)])

    def difference(x: int, y: int) -> float:
        """The mean of all channels, 0 to 255, against the rectangle of the recording there."""
        wanted = small(source[y : y + height, x : x + width])
        return float(np.mean(np.abs(wanted.astype(float) - shown)))

    x, y = round(rect["x"] * source.shape[1]), round(rect["y"] * source.shape[0])
    here = difference(x, y)
    assert here < 6
    assert here < min(difference(x + 40, y), difference(x, y - 40)) / 2


def test_a_recording_becomes_a_clip(
    page: Page, witness: Any, serve: Callable[..., Any], tmp_path: Path
) -> None:
    # Diarization would take longer than all else together; the steps' own tests run it.
    server = serve(FORGE_DIARIZATION="off")

    page.goto(server.link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Clips worth posting")
    expect(page.get_by_test_id("live")).to_have_attribute("data-status", "open")
    assert "token" not in page.url
    page.screenshot(path=tmp_path / "empty.png")

    page.get_by_test_id("try-demo").click()
    expect(page.get_by_test_id("transfer")).to_contain_text("Making a short recording")
    card = page.get_by_test_id("project-card")
    expect(card).to_contain_text(re.compile("FORGE demo.* chat"), timeout=WORK)
    expect(page.get_by_test_id("transfer")).to_have_count(0)
    card.click()
    page.evaluate("document.body.dataset.visit = 'first'")  # Gone after any reload.
    see_the_steps_run(page)

    candidates = page.get_by_test_id("candidate")
    expect(candidates.first).to_be_visible(timeout=WORK)
    clips = clips_of(page, server.url)
    best = clips[0]
    expect(page.get_by_test_id("candidate-score")).to_have_text(
        [str(int(clip["score"] + 0.5)) for clip in clips]
    )
    assert best["start"] < TRIUMPH < best["end"]
    assert all(0 < clip["score"] <= 100 and clip["reasons"] for clip in clips)
    expect(page.get_by_text(best["reasons"][0]).first).to_be_visible()
    assert page.evaluate("document.body.dataset.visit") == "first"

    candidates.first.click()
    expect(page).to_have_url(re.compile(best["id"]))
    player = page.get_by_test_id("player")
    expect(player).to_have_js_property("readyState", 4, timeout=SOON)
    assert player.evaluate("video => [video.videoWidth, video.videoHeight]") == [1280, 720]
    assert player.evaluate("video => video.currentTime") >= best["start"] - 0.1
    page.screenshot(path=tmp_path / "candidates.png")
    # Who chooses a moment wants to see it: it plays by itself.
    assert best["start"] + 1 <= player.evaluate(PLAYED, [best["start"] + 1, SOON]) < best["end"]
    player.click()  # Pause.
    expect(player).to_have_js_property("paused", True)

    page.get_by_test_id("keep-button").click()
    expect(candidates.first).to_have_attribute("data-state", "kept")
    fix_it(page, tmp_path)
    [edited] = [clip for clip in clips_of(page, server.url) if clip["id"] == best["id"]]
    page.get_by_test_id("export-button").click()
    page.get_by_test_id("start-export").click()
    expect(page.get_by_test_id("export-row")).to_be_visible(timeout=SOON)
    page.keyboard.press("Escape")
    export = page.get_by_test_id("export")
    expect(export.get_by_role("progressbar")).to_have_attribute(
        "aria-valuenow", re.compile(r"^[1-9]\d?$"), timeout=WORK
    )
    expect(export).to_have_attribute("data-status", "completed", timeout=WORK)
    video = page.get_by_test_id("export-video")
    expect(video).to_have_js_property("videoWidth", 1080, timeout=SOON)
    expect(video).to_have_js_property("videoHeight", 1920)
    page.screenshot(path=tmp_path / "exported.png", full_page=True)
    page.get_by_test_id("play-export").click()
    assert video.evaluate(PLAYED, [1, SOON]) >= 1

    length = best["end"] - best["start"]
    mp4, srt = (download(page, kind, tmp_path) for kind in ("mp4", "srt"))
    check_clip(mp4, length)
    check_subtitles(srt, length)
    assert srt.read_text("utf-8").split("\n")[2].startswith(CORRECTED)
    [facecam] = [zone["rect"] for zone in edited["zones"] if zone["kind"] == "facecam"]
    assert facecam == pytest.approx(DRAWN._asdict(), abs=0.01)
    [recording] = page.request.get(f"{server.url}/api/projects").json()["projects"][0]["vods"]
    check_facecam(mp4, Path(recording["path"]), best["start"], facecam)

    page.reload()
    expect(page.get_by_test_id("candidate")).to_have_count(len(clips))
    expect(candidates.first).to_have_attribute("data-state", "kept")
    expect(candidates.first).to_have_attribute("aria-current", "true")
    expect(export).to_have_attribute("data-status", "completed")
    expect(video).to_have_js_property("videoWidth", 1080, timeout=SOON)

    page.get_by_role("link", name="FORGE, all projects").click()
    import_path(page, Path(recording["path"]))
    twin = page.get_by_test_id("duplicate")
    expect(twin).to_contain_text("has this recording already")
    expect(twin.get_by_role("link", name="FORGE demo")).to_be_visible()
    import_path(page, tmp_path / "nowhere.mp4")
    complaint = page.get_by_role("alert").filter(has_text="nowhere.mp4")
    expect(complaint).to_have_count(1)
    expect(complaint).to_contain_text("There is no file")
    expect(page.get_by_test_id("project-card")).to_have_count(1)
    page.screenshot(path=tmp_path / "refused.png")

    assert witness.errors == []
    assert witness.refusals == [(409, "/api/projects"), (422, "/api/projects")]
    assert witness.addresses == {server.url}
    # With the page still open: neither its socket nor its videos may hold up a stop.
    assert server.interrupt(20) == 0
    expect(page.get_by_test_id("live")).to_have_attribute("data-status", "lost")


def test_without_the_link_nobody_comes_in(
    page: Page, witness: Any, serve: Callable[..., Any]
) -> None:
    server = serve()
    page.goto(server.url)
    expect(page.get_by_test_id("connect")).to_be_visible()
    page.get_by_test_id("token-input").fill(f"{server.url}/#token=guessed")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("alert")).to_contain_text("not the one")
    page.get_by_test_id("token-input").fill(server.link)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_test_id("drop-zone")).to_be_visible()
    assert witness.errors == []
    assert witness.refusals == [(401, "/api/session"), (401, "/api/session")]
    assert server.interrupt(20) == 0
