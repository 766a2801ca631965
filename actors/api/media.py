"""Files over HTTP: Range, ETag and If-Range, in large pieces, without a time limit."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import trio
from quart import Blueprint, request
from quart_trio.wrappers import TrioResponse as Response
from quart_trio.wrappers.response import TrioFileBody

from actors.api.context import checked_id, not_found, system
from actors.api.document import answers_file
from actors.api.packing import PACKABLE, Packed, pack, wanted
from forge.config import MIB
from forge.store import projects

routes = Blueprint("media", __name__)

#: Bytes of a file that are read and sent at once: 8 KiB pieces are 30 times slower.
PIECE = 1 * MIB

_SERVED = {
    "proxy.mp4": "video/mp4",
    "audio.wav": "audio/wav",
    "loudness.json": "application/json",
    "thumbs.json": "application/json",
    "peaks_100.dat": "application/octet-stream",
    "peaks_10.dat": "application/octet-stream",
    "peaks_1.dat": "application/octet-stream",
}
#: Sheets of thumbnails, as many as the recording is long, lie beside their index.
_JPEG = "image/jpeg"
_SHEET = re.compile(r"thumbs_[0-9]{3,5}\.jpg")


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
    headers: dict[str, Any] = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=0, must-revalidate",
    }
    if filename is not None:
        plain = filename.encode("ascii", "replace").decode().replace('"', "'")
        headers["Content-Disposition"] = (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
        )
    size = (await path.stat()).st_size
    if mime.partition(";")[0] in PACKABLE:
        headers["Vary"] = "Accept-Encoding"
    packs = filename is None and request.method == "GET" and wanted(mime, size)
    if packs:
        etag = f"{etag}-gzip"  # Other bytes, another tag.
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    elif packs:
        response = Response(await _packed_file(path, etag), mimetype=mime)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = await _file_response(FileBody(path), mime, etag)
    response.timeout = None
    response.headers.update(headers)
    response.set_etag(etag)
    return response


_packed = Packed()


async def _packed_file(path: trio.Path, tag: str) -> bytes:
    """A file packed, from memory when it was packed before and is still the same file."""
    stat = await path.stat()
    known = f"{path} {tag} {stat.st_mtime_ns} {stat.st_size}"
    data = _packed.get(known)
    if data is None:
        data = await pack(await path.read_bytes())
        _packed.put(known, data)
    return data


async def _file_response(
    body: FileBody, mime: str, etag: str, *, whole: str | None = None
) -> Response:
    """200 with all of the file, 206 with the part that is asked for, or 416.

    ``whole`` is what 206 says of the file's length, when that is not the body's.
    """
    span = _asked_span(etag)
    if span is None:
        everything = Response(body if request.method != "HEAD" else None, mimetype=mime)
        everything.content_length = body.size
        return everything
    start, end = span
    if start < 0:
        start = max(0, body.size + start)
    end = body.size if end is None else min(end, body.size)
    if start >= end:
        return Response(status=416, headers={"Content-Range": f"bytes */{body.size}"})
    content_range = f"bytes {start}-{end - 1}/{whole or body.size}"
    await body.make_conditional(start, end)
    response = Response(body, 206, mimetype=mime, headers={"Content-Range": content_range})
    response.content_length = end - start
    return response


async def send_grown(path: trio.Path, mime: str, size: int) -> Response:
    """The first ``size`` bytes of a file that grows, or the part of them that is asked for.

    What is there never changes, but how long the whole will be is not known, and says so: the
    answer to a range has ``*`` for it. Without a range, what is there is sent.
    """
    if not await path.is_file():
        raise not_found("file")
    body = FileBody(path)
    body.size = body.end = min(size, body.size)
    response = await _file_response(body, mime, "", whole="*")
    response.timeout = None
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked_span(etag: str) -> tuple[int, int | None] | None:
    """The one range that is asked for, unless If-Range says that it is of an older file.

    Several ranges at once may be answered with the whole file, and are.
    """
    asked, condition = request.range, request.headers.get("If-Range")
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if condition is not None and condition.strip() != f'"{etag}"':
        return None  # Strong comparison: a weak or empty one promises no equal bytes, nor a date.
    return asked.ranges[0]


@routes.get("/media/<vod_id>/<name>")
@answers_file(*dict.fromkeys([*_SERVED.values(), _JPEG]))
async def get_media(vod_id: str, name: str) -> Response:
    """A recording's proxy or another file that the studio plays."""
    vod = await system().ledger.run(projects.get_vod, checked_id(vod_id, "recording"))
    sheet = _SHEET.fullmatch(name) is not None
    listed = "thumbs.json" if sheet else name
    if vod is None or listed not in _SERVED or listed not in vod.artifacts:
        raise not_found("file")
    path = trio.Path(system().library.file(vod.artifacts[listed], name))
    return await send_file(path, _JPEG if sheet else _SERVED[name], etag=vod.artifacts[listed])
