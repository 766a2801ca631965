"""The event log, as clients see it: what happened, with the subject as it is now."""

from __future__ import annotations

import sqlite3
from typing import Any

from forge.store import clips, jobs

#: A client that missed more than this is told to fetch everything again.
REPLAY_LIMIT = 1000


def last_seq(db: sqlite3.Connection) -> int:
    """The number of the newest event; 0 in an empty log."""
    row = db.execute("SELECT max(seq) FROM event").fetchone()
    return int(row[0] or 0)


def since(db: sqlite3.Connection, seq: int) -> list[dict[str, Any]] | None:
    """Events after ``seq``, the oldest first; None when there are too many to replay.

    Events whose subject is gone are left out: a deletion event tells of it.
    """
    rows = db.execute(
        "SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (seq, REPLAY_LIMIT + 1)
    ).fetchall()
    if len(rows) > REPLAY_LIMIT or seq > last_seq(db):
        return None
    found = (_hydrate(db, row) for row in rows)
    return [event for event in found if event is not None]


def _hydrate(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any] | None:
    head: dict[str, Any] = {"seq": row["seq"], "type": row["type"]}
    subject = row["subject"]
    if row["type"].startswith("PROJECT_"):
        return {**head, "id": subject}
    if row["type"] == "CLIP_DELETED":
        return {**head, "id": subject, "project_id": row["detail"]}
    if row["type"] == "CLIP_CHANGED":
        clip = clips.get(db, subject)
        if clip is None:
            return None
        return {**head, "id": subject, "rev": clip.rev, "project_id": clip.project_id}
    job = jobs.get(db, subject)
    if job is None:
        return None
    match row["type"]:
        case "JOB_COMPLETED":
            return {**head, "id": job.id, "result": job.result}
        case "JOB_FAILED":
            error = job.error and job.error.model_dump(mode="json")
            return {**head, "id": job.id, "error": error}
        case "JOB_CANCELLED":
            return {**head, "id": job.id}
        case "STEP_CHANGED":
            step = next(step for step in job.steps if step.name == row["detail"])
            return {**head, "job_id": job.id, "step": step.model_dump(mode="json")}
        case _:
            return {**head, "job": job.model_dump(mode="json")}
