"""Clients on bare sockets: they can be as slow, as silent and as many as no library allows."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

#: The smallest receive buffer that the system gives; the kernel doubles it.
TINY = 2048


def dial(url: str, *, receive_buffer: int | None = None) -> socket.socket:
    """A connection to the server; with ``receive_buffer``, one whose window closes soon."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.settimeout(30)
    if receive_buffer is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.connect((parts.hostname, parts.port))
    return client


def send_head(client: socket.socket, url: str, token: str, request: str, *headers: str) -> None:
    """Sends a request's first lines, and nothing of its body."""
    lines = [f"{request} HTTP/1.1", f"Host: {urlsplit(url).netloc}", *headers]
    lines += [f"Authorization: Bearer {token}", "", ""]
    client.sendall("\r\n".join(lines).encode())


def read_head(client: socket.socket) -> str:
    """The answer's first lines, read byte by byte: what follows stays where it is."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = client.recv(1)
        if not piece:
            raise EOFError(f"the server closed the connection after {head!r}")
        head += piece
    return head.decode("latin1")


def open_websocket(
    url: str, token: str, path: str = "/ws", *, receive_buffer: int | None = None
) -> socket.socket:
    """An event stream on which nothing has been read yet."""
    client = dial(url, receive_buffer=receive_buffer)
    key = base64.b64encode(os.urandom(16)).decode()
    send_head(
        client,
        url,
        token,
        f"GET {path}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    )
    head = read_head(client)
    assert head.startswith("HTTP/1.1 101"), head
    return client


def messages(buffer: bytearray) -> Iterator[bytes]:
    """Takes the whole text messages off the front of what a server sent (RFC 6455, 5.2)."""
    while len(buffer) >= 2:
        size, start = buffer[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < max(start, 4) or len(buffer) < start + size:
            return
        kind, body = buffer[0] & 0x0F, bytes(buffer[start : start + size])
        del buffer[: start + size]
        if kind == 1:
            yield body


def read_message(client: socket.socket) -> bytes:
    """The next message of an event stream of which every byte so far was read."""
    buffer = bytearray()
    while not (found := list(messages(buffer))):
        piece = client.recv(1)
        if not piece:
            raise EOFError("the server closed the event stream")
        buffer += piece
    return found[0]
