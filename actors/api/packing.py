"""Answers packed with gzip, for browsers that take it.

Over a network four hours of transcript are 3 MB plain and 0.6 MB packed, and the studio's script
a third of itself. Media and pictures are packed already; ranges are of the plain file.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict

import trio
from quart import Response, request

#: Packing less than this saves no time.
LEAST = 2_000
#: Level 6 of nine makes nothing noticeably smaller than this, at three times the work.
LEVEL = 4
#: Bytes of packed artifacts that are kept, so that each is packed once and not at every visit.
KEPT = 16 * 1024 * 1024
PACKABLE = frozenset(
    {"application/json", "text/javascript", "text/css", "text/html", "image/svg+xml"}
)


class Packed:
    """Packed files by their tag; the ones that were asked for longest ago go first."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def get(self, tag: str) -> bytes | None:
        """What was put under a tag, if it is still there."""
        if tag in self._files:
            self._files.move_to_end(tag)
        return self._files.get(tag)

    def put(self, tag: str, data: bytes) -> None:
        """Keeps a packed file. One that is larger than all room is not kept."""
        if tag in self._files or len(data) > KEPT:
            return
        self._files[tag] = data
        self._size += len(data)
        while self._size > KEPT:
            _, oldest = self._files.popitem(last=False)
            self._size -= len(oldest)


def wanted(mime: str, size: int) -> bool:
    """Whether the answer to this request is to be packed: all of something, and worth it.

    A range is answered plain: it counts bytes of the plain file.
    """
    return (
        size >= LEAST
        and mime.partition(";")[0] in PACKABLE
        and request.range is None
        and request.accept_encodings["gzip"] > 0
    )


async def pack(data: bytes) -> bytes:
    """The same bytes for the same data: without a time in the header. Not in trio's thread."""
    return await trio.to_thread.run_sync(lambda: gzip.compress(data, LEVEL, mtime=0))


async def pack_answer(response: Response) -> Response:
    """Packs what a route made as JSON; files pack themselves, under their tags."""
    if response.is_json and "Content-Encoding" not in response.headers:
        response.headers.add("Vary", "Accept-Encoding")
        size = response.content_length or 0
        if response.status_code == 200 and wanted("application/json", size):
            response.set_data(await pack(await response.get_data(as_text=False)))
            response.headers["Content-Encoding"] = "gzip"
    return response
