"""The listening socket, hypercorn on it, and a stop that always ends."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import trio
from hypercorn.config import Config
from hypercorn.trio import serve
from hypercorn.typing import Framework

from actors.api.app import create_app
from actors.api.edge import Application, Edge
from actors.system import System
from forge import security
from forge.errors import ForgeError

#: Seconds that open connections get to finish when the server stops. Short: downloads and uploads
#: can be resumed, and everything else is answered in less.
GRACE_SECONDS = 1.0
#: A client that acknowledges nothing for this long is cut off, in milliseconds. Without it, one
#: that stopped reading would hold a stop for ever.
USER_TIMEOUT_MS = 30_000


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address; port 0 takes a free one.

    Raises ForgeError when the address is not this machine's own or the port is taken.
    """
    if not security.is_loopback(host):
        raise ForgeError(
            "host_not_local",
            f"FORGE does not listen on {host}: everybody on the network could use it.",
            hint="Keep 127.0.0.1 and reach it from elsewhere through an SSH tunnel.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Connections that are accepted inherit it. Linux only; elsewhere the watchdog ends a
            # stop that hangs.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ForgeError(
            "port_in_use",
            f"FORGE cannot listen on {host}:{port}: {error.strerror or error}.",
            hint="Another program uses the port; choose another with --port, or 0 for any.",
        ) from error
    return listener


@asynccontextmanager
async def run_api(system: System, listener: socket.socket) -> AsyncIterator[str]:
    """Serves the API and the studio on ``listener`` while the block runs; yields the URL."""
    host, port = listener.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    hosts = security.allowed_hosts(host, port)
    app = Edge(
        cast(Application, create_app(system)),
        hosts=hosts,
        secret=system.library.secret(),
        port=port,
    )
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.graceful_timeout = GRACE_SECONDS
    config.keep_alive_timeout = 75
    config.websocket_ping_interval = 20
    config.websocket_max_message_size = 64 * 1024
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("forge.hypercorn")
    stop, ended = trio.Event(), trio.Event()

    async def run(task_status: trio.TaskStatus[list[str]]) -> None:
        application = cast(Framework, app)
        try:
            await serve(application, config, shutdown_trigger=stop.wait, task_status=task_status)
        finally:
            ended.set()

    async with trio.open_nursery() as nursery:
        await nursery.start(run)
        try:
            yield f"http://{name}:{port}"
        finally:
            system.bus.closing.set()
            stop.set()
            # Shielded, so that open connections get their grace even when all is being cancelled.
            with trio.CancelScope(shield=True), trio.move_on_after(GRACE_SECONDS + 2.0):
                await ended.wait()
            nursery.cancel_scope.cancel(reason="the server stopped")
