"""Rows that a test or a benchmark begins with: one recording in one project, with what is known."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from forge.media.source import fingerprint
from forge.store import projects
from forge.store.steps import put_outcome


def add_recording(
    db: sqlite3.Connection,
    vod_id: str = "v",
    *,
    project_id: str = "p",
    title: str = "title",
    path: str | Path = "/vod.mp4",
    name: str | None = None,
    size: int = 1,
    source_id: str = "f",
    has_chat: bool = False,
    now: float = 0.0,
) -> None:
    """Adds a recording, and its project unless that exists; ``source_id`` is its fingerprint.

    Nothing is read from ``path``: see :func:`import_file` for a file that is there.
    """
    if db.execute("SELECT 1 FROM project WHERE id = ?", (project_id,)).fetchone() is None:
        projects.add_project(db, project_id, title, now)
    projects.add_vod(
        db,
        vod_id=vod_id,
        project_id=project_id,
        name=name or Path(path).name,
        path=str(path),
        size=size,
        fingerprint=source_id,
        has_chat=has_chat,
        now=now,
    )


def import_file(
    db: sqlite3.Connection,
    video: Path,
    *,
    vod_id: str = "v",
    project_id: str = "p",
    title: str = "title",
    now: float = 0.0,
) -> None:
    """Adds a file as an import without a chat does, but for its jobs."""
    add_recording(
        db,
        vod_id,
        project_id=project_id,
        title=title,
        path=video,
        size=video.stat().st_size,
        source_id=fingerprint(video),
        now=now,
    )
    without_chat(db, vod_id, now)


def without_chat(db: sqlite3.Connection, vod_id: str = "v", now: float = 0.0) -> None:
    """Says that no chat will come, so that nothing waits for it."""
    put_outcome(db, vod_id, "chat", "", (), "no chat file was given", now)
