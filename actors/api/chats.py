"""The chat of a recording that is in the library already: another one, or none."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Annotated
from uuid import uuid4

from pydantic import Field
from quart import Blueprint
from quart_schema import validate_request, validate_response

from actors.api.context import checked_id, not_found, now, system
from actors.api.imports import ChatFile, inspect_chat, keep_chat, nameable
from actors.api.uploads import spent_upload
from forge.errors import ForgeError
from forge.model import Job, Value, Vod
from forge.store import chats, projects

routes = Blueprint("chats", __name__)


class NewChat(Value):
    """A chat log: by path, or as an upload that is complete."""

    path: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    upload_id: Annotated[str, Field(max_length=64)] | None = None


class ChatAnswer(Value):
    """The recording, and the analysis that takes the change in; None where there is none."""

    vod: Vod
    job: Job | None


@routes.put("/api/projects/<project_id>/vods/<vod_id>/chat")
@validate_request(NewChat)
@validate_response(ChatAnswer)
async def put_chat(project_id: str, vod_id: str, data: NewChat) -> ChatAnswer:
    """Gives a recording a chat, in place of the one that it has; its moments are scored again."""
    place = checked_id(project_id, "project"), checked_id(vod_id, "recording")
    if (data.path is None) == (data.upload_id is None):
        raise ForgeError("bad_request", "Name either a path or an upload_id.")
    await system().janitor.admit()
    if data.upload_id is not None:
        async with spent_upload(data.upload_id) as path:
            return await _replace(place, await inspect_chat(path))
    assert data.path is not None
    return await _replace(place, await inspect_chat(await nameable(data.path)))


@routes.delete("/api/projects/<project_id>/vods/<vod_id>/chat")
@validate_response(ChatAnswer)
async def delete_chat(project_id: str, vod_id: str) -> ChatAnswer:
    """Takes a recording's chat away; its moments are scored again without it."""
    place = checked_id(project_id, "project"), checked_id(vod_id, "recording")
    return await _replace(place, None)


async def _replace(place: tuple[str, str], chat: ChatFile | None) -> ChatAnswer:
    plan = partial(_put, place=place, chat=chat, job_id=str(uuid4()), at=now())
    return await keep_chat(system(), chat, plan)


def _put(
    db: sqlite3.Connection, *, place: tuple[str, str], chat: ChatFile | None, job_id: str, at: float
) -> ChatAnswer:
    project_id, vod_id = place
    vod = projects.get_vod(db, vod_id)
    if vod is None or vod.project_id != project_id:
        raise not_found("recording")
    if chat is None and not vod.has_chat:
        return ChatAnswer(vod=vod, job=None)
    key, span = "", None
    if chat is not None:
        chat.check(vod.duration)
        key, span = chat.key, chat.span
    job = chats.put_chat(db, vod_id, key, span, job_id, at)
    after = projects.get_vod(db, vod_id)
    assert after is not None
    return ChatAnswer(vod=after, job=job)
