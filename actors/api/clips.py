"""Clips: edits by revision, and deletion."""

from __future__ import annotations

import sqlite3
from typing import Annotated
from uuid import uuid4

from pydantic import Field
from quart import Blueprint, request
from quart_schema import validate_request, validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import checked_id, not_found, now, system
from actors.api.document import answers, reads_headers
from forge.errors import ForgeError
from forge.model import Clip, ClipEdit, Value
from forge.store import clips, projects

routes = Blueprint("clips", __name__)

#: A clip is at least this long, in seconds.
SHORTEST = 0.5


class NewClip(Value):
    """A clip that the user marks, on the project's first recording unless one is named."""

    vod_id: str | None = None
    start: Annotated[float, Field(ge=0)]
    end: Annotated[float, Field(gt=0)]
    title: Annotated[str, Field(min_length=1, max_length=200)] = "Clip"


@routes.post("/api/projects/<project_id>/clips")
@validate_request(NewClip)
@validate_response(Clip, 201)
async def create_clip(project_id: str, data: NewClip) -> tuple[Clip, int]:
    """Marks a clip by hand."""
    clip = await system().ledger.run(_add, checked_id(project_id, "project"), data, now())
    return clip, 201


def _add(db: sqlite3.Connection, project_id: str, data: NewClip, at: float) -> Clip:
    project = projects.get(db, project_id)
    if project is None:
        raise not_found("project")
    vod = next((vod for vod in project.vods if data.vod_id in (None, vod.id)), None)
    if vod is None:
        raise not_found("recording")
    _check_span(data.start, data.end, vod.duration)
    return clips.add(db, str(uuid4()), vod, (data.start, data.end), data.title, at)


@routes.get("/api/clips/<clip_id>")
@validate_response(Clip)
async def get_clip(clip_id: str) -> Clip:
    """One clip."""
    return _found(await system().ledger.run(clips.get, checked_id(clip_id, "clip")))


@routes.patch("/api/clips/<clip_id>")
@reads_headers(required=("If-Match",))
@validate_request(ClipEdit)
@validate_response(Clip)
async def edit_clip(clip_id: str, data: ClipEdit) -> Clip:
    """Changes a clip at the revision of If-Match; 409 when it has moved on since."""
    clip_id = checked_id(clip_id, "clip")
    rev = request.headers.get("If-Match", "").strip('"')
    if not (rev.isascii() and rev.isdigit() and len(rev) <= 18):
        raise ForgeError(
            "no_revision",
            "An edit needs If-Match with the clip's rev.",
            hint="Send the rev that the clip had when it was fetched.",
        )
    return await system().ledger.run(_edit, clip_id, int(rev), data, now())


def _edit(db: sqlite3.Connection, clip_id: str, rev: int, data: ClipEdit, at: float) -> Clip:
    before = _found(clips.get(db, clip_id))
    vod = projects.get_vod(db, before.vod_id)
    start = before.start if data.start is None else data.start
    end = before.end if data.end is None else data.end
    _check_span(start, end, vod.duration if vod else None)
    edited = clips.edit(db, clip_id, rev, data, at)
    if edited is None:
        raise ForgeError(
            "stale_revision",
            f"The clip was changed elsewhere: it is at revision {before.rev}, not {rev}.",
            hint="Fetch it again and repeat the change.",
        )
    return edited


@routes.delete("/api/clips/<clip_id>")
@answers(status=204)
async def delete_clip(clip_id: str) -> Response:
    """Deletes a clip; its finished exports stay."""
    if not await system().ledger.run(clips.delete, checked_id(clip_id, "clip")):
        raise not_found("clip")
    return Response(status=204)


def _check_span(start: float, end: float, duration: float | None) -> None:
    if end - start < SHORTEST:
        raise ForgeError("bad_span", f"A clip lasts at least {SHORTEST} s.")
    if duration is not None and end > duration + 0.05:
        raise ForgeError("bad_span", f"The recording ends at {duration:.2f} s.")


def _found(clip: Clip | None) -> Clip:
    if clip is None:
        raise not_found("clip")
    return clip
