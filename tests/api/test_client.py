"""The client that the command line uses, against a real server.

Rules of this file: localhost and port 0; what crosses on the wire is made to cross on purpose.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from actors.client import Client
from actors.door import occupy
from forge.config import Settings
from forge.errors import ForgeError
from tests.api.conftest import Running

NOBODY = "11111111-1111-1111-1111-111111111111"


async def test_leaving_the_stream_at_once_leaves_nothing_behind(forge: Running) -> None:
    """The server pings each new connection, so its ping crosses the client's goodbye here."""
    for _ in range(5):
        left = False
        async with forge.client.events() as events:
            assert (await anext(events))["type"] == "HELLO"
            left = True
        assert left
    assert (await forge.client.get("/api/jobs"))["jobs"] == []


async def test_the_stream_reaches_a_server_on_ipv6(settings: Settings) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    async with occupy(settings.model_copy(update={"host": "::1"}), port=0) as (system, url):
        assert url.startswith("http://[::1]:")
        async with (
            Client.connect(url, system.library.secret()) as client,
            client.events() as events,
        ):
            assert (await anext(events))["type"] == "HELLO"


async def test_a_wrong_token_is_an_error_in_words(forge: Running) -> None:
    async with Client.connect(forge.url, "wrong") as client:
        with pytest.raises(ForgeError) as caught:
            await client.get("/api/jobs")
        assert caught.value.code == "unauthorized"


async def test_a_server_that_is_gone_is_an_error_in_words(forge: Running) -> None:
    async with Client.connect("http://127.0.0.1:9", "token") as client:
        with pytest.raises(ForgeError) as caught:
            await client.get("/api/jobs")
        assert caught.value.code == "server_gone"
        with pytest.raises(ForgeError) as caught:
            async with client.events():
                raise AssertionError("it was reached")
        assert caught.value.code == "server_gone"


async def test_a_file_that_cannot_be_fetched_or_written_is_an_error_in_words(
    forge: Running, tmp_path: Path
) -> None:
    target = tmp_path / "clip.mp4"
    with pytest.raises(ForgeError, match="There is no such export") as caught:
        await forge.client.save(f"/api/exports/{NOBODY}/file", target)
    assert caught.value.code == "not_found"
    target.mkdir()
    with pytest.raises(ForgeError, match="cannot be written") as caught:
        await forge.client.save("/openapi.json", target)
    assert caught.value.code == "out_unwritable"
    assert "--out" in caught.value.hint
    assert list(tmp_path.glob(".clip*")) == []
