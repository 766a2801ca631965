"""The real `forge run` in a process of its own, for the kill soak, and its family."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Literal

import psutil

from forge.library import Library

Victim = Literal["server", "child", "ffmpeg"]
#: What a killed server started must be gone within so many seconds.
AFTERLIFE_SECONDS = 20.0


@dataclass(frozen=True)
class Killed:
    """Who was killed, and the step that it worked for; every running step for the server."""

    kind: Victim
    step: str | None


class Server:
    """A server on a data folder, ready when the constructor returns."""

    def __init__(self, data: Path) -> None:
        self.data = data
        environment = {**os.environ, "FORGE_DATA": str(data)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "forge", "run", "--port", "0", "--no-open"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        alarm = Timer(60, self._process.kill)
        alarm.start()
        ready = any(re.search("http://", line) for line in self._process.stdout)
        alarm.cancel()
        if not ready:
            sys.exit(f"forge run ended with {self._process.wait()} before it was ready")
        library = Library(data)
        self.url: str = json.loads(library.server.read_text())["url"]
        self.token = library.secret()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self, wanted: Victim) -> Killed:
        """Kills a part of the family; the server when there is no such part now."""
        for process in psutil.Process(self._process.pid).children(recursive=True):
            try:
                words, parent = process.cmdline(), process.parent()
                step = words[-1] if "forge.steps" in words else None
                if wanted == "child" and step:
                    process.kill()
                    return Killed("child", step)
                if wanted == "ffmpeg" and not step and parent and "ffmpeg" in words[0]:
                    owner = parent.cmdline()[-1]
                    process.kill()
                    return Killed("ffmpeg", owner)
            except (psutil.Error, IndexError):
                continue  # It ended by itself in this moment.
        self._process.kill()
        self._process.communicate()
        return Killed("server", None)

    def stop(self) -> None:
        """Ctrl+C, and the end."""
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=60)


def processes_of(data: Path) -> list[psutil.Process]:
    """Every process that was started for this data folder and is alive."""
    found = []
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("FORGE_DATA") == str(data)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue  # It ended by itself, or is somebody else's.
    return found


def wait_for_end(data: Path) -> list[psutil.Process]:
    """Who is still there a while after the server was killed; they are killed then."""
    _, orphans = psutil.wait_procs(processes_of(data), timeout=AFTERLIFE_SECONDS)
    for orphan in orphans:
        orphan.kill()
    return list(orphans)
