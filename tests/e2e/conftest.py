"""A real browser, the server as a user starts it, and projects to look at in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import big_project
import imageio_ffmpeg
import pytest
from evening import Scale
from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import launched
from tests.e2e.command import Run
from tests.e2e.editor_page import Studio, open_studio, write_project
from tests.e2e.served import Server, Witness

#: Milliseconds until a page counts as stuck. How long it takes before that is no test's subject.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium that plays H.264 and AAC."""
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page without cookies, as large as a small laptop's."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def witness(page: Page) -> Witness:
    return Witness(page)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers on one data folder; their settings are given as environment variables."""
    started: list[Server] = []

    def start(port: int = 0, **settings: str) -> Server:
        log = tmp_path / f"server{len(started)}.log"
        started.append(Server(tmp_path / "library", log, port=port, **settings))
        return started[-1]

    yield start
    for server in started:
        server.end()


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


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the project that the editor's tests change; see ``editor_page.py``."""
    folder = tmp_path_factory.mktemp("editor")
    write_project(folder / "library")
    made = Server(folder / "library", folder / "log")
    yield made
    made.end()


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose one recording has words, speakers, signals and moments."""
    folder = tmp_path_factory.mktemp("analysed")
    big_project.write_project(folder / "library", Scale(60, 120, 8, 3))
    made = Server(folder / "library", folder / "log")
    yield made
    made.end()


@pytest.fixture
def studio(browser: Browser, editor: Server) -> Iterator[Studio]:
    """A profile of the browser with an open session on that project."""
    yield from open_studio(browser, editor)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FORGE_DATA": str(tmp_path / "data"),
        "FORGE_DIARIZATION": "off",
        "COLUMNS": "200",
    }


@pytest.fixture
def forge(environment: dict[str, str], tmp_path: Path) -> Run:
    def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "forge", *map(str, arguments)],
            env={**environment, **more},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run
