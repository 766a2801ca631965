"""The client that the command line uses, against a real server.

Rules of this file: localhost and port 0; what crosses on the wire is made to cross on purpose.
"""

from __future__ import annotations

import socket

import pytest

from actors.client import Client
from actors.door import occupy
from forge.config import Settings
from forge.errors import ForgeError
from tests.api.conftest import Running


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
