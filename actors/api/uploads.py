"""Uploads by the tus 1.0.0 protocol: resumable, counted, acknowledged only when on the disk.

One folder an upload: ``meta.json`` (length and name) and ``data``, whose size is the offset. So
an upload survives a server that was killed: what the client is told it sent is what lies there.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from uuid import uuid4

import trio
from quart import Blueprint, request
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import checked_id, not_found, system
from actors.system import System
from forge.errors import ForgeError
from forge.library import disk_error, fsync_directory

routes = Blueprint("uploads", __name__)

TUS = {"Tus-Resumable": "1.0.0"}
#: A connection that sends nothing for this many seconds is closed; the client resumes.
IDLE_SECONDS = 60.0
#: Bytes after which an upload is flushed to the disk.
FLUSH_EVERY = 64 * 1024 * 1024
#: Free space that must remain after an upload, as a share of its length: the proxy needs room.
HEADROOM = 0.25


@dataclass(frozen=True)
class Upload:
    """One upload on the disk."""

    folder: Path
    length: int
    name: str

    @property
    def path(self) -> Path:
        return self.folder / "data"

    @property
    def offset(self) -> int:
        return self.path.stat().st_size


def _load(system: System, upload_id: str) -> Upload:
    folder = system.library.uploads / checked_id(upload_id, "upload")
    try:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
    except FileNotFoundError:
        raise not_found("upload") from None
    return Upload(folder, meta["length"], meta["name"])


async def finished_upload(system: System, upload_id: str) -> Upload:
    """An upload that is complete. Raises ForgeError when it is unknown or still short."""
    upload = await trio.to_thread.run_sync(_load, system, upload_id)
    if upload.offset != upload.length:
        raise ForgeError(
            "upload_incomplete",
            f"The upload has {upload.offset} of {upload.length} bytes.",
            hint="Resume it, then import it.",
        )
    return upload


@routes.route("/api/uploads", methods=["OPTIONS"])
async def describe() -> Response:
    """What this tus server can do."""
    headers = {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,termination",
        "Tus-Max-Size": str(system().settings.upload_limit),
    }
    return Response(status=204, headers={**TUS, **headers})


@routes.post("/api/uploads")
async def create_upload() -> Response:
    """Starts an upload of Upload-Length bytes; Location is where they go."""
    length = _number("Upload-Length")
    if length == 0:
        raise ForgeError("empty_file", "The file is empty (0 bytes).")
    if length > system().settings.upload_limit:
        raise ForgeError("too_large", "The file is larger than this server takes.")
    name = _file_name(request.headers.get("Upload-Metadata", ""))
    free = shutil.disk_usage(system().library.root).free
    if length * (1 + HEADROOM) > free:
        raise ForgeError(
            "disk_full",
            f"The file needs {length / 1e9:.1f} GB and room to work; {free / 1e9:.1f} GB are free.",
            hint="Free some space, or import the file by its path: nothing is copied then.",
        )
    upload_id = str(uuid4())
    await trio.to_thread.run_sync(partial(_create, system(), upload_id, length, name))
    location = f"/api/uploads/{upload_id}"
    return Response(status=201, headers={**TUS, "Location": location})


def _create(system: System, upload_id: str, length: int, name: str) -> None:
    folder = system.library.uploads / upload_id
    try:
        folder.mkdir(parents=True)
        (folder / "data").touch()
        (folder / "meta.json").write_text(json.dumps({"length": length, "name": name}), "utf-8")
        fsync_directory(folder)
    except OSError as error:
        raise disk_error(error) from error


@routes.route("/api/uploads/<upload_id>", methods=["HEAD"])
async def get_upload(upload_id: str) -> Response:
    """How much of the upload is on the disk."""
    upload = await trio.to_thread.run_sync(_load, system(), upload_id)
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
    return Response(status=200, headers={**TUS, **headers, "Cache-Control": "no-store"})


@routes.patch("/api/uploads/<upload_id>")
async def append_upload(upload_id: str) -> Response:
    """Appends the body at Upload-Offset; answers with the offset that is safe on the disk."""
    if request.content_type != "application/offset+octet-stream":
        raise ForgeError("wrong_type", "An upload is sent as application/offset+octet-stream.")
    upload = await trio.to_thread.run_sync(_load, system(), upload_id)
    offset = _number("Upload-Offset")
    if offset != upload.offset:
        raise ForgeError("bad_offset", f"The upload stands at {upload.offset}, not at {offset}.")
    try:
        offset = await _append(upload, offset)
    except OSError as error:
        raise disk_error(error) from error
    return Response(status=204, headers={**TUS, "Upload-Offset": str(offset)})


async def _append(upload: Upload, offset: int) -> int:
    unflushed = 0
    body = aiter(request.body)
    async with await trio.open_file(upload.path, "r+b") as file:
        await file.seek(offset)
        try:
            while True:
                with trio.fail_after(IDLE_SECONDS):
                    piece = await anext(body, None)
                if piece is None:
                    break
                if offset + len(piece) > upload.length:
                    raise ForgeError("too_large", "More bytes came than Upload-Length announced.")
                await file.write(piece)
                offset += len(piece)
                unflushed += len(piece)
                if unflushed >= FLUSH_EVERY:
                    await _flush(file)
                    unflushed = 0
        except trio.TooSlowError:
            raise ForgeError("too_slow", "Nothing came for a while; resume the upload.") from None
        finally:
            with trio.CancelScope(shield=True):
                await _flush(file)
    return offset


async def _flush(file: trio._file_io.AsyncIOWrapper) -> None:  # type: ignore[type-arg]
    await file.flush()
    await trio.to_thread.run_sync(os.fsync, file.fileno())


@routes.delete("/api/uploads/<upload_id>")
async def delete_upload(upload_id: str) -> Response:
    """Drops an upload and its bytes."""
    upload = await trio.to_thread.run_sync(_load, system(), upload_id)
    await trio.to_thread.run_sync(shutil.rmtree, upload.folder)
    return Response(status=204, headers=TUS)


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ForgeError("bad_request", f"The header {header} must be a whole number.")
    return int(text)


def _file_name(metadata: str) -> str:
    """The file's name out of Upload-Metadata: data for people, never a path on our disk."""
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key in ("filename", "name"):
            try:
                text = base64.b64decode(value, validate=True).decode("utf-8", "replace")
            except binascii.Error:
                break
            return PurePath(text.replace("\\", "/")).name[:200] or "recording"
    return "recording"
