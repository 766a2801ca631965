"""A client of a running FORGE: HTTP through httpx, events through trio-websocket."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import trio
import trio_websocket
import wsproto.utilities

from forge.errors import ForgeError

#: The longest event that is accepted: a job's result with many clips.
MESSAGE_LIMIT = 16 * 1024 * 1024


class ServerError(ForgeError):
    """What the server answered; ``answer`` is its whole error object."""

    def __init__(self, answer: dict[str, Any]) -> None:
        error = ForgeError.from_json(answer)
        super().__init__(error.code, error.message, hint=error.hint, permanent=error.permanent)
        self.answer = answer


class Client:
    """Talks to the API at ``url`` with the data folder's token.

    ``certificate`` is the PEM file that the server on this machine said it shows; exactly that
    one is trusted, whatever name is in it.
    """

    def __init__(self, url: str, token: str, certificate: str | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._tls = None if certificate is None else _only(certificate)
        self._http = httpx.AsyncClient(
            base_url=url,
            headers=self._headers,
            timeout=60.0,
            trust_env=False,
            verify=self._tls or True,
        )

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, url: str, token: str, certificate: str | None = None
    ) -> AsyncIterator[Client]:
        client = cls(url, token, certificate)
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
            raise self._gone("does not answer") from error
        if not response.is_success:
            raise _refusal(response)
        return response.json()

    async def save(self, path: str, target: Path) -> None:
        """Writes a file's bytes to ``target``, whole or not at all.

        Raises ForgeError: the server's own, or ``out_unwritable`` when the disk refuses.
        """
        part = target.with_name(f".{target.name}.part")
        try:
            async with self._http.stream("GET", path) as response:
                if not response.is_success:
                    await response.aread()
                    raise _refusal(response)
                async with await trio.open_file(part, "wb") as file:
                    async for piece in response.aiter_bytes(1024 * 1024):
                        await file.write(piece)
            part.replace(target)
        except httpx.TransportError as error:
            raise self._gone(f"went away while {target.name} was fetched") from error
        except OSError as error:
            raise ForgeError(
                "out_unwritable",
                f"{target} cannot be written: {error.strerror or error}.",
                hint="Free some space there or choose another folder with --out.",
            ) from error
        finally:
            with suppress(OSError):
                part.unlink()

    def _gone(self, what: str) -> ForgeError:
        return ForgeError(
            "server_gone",
            f"The FORGE server at {self._url} {what}.",
            hint="Start it again with `forge run`; finished steps are not lost.",
        )

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
                # Not by connect_websocket_url: it forgets the brackets of an IPv6 host.
                parts = urlsplit(url)
                socket = await trio_websocket.wrap_client_stream(
                    nursery,
                    await _stream(url, self._tls),
                    parts.netloc,
                    url.partition(parts.netloc)[2],
                    extra_headers=headers,
                    max_message_size=MESSAGE_LIMIT,
                )
                async with aclosing(_messages(socket)) as messages:
                    yield messages
                await socket.aclose()
        except* wsproto.utilities.LocalProtocolError:
            pass  # A ping of the server crossed our goodbye; trio-websocket can't answer it.
        except* (trio_websocket.HandshakeError, OSError) as group:
            raise self._gone("refused the event stream") from group


def _refusal(response: httpx.Response) -> ServerError:
    """What the server said in place of an answer. The body must have been read."""
    try:
        answer = response.json()["error"]
    except (ValueError, KeyError):
        answer = {"code": "http_error", "message": f"The server said {response.status_code}."}
    return ServerError(answer)


async def _stream(
    url: str, tls: ssl.SSLContext | None
) -> trio.SocketStream | trio.SSLStream[trio.SocketStream]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    plain = await trio.open_tcp_stream(parts.hostname, parts.port)
    if tls is None:
        return plain
    return trio.SSLStream(plain, tls, server_hostname=parts.hostname, https_compatible=True)


def _only(certificate: str) -> ssl.SSLContext:
    """Trusts one certificate, also when another one has signed it. Raises ForgeError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(certificate)
    except OSError as error:
        raise ForgeError(
            "bad_certificate",
            f"The server's certificate {certificate} cannot be read: {error}.",
            hint="Allow reading for the user that runs this command.",
        ) from error
    return context


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
            hint="Start it again with `forge run`; it goes on where it stopped.",
        ) from error
