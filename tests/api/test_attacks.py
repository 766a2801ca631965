"""Clients that mean harm or are badly broken: slow ones, many, huge ones, and ones without manners.

Rules of this file: bytes on real sockets; the limits are the real ones made small by a parameter,
so nothing is waited for longer than it takes; after each attack the server still answers.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace

import httpx
import psutil
import trio

from actors.api.server import Limits
from actors.client import Client
from actors.door import occupy
from forge.config import MIB, Settings
from tests.api.conftest import Running

HOSTILE = [
    "..",
    "../token",
    "..%2ftoken",
    "%2e%2e%2ftoken",
    "....//token",
    "..\\token",
    "..%5ctoken",
]
HOSTILE += ["%00", "a%00.mp4", "%2fetc%2fpasswd", "/etc/passwd", "C:%5c", "~", "*", "%", "%ff"]
HOSTILE += [
    "forge.db",
    "token",
    "x" * 5000,
    "11111111-1111-1111-1111-111111111111/../../token",
    ".",
]
HOSTILE += [
    "{11111111-1111-1111-1111-111111111111}",
    "11111111111111111111111111111111",
    "-1",
    "%0d%0ax",
]


@asynccontextmanager
async def guarded(settings: Settings, limits: Limits) -> AsyncIterator[Running]:
    async with occupy(settings, port=0, limits=limits) as (system, url):
        token = system.library.secret()
        async with (
            Client.connect(url, token) as client,
            httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
        ):
            yield Running(system, url, token, client, http)


async def connect(forge: Running) -> trio.SocketStream:
    host, _, port = forge.url.removeprefix("http://").partition(":")
    return await trio.open_tcp_stream(host, int(port))


def head(forge: Running, method: str, path: str, *lines: str) -> bytes:
    host = forge.url.removeprefix("http://")
    whole = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {forge.token}"]
    return "\r\n".join([*whole, *lines, "", ""]).encode()


async def everything(stream: trio.SocketStream) -> bytes:
    """What the server says until it closes the connection."""
    said = bytearray()
    with trio.fail_after(30), suppress(trio.BrokenResourceError):
        while piece := await stream.receive_some(65536):
            said += piece
    return bytes(said)


async def is_well(forge: Running) -> bool:
    async with httpx.AsyncClient(base_url=forge.url, timeout=30, trust_env=False) as http:
        return (await http.get("/healthz")).json() == {"status": "ok"}


async def test_slow_headers_and_slow_bodies_are_cut(settings: Settings) -> None:
    limits = replace(Limits(), request=0.2, body=0.2)
    async with guarded(settings, limits) as forge:
        json = "Content-Type: application/json"
        post = head(forge, "POST", "/api/projects", json, "Content-Length: 100")

        async def drip(first: bytes, piece: bytes) -> bytes:
            """Goes on sending a little, as long as the server listens."""
            async with await connect(forge) as stream:
                said = bytearray()

                async def send() -> None:
                    with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
                        await stream.send_all(first)
                        while True:
                            await stream.send_all(piece)
                            await trio.sleep(0.02)

                async with trio.open_nursery() as nursery:
                    nursery.start_soon(send)
                    said += await everything(stream)
                    nursery.cancel_scope.cancel()
                return bytes(said)

        assert await drip(b"", b"") == b""
        assert await drip(b"GET /healthz HTTP/1.1\r\n", b"X-A: b\r\n") == b""
        assert (await drip(post, b" ")).startswith(b"HTTP/1.1 408")
        chunked = post.replace(b"Content-Length: 100", b"Transfer-Encoding: chunked")
        assert (await drip(chunked, b"1\r\n \r\n")).startswith(b"HTTP/1.1 408")
        assert await is_well(forge)


async def test_a_thousand_idle_sockets_keep_nobody_out(settings: Settings) -> None:
    """The longest idle make room; those with a request under way stay; descriptors are bounded."""
    limits = replace(Limits(), connections=64)
    async with guarded(settings, limits) as forge, AsyncExitStack() as stack:
        mine = psutil.Process()
        async with forge.client.events() as events:
            await anext(events)
            before = mine.num_fds() if os.name != "nt" else mine.num_handles()
            for _ in range(1000):
                await stack.enter_async_context(await connect(forge))
            assert await is_well(forge)
            after = mine.num_fds() if os.name != "nt" else mine.num_handles()
            # The thousand are this process's own ends; the server's are what is bounded.
            assert after - before - 1000 <= limits.connections
            assert (await forge.client.get("/api/jobs"))["jobs"] == []


async def test_when_all_are_busy_a_newcomer_is_turned_away_and_later_let_in(
    settings: Settings,
) -> None:
    async with guarded(settings, replace(Limits(), connections=2)) as forge:
        async with AsyncExitStack() as stack:
            for _ in range(2):
                events = await stack.enter_async_context(forge.client.events())
                await anext(events)
            async with await connect(forge) as third:
                assert await everything(third) == b""
        with trio.fail_after(30):
            while True:
                with suppress(httpx.TransportError):
                    if await is_well(forge):
                        break


async def test_headers_beyond_measure_are_refused(forge: Running) -> None:
    for lines in (
        ["X-Long: " + "a" * 200_000],
        [f"X-{number}: a" for number in range(20_000)],
        ["X" * 100_000],
    ):
        async with await connect(forge) as stream:
            with suppress(trio.BrokenResourceError):
                await stream.send_all(head(forge, "GET", "/healthz", *lines))
            said = await everything(stream)
            assert said == b"" or said.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))
    for line in ("Host: second.example", "Content-Length: 1\r\nContent-Length: 2", "a b: c", "\0"):
        async with await connect(forge) as stream:
            await stream.send_all(head(forge, "GET", "/healthz", line))
            assert (await everything(stream)).startswith(b"HTTP/1.1 400"), line
    both = "Content-Length: 4\r\nTransfer-Encoding: chunked"
    async with await connect(forge) as stream:
        smuggled = b"0\r\n\r\nGET /api/projects HTTP/1.1\r\nHost: evil.example\r\n\r\n"
        await stream.send_all(
            head(forge, "POST", "/api/jobs", both, "Connection: close") + smuggled
        )
        assert b"projects" not in await everything(stream)
    assert await is_well(forge)


async def test_there_is_no_way_round_over_http2(forge: Running) -> None:
    """Each is answered in HTTP/1.1, and refused like any stranger."""
    host = forge.url.removeprefix("http://").encode()
    at_once = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
    by_upgrade = b"GET /api/projects HTTP/1.1\r\nHost: " + host + b"\r\nUpgrade: h2c\r\n"
    by_upgrade += b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
    for first in (at_once, by_upgrade):
        async with await connect(forge) as stream:
            await stream.send_all(first)
            with trio.fail_after(20):
                said = bytes(await stream.receive_some(65536))
        assert re.match(rb"HTTP/1.1 4\d\d", said), said


async def upgraded(forge: Running, *more: str) -> trio.SocketStream:
    stream = await connect(forge)
    lines = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *more]
    await stream.send_all(head(forge, "GET", "/ws", *lines))
    with trio.fail_after(20):
        said = bytes(await stream.receive_some(4096))
    assert said.startswith(b"HTTP/1.1 101")
    assert b"permessage-deflate" not in said.lower()
    return stream


def frame(opcode: int, payload: bytes, *, final: bool = True, length: int | None = None) -> bytes:
    """A client's frame, masked with zeros; ``length`` is what it claims to be long."""
    size = len(payload) if length is None else length
    first = bytes([(0x80 if final else 0) | opcode])
    if size < 126:
        return first + bytes([0x80 | size]) + bytes(4) + payload
    if size < 65536:
        return first + b"\xfe" + struct.pack("!H", size) + bytes(4) + payload
    return first + b"\xff" + struct.pack("!Q", size) + bytes(4) + payload


async def test_a_websocket_takes_no_more_than_it_can_hold(forge: Running) -> None:
    """One message that is too big, in one frame or in fragments without end, ends it."""
    mine = psutil.Process()
    for flood in (
        [frame(2, bytes(MIB))],
        [frame(1, b"a" * 60_000, final=False)] + [frame(0, b"a" * 60_000, final=False)] * 1000,
        [frame(2, bytes(65_536), length=2**62)] + [bytes(65_536)] * 1000,
    ):
        before = mine.memory_info().rss
        async with await upgraded(forge) as stream:
            async with trio.open_nursery() as nursery:

                async def send(pieces: list[bytes] = flood) -> None:
                    with suppress(trio.BrokenResourceError):
                        for piece in pieces:
                            await stream.send_all(piece)

                nursery.start_soon(send)
                await everything(stream)
                nursery.cancel_scope.cancel()
        assert mine.memory_info().rss - before < 32 * MIB
    assert await is_well(forge)


async def test_frames_that_make_no_sense_end_only_their_own_connection(forge: Running) -> None:
    for junk in (
        frame(3, b""),
        frame(1, b"\xff\xfe"),
        frame(9, b"x" * 200),
        frame(8, b"\x00"),
        b"\xc1\x80\0\0\0\0",
        b"\x81\x01a",
        frame(0, b"nothing began"),
        b"GET / HTTP/1.1\r\n\r\n",
    ):
        async with await upgraded(forge, "Sec-WebSocket-Extensions: permessage-deflate") as stream:
            with suppress(trio.BrokenResourceError):
                await stream.send_all(junk)
                await stream.send_all(frame(8, b""))
            await everything(stream)
        assert await is_well(forge), junk


async def test_a_flood_of_pings_from_one_that_does_not_read_fills_nothing(forge: Running) -> None:
    mine = psutil.Process()
    async with await upgraded(forge) as stream:
        before = mine.memory_info().rss
        with trio.move_on_after(1.0):  # It blocks when the pongs have nowhere to go: the aim.
            for _ in range(100_000):
                await stream.send_all(frame(9, b"p" * 125) * 100)
        assert mine.memory_info().rss - before < 32 * MIB
        assert await is_well(forge)


async def test_no_id_and_no_name_leads_out_of_its_place(forge: Running) -> None:
    """Every path parameter of the OpenAPI document, so that a new route is covered by itself."""
    document = await forge.client.get("/openapi.json")
    asked = 0
    for template, operations in document["paths"].items():
        names = re.findall(r"\{(\w+)\}", template)
        for method in operations:
            for name in names:
                for hostile in HOSTILE:
                    path = template.replace(f"{{{name}}}", hostile)
                    path = re.sub(r"\{\w+\}", "11111111-1111-1111-1111-111111111111", path)
                    answer = await forge.http.request(
                        method,
                        forge.url,
                        extensions={"target": path.encode()},  # As it is, not tidied up.
                        headers={**forge.bearer, "Tus-Resumable": "1.0.0", "If-Match": "1"},
                        json={} if method in ("post", "patch") else None,
                    )
                    asked += 1
                    assert 400 <= answer.status_code < 500, (method, path)
                    assert answer.json()["error"]["message"]
                    assert forge.token not in answer.text
    assert asked > 200
