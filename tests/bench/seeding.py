"""Rows that a test or a benchmark begins with: one recording in one project, with what is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from forge.library import Library
from forge.media.source import fingerprint
from forge.model import JobType
from forge.pipeline import JOBS
from forge.store import attempts, jobs, leases, projects, results
from forge.store.results import StepResult, Suggestions
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


def finish_job(
    db: sqlite3.Connection,
    library: Library,
    kind: JobType,
    write: Callable[[str, Path], None],
    *,
    job_id: str,
    project_id: str,
    vod_id: str,
    now: float,
    clip_ids: Sequence[str] = (),
    zones: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Adds a job and leaves it completed: ``write`` puts what a step makes into its folder.

    What the project knows of it comes from ``probe.json`` and ``virality.json``; its clips get
    the ids ``clip_ids``, and all of them ``zones``.
    """
    jobs.enqueue(
        db,
        job_id=job_id,
        project_id=project_id,
        vod_id=vod_id,
        kind=kind,
        payload={},
        now=now,
    )
    fence = leases.claim(db, job_id, "seeding", now)
    assert fence is not None
    for step in JOBS[kind]:
        key = uuid5(NAMESPACE_URL, f"{vod_id} {step}").hex
        staged = library.stage(job_id, step, 1)
        write(step, staged)
        files = library.commit(staged, key, [])
        found = library.read_json(key, "virality.json")["clips"] if step == "scoring" else []
        done = StepResult(
            key=key,
            files=files,
            result={"clips": len(found)} if found else {},
            seconds=1.0,
            probe=library.read_json(key, "probe.json") if step == "probe" else None,
            suggestions=Suggestions(found, clip_ids, zones, "single") if found else None,
        )
        attempts.start_step(db, fence, step, now, key=key)
        assert results.record(db, fence, vod_id, step, done, now)
