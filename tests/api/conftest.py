"""A whole FORGE on a free port, and ways to talk to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from actors.client import Client
from actors.door import occupy
from actors.system import System
from forge.config import Settings
from forge.library import Library


@dataclass(frozen=True)
class Running:
    system: System
    url: str
    token: str
    client: Client
    http: httpx.AsyncClient
    """Knows the address, but shows no token."""

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def read_in(self, video: Path) -> dict[str, Any]:
        """Imports a recording without analysing it: the answer, once its job is done."""
        async with self.client.events() as events:
            body = {"path": str(video), "analyze": False}
            imported: dict[str, Any] = await self.client.post("/api/projects", body)
            with trio.fail_after(60):
                async for event in events:
                    if event["type"] == "JOB_COMPLETED":
                        break
        return imported


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    """A FORGE with these settings, on a free port, for as long as the block runs."""
    async with occupy(settings, port=0) as (system, url):
        token = system.library.secret()
        async with (
            Client.connect(url, token) as client,
            httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
        ):
            yield Running(system, url, token, client, http)


@pytest.fixture
async def forge(settings: Settings) -> AsyncIterator[Running]:
    async with running(settings) as it:
        yield it


@pytest.fixture
def text_named_mp4(tmp_path: Path) -> Path:
    """A file that may be imported and fails at its probe: the cheapest recording there is."""
    path = tmp_path / "notes [1].mp4"
    path.write_text("this is no video\n")
    return path


@contextmanager
def process(data: Path, *, end: signal.Signals, **environment: str) -> Iterator[httpx.Client]:
    """`forge run` on a data folder, and a client of it; ended by a signal."""
    with subprocess.Popen(
        [sys.executable, "-m", "forge", "run", "--port", "0", "--no-open"],
        env={**os.environ, **environment, "FORGE_DATA": str(data)},
        stdout=subprocess.PIPE,
        text=True,
    ) as forge:
        assert forge.stdout is not None
        url = next(line for line in forge.stdout if "http://" in line).partition("/#")[0]
        token = Library(data).secret()
        headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30) as http:
            yield http
        forge.send_signal(end)
        assert forge.wait(timeout=30) == (0 if end == signal.SIGINT else -end)
