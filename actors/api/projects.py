"""Projects and what is known about their recordings."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import trio
from pydantic import Field
from quart import Blueprint
from quart_schema import validate_querystring, validate_request, validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import checked_id, not_found, system
from actors.api.document import answers, answers_file
from actors.api.imports import Imported, import_vod, inspect, nameable
from actors.api.media import send_file
from actors.api.naming import Title
from actors.api.uploads import arrivals, finished_upload, spent_upload
from actors.deletion import delete
from forge.errors import ForgeError
from forge.jobs import ACTIVE
from forge.model import Clip, FacecamChoice, Job, Project, Value, Vod
from forge.store import clips, deletion, jobs, projects

routes = Blueprint("projects", __name__)

#: How long a deletion waits for the project's running steps to stop.
CANCEL_SECONDS = 10.0

_REPORTS = {
    "probe": "probe.json",
    "transcript": "transcript.json",
    "scenes": "scenes.json",
    "facecam": "facecam.json",
    "virality": "virality.json",
}


class NewVod(Value):
    """A recording to import, and its chat: each by path, or as an upload that is complete."""

    path: Annotated[str, Field(max_length=4096)] | None = None
    upload_id: Annotated[str, Field(max_length=64)] | None = None
    chat: Annotated[str, Field(max_length=4096)] | None = None
    chat_upload_id: Annotated[str, Field(max_length=64)] | None = None
    facecam: FacecamChoice | None = None
    analyze: bool = True


class NewProject(NewVod):
    title: Title | None = None


class Force(Value):
    force: bool = False


class OfVod(Value):
    vod: str | None = None


class ProjectList(Value):
    projects: list[Project]


class ClipList(Value):
    clips: list[Clip]


class ImportedProject(Value):
    project: Project
    vod: Vod
    jobs: list[Job]


class ImportedVod(Value):
    vod: Vod
    jobs: list[Job]


@routes.get("/api/projects")
@validate_response(ProjectList)
async def list_projects() -> ProjectList:
    """All projects, the newest first."""
    return ProjectList(projects=await system().ledger.run(projects.listing))


@routes.post("/api/projects")
@validate_querystring(Force)
@validate_request(NewProject)
@validate_response(ImportedProject, 201)
async def create_project(data: NewProject, query_args: Force) -> tuple[ImportedProject, int]:
    """Imports a recording into a new project."""
    done = await _import(data, None, data.title, query_args.force)
    return ImportedProject(project=done.project, vod=done.vod, jobs=done.jobs), 201


@routes.post("/api/projects/<project_id>/vods")
@validate_querystring(Force)
@validate_request(NewVod)
@validate_response(ImportedVod, 201)
async def add_vod(project_id: str, data: NewVod, query_args: Force) -> tuple[ImportedVod, int]:
    """Imports another recording into a project."""
    done = await _import(data, checked_id(project_id, "project"), None, query_args.force)
    return ImportedVod(vod=done.vod, jobs=done.jobs), 201


async def _import(data: NewVod, project_id: str | None, title: str | None, force: bool) -> Imported:
    if (data.path is None) == (data.upload_id is None):
        raise ForgeError("bad_request", "Name either a path or an upload_id.")
    if data.chat and data.chat_upload_id is not None:
        raise ForgeError("bad_request", "Name either a chat or a chat_upload_id.")
    if data.chat_upload_id is not None and data.chat_upload_id == data.upload_id:
        raise ForgeError("bad_request", "The recording and its chat are two uploads.")
    await system().janitor.admit()
    chat = None if not data.chat else await nameable(data.chat)
    async with AsyncExitStack() as stack:
        if data.chat_upload_id is not None:
            chat = await stack.enter_async_context(spent_upload(data.chat_upload_id))
        if data.upload_id is not None:
            stack.enter_context(arrivals().held(data.upload_id))
            upload = await finished_upload(data.upload_id)
            path, name = str(upload.path), upload.name
        else:
            assert data.path is not None
            path, name = await nameable(data.path), Path(data.path).name
        arrival = await inspect(path, name, chat)
        return await import_vod(
            system(),
            arrival,
            project_id=project_id,
            title=title,
            analyze=data.analyze,
            facecam=data.facecam,
            force=force,
        )


@routes.get("/api/projects/<project_id>")
@validate_response(Project)
async def get_project(project_id: str) -> Project:
    """One project with its recordings."""
    return await _project(project_id)


async def _project(project_id: str) -> Project:
    project = await system().ledger.run(projects.get, checked_id(project_id, "project"))
    if project is None:
        raise not_found("project")
    return project


@routes.delete("/api/projects/<project_id>")
@answers(status=204)
async def delete_project(project_id: str) -> Response:
    """Cancels a project's jobs and deletes it, with everything on the disk that is only its own.

    A recording that was imported by its path stays.
    """
    project_id = checked_id(project_id, "project")
    await _cancel_all(project_id)
    if not await delete(system().library, system().ledger, deletion.delete_project, project_id):
        raise not_found("project")
    return Response(status=204)


async def _cancel_all(project_id: str) -> None:
    """Cancels a project's live jobs and waits until nothing of them runs."""
    with system().bus.subscribe() as subscription, trio.move_on_after(CANCEL_SECONDS):
        while True:
            found = await system().ledger.run(jobs.listing, project_id=project_id)
            live = [job for job in found if job.status in ACTIVE]
            if not live:
                return
            for job in live:
                await system().supervisor.cancel(job.id)
            await subscription.take()


@routes.get("/api/projects/<project_id>/clips")
@validate_response(ClipList)
async def list_clips(project_id: str) -> ClipList:
    """A project's clips, the best first."""
    found = await system().ledger.run(clips.listing, checked_id(project_id, "project"))
    return ClipList(clips=found)


@routes.get("/api/projects/<project_id>/<report>")
@answers_file("application/json")
@validate_querystring(OfVod)
async def get_report(project_id: str, report: str, query_args: OfVod) -> Response:
    """A step's JSON: ``probe``, ``transcript``, ``scenes``, ``facecam`` or ``virality``.

    Of the first recording, unless ``vod`` names another.
    """
    if report not in _REPORTS:
        raise not_found("report")
    vods = {vod.id: vod for vod in (await _project(project_id)).vods}
    vod = vods.get(query_args.vod) if query_args.vod else next(iter(vods.values()), None)
    name = _REPORTS[report]
    if vod is None or name not in vod.artifacts:
        raise not_found(report)
    path = trio.Path(system().library.file(vod.artifacts[name], name))
    return await send_file(path, "application/json", etag=vod.artifacts[name])
