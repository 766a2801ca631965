"""Connections: how many there may be, who makes room for a new one, and how all of them end.

Hypercorn speaks HTTP/1.1 and WebSocket on each of them. Its own accept loop is not used, because
it has no bound on connections and waits for clients that never read: a thousand idle sockets
would take every descriptor, and one that stopped reading would hold the stop.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import h11
import trio
from hypercorn.config import Config
from hypercorn.events import Event, RawData, Updated
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.protocol.ws_stream import WSStream
from hypercorn.trio.lifespan import Lifespan
from hypercorn.trio.task_group import TaskGroup
from hypercorn.trio.tcp_server import MAX_RECV, TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.typing import AppWrapper, ConnectionState, LifespanState
from hypercorn.utils import parse_socket_addr
from wsproto.connection import ConnectionState as WebSocketState

log = logging.getLogger("forge")


class Crowd:
    """The open connections, at most ``limit`` of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: set[Connection] = set()
        self._idle: dict[Connection, None] = {}
        """Those that have no request under way, the longest idle first."""
        self._left = trio.Event()

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, connection: Connection) -> bool:
        """Lets one in; the longest idle one goes for it. False when all are busy."""
        if len(self._open) >= self._limit:
            if not self._idle:
                return False
            oldest = next(iter(self._idle))
            oldest.scope.cancel(reason="another connection needs the room")
            self.leave(oldest)
        self._open.add(connection)
        self.mark(connection, idle=True)
        return True

    def leave(self, connection: Connection) -> None:
        """Counts one out; it may have left already."""
        self._open.discard(connection)
        self._idle.pop(connection, None)
        self._left.set()

    def mark(self, connection: Connection, *, idle: bool) -> None:
        """Whether a request is under way on it; waiting for one counts from now."""
        self._idle.pop(connection, None)
        if idle and connection in self._open:
            self._idle[connection] = None

    async def emptied(self) -> None:
        """Returns when nobody is left."""
        while self._open:
            self._left = trio.Event()
            await self._left.wait()

    async def cut(self) -> None:
        """Closes what is open, without a goodbye: whoever doesn't read can't be told."""
        for connection in list(self._open):
            await trio.aclose_forcefully(connection.stream)


class Http1(H11Protocol):
    """HTTP/1.1 only, and WebSockets without compression.

    An upgrade to HTTP/2 would be another protocol with other limits to keep. Compression would
    let 64 KiB of a message unfold into 64 MiB, and costs more than it saves on short events.
    """

    async def _check_protocol(self, event: h11.Request) -> None:
        pass  # Hypercorn would switch to HTTP/2 here when the client asks for it.

    async def _create_stream(self, request: h11.Request) -> None:
        kept = [
            (name, value) for name, value in request.headers if name != b"sec-websocket-extensions"
        ]
        await super()._create_stream(
            h11.Request(
                method=request.method,
                target=request.target,
                headers=kept,
                http_version=request.http_version,
            )
        )


class Connection(TCPServer):
    """One client. Whatever goes wrong on it ends it alone."""

    def __init__(
        self,
        app: AppWrapper,
        config: Config,
        context: WorkerContext,
        state: LifespanState,
        crowd: Crowd,
        stream: trio.SSLStream[trio.SocketStream] | trio.SocketStream,
    ) -> None:
        super().__init__(app, config, context, state, cast(Any, stream))
        self.scope = trio.CancelScope()
        self._crowd = crowd

    async def run(self) -> None:
        """Serves the client until one of both ends it; turns it away when all places are busy."""
        if not self._crowd.enter(self):
            return
        try:
            with self.scope:
                await self._serve()
        except* OSError:
            pass
        except* Exception as group:
            log.error("a connection failed unexpectedly", exc_info=group)
        finally:
            self._crowd.leave(self)

    async def _serve(self) -> None:
        transport: Any = self.stream
        if isinstance(self.stream, trio.SSLStream):
            try:
                with trio.fail_after(self.config.ssl_handshake_timeout):
                    await self.stream.do_handshake()
            except (trio.BrokenResourceError, trio.TooSlowError):
                return
            transport = self.stream.transport_stream
        socket = transport.socket
        client = parse_socket_addr(socket.family, socket.getpeername())
        server = parse_socket_addr(socket.family, socket.getsockname())
        try:
            async with TaskGroup() as task_group:
                self._task_group = task_group
                self.protocol = Http1(  # type: ignore[assignment]  # of the same two methods
                    self.app,
                    self.config,
                    self.context,
                    task_group,
                    ConnectionState(self.state),
                    transport is not self.stream,
                    client,
                    server,
                    self.protocol_send,
                )
                await self.idle_task.restart(task_group, self._idle_timeout)
                await self._read_data()
        finally:
            await self._close()

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, Updated):
            self._crowd.mark(self, idle=event.idle)
        await super().protocol_send(event)

    async def _read_data(self) -> None:
        """Reads until the client goes, or until it was told that its message is too big.

        Hypercorn would go on filling its buffer with such a message's fragments.
        """
        protocol = cast(Http1, self.protocol)
        data = b" "
        while data:
            try:
                data = bytes(await self.stream.receive_some(MAX_RECV))
            except (trio.ClosedResourceError, trio.BrokenResourceError):
                break
            await protocol.handle(RawData(data))
            stream = protocol.stream
            if (
                isinstance(stream, WSStream)
                and stream.handshake.accepted
                and stream.connection.state is WebSocketState.LOCAL_CLOSING
            ):
                break
        await self._initiate_server_close()
        # Hypercorn's pings would keep the task of a WebSocket that is gone until the next is due.
        self.scope.cancel(reason="the connection ended")


@asynccontextmanager
async def serving(
    app: AppWrapper, config: Config, listener: trio.abc.Listener[Any], crowd: Crowd, grace: float
) -> AsyncIterator[None]:
    """Serves while the block runs; open requests get ``grace`` seconds to finish after it.

    The end is the same when the block is cancelled. Connections that are still open after the
    grace are cut, so it takes no longer, whatever the clients do.
    """
    context = WorkerContext(None)
    state: LifespanState = {}
    lifespan = Lifespan(app, config, state)
    handler = partial(Connection, app, config, context, ConnectionState(state.copy()), crowd)
    async with trio.open_nursery() as lifespans:
        await lifespans.start(lifespan.handle_lifespan)
        await lifespan.wait_for_startup()
        async with trio.open_nursery() as nursery:
            accepting, all_of_it = trio.CancelScope(), trio.CancelScope(shield=True)
            ended = trio.Event()

            async def serve() -> None:
                # Shielded: a block that is cancelled ends in the same order as any other.
                with all_of_it:
                    async with trio.open_nursery() as connections:
                        with accepting:
                            await trio.serve_listeners(
                                cast(Any, handler), [listener], handler_nursery=connections
                            )
                ended.set()

            nursery.start_soon(serve)
            try:
                yield
            finally:
                with trio.CancelScope(shield=True):
                    accepting.cancel(reason="the server stops")
                    await context.terminated.set()
                    with trio.move_on_after(grace):
                        await crowd.emptied()
                    await crowd.cut()
                    all_of_it.cancel(reason="the server stops")
                    await ended.wait()
        with trio.CancelScope(shield=True):
            await lifespan.wait_for_shutdown()
        lifespans.cancel_scope.cancel(reason="the server stopped")
