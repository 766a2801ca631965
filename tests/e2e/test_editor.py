"""The clip editor in a real browser: zones, words, trimming, and a history that nothing loses.

Rules of this file: the server is the real command, on a project that FORGE's own store and library
have written as finished jobs would; each test has a clip of its own. What was saved is asked of
the server, what is shown of the page. An edit made elsewhere is a real request, sent when the
page's own is on its way. Nothing is waited for by the clock.
"""

from __future__ import annotations

import json
import subprocess
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from forge.library import Library
from forge.media import ffmpeg
from forge.media.peaks import write_peaks
from forge.pipeline import JOBS
from forge.store import jobs, leases, projects, results
from forge.store.connection import open_database
from forge.store.results import StepResult, Suggestions
from tests.e2e.conftest import Server, Witness

SECONDS, SIZE, FPS = 16, (640, 360), 30.0
SOON = 15_000
#: One clip for each test that changes one, all over the same seconds.
CLIPS = ("zones", "trim", "words", "killed", "stale", "clash")
START, END = 2.0, 12.0
#: A pause of 1.6 s follows every fifth word; the second word of each five is a filler.
SAID = ("so", "um", "this", "is", "it")
WORDS = [
    {
        "word": said,
        "start": round(1 + 3.5 * group + 0.4 * place, 3),
        "end": round(1.3 + 3.5 * group + 0.4 * place, 3),
        "probability": 0.9,
        "speaker": None,
    }
    for group in range(4)
    for place, said in enumerate(SAID)
]
VIDEO = {"codec": "h264", "width": SIZE[0], "height": SIZE[1], "rotation": 0, "fps": FPS}
PROBE = {"container": "mp4", "duration": float(SECONDS), "video": VIDEO, "audio": None}
GAMEPLAY = {"kind": "gameplay", "rect": {"x": 0.25, "y": 0.0, "w": 0.5, "h": 1.0}}


def identifier(number: int) -> str:
    return str(UUID(int=number + 1, version=4))


def write_picture(folder: Path) -> None:
    source = f"testsrc2=s={SIZE[0]}x{SIZE[1]}:r=30:d={SECONDS}"
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-pix_fmt", "yuv420p"]
    command = [ffmpeg.binary(), "-v", "error", "-f", "lavfi", "-i", source, *coded]
    subprocess.run([*command, folder / "proxy.mp4"], check=True, stdin=subprocess.DEVNULL)


def write_sound(folder: Path) -> None:
    noise = np.random.default_rng(1).integers(-9000, 9000, SECONDS * 16_000).astype("<i2")
    with wave.open(str(folder / "audio.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(noise.tobytes())
    write_peaks(folder / "audio.wav", 16_000, folder)


def write_step(step: str, folder: Path) -> None:
    """What a step leaves behind, as far as the editor reads it."""
    transcript = {
        "model": "tiny.en",
        "note": None,
        "language": "en",
        "duration": float(SECONDS),
        "words": WORDS,
        "segments": [],
        "turns": [],
    }
    texts: dict[str, tuple[str, Any]] = {
        "probe": ("probe.json", PROBE),
        "transcription": ("transcript.json", transcript),
        "scene_detect": ("scenes.json", {"cuts": [6.05], "scenes": []}),
    }
    if step == "proxy":
        write_picture(folder)
    elif step == "audio":
        write_sound(folder)
    elif step != "diarization":
        name, value = texts.get(step, (f"{step}.json", {}))
        (folder / name).write_text(json.dumps(value), "utf-8")


def write_project(data: Path) -> None:
    """A recording whose jobs are all done, with the clips that the tests change."""
    library = Library(data)
    library.prepare()
    project_id, vod_id = identifier(1), identifier(2)
    found = [
        {"start": START, "end": END, "title": name, "score": 50, "reasons": ["loud"], "parts": {}}
        for name in CLIPS
    ]
    made = Suggestions(
        found, [identifier(100 + n) for n in range(len(CLIPS))], [GAMEPLAY], "single"
    )
    db = open_database(library.database)
    try:
        projects.add_project(db, project_id, "Friday", 1.0)
        projects.add_vod(
            db,
            vod_id=vod_id,
            project_id=project_id,
            name="friday.mp4",
            path=str(data / "friday.mp4"),
            size=1,
            fingerprint="0" * 64,
            has_chat=False,
            now=1.0,
        )
        for number, kind in enumerate(("ingest", "analyze")):
            job_id = identifier(10 + number)
            jobs.enqueue(
                db,
                job_id=job_id,
                project_id=project_id,
                vod_id=vod_id,
                kind=kind,  # type: ignore[arg-type]  # one of two literals
                payload={},
                now=1.0,
            )
            fence = leases.claim(db, job_id, "test", 1.0)
            assert fence is not None
            for step in JOBS[kind]:  # type: ignore[index]  # one of two literals
                key = UUID(int=hash((kind, step)) & (2**128 - 1)).hex
                staged = library.stage(job_id, step, 1)
                write_step(step, staged)
                files = library.commit(staged, key, [])
                done = StepResult(
                    key=key,
                    files=files,
                    result={},
                    seconds=1.0,
                    probe=PROBE if step == "probe" else None,
                    suggestions=made if step == "scoring" else None,
                )
                leases.start_step(db, fence, step, 1.0, key=key)
                assert results.record(db, fence, vod_id, step, done, 1.0)
    finally:
        db.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("editor")
    write_project(folder / "library")
    server = Server(folder / "library", folder / "server.log")
    yield server
    server.end()


class Studio:
    """A browser profile with an open session: its pages share cookies and what is kept there."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.url = server.url
        self.witnesses: list[Witness] = []
        page = self.page()
        page.goto(server.link)
        expect(page.get_by_test_id("live")).to_have_attribute("data-status", "open")
        page.close()

    def page(self) -> Page:
        page = self.context.new_page()
        self.witnesses.append(Witness(page))
        return page

    def edit(self, name: str, page: Page | None = None) -> Page:
        """The editor of a clip, with its first picture shown."""
        page = page or self.page()
        clip = identifier(100 + CLIPS.index(name))
        page.goto(f"{self.url}/#/projects/{identifier(1)}/clips/{clip}/edit")
        expect(page.get_by_test_id("player")).to_have_js_property("readyState", 4, timeout=SOON)
        return page

    def clip(self, name: str) -> dict[str, Any]:
        """The clip as the server has it."""
        address = f"{self.url}/api/clips/{identifier(100 + CLIPS.index(name))}"
        found: dict[str, Any] = self.context.request.get(address).json()
        return found

    def change_elsewhere(self, name: str, **fields: Any) -> None:
        """Another program changes the clip, on its newest revision."""
        clip = self.clip(name)
        answer = self.context.request.patch(
            f"{self.url}/api/clips/{clip['id']}",
            data=fields,
            headers={"If-Match": str(clip["rev"]), "X-Forge": "1"},
        )
        assert answer.ok, answer.text()


@pytest.fixture
def studio(browser: Browser, server: Server) -> Iterator[Studio]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    studio = Studio(context, server)
    yield studio
    context.close()
    assert [error for witness in studio.witnesses for error in witness.errors] == []


def saved(page: Page) -> None:
    expect(page.get_by_test_id("saved")).to_have_attribute("data-saved", "true", timeout=SOON)


def pull(page: Page, target: Locator, dx: float, dy: float, *, release: bool = True) -> None:
    """Drags the middle of something by so many pixels, in small moves as a hand does."""
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=6)
    if release:
        page.mouse.up()


def rect_of(clip: dict[str, Any], kind: str) -> dict[str, float]:
    found: dict[str, float] = next(z["rect"] for z in clip["zones"] if z["kind"] == kind)
    return found


def test_zones_are_moved_drawn_and_undone_across_a_reload(studio: Studio, tmp_path: Path) -> None:
    page = studio.edit("zones")
    page.get_by_test_id("layout-split").click()
    saved(page)
    first = rect_of(studio.clip("zones"), "facecam")
    facecam = page.get_by_test_id("zone-facecam")
    pull(page, facecam, 60, 40)
    saved(page)
    moved = rect_of(studio.clip("zones"), "facecam")
    frame = page.get_by_test_id("zones").bounding_box()
    assert frame is not None
    assert abs(moved["x"] - first["x"] - 60 / frame["width"]) < 0.02
    assert abs(moved["y"] - first["y"] - 40 / frame["height"]) < 0.02
    assert (moved["w"], moved["h"]) == (first["w"], first["h"])

    # A drag that is given up was never there: neither on the page, nor sent, nor in the history.
    pull(page, facecam, -40, 30, release=False)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.get_by_test_id("undo")).to_have_attribute(
        "title", "Undo: Move the Facecam Zone (Ctrl+Z)"
    )
    assert rect_of(studio.clip("zones"), "facecam") == moved

    page.get_by_test_id("draw-gameplay").click()
    page.mouse.move(frame["x"] + 0.4 * frame["width"], frame["y"] + 0.2 * frame["height"])
    page.mouse.down()
    page.mouse.move(frame["x"] + 0.9 * frame["width"], frame["y"] + 0.7 * frame["height"], steps=6)
    page.mouse.up()
    saved(page)
    drawn = rect_of(studio.clip("zones"), "gameplay")
    assert abs(drawn["x"] - 0.4) < 0.01
    assert abs(drawn["w"] - 0.5) < 0.01
    page.get_by_test_id("gameplay-x").fill("100")
    page.get_by_test_id("gameplay-x").press("Enter")
    saved(page)
    assert abs(rect_of(studio.clip("zones"), "gameplay")["x"] - 100 / SIZE[0]) < 1e-6
    page.screenshot(path=tmp_path / "zones.png")

    facecam.focus()
    page.keyboard.press("Shift+ArrowRight")
    saved(page)
    nudged = rect_of(studio.clip("zones"), "facecam")
    assert abs(nudged["x"] - moved["x"] - 10 / SIZE[0]) < 1e-6

    for _ in range(3):
        page.keyboard.press("Control+z")
    saved(page)
    clip = studio.clip("zones")
    assert rect_of(clip, "gameplay") == GAMEPLAY["rect"]
    assert rect_of(clip, "facecam") == moved

    page.reload()
    expect(page.get_by_test_id("zone-facecam")).to_be_visible(timeout=SOON)
    expect(page.get_by_test_id("undo")).to_be_enabled()
    page.keyboard.press("Control+z")
    saved(page)
    assert rect_of(studio.clip("zones"), "facecam") == first
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Control+Shift+Z")
    saved(page)
    clip = studio.clip("zones")
    assert rect_of(clip, "facecam") == moved
    assert abs(rect_of(clip, "gameplay")["x"] - 0.4) < 0.01


def test_trimming_snaps_to_words_and_keys_trim_at_the_playhead(studio: Studio) -> None:
    page = studio.edit("trim")
    strip = page.get_by_test_id("clip-timeline").bounding_box()
    handle = page.get_by_test_id("trim-start")
    expect(page.get_by_role("slider", name="Start of the clip")).to_be_visible()
    assert strip is not None
    # The view shows the clip and 1.5 s at either side: 13 s in all.
    pixels = strip["width"] / (END - START + 3.0)
    word = next(word for word in WORDS if word["start"] > 4.5)
    pull(page, handle, (float(word["start"]) - START) * pixels + 4, 0)
    saved(page)
    assert studio.clip("trim")["start"] == word["start"]
    page.keyboard.press("ArrowRight")
    saved(page)
    assert abs(studio.clip("trim")["start"] - float(word["start"]) - 1 / FPS) < 1e-6

    page.mouse.click(strip["x"] + (9.2 - START + 1.5) * pixels, strip["y"] + 40)
    page.keyboard.press("o")
    saved(page)
    assert abs(studio.clip("trim")["end"] - 9.2) < 0.05
    page.get_by_test_id("undo").click()
    saved(page)
    assert studio.clip("trim")["end"] == END


def test_words_and_pauses_are_cut_and_playing_goes_over_them(
    studio: Studio, tmp_path: Path
) -> None:
    page = studio.edit("words")
    page.get_by_test_id("tab-words").click()
    words = page.get_by_test_id("word")
    inside = [word for word in WORDS if float(word["end"]) > START and float(word["start"]) < END]
    expect(words).to_have_text([word["word"] for word in inside])
    place = next(n for n, word in enumerate(inside) if float(word["start"]) > 4.4)
    words.nth(place).click()
    words.nth(place + 1).click(modifiers=["Shift"])
    page.keyboard.press("Delete")
    expect(words.nth(place)).to_have_attribute("data-cut", "true")
    saved(page)
    (cut,) = studio.clip("words")["cuts"]
    first, last, after = inside[place], inside[place + 1], inside[place + 2]
    assert float(inside[place - 1]["end"]) <= cut["start"] <= float(first["start"])
    assert float(last["end"]) <= cut["end"] <= float(after["start"])

    player = page.get_by_test_id("player")
    expect(player).to_have_js_property("seeking", False)
    player.evaluate("(video, at) => { video.currentTime = at; }", cut["start"] - 0.4)
    expect(player).to_have_js_property("seeking", False)
    page.keyboard.press("l")
    heard = player.evaluate(
        """(video, [start, end]) => new Promise((resolve) => {
          const seen = [];
          const look = (_now, { mediaTime }) => {
            seen.push(mediaTime);
            if (mediaTime > end + 0.3) {
              resolve(seen.filter((time) => time > start + 0.1 && time < end - 0.1));
            } else video.requestVideoFrameCallback(look);
          };
          video.requestVideoFrameCallback(look);
        })""",
        [cut["start"], cut["end"]],
    )
    page.keyboard.press("k")
    # The seek takes some frames to arrive; the cut is half a second and more.
    assert len(heard) <= 6

    page.get_by_test_id("tab-cleanup").click()
    rows = page.get_by_test_id("suggestions").get_by_role("listitem")
    before = rows.count()
    assert before > 2
    page.screenshot(path=tmp_path / "cleanup.png")
    page.get_by_test_id("clean-all").click()
    expect(page.get_by_test_id("nothing-to-clean")).to_be_visible()
    saved(page)
    assert len(studio.clip("words")["cuts"]) > 2
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(before)
    saved(page)
    assert studio.clip("words")["cuts"] == [cut]

    page.keyboard.press("f")
    page.get_by_test_id("tab-layout").click()
    page.get_by_test_id("layout-full").click()
    saved(page)
    (keyframe,) = studio.clip("words")["keyframes"]
    assert (keyframe["layout"], studio.clip("words")["layout"]) == ("full", "single")


def test_a_killed_tab_loses_no_edit_and_no_history(studio: Studio) -> None:
    page = studio.edit("killed")
    # Nothing of what this page sends arrives any more: the edit exists in the browser alone.
    page.route("**/api/clips/*", lambda route: route.abort())
    title = page.get_by_test_id("clip-title")
    title.fill("Written by a tab that dies")
    title.press("Enter")
    page.get_by_test_id("layout-full").click()
    expect(page.get_by_test_id("saved")).to_have_attribute("data-saved", "false")
    page.wait_for_function(KEPT, arg=2)
    page.close(run_before_unload=False)
    assert studio.clip("killed")["rev"] == 1

    page = studio.edit("killed")
    expect(page.get_by_test_id("clip-title")).to_have_value("Written by a tab that dies")
    saved(page)
    clip = studio.clip("killed")
    assert (clip["title"], clip["layout"]) == ("Written by a tab that dies", "full")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    saved(page)
    clip = studio.clip("killed")
    assert (clip["title"], clip["layout"]) == ("killed", "single")


#: Whether so many unsaved edits lie in this browser's database.
KEPT = """(wanted) => new Promise((resolve) => {
  const opening = indexedDB.open("forge");
  opening.onsuccess = () => {
    const db = opening.result;
    const keys = db.transaction("journal").objectStore("journal").getAllKeys();
    keys.onsuccess = () => {
      db.close();
      resolve(keys.result.filter((key) => key.includes("/op/")).length >= wanted);
    };
  };
})"""


def test_edits_made_elsewhere_are_merged(studio: Studio) -> None:
    page = studio.edit("stale")
    page.route("**/api/clips/*", meeting(studio, "stale", state="kept"))
    page.get_by_test_id("layout-full").click()
    saved(page)
    clip = studio.clip("stale")
    assert (clip["state"], clip["layout"]) == ("kept", "full")
    expect(page.get_by_test_id("keep-button")).to_have_attribute("aria-pressed", "true")
    assert (409, f"/api/clips/{clip['id']}") in studio.witnesses[-1].refusals
    page.keyboard.press("Control+z")
    saved(page)
    clip = studio.clip("stale")
    assert (clip["state"], clip["layout"]) == ("kept", "single")


def test_edits_of_the_same_thing_are_shown_and_a_person_decides(
    studio: Studio, tmp_path: Path
) -> None:
    page = studio.edit("clash")
    page.route("**/api/clips/*", meeting(studio, "clash", title="Theirs"))
    title = page.get_by_test_id("clip-title")
    title.fill("Mine")
    title.press("Enter")
    dialog = page.get_by_test_id("clash")
    expect(dialog).to_contain_text("Mine", timeout=SOON)
    expect(dialog).to_contain_text("Theirs")
    page.screenshot(path=tmp_path / "clash.png")
    page.get_by_test_id("clash-mine").click()
    saved(page)
    assert studio.clip("clash")["title"] == "Mine"

    # A second tab has its own history, and sees what the first one does.
    other = studio.edit("clash")
    expect(other.get_by_test_id("clip-title")).to_have_value("Mine")
    expect(other.get_by_test_id("undo")).to_be_disabled()
    other.get_by_test_id("clip-title").fill("Third")
    other.get_by_test_id("clip-title").press("Enter")
    saved(other)
    expect(title).to_have_value("Third")
    page.bring_to_front()
    page.keyboard.press("Control+z")
    expect(dialog).to_contain_text("Third")
    page.get_by_test_id("clash-theirs").click()
    assert studio.clip("clash")["title"] == "Third"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Begin a cut at the playhead")


def meeting(studio: Studio, name: str, **fields: Any) -> Callable[[Route], None]:
    """Lets another edit overtake the page's first one, which then comes with an old revision."""
    waiting = [fields]

    def handle(route: Route) -> None:
        if route.request.method == "PATCH" and waiting:
            studio.change_elsewhere(name, **waiting.pop())
        route.continue_()

    return handle
