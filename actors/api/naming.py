"""Names that a person gives: to a project, and to the speakers of a recording."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from pydantic import AfterValidator, Field
from quart import Blueprint
from quart_schema import validate_request, validate_response

from actors.api.context import checked_id, not_found, system
from forge.captions.text import clean
from forge.model import Project, SpeakerLabel, Value, Vod
from forge.store import projects

routes = Blueprint("naming", __name__)


def _one_line(title: str) -> str:
    words = " ".join(title.split())
    if not words:
        raise ValueError("it says nothing")
    return words


#: What a project is called: one line that says something, without the space around it.
Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]


class ProjectEdit(Value):
    title: Title


class VodEdit(Value):
    """Names for speakers, by label; a label that is left out keeps its name, "" takes it away."""

    speakers: Annotated[
        dict[SpeakerLabel, Annotated[str, Field(max_length=60)]], Field(max_length=100)
    ]


@routes.patch("/api/projects/<project_id>")
@validate_request(ProjectEdit)
@validate_response(Project)
async def edit_project(project_id: str, data: ProjectEdit) -> Project:
    """Renames a project."""
    return await system().ledger.run(_rename, checked_id(project_id, "project"), data.title)


def _rename(db: sqlite3.Connection, project_id: str, title: str) -> Project:
    projects.rename(db, project_id, title)
    renamed = projects.get(db, project_id)
    if renamed is None:
        raise not_found("project")
    return renamed


@routes.patch("/api/projects/<project_id>/vods/<vod_id>")
@validate_request(VodEdit)
@validate_response(Vod)
async def edit_vod(project_id: str, vod_id: str, data: VodEdit) -> Vod:
    """Names the speakers of a recording."""
    project_id, vod_id = checked_id(project_id, "project"), checked_id(vod_id, "recording")
    return await system().ledger.run(_name_speakers, project_id, vod_id, data)


def _name_speakers(db: sqlite3.Connection, project_id: str, vod_id: str, data: VodEdit) -> Vod:
    vod = projects.get_vod(db, vod_id)
    if vod is None or vod.project_id != project_id:
        raise not_found("recording")
    names = {label: clean(name) for label, name in data.speakers.items()}
    projects.name_speakers(db, vod_id, names)
    edited = projects.get_vod(db, vod_id)
    assert edited is not None
    return edited
