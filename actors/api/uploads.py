"""Uploads over HTTP: the routes of tus 1.0.0."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import trio
from quart import Blueprint, current_app, request
from quart_trio.wrappers import TrioResponse as Response

from actors.api.arrivals import Arrivals
from actors.api.context import system
from actors.api.document import answers, reads_headers
from actors.api.upload_folder import Upload
from forge.edge import tus
from forge.errors import ForgeError
from forge.store import projects

routes = Blueprint("uploads", __name__)

TUS = {"Tus-Resumable": tus.VERSION}


def arrivals() -> Arrivals:
    return current_app.arrivals  # type: ignore[attr-defined,no-any-return]  # set by create_app


async def finished_upload(upload_id: str) -> Upload:
    """An upload that is complete. Raises ForgeError when it is unknown or still short."""
    upload = await arrivals().load(upload_id)
    if upload.offset != upload.length:
        raise ForgeError(
            "upload_incomplete",
            f"The upload has {upload.offset} of {upload.length} bytes.",
            hint="Resume it, then import it.",
        )
    return upload


@asynccontextmanager
async def spent_upload(upload_id: str) -> AsyncIterator[str]:
    """Holds an upload that is complete, and yields the path of its bytes.

    When the block ends well, what it held is among the artifacts, and its folder goes. Raises
    ForgeError as :func:`finished_upload` does.
    """
    with arrivals().held(upload_id):
        upload = await finished_upload(upload_id)
        yield str(upload.path)
        await trio.to_thread.run_sync(partial(shutil.rmtree, upload.folder, ignore_errors=True))


@routes.before_request
async def _check_version() -> None:
    if request.method != "OPTIONS":
        tus.check_version(request.headers.get("Tus-Resumable"))


@routes.after_request
async def _say_version(response: Response) -> Response:
    response.headers.setdefault("Tus-Resumable", tus.VERSION)
    if response.status_code == 412:
        response.headers["Tus-Version"] = tus.VERSION
    return response


@routes.route("/api/uploads", methods=["OPTIONS"])
@answers(status=204)
async def describe() -> Response:
    """What this tus server can do."""
    headers = {
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(system().settings.upload_limit),
    }
    return Response(status=204, headers={**TUS, **headers})


@routes.post("/api/uploads")
@answers(status=201)
@reads_headers("Upload-Metadata", required=("Tus-Resumable", "Upload-Length"))
async def create_upload() -> Response:
    """Starts an upload of Upload-Length bytes; Location is where they go.

    A body of type application/offset+octet-stream is its beginning.
    """
    for header in ("Upload-Defer-Length", "Upload-Concat"):
        if header in request.headers:
            raise ForgeError(
                "unsupported",
                f"{header} is not supported.",
                hint="Say how long the file is, and send it as one upload.",
            )
    length = tus.whole_number("Upload-Length", request.headers.get("Upload-Length"))
    if length == 0:
        raise ForgeError("empty_file", "The file is empty (0 bytes).")
    if length > system().settings.upload_limit:
        raise ForgeError(
            "too_large",
            "The file is larger than this server takes.",
            hint="Import it by its path, or raise FORGE_UPLOAD_LIMIT.",
        )
    metadata = tus.check_metadata(request.headers.get("Upload-Metadata", ""))
    await system().janitor.admit(length)
    upload = await arrivals().create(length, tus.file_name(metadata), metadata)
    headers = {**TUS, "Location": f"/api/uploads/{upload.id}", **_expiry(upload)}
    if request.content_type == tus.CONTENT_TYPE:
        offset = await arrivals().append(upload.id, 0, request.body, request.content_length)
        headers["Upload-Offset"] = str(offset)
    return Response(status=201, headers=headers)


@routes.route("/api/uploads/<upload_id>", methods=["HEAD"])
@answers(status=200)
@reads_headers(required=("Tus-Resumable",))
async def get_upload(upload_id: str) -> Response:
    """How much of the upload is on the disk."""
    upload = await arrivals().load(upload_id)
    headers = {
        "Upload-Offset": str(await arrivals().offset(upload)),
        "Upload-Length": str(upload.length),
        "Cache-Control": "no-store",
    }
    headers |= _expiry(upload)
    if upload.metadata:
        headers["Upload-Metadata"] = upload.metadata
    return Response(status=200, headers={**TUS, **headers})


@routes.patch("/api/uploads/<upload_id>")
@answers(status=204)
@reads_headers(required=("Tus-Resumable", "Upload-Offset"))
async def append_upload(upload_id: str) -> Response:
    """Appends the body at Upload-Offset; answers with the offset that is safe on the disk."""
    if request.content_type != tus.CONTENT_TYPE:
        raise ForgeError("wrong_type", f"An upload is sent as {tus.CONTENT_TYPE}.")
    offset = tus.whole_number("Upload-Offset", request.headers.get("Upload-Offset"))
    offset = await arrivals().append(upload_id, offset, request.body, request.content_length)
    upload = await arrivals().load(upload_id)
    headers = {**TUS, "Upload-Offset": str(offset), **_expiry(upload)}
    return Response(status=204, headers=headers)


def _expiry(upload: Upload) -> dict[str, str]:
    """When the janitor takes it, if nothing more comes and nobody imports it."""
    keep = system().settings.keep_days * 86_400
    return {"Upload-Expires": tus.expires(upload.state.st_mtime + keep)}


@routes.delete("/api/uploads/<upload_id>")
@answers(status=204)
@reads_headers(required=("Tus-Resumable",))
async def delete_upload(upload_id: str) -> Response:
    """Drops an upload and its bytes; 409 when a recording was made of it."""
    upload = await arrivals().load(upload_id)
    await arrivals().stop(upload_id)
    with arrivals().held(upload_id):
        if await system().ledger.run(projects.has_path, str(upload.path)):
            raise ForgeError(
                "upload_in_use",
                "A recording was made of this upload.",
                hint="Delete its project instead.",
            )
        await trio.to_thread.run_sync(shutil.rmtree, upload.folder)
    return Response(status=204, headers=TUS)


@routes.post("/api/uploads/<upload_id>")
@answers(status=204)
@reads_headers(required=("Tus-Resumable", "X-HTTP-Method-Override"))
async def override_method(upload_id: str) -> Response:
    """PATCH or DELETE for clients that can only POST: X-HTTP-Method-Override names it."""
    routes_by_name = {"PATCH": append_upload, "DELETE": delete_upload}
    route = routes_by_name.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if route is None:
        raise ForgeError(
            "bad_request", "A POST to an upload needs X-HTTP-Method-Override: PATCH or DELETE."
        )
    return await route(upload_id)
