"""A project for the tests of the clip editor, and the page as those tests see it.

The project is written by FORGE's own store and library, as finished jobs would leave it: sixteen
seconds of a test picture, words with pauses between them, one cut, and a clip for each test.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from forge.library import Library
from forge.media import ffmpeg
from forge.media.peaks import write_peaks
from forge.model import JobType
from forge.store.connection import open_database
from tests.bench.pcm import RATE, write_wav
from tests.bench.seeding import add_recording, finish_job
from tests.e2e.served import SOON, Server, Witness

SECONDS, SIZE, FPS = 16, (640, 360), 30.0
#: One clip for each test that changes one, all over the same seconds.
CLIPS = (
    *("zones", "layouts", "trim", "words", "keyframes", "phone"),
    *("killed", "stale", "clash", "crashed", "found"),
)
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
FACECAM = {"x": 0.04, "y": 0.06, "w": 0.22, "h": 0.28}
GAMEPLAY = {"kind": "gameplay", "rect": {"x": 0.25, "y": 0.0, "w": 0.5, "h": 1.0}}


def identifier(number: int) -> str:
    return str(UUID(int=number + 1, version=4))


def write_picture(folder: Path) -> None:
    source = f"testsrc2=s={SIZE[0]}x{SIZE[1]}:r=30:d={SECONDS}"
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "15", "-pix_fmt", "yuv420p"]
    command = [ffmpeg.binary(), "-v", "error", "-f", "lavfi", "-i", source, *coded]
    subprocess.run([*command, folder / "proxy.mp4"], check=True, stdin=subprocess.DEVNULL)


def write_sound(folder: Path) -> None:
    noise = np.random.default_rng(1).integers(-9000, 9000, SECONDS * RATE)
    write_peaks(write_wav(folder / "audio.wav", noise), RATE, folder)


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
    clips = [
        {"start": START, "end": END, "title": name, "score": 50, "reasons": ["loud"], "parts": {}}
        for name in CLIPS
    ]
    texts: dict[str, tuple[str, Any]] = {
        "probe": ("probe.json", PROBE),
        "transcription": ("transcript.json", transcript),
        "scene_detect": ("scenes.json", {"cuts": [6.05], "scenes": []}),
        "facecam": ("facecam.json", {"rect": FACECAM, "sure": True}),
        "scoring": ("virality.json", {"clips": clips}),
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
    ids = [identifier(100 + number) for number in range(len(CLIPS))]
    with closing(open_database(library.database)) as db:
        add_recording(
            db,
            vod_id,
            project_id=project_id,
            title="Friday",
            path=data / "friday.mp4",
            source_id="0" * 64,
            now=1.0,
        )
        jobs: tuple[JobType, ...] = ("ingest", "analyze")
        for number, kind in enumerate(jobs):
            finish_job(
                db,
                library,
                kind,
                write_step,
                job_id=identifier(10 + number),
                project_id=project_id,
                vod_id=vod_id,
                now=1.0,
                clip_ids=ids,
                zones=[GAMEPLAY],
            )


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


def open_studio(
    browser: Browser, server: Server, width: int = 1280, height: int = 720, **more: Any
) -> Iterator[Studio]:
    """For a fixture: a profile with an open session. Fails at its end if a page met an error."""
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
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


def meeting(studio: Studio, name: str, **fields: Any) -> Callable[[Route], None]:
    """Lets another edit overtake the page's first one, which then comes with an old revision."""
    waiting = [fields]

    def handle(route: Route) -> None:
        if route.request.method == "PATCH" and waiting:
            studio.change_elsewhere(name, **waiting.pop())
        route.continue_()

    return handle


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
