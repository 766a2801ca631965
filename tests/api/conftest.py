"""A whole FORGE on a free port, and ways to talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from actors.client import Client
from actors.door import occupy
from actors.system import System
from forge.config import Settings


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


@pytest.fixture
async def forge(settings: Settings) -> AsyncIterator[Running]:
    async with occupy(settings, port=0) as (system, url):
        token = system.library.secret()
        async with (
            Client.connect(url, token) as client,
            httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
        ):
            yield Running(system, url, token, client, http)


@pytest.fixture
def text_named_mp4(tmp_path: Path) -> Path:
    """A file that may be imported and fails at its probe: the cheapest recording there is."""
    path = tmp_path / "notes [1].mp4"
    path.write_text("this is no video\n")
    return path
