"""Request bodies with a bound: JSON is small, and an upload waits for the disk.

quart-trio hands a body's bytes on as fast as they come, so a slow disk fills the memory, and its
own limit does not count chunked bodies. Here the connection is read only when there is room.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import trio
from quart_trio.asgi import TrioASGIHTTPConnection
from quart_trio.wrappers.request import TrioBody, TrioRequest
from werkzeug.exceptions import RequestEntityTooLarge

from forge.config import MIB

#: The largest JSON body, in bytes.
JSON_LIMIT = 2 * MIB
#: How much of an upload may lie in memory, in bytes.
UPLOAD_BUFFER = 4 * MIB
UPLOAD_PREFIX = "/api/uploads"


class BoundedBody(TrioBody):
    """A body that says when there is room for more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = trio.Event()
        self._seen = 0
        self.abandoned = False

    async def __anext__(self) -> bytes:
        data = await super().__anext__()
        self._taken.set()
        return data

    def refuse_beyond(self, limit: int, arrived: int) -> None:
        """Counts what arrived; beyond the limit, whoever reads the body gets a 413."""
        self._seen += arrived
        if self._seen > limit:
            self._must_raise = RequestEntityTooLarge()
            self.clear()
            self.set_complete()

    async def room(self) -> None:
        """Waits until the reader has taken what is buffered, when that is too much."""
        while len(self._data) >= UPLOAD_BUFFER and self._must_raise is None and not self.abandoned:
            self._taken = trio.Event()
            await self._taken.wait()

    def abandon(self) -> None:
        """Nobody will read the rest."""
        self.abandoned = True
        self.clear()
        self._taken.set()


class BoundedRequest(TrioRequest):
    body_class = BoundedBody


class BoundedConnection(TrioASGIHTTPConnection):
    """Reads from the socket no faster than the body is used.

    When the answer is complete nobody reads the body any more. What still comes of it is dropped,
    so that the connection sees its end.
    """

    async def handle_request(  # type: ignore[override]  # quart-trio's own override, too
        self,
        nursery: trio.Nursery,
        request: BoundedRequest,
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        body = request.body
        assert isinstance(body, BoundedBody)

        async def send_and_notice(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                body.abandon()
            await send(message)

        await super().handle_request(nursery, request, cast(Any, send_and_notice))

    async def handle_messages(  # type: ignore[override]  # quart-trio's own override, too
        self,
        nursery: trio.Nursery,
        request: BoundedRequest,
        receive: Callable[[], Awaitable[dict[str, Any]]],
    ) -> None:
        body = request.body
        assert isinstance(body, BoundedBody)
        is_upload = request.path.startswith(UPLOAD_PREFIX)
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            if body.abandoned:
                continue
            data = message.get("body", b"")
            body.append(data)
            if not is_upload:
                body.refuse_beyond(JSON_LIMIT, len(data))
            if not message.get("more_body", False):
                body.set_complete()
            await body.room()
        # With the last piece of an answer Hypercorn readies the connection for its next request.
        # That must not be cancelled: the connection would never end by itself.
        if not body.abandoned:
            nursery.cancel_scope.cancel(reason="the client left")
