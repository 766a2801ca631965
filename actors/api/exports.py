"""Exports: clips rendered with their captions, and the files to take away."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import uuid4

import trio
from pydantic import Field
from quart import Blueprint
from quart_schema import validate_querystring, validate_request, validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import checked_id, not_found, now, system
from actors.api.document import answers_file
from actors.api.jobs import JobAnswer
from actors.api.media import send_file
from forge.errors import ForgeError
from forge.exports.files import MIME, Kind, file_name
from forge.model import Clip, Job, Preset, Value
from forge.naming import export_name
from forge.store import clips, jobs, projects

routes = Blueprint("exports", __name__)

Presets = Annotated[list[Preset], Field(min_length=1, max_length=6)]
#: What of a clip decides how its export looks.
RENDERED = {"start", "end", "zones", "layout", "pip", "keyframes", "captions", "cuts", "title"}


class NewExport(Value):
    """One format, or several from one decode; 9:16 when none is named."""

    preset: Preset | None = None
    presets: Presets | None = None

    def wanted(self) -> list[Preset]:
        """Each format once, in order. Raises ForgeError when both fields are there."""
        if self.preset is not None and self.presets is not None:
            raise ForgeError("bad_request", "Name either a preset or presets.")
        return list(dict.fromkeys(self.presets or [self.preset or "9:16"]))


class NewBatch(NewExport):
    """Clips of one project, in the order in which they are to be rendered."""

    clip_ids: Annotated[list[str], Field(min_length=1, max_length=500)]


class BatchAnswer(Value):
    jobs: list[Job]


class ExportFile(Value):
    kind: Kind = "mp4"
    preset: Preset | None = None
    download: bool = False


@routes.post("/api/clips/<clip_id>/exports")
@validate_request(NewExport)
@validate_response(JobAnswer, 201)
async def create_export(clip_id: str, data: NewExport) -> tuple[JobAnswer, int]:
    """Queues the rendering of a clip as it is now; later edits don't change it."""
    clip_id, presets = checked_id(clip_id, "clip"), data.wanted()
    await system().janitor.admit()
    job = await system().ledger.run(_add_one, clip_id, presets, str(uuid4()), now())
    return JobAnswer(job=job), 201


@routes.post("/api/projects/<project_id>/exports")
@validate_request(NewBatch)
@validate_response(BatchAnswer, 201)
async def create_exports(project_id: str, data: NewBatch) -> tuple[BatchAnswer, int]:
    """Queues an export of each of these clips: all of them, or none when one does not exist."""
    project_id, presets = checked_id(project_id, "project"), data.wanted()
    wanted = {checked_id(clip_id, "clip"): str(uuid4()) for clip_id in data.clip_ids}
    await system().janitor.admit()
    found = await system().ledger.run(_add_all, project_id, wanted, presets, now())
    return BatchAnswer(jobs=found), 201


def _add_one(
    db: sqlite3.Connection, clip_id: str, presets: Sequence[Preset], job_id: str, at: float
) -> Job:
    clip = clips.get(db, clip_id)
    if clip is None:
        raise not_found("clip")
    return _add(db, clip, presets, job_id, at)


def _add_all(
    db: sqlite3.Connection,
    project_id: str,
    wanted: dict[str, str],
    presets: Sequence[Preset],
    at: float,
) -> list[Job]:
    found = [(clips.get(db, clip_id), job_id) for clip_id, job_id in wanted.items()]
    known = [(clip, job_id) for clip, job_id in found if clip and clip.project_id == project_id]
    if len(known) < len(found):
        raise not_found("clip")
    return [_add(db, clip, presets, job_id, at) for clip, job_id in known]


def _add(
    db: sqlite3.Connection, clip: Clip, presets: Sequence[Preset], job_id: str, at: float
) -> Job:
    vod = projects.get_vod(db, clip.vod_id)
    assert vod is not None
    names = {each: export_name(vod.name, clip.title, clip.start, each) for each in presets}
    render = {
        "clip": clip.model_dump(mode="json", include=RENDERED),
        "presets": list(presets),
        "recording": {"name": vod.name, "path": vod.path},
    }
    payload: dict[str, Any] = {
        "clip_id": clip.id,
        "preset": presets[0],
        "presets": list(presets),
        "name": names[presets[0]],
        "names": names,
        "params": {"render": render},
    }
    return jobs.enqueue(
        db,
        job_id=job_id,
        project_id=clip.project_id,
        vod_id=clip.vod_id,
        kind="export",
        payload=payload,
        now=at,
    )


@routes.get("/api/exports/<job_id>/file")
@answers_file(*MIME.values())
@validate_querystring(ExportFile)
async def get_export(job_id: str, query_args: ExportFile) -> Response:
    """One file of a finished export; ``download=true`` gives it the clip's own name.

    Of the first format, unless ``preset`` names another. The cut lists are the same for all.
    """
    job = await system().ledger.run(jobs.get, checked_id(job_id, "export"))
    if job is None or job.type != "export":
        raise not_found("export")
    if job.status != "completed":
        raise ForgeError(
            "not_ready",
            f"The export is {job.status}.",
            hint="Wait until its job has completed, or retry the job.",
        )
    # Exports of older versions of FORGE have one format, and no list.
    presets = job.payload.get("presets") or [job.payload.get("preset", "9:16")]
    preset = query_args.preset or presets[0]
    if preset not in presets:
        raise ForgeError(
            "not_found", f"The export was not made in {preset}.", hint="Export the clip again."
        )
    kind = query_args.kind
    name = file_name(kind, preset, presets)
    key = job.steps[0].artifacts.get(name)
    if key is None:
        raise ForgeError("not_found", _MISSING[kind])
    path = trio.Path(system().library.file(key, name))
    filename = f"{_called(job, preset, kind)}.{kind}" if query_args.download else None
    return await send_file(path, MIME[kind], etag=key, filename=filename)


def _called(job: Job, preset: str, kind: Kind) -> str:
    names = job.payload.get("names") or {}
    return str(names.get(preset) or job.payload["name"])


_CAPTIONS = "The clip has no captions: nobody speaks in it."
_OLD = "This export was made before FORGE wrote cut lists: export the clip again."
_MISSING: dict[Kind, str] = {
    "mp4": "The export has no video.",
    "srt": _CAPTIONS,
    "vtt": _CAPTIONS,
    "otio": _OLD,
    "fcpxml": _OLD,
}
