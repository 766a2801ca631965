"""One upload on the disk: a folder with ``meta.json`` (length and name) and ``data``.

The size of ``data`` is the offset. So an upload survives a server that was killed: what the client
is told it sent is what lies there.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from actors.api.context import checked_id, not_found
from forge.durable import disk_error, fsync_directory, fsync_file
from forge.errors import ForgeError

#: An upload that got nothing for this many seconds has no claim on free space any more.
CLAIM_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Upload:
    """One upload on the disk; ``metadata`` is Upload-Metadata as the client sent it."""

    folder: Path
    length: int
    name: str
    metadata: str = ""

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def path(self) -> Path:
        return self.folder / "data"

    @property
    def offset(self) -> int:
        """How many bytes are there. Raises ForgeError when the upload is gone."""
        return self.state.st_size

    @property
    def state(self) -> os.stat_result:
        """The data's size and times now. Raises ForgeError when the upload is gone."""
        try:
            return self.path.stat()
        except FileNotFoundError:
            raise not_found("upload") from None


def load(uploads: Path, upload_id: str) -> Upload:
    """Raises ForgeError (``not_found``) when there is no such upload."""
    folder = uploads / checked_id(upload_id, "upload")
    try:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        return Upload(folder, meta["length"], meta["name"], meta.get("metadata", ""))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        raise not_found("upload") from None  # Also one that a power loss garbled.


def flushed(upload: Upload) -> int:
    """How many bytes would survive a power loss; flushes what lies there."""
    size = upload.offset
    try:
        fsync_file(upload.path)
    except FileNotFoundError:
        raise not_found("upload") from None
    return size


def create(upload: Upload) -> None:
    """Makes the folder, flushed: who is told of the upload finds it after a power loss, too.

    Raises ForgeError, and leaves nothing, when the disk refuses.
    """
    meta = {"length": upload.length, "name": upload.name, "metadata": upload.metadata}
    try:
        upload.folder.mkdir(parents=True)
        upload.path.touch()
        part = upload.folder / "meta.part"
        part.write_text(json.dumps(meta), "utf-8")
        fsync_file(part)
        part.replace(upload.folder / "meta.json")
        fsync_directory(upload.folder)
        fsync_directory(upload.folder.parent)
    except OSError as error:
        shutil.rmtree(upload.folder, ignore_errors=True)
        raise disk_error(error) from error


def promised(uploads: Path, now: float) -> int:
    """Bytes that live uploads have yet to write."""
    total = 0
    for folder in uploads.iterdir():
        try:
            upload = load(uploads, folder.name)
            state = upload.state
        except (ForgeError, OSError, ValueError):
            continue  # On its way in or out.
        if now - state.st_mtime < CLAIM_SECONDS:
            total += max(0, upload.length - state.st_size)
    return total
