"""The demo: a recording to try FORGE with, for a person who has none at hand."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import trio
from quart import Blueprint, current_app
from quart_schema import validate_response

from actors.api.arrivals import Arrivals
from actors.api.context import system
from actors.api.imports import Imported, import_vod, inspect
from actors.api.projects import ImportedProject
from actors.demo import make_demo
from forge.durable import fsync_directory, fsync_file
from forge.errors import ForgeError
from forge.model import Rect

routes = Blueprint("demo", __name__)

NAME = "forge-demo.mp4"
#: About what the recording takes, in bytes.
SIZE = 30_000_000


@routes.post("/api/demo")
@validate_response(ImportedProject, 201)
async def import_demo() -> tuple[ImportedProject, int]:
    """Makes a recording of 48 s, which takes about a minute, and imports it with its chat.

    It lies in the data folder and goes with its project.
    """
    if system().settings.upload_limit < SIZE:  # It comes to lie among the uploads.
        raise ForgeError(
            "too_large",
            "The demo takes 30 MB, and this server takes no upload as large as that.",
            hint="Import a recording by its path, or raise FORGE_UPLOAD_LIMIT.",
        )
    app: Any = current_app
    if app.making_demo:
        raise ForgeError(
            "demo_busy",
            "The demo is being made already.",
            hint="It appears among the projects in a moment.",
            permanent=False,
        )
    app.making_demo = True  # Before anything waits: two requests may come at once.
    try:
        await system().janitor.admit(SIZE)
        done = await _make(app.arrivals)
    finally:
        app.making_demo = False
    return ImportedProject(project=done.project, vod=done.vod, jobs=done.jobs), 201


async def _make(arrivals: Arrivals) -> Imported:
    library, settings = system().library, system().settings
    work = str(uuid4())
    with library.holds.hold(library.staging_name(work, "demo", 1)):
        folder = await trio.to_thread.run_sync(library.stage, work, "demo", 1)
        try:
            made = await make_demo(folder, library.children, settings.ffmpeg)
            return await _import(arrivals, made)
        finally:
            with trio.CancelScope(shield=True):
                clear = partial(shutil.rmtree, folder, ignore_errors=True)
                await trio.to_thread.run_sync(clear)


async def _import(arrivals: Arrivals, made: dict[str, Any]) -> Imported:
    video = trio.Path(made["video"])
    upload = await arrivals.create((await video.stat()).st_size, NAME, "")
    with arrivals.held(upload.id):
        try:
            await trio.to_thread.run_sync(_move, Path(video), upload.path)
            arrival = await inspect(str(upload.path), NAME, made["chat"])
            return await import_vod(
                system(),
                arrival,
                project_id=None,
                title="FORGE demo",
                analyze=True,
                force=False,
                facecam=Rect.model_validate(made["facecam"]),
            )
        except BaseException:
            shutil.rmtree(upload.folder, ignore_errors=True)
            raise


def _move(source: Path, target: Path) -> None:
    fsync_file(source)
    os.replace(source, target)
    fsync_directory(target.parent)
