"""The server as a user starts it, and a witness of everything that a page of it does."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, Response

#: Milliseconds, for what is answered at once.
SOON = 15_000


class Server:
    """``forge run`` in a process of its own."""

    def __init__(self, data: Path, log: Path, *, port: int = 0, **settings: str) -> None:
        """``settings`` are environment variables; a page that is to come back needs its port."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("FORGE_")}
        self.data = data
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
