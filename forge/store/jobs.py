"""Jobs as users see and move them: enqueue, cancel, retry, and the lists.

What the owner of a running job writes is in :mod:`forge.store.leases` and
:mod:`forge.store.attempts`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forge import jobs as rules
from forge.model import Job, JobType
from forge.pipeline import JOBS
from forge.store import upstream
from forge.store.rows import job_from, to_json
from forge.store.steps import reset_steps, steps_of


def enqueue(
    db: sqlite3.Connection,
    *,
    job_id: str,
    project_id: str,
    vod_id: str,
    kind: JobType,
    payload: Mapping[str, Any],
    now: float,
) -> Job:
    """Adds a pending job with a row for each of its steps, and returns it."""
    db.execute(
        "INSERT INTO job (id, project_id, vod_id, type, payload, max_attempts, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (job_id, project_id, vod_id, kind, to_json(payload), rules.MAX_ATTEMPTS, now, now),
    )
    db.executemany(
        "INSERT INTO step (job_id, name, place) VALUES (?, ?, ?)",
        [(job_id, name, place) for place, name in enumerate(JOBS[kind])],
    )
    row = db.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
    return job_from(row, steps_of(db, job_id))


def under_way(
    db: sqlite3.Connection, vod_id: str, kind: JobType, payload: Mapping[str, Any]
) -> Job | None:
    """The newest live job that was asked for in the same words; None when there is none.

    One that is being cancelled does not count: whoever asks again wants it done.
    """
    row = db.execute(
        "SELECT id FROM job WHERE vod_id = ? AND type = ? AND payload = ? AND cancel_requested = 0"
        " AND status IN ('pending', 'processing') ORDER BY created_at DESC, rowid DESC LIMIT 1",
        (vod_id, kind, to_json(payload)),
    ).fetchone()
    return None if row is None else get(db, row["id"])


def request_cancel(db: sqlite3.Connection, job_id: str, now: float) -> Job | None:
    """Cancels a pending job at once; asks for it when the job is being processed.

    Returns the job as it is afterwards, or None when there is none. A job that has ended stays
    as it is.
    """
    db.execute(
        "UPDATE job SET cancel_requested = 1, updated_at = ?"
        " WHERE id = ? AND status = 'processing'",
        (now, job_id),
    )
    if db.execute(
        "UPDATE job SET status = 'cancelled', updated_at = ? WHERE id = ? AND status = 'pending'",
        (now, job_id),
    ).rowcount:
        reset_steps(db, job_id, "cancelled")
    return get(db, job_id)


def retry(db: sqlite3.Connection, job_id: str, now: float) -> Job | None:
    """Puts a failed or cancelled job back, to go on at the step that has no result.

    Put back with it are the jobs on the same recording that failed only because another one did,
    and the stopped ones that this job cannot go on without.
    """
    job = db.execute("SELECT vod_id, status FROM job WHERE id = ?", (job_id,)).fetchone()
    if job is None or job["status"] not in rules.RETRYABLE:
        return get(db, job_id)
    dependents = db.execute(
        "SELECT id FROM job WHERE vod_id = ? AND id != ? AND status = 'failed'"
        " AND error ->> '$.code' = 'upstream_failed'",
        (job["vod_id"], job_id),
    ).fetchall()
    for each in (job_id, *(row["id"] for row in dependents)):
        _put_back(db, each, now)
    waiting = [job_id]
    while waiting:
        maker = upstream.stopped_maker(db, waiting[0])
        if maker is None:
            del waiting[0]
        else:
            _put_back(db, maker, now)
            waiting.append(maker)
    return get(db, job_id)


def _put_back(db: sqlite3.Connection, job_id: str, now: float) -> None:
    db.execute(
        "UPDATE job SET status = 'pending', attempt = 0, run_after = 0, error = NULL,"
        " cancel_requested = 0, updated_at = ? WHERE id = ?",
        (now, job_id),
    )
    reset_steps(db, job_id, "pending")


def get(db: sqlite3.Connection, job_id: str) -> Job | None:
    """One job with its steps."""
    row = db.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
    return None if row is None else job_from(row, steps_of(db, job_id))


def many(db: sqlite3.Connection, job_ids: Iterable[str]) -> dict[str, Job]:
    """The jobs with these ids, by id, without those that are gone."""
    rows = db.execute(
        "SELECT * FROM job WHERE id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(job_ids)),),
    ).fetchall()
    return {job.id: job for job in _with_steps(db, rows)}


def listing(
    db: sqlite3.Connection,
    *,
    project_id: str | None = None,
    status: str | None = None,
    kind: str | None = None,
    limit: int = 500,
) -> list[Job]:
    """Jobs, the newest first."""
    rows = db.execute(
        "SELECT * FROM job WHERE (?1 IS NULL OR project_id = ?1) AND (?2 IS NULL OR status = ?2)"
        " AND (?3 IS NULL OR type = ?3) ORDER BY created_at DESC, rowid DESC LIMIT ?4",
        (project_id, status, kind, limit),
    ).fetchall()
    return _with_steps(db, rows)


def _with_steps(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Job]:
    """Jobs from their rows; the steps of all of them are fetched at once."""
    steps: dict[str, list[sqlite3.Row]] = {row["id"]: [] for row in rows}
    for step in db.execute(
        "SELECT * FROM step WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY place",
        (to_json(list(steps)),),
    ):
        steps[step["job_id"]].append(step)
    return [job_from(row, steps[row["id"]]) for row in rows]
