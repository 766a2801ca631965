"""The listening socket, the server on it, and a stop that always ends."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import trio
from hypercorn.config import Config
from hypercorn.typing import Framework
from hypercorn.utils import wrap_app

from actors.api.app import create_app
from actors.api.connections import Crowd, serving
from actors.api.context import Gate
from actors.api.edge import Edge
from actors.system import System
from forge.config import Settings
from forge.edge import security
from forge.edge.access import check_bind
from forge.errors import ForgeError

#: Seconds that open connections get to finish when the server stops. Short: downloads and uploads
#: can be resumed, and everything else is answered in less.
GRACE_SECONDS = 1.0
#: A client that acknowledges nothing for this long is cut off, in milliseconds.
USER_TIMEOUT_MS = 30_000
#: Connections at once; browsers open six each. Fewer where descriptors are scarce.
MOST_CONNECTIONS = 512


def connection_limit() -> int:
    """How many connections leave enough descriptors for files, steps and the database."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = soft == resource.RLIM_INFINITY or soft >= 4 * MOST_CONNECTIONS
    return MOST_CONNECTIONS if few else max(16, soft // 4)


@dataclass(frozen=True)
class Limits:
    """What a client may take its time for, in seconds, and how many there may be."""

    request: float = 75.0
    """For all of a request's headers, and for a connection that waits for its next request."""
    body: float = 30.0
    """For all of a body but an upload's."""
    upload_idle: float = 60.0
    """Between two pieces of an upload."""
    handshake: float = 10.0
    """For TLS to be agreed on."""
    grace: float = GRACE_SECONDS
    """For what is under way when the server stops."""
    connections: int = field(default_factory=connection_limit)


def listen(settings: Settings, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Raises ForgeError when the address asks for protection that the settings don't give, when the
    certificate can't be used, when the address is not this machine's own, or the port is taken.
    """
    check_bind(settings)
    _tls(settings, _config(settings, Limits()))
    host = settings.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Connections that are accepted inherit it. Linux only.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        listener.bind((host, port))
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ForgeError(
            "port_in_use",
            f"FORGE cannot listen on {host}:{port}: {error.strerror or error}.",
            hint="Another program uses the port, or the address is not this machine's; "
            "choose another with --port, or 0 for any.",
        ) from error
    return listener


@asynccontextmanager
async def run_api(
    system: System, listener: socket.socket, *, limits: Limits | None = None
) -> AsyncIterator[str]:
    """Serves the API and the studio on ``listener`` while the block runs.

    Yields the URL for clients on this machine.
    """
    limits = limits or Limits()
    settings = system.settings
    host, port = listener.getsockname()[:2]
    config = _config(settings, limits)
    tls = _tls(settings, config)
    gate = Gate(
        secret=system.library.secret(),
        password=check_bind(settings),
        hosts=security.allowed_hosts(host, port, settings.names, tls=tls is not None),
        port=port,
        tls=tls is not None,
    )
    app = Edge(create_app(system, gate, limits.body, limits.upload_idle), gate)
    accept: trio.abc.Listener[trio.abc.Stream] = trio.SocketListener(
        trio.socket.from_stdlib_socket(listener)
    )
    if tls is not None:
        accept = cast(
            "trio.abc.Listener[trio.abc.Stream]",
            trio.SSLListener(accept, tls, https_compatible=True),
        )
    wrapped = wrap_app(cast(Framework, app), config.wsgi_max_body_size, "asgi")
    async with serving(wrapped, config, accept, Crowd(limits.connections), limits.grace):
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        scheme = "http" if tls is None else "https"
        try:
            yield f"{scheme}://{security.authority(here, port)}"
        finally:
            system.bus.closing.set()


def _tls(settings: Settings, config: Config) -> ssl.SSLContext | None:
    try:
        return config.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        raise ForgeError(
            "bad_certificate",
            f"The certificate {settings.tls_cert} and its key cannot be used: {error}.",
            hint="Both must be readable PEM files that belong together, the key unencrypted.",
        ) from error


def _config(settings: Settings, limits: Limits) -> Config:
    config = Config()
    config.alpn_protocols = ["http/1.1"]
    config.ssl_handshake_timeout = limits.handshake
    config.keep_alive_timeout = limits.request
    config.websocket_ping_interval = 20
    config.websocket_max_message_size = 64 * 1024
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("forge.hypercorn")
    if settings.tls_cert is not None:
        config.certfile, config.keyfile = str(settings.tls_cert), str(settings.tls_key)
    return config
