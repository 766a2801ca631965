"""Files over HTTP: Range, ETag and If-Range, in large pieces, without a time limit."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import trio
from quart import Blueprint, request
from quart_trio.wrappers import TrioResponse as Response
from quart_trio.wrappers.response import TrioFileBody

from actors.api.context import checked_id, not_found, system
from forge.config import MIB
from forge.store import projects

routes = Blueprint("media", __name__)

#: Bytes of a file that are read and sent at once: 8 KiB pieces are 30 times slower.
PIECE = 1 * MIB

_SERVED = {
    "proxy.mp4": "video/mp4",
    "audio.wav": "audio/wav",
    "loudness.json": "application/json",
}


class FileBody(TrioFileBody):
    """A part of a file, one thread hop a piece."""

    buffer_size = PIECE

    def __init__(self, path: trio.Path) -> None:
        super().__init__(str(path))
        self._position = 0

    async def __aenter__(self) -> FileBody:
        await super().__aenter__()
        self._position = self.begin
        return self

    async def __anext__(self) -> bytes:
        left = self.end - self._position
        if left <= 0:
            raise StopAsyncIteration
        assert self.file is not None
        piece: bytes = await self.file.read(min(PIECE, left))
        if not piece:
            raise StopAsyncIteration
        self._position += len(piece)
        return piece


async def send_file(
    path: trio.Path, mime: str, *, etag: str, filename: str | None = None
) -> Response:
    """A file that never changes under its ``etag``; with ``filename``, one to save."""
    if not await path.is_file():
        raise not_found("file")
    headers: dict[str, Any] = {"Cache-Control": "private, max-age=0, must-revalidate"}
    if filename is not None:
        plain = filename.encode("ascii", "replace").decode().replace('"', "'")
        headers["Content-Disposition"] = (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
        )
    body = FileBody(path)
    response = Response(body, mimetype=mime, headers=headers)
    response.timeout = None
    response.set_etag(etag)
    await response.make_conditional(request, accept_ranges=True, complete_length=body.size)
    return response


@routes.get("/media/<vod_id>/<name>")
async def get_media(vod_id: str, name: str) -> Response:
    """A recording's proxy or another file that the studio plays."""
    vod = await system().ledger.run(projects.get_vod, checked_id(vod_id, "recording"))
    if vod is None or name not in _SERVED or name not in vod.artifacts:
        raise not_found("file")
    path = trio.Path(system().library.file(vod.artifacts[name], name))
    return await send_file(path, _SERVED[name], etag=vod.artifacts[name])
