"""Deleting jobs and projects, and what only they referred to."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from forge.errors import ForgeError
from forge.jobs import ACTIVE
from forge.store import references


@dataclass(frozen=True)
class Freed:
    """What nobody refers to any more: keys of artifacts and checkpoints, paths of recordings."""

    keys: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()


def delete_job(db: sqlite3.Connection, job_id: str) -> Freed | None:
    """Deletes a job that has ended, with its steps; None when there is none.

    What its steps found out about the recording stays: that belongs to the recording. Only what
    belongs to the job alone, like an export, is freed. Raises ``job_active`` for a live job.
    """
    row = db.execute("SELECT status FROM job WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        return None
    if row["status"] in ACTIVE:
        raise ForgeError(
            "job_active",
            f"The job is {row['status']}: only a job that has ended can be deleted.",
            hint="Cancel it first.",
        )
    before = references.keys_of_jobs(db, [job_id])
    db.execute("DELETE FROM job WHERE id = ?", (job_id,))
    return Freed(before - references.all_keys(db))


def delete_project(db: sqlite3.Connection, project_id: str) -> Freed | None:
    """Deletes a project with its recordings' rows, jobs and clips; None when there is none.

    Source files are not touched; whether one is FORGE's own copy is for the caller to know.
    """
    jobs = [row[0] for row in db.execute("SELECT id FROM job WHERE project_id = ?", (project_id,))]
    vods = db.execute("SELECT id, path FROM vod WHERE project_id = ?", (project_id,)).fetchall()
    keys = references.keys_of_jobs(db, jobs)
    keys |= references.keys_of_vods(db, [row["id"] for row in vods])
    if db.execute("DELETE FROM project WHERE id = ?", (project_id,)).rowcount == 0:
        return None
    sources = {row["path"] for row in vods} - references.sources(db)
    return Freed(keys - references.all_keys(db), frozenset(sources))
