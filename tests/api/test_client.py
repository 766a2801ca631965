"""The client that the command line uses, against a real server.

Rules of this file: localhost and port 0; what crosses on the wire is made to cross on purpose.
"""

from __future__ import annotations

import pytest

from actors.client import Client
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
