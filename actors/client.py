"""A client of a running FORGE: HTTP through httpx, events through trio-websocket."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import trio
import trio_websocket
import wsproto.utilities

from forge.errors import ForgeError

#: The longest event that is accepted: a job's result with many clips.
MESSAGE_LIMIT = 16 * 1024 * 1024


Events = AsyncIterator[dict[str, Any]]


class ServerError(ForgeError):
    """What the server answered; ``answer`` is its whole error object."""

    def __init__(self, answer: dict[str, Any]) -> None:
        error = ForgeError.from_json(answer)
        super().__init__(error.code, error.message, hint=error.hint, permanent=error.permanent)
        self.answer = answer


class Client:
    """Talks to the API at ``url`` with the data folder's token."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(
            base_url=url, headers=self._headers, timeout=60.0, trust_env=False
        )

    @classmethod
    @asynccontextmanager
    async def connect(cls, url: str, token: str) -> AsyncIterator[Client]:
        client = cls(url, token)
        async with client._http:
            yield client

    async def get(self, path: str, **query: str) -> Any:
        return await self._call("GET", path, params=query)

    async def post(self, path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
        return await self._call("POST", path, json=body or {}, params=query)

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON answer. Raises the ForgeError that the server answered with."""
        try:
            response = await self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise ForgeError(
                "server_gone",
                f"The FORGE server at {self._url} does not answer.",
                hint="Start it again with `forge run`; finished steps are not lost.",
            ) from error
        if response.is_success:
            return response.json()
        try:
            answer = response.json()["error"]
        except (ValueError, KeyError):
            answer = {"code": "http_error", "message": f"The server said {response.status_code}."}
        raise ServerError(answer)

    async def save(self, path: str, target: Path) -> None:
        """Writes a file's bytes to ``target``, whole or not at all."""
        part = target.with_name(f".{target.name}.part")
        try:
            async with self._http.stream("GET", path) as response:
                response.raise_for_status()
                async with await trio.open_file(part, "wb") as file:
                    async for piece in response.aiter_bytes(1024 * 1024):
                        await file.write(piece)
            part.replace(target)
        except httpx.HTTPError as error:
            raise ForgeError(
                "server_gone", f"{target.name} could not be fetched: {error}."
            ) from error
        finally:
            part.unlink(missing_ok=True)

    @asynccontextmanager
    async def events(
        self, since: int | None = None
    ) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The event stream, from ``since`` on when it is given, else from now on."""
        url = self._url.replace("http", "ws", 1) + "/ws"
        if since is not None:
            url += f"?since={since}"
        headers = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        try:
            async with trio.open_nursery() as nursery:
                socket = await trio_websocket.connect_websocket_url(
                    nursery, url, extra_headers=headers, max_message_size=MESSAGE_LIMIT
                )
                async with aclosing(_messages(socket)) as messages:
                    yield messages
                await socket.aclose()
        except* wsproto.utilities.LocalProtocolError:
            pass  # A ping of the server crossed our goodbye; trio-websocket can't answer it.
        except* trio_websocket.HandshakeError as group:
            raise ForgeError(
                "server_gone", f"The FORGE server at {self._url} refused the event stream."
            ) from group


async def _messages(
    socket: trio_websocket.WebSocketConnection,
) -> AsyncGenerator[dict[str, Any], None]:
    try:
        while True:
            yield json.loads(await socket.get_message())
    except trio_websocket.ConnectionClosed as error:
        raise ForgeError(
            "server_gone",
            "The FORGE server ended while it was working.",
            hint="Start it again; it goes on where it stopped.",
        ) from error
