"""Importing a recording: the checks, the identity of its bytes, and one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import trio

from actors.api.context import DetailedError, not_found, now, system, visitor
from actors.system import System
from forge.config import MIB, Settings
from forge.edge.access import permitted
from forge.errors import ForgeError
from forge.media.source import check_source, fingerprint
from forge.model import FacecamChoice, Job, JobType, Project, Rect, Vod
from forge.pipeline import STEPS, artifact_key
from forge.scoring.chat import read_chat
from forge.scoring.chat_span import ChatSpan, misfit, span_of
from forge.store import chats, jobs, projects

CHAT_LIMIT = 256 * MIB
T = TypeVar("T")


@dataclass(frozen=True)
class ChatFile:
    """A chat log that can be read, with the key that it will have among the artifacts."""

    path: Path
    key: str
    span: ChatSpan | None

    def check(self, duration: float | None) -> None:
        """Raises ``bad_chat`` for the chat of another recording; None is a length not known yet."""
        if self.span is not None and duration is not None:
            error = misfit(self.span, duration)
            if error is not None:
                raise error


@dataclass(frozen=True)
class Arrival:
    """A recording that may be imported: it was looked at, nothing was written yet."""

    path: Path
    name: str
    size: int
    fingerprint: str
    chat: ChatFile | None


@dataclass(frozen=True)
class Imported:
    project: Project
    vod: Vod
    jobs: list[Job]


async def nameable(path: str) -> str:
    """The path of a file that whoever sent this request may name. Raises ForgeError.

    A client on this machine may name any file that the server's user can read; others only what
    lies under the roots that were named at the start.
    """
    if visitor().local:
        return path
    roots = system().settings.roots
    return str(await trio.to_thread.run_sync(permitted, Path(path), roots))


async def inspect(path: str, name: str | None, chat: str | None) -> Arrival:
    """Checks a recording and its chat file, off the event loop. Raises ForgeError."""
    return await trio.to_thread.run_sync(partial(_inspect, path, name, chat))


def _inspect(path: str, name: str | None, chat: str | None) -> Arrival:
    source = Path(path)
    if not source.is_absolute():
        raise ForgeError(
            "not_absolute",
            f"The path {path!r} is not absolute.",
            hint="Give the whole path, from the root of the disk on.",
        )
    size = check_source(source)
    file = _inspect_chat(chat) if chat else None
    return Arrival(source, name or source.name, size, fingerprint(source), file)


async def inspect_chat(path: str) -> ChatFile:
    """Checks a chat file, off the event loop. Raises ForgeError."""
    return await trio.to_thread.run_sync(_inspect_chat, path)


def _inspect_chat(path: str) -> ChatFile:
    file = Path(path)
    if check_source(file) > CHAT_LIMIT:
        raise ForgeError(
            "chat_too_large",
            f"The chat file {path} is larger than 256 MiB.",
            hint="Name the chat of this recording alone.",
        )
    span = span_of(read_chat(file.read_bytes()))
    return ChatFile(file, artifact_key(STEPS["chat"], fingerprint(file), {}, {}), span)


async def keep_chat(
    system: System, chat: ChatFile | None, plan: Callable[[sqlite3.Connection], T]
) -> T:
    """Runs ``plan`` in a transaction, with the chat among the artifacts already."""
    if chat is None:
        return await system.ledger.run(plan)
    with system.library.holds.hold(chat.key):  # Until a row refers to it.
        adopt = partial(system.library.adopt, chat.path, chat.key, "chat.json")
        await trio.to_thread.run_sync(adopt)
        return await system.ledger.run(plan)


async def import_vod(
    system: System,
    arrival: Arrival,
    *,
    project_id: str | None,
    title: str | None,
    analyze: bool,
    force: bool,
    facecam: FacecamChoice | None,
) -> Imported:
    """Writes project, recording and jobs in one transaction.

    Raises ``duplicate_source`` when the same bytes are in the library already, unless forced, and
    ``bad_chat`` when their length is known and the chat is that of another recording.
    """
    plan = partial(
        _add,
        arrival=arrival,
        project_id=project_id,
        title=title,
        kinds=("ingest", "analyze") if analyze else ("ingest",),
        force=force,
        payload=job_payload(system.settings, facecam),
        now=now(),
    )
    return await keep_chat(system, arrival.chat, plan)


def job_payload(settings: Settings, facecam: FacecamChoice | None) -> dict[str, Any]:
    """What a new job remembers: the settings of its time, and where the facecam is."""
    zone = facecam or settings.facecam_zone()
    if isinstance(zone, Rect) and not zone.is_inside():
        raise ForgeError("bad_facecam", "The facecam reaches beyond the frame.")
    return {
        "params": settings.step_params(),
        "facecam": zone.model_dump() if isinstance(zone, Rect) else zone,
    }


def _add(
    db: sqlite3.Connection,
    *,
    arrival: Arrival,
    project_id: str | None,
    title: str | None,
    kinds: tuple[JobType, ...],
    force: bool,
    payload: Mapping[str, Any],
    now: float,
) -> Imported:
    twin = projects.project_with_fingerprint(db, arrival.fingerprint)
    if twin is not None and not force:
        raise DetailedError(
            "duplicate_source",
            "This recording is in the library already.",
            hint="Open the project that holds it, or import it again with force.",
            project_id=twin,
        )
    if twin is not None and arrival.chat is not None:
        arrival.chat.check(projects.duration_of(db, arrival.fingerprint))
    if project_id is None:
        project_id = str(uuid4())
        projects.add_project(db, project_id, title or Path(arrival.name).stem or "Recording", now)
    elif projects.get(db, project_id) is None:
        raise not_found("project")
    vod_id = str(uuid4())
    _add_vod(db, vod_id, project_id, arrival, now)
    added = [
        jobs.enqueue(
            db,
            job_id=str(uuid4()),
            project_id=project_id,
            vod_id=vod_id,
            kind=kind,
            payload=payload,
            now=now,
        )
        for kind in kinds
    ]
    project, vod = projects.get(db, project_id), projects.get_vod(db, vod_id)
    assert project is not None
    assert vod is not None
    return Imported(project, vod, added)


def _add_vod(
    db: sqlite3.Connection, vod_id: str, project_id: str, arrival: Arrival, now: float
) -> None:
    projects.add_vod(
        db,
        vod_id=vod_id,
        project_id=project_id,
        name=arrival.name,
        path=str(arrival.path),
        size=arrival.size,
        fingerprint=arrival.fingerprint,
        has_chat=False,
        now=now,
    )
    chat = arrival.chat
    chats.record(db, vod_id, chat.key if chat else "", chat.span if chat else None, now)
