"""Uploads as they arrive: resumable, counted, acknowledged only when they are flushed.

What one of them is on the disk stands in :mod:`actors.api.upload_folder`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import trio

from actors.api import upload_folder
from actors.api.context import not_found
from actors.api.upload_folder import Upload
from forge.config import MIB
from forge.durable import disk_error
from forge.errors import ForgeError
from forge.library import Library

#: Bytes after which an upload is flushed to the disk, and the disk's free space looked at.
FLUSH_EVERY = 64 * MIB
#: Free space that must remain after an upload, as a share of its length: the proxy needs room.
HEADROOM = 0.25


class _Hold:
    """Somebody's sole right to an upload, for a while."""

    def __init__(self) -> None:
        self.scope = trio.CancelScope()
        self.ended = trio.Event()


class Arrivals:
    """Every upload of a data folder. Only one request at a time may change one of them."""

    def __init__(
        self,
        library: Library,
        idle_seconds: float,
        require: Callable[[int], Awaitable[None]],
    ) -> None:
        """``require`` raises ForgeError when so many bytes may not be written any more."""
        self._library = library
        self._require = require
        self._idle = idle_seconds
        self._holds: dict[str, _Hold] = {}
        self._creating = trio.Lock()

    @contextmanager
    def held(self, upload_id: str) -> Iterator[trio.CancelScope]:
        """Keeps others from the upload while the block runs. Raises ForgeError when it is held."""
        if upload_id in self._holds:
            raise ForgeError(
                "upload_busy",
                "Another request is at this upload.",
                hint="Try again in a moment.",
                permanent=False,
            )
        hold = self._holds[upload_id] = _Hold()
        try:
            with self._library.holds.hold(upload_id):  # Nor does the janitor take it away.
                yield hold.scope
        finally:
            del self._holds[upload_id]
            hold.ended.set()

    async def load(self, upload_id: str) -> Upload:
        """Raises ForgeError when there is no such upload."""
        return await trio.to_thread.run_sync(upload_folder.load, self._library.uploads, upload_id)

    async def offset(self, upload: Upload) -> int:
        """How many bytes would survive a power loss; flushes what lies there."""
        return await trio.to_thread.run_sync(upload_folder.flushed, upload)

    async def create(self, length: int, name: str, metadata: str) -> Upload:
        """An empty upload. Raises ForgeError when the disk has no room for all that is coming.

        Room counts once: what other live uploads were promised and did not write yet is taken.
        """
        async with self._creating:
            root = self._library.uploads
            promised = await trio.to_thread.run_sync(upload_folder.promised, root, time.time())
            free = shutil.disk_usage(root).free
            if length * (1 + HEADROOM) > free - promised:
                taken = f", {promised / 1e9:.1f} GB of them for other uploads" if promised else ""
                raise ForgeError(
                    "disk_full",
                    f"The file needs {length / 1e9:.1f} GB and room to work; "
                    f"{free / 1e9:.1f} GB are free{taken}.",
                    hint="Free some space, or import the file by its path: nothing is copied then.",
                )
            upload = Upload(root / str(uuid4()), length, name, metadata)
            await trio.to_thread.run_sync(upload_folder.create, upload)
            return upload

    async def append(
        self, upload_id: str, offset: int, body: AsyncIterable[bytes], announced: int | None = None
    ) -> int:
        """Appends a body at ``offset``; returns the offset that is safe on the disk.

        ``announced`` is how long the body says it is.

        Raises ForgeError, and keeps what was written: when the offset is another, when more comes
        than was announced, when nothing comes for a while, when the disk is full, or when the
        upload is being deleted.
        """
        upload = await self.load(upload_id)
        with self.held(upload_id) as scope:
            at = upload.offset
            if offset != at:
                raise ForgeError("bad_offset", f"The upload stands at {at}, not at {offset}.")
            if offset + (announced or 0) > upload.length:
                raise ForgeError("too_large", "More bytes come than Upload-Length announced.")
            try:
                with scope:
                    return await self._receive(upload, offset, body)
            except FileNotFoundError:
                raise not_found("upload") from None
            except OSError as error:
                raise disk_error(error) from error
        raise not_found("upload")  # Its deletion took the scope away.

    async def _receive(self, upload: Upload, offset: int, body: AsyncIterable[bytes]) -> int:
        unflushed = 0
        pieces = aiter(body)
        async with await trio.open_file(upload.path, "r+b", buffering=0) as file:
            await file.seek(offset)
            flush = partial(trio.to_thread.run_sync, os.fsync, file.fileno())
            try:
                while True:
                    with trio.fail_after(self._idle):
                        piece = await anext(pieces, None)
                    if piece is None:
                        break
                    if offset + len(piece) > upload.length:
                        raise ForgeError(
                            "too_large", "More bytes came than Upload-Length announced."
                        )
                    rest = memoryview(piece)
                    while rest:  # A disk that fills up takes only a part.
                        rest = rest[await file.write(rest) :]
                    offset += len(piece)
                    unflushed += len(piece)
                    if unflushed >= FLUSH_EVERY:
                        await flush()
                        unflushed = 0
                        await self._require(min(FLUSH_EVERY, upload.length - offset))
            except trio.TooSlowError:
                raise ForgeError(
                    "too_slow", "Nothing came for a while; resume the upload.", permanent=False
                ) from None
            finally:
                with trio.CancelScope(shield=True):
                    await flush()
        return offset

    async def stop(self, upload_id: str) -> None:
        """Ends a request that is at the upload, if there is one, and waits until it has ended."""
        hold = self._holds.get(upload_id)
        if hold is not None:
            hold.scope.cancel(reason="the upload is being deleted")
            await hold.ended.wait()
