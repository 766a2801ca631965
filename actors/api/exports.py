"""Exports: a clip rendered with its captions, and the files to take away."""

from __future__ import annotations

import sqlite3
from typing import Any, Literal
from uuid import uuid4

import trio
from quart import Blueprint
from quart_schema import validate_querystring, validate_request, validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import checked_id, not_found, now, system
from actors.api.document import answers_file
from actors.api.jobs import JobAnswer
from actors.api.media import send_file
from forge.errors import ForgeError
from forge.model import Job, Preset, Value
from forge.naming import export_name
from forge.store import clips, jobs, projects

routes = Blueprint("exports", __name__)

KINDS = {
    "mp4": ("clip.mp4", "video/mp4"),
    "srt": ("clip.srt", "application/x-subrip"),
    "vtt": ("clip.vtt", "text/vtt"),
}


class NewExport(Value):
    preset: Preset = "9:16"


class ExportKind(Value):
    kind: Literal["mp4", "srt", "vtt"] = "mp4"
    download: bool = False


@routes.post("/api/clips/<clip_id>/exports")
@validate_request(NewExport)
@validate_response(JobAnswer, 201)
async def create_export(clip_id: str, data: NewExport) -> tuple[JobAnswer, int]:
    """Queues the rendering of a clip as it is now; later edits don't change it."""
    clip_id = checked_id(clip_id, "clip")
    await system().janitor.admit()
    job = await system().ledger.run(_add, clip_id, data.preset, str(uuid4()), now())
    return JobAnswer(job=job), 201


def _add(db: sqlite3.Connection, clip_id: str, preset: str, job_id: str, at: float) -> Job:
    clip = clips.get(db, clip_id)
    if clip is None:
        raise not_found("clip")
    vod = projects.get_vod(db, clip.vod_id)
    assert vod is not None
    fields = {"start", "end", "zones", "layout", "captions", "cuts", "title"}
    render = {"clip": clip.model_dump(mode="json", include=fields), "preset": preset}
    payload: dict[str, Any] = {
        "clip_id": clip.id,
        "preset": preset,
        "name": export_name(vod.name, clip.title, clip.start, preset),
        "params": {"render": render},
    }
    jobs.enqueue(
        db,
        job_id=job_id,
        project_id=clip.project_id,
        vod_id=clip.vod_id,
        kind="export",
        payload=payload,
        now=at,
    )
    job = jobs.get(db, job_id)
    assert job is not None
    return job


@routes.get("/api/exports/<job_id>/file")
@answers_file("video/mp4", "application/x-subrip", "text/vtt")
@validate_querystring(ExportKind)
async def get_export(job_id: str, query_args: ExportKind) -> Response:
    """One file of a finished export; ``download=true`` gives it the clip's own name."""
    job = await system().ledger.run(jobs.get, checked_id(job_id, "export"))
    if job is None or job.type != "export":
        raise not_found("export")
    if job.status != "completed":
        raise ForgeError("not_ready", f"The export is {job.status}.")
    name, mime = KINDS[query_args.kind]
    key = job.steps[0].artifacts.get(name)
    if key is None:
        raise ForgeError("not_found", "The clip has no captions: nobody speaks in it.")
    path = trio.Path(system().library.file(key, name))
    filename = f"{job.payload['name']}.{query_args.kind}" if query_args.download else None
    return await send_file(path, mime, etag=key, filename=filename)
