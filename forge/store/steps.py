"""Step rows: a job's steps, and what each left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from forge.pipeline import job_progress
from forge.store.rows import to_json

#: A step with a result keeps it for good.
UNSETTLED = "status NOT IN ('completed', 'skipped')"


def steps_of(db: sqlite3.Connection, job_id: str) -> list[sqlite3.Row]:
    """A job's steps in the order of :data:`~forge.pipeline.JOBS`."""
    return db.execute("SELECT * FROM step WHERE job_id = ? ORDER BY place", (job_id,)).fetchall()


def working_key(db: sqlite3.Connection, vod_id: str, step: str) -> str | None:
    """The key that a step without a result works on, or did before it was interrupted."""
    row = db.execute(
        "SELECT step.key FROM step JOIN job ON job.id = step.job_id"
        " WHERE job.vod_id = ? AND step.name = ? AND step.key != ''"
        " AND step.status IN ('processing', 'pending')"
        " ORDER BY step.status = 'processing' DESC, job.created_at DESC LIMIT 1",
        (vod_id, step),
    ).fetchone()
    return None if row is None else str(row["key"])


def put_outcome(
    db: sqlite3.Connection,
    vod_id: str,
    step: str,
    key: str,
    files: Iterable[str],
    skipped: str,
    now: float,
) -> None:
    """Says what a step left behind for a recording; a later outcome replaces an earlier one."""
    db.execute(
        "INSERT INTO outcome (vod_id, step, key, files, skipped, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (vod_id, step) DO UPDATE SET"
        " key = excluded.key, files = excluded.files, skipped = excluded.skipped,"
        " created_at = excluded.created_at",
        (vod_id, step, key, to_json(sorted(files)), skipped, now),
    )


def update_progress(db: sqlite3.Connection, job_id: str) -> float:
    """Writes a job's progress anew from its steps' and returns it, 0 to 100."""
    progress = job_progress({row["name"]: row["progress"] / 100 for row in steps_of(db, job_id)})
    db.execute("UPDATE job SET progress = ? WHERE id = ?", (progress, job_id))
    return progress


def reset_steps(db: sqlite3.Connection, job_id: str, status: str) -> None:
    """Unfinished steps follow their job; in a failed job, the step that failed keeps its error."""
    if status == "pending":
        db.execute(
            "UPDATE step SET status = 'pending', progress = 0, speed = NULL"
            " WHERE job_id = ? AND status IN ('processing', 'failed', 'cancelled')",
            (job_id,),
        )
    else:
        db.execute(
            "UPDATE step SET status = 'cancelled', speed = NULL"
            " WHERE job_id = ? AND status IN ('pending', 'processing')",
            (job_id,),
        )
    update_progress(db, job_id)
