"""The life of a job in SQL: enqueue, claim, renew, finish, fail, cancel, retry, reclaim.

Whoever changes a job that is being processed shows its fence. A function that returns False
says: *you lost it*; kill the child, drop the outputs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forge import jobs as rules
from forge.errors import ForgeError
from forge.model import Job, JobKind
from forge.pipeline import JOBS, STEPS, job_progress
from forge.store.rows import job_from, to_json


@dataclass(frozen=True)
class Fence:
    """The right to write to one job: only the latest claim's fence opens."""

    job_id: str
    worker_id: str
    attempt: int

    @property
    def match(self) -> tuple[str, str, int]:
        return (self.job_id, self.worker_id, self.attempt)


HELD = "id = ? AND worker_id = ? AND attempt = ? AND status = 'processing'"


def enqueue(
    db: sqlite3.Connection,
    *,
    job_id: str,
    project_id: str,
    vod_id: str,
    kind: JobKind,
    payload: Mapping[str, Any],
    now: float,
) -> None:
    """Adds a pending job with a row for each of its steps."""
    db.execute(
        "INSERT INTO job (id, project_id, vod_id, type, payload, max_attempts, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (job_id, project_id, vod_id, kind, to_json(payload), rules.MAX_ATTEMPTS, now, now),
    )
    db.executemany(
        "INSERT INTO step (job_id, name, place) VALUES (?, ?, ?)",
        [(job_id, name, place) for place, name in enumerate(JOBS[kind])],
    )


def claim(db: sqlite3.Connection, job_id: str, worker_id: str, now: float) -> Fence | None:
    """Takes a pending job. None when somebody else was faster or it is no longer pending."""
    row = db.execute(
        "UPDATE job SET status = 'processing', attempt = attempt + 1, worker_id = ?,"
        " lease_until = ?, updated_at = ?"
        " WHERE id = ? AND status = 'pending' AND cancel_requested = 0 AND run_after <= ?"
        " RETURNING attempt",
        (worker_id, rules.lease_until(now), now, job_id, now),
    ).fetchone()
    return None if row is None else Fence(job_id, worker_id, row["attempt"])


def renew(db: sqlite3.Connection, fence: Fence, now: float) -> bool:
    """Extends the lease of a job that waits for work that is under way elsewhere."""
    changed = db.execute(
        f"UPDATE job SET lease_until = ? WHERE {HELD}", (rules.lease_until(now), *fence.match)
    )
    return changed.rowcount == 1


def start_step(db: sqlite3.Connection, fence: Fence, step: str, now: float) -> bool:
    """Marks a step as running under this fence."""
    if not _touch(db, fence, now, step):
        return False
    db.execute(
        "UPDATE step SET status = 'processing', attempt = attempt + 1, progress = 0,"
        " speed = NULL, error = NULL, reason = NULL WHERE job_id = ? AND name = ?",
        (fence.job_id, step),
    )
    return True


def progress(
    db: sqlite3.Connection,
    fence: Fence,
    step: str,
    fraction: float,
    speed: float | None,
    now: float,
) -> float | None:
    """Records real progress of a step's child, which renews the job's lease.

    Returns the whole job's progress, 0 to 100; None says: you lost it.
    """
    if not _touch(db, fence, now, step):
        return None
    db.execute(
        "UPDATE step SET progress = ?, speed = ?"
        " WHERE job_id = ? AND name = ? AND status = 'processing'",
        (100 * min(max(fraction, 0.0), 1.0), speed, fence.job_id, step),
    )
    return _update_progress(db, fence.job_id)


def settle_step(
    db: sqlite3.Connection,
    fence: Fence,
    step: str,
    *,
    key: str,
    files: Iterable[str],
    result: Mapping[str, Any],
    skipped: str | None = None,
    reused: bool = False,
    seconds: float | None,
    now: float,
) -> bool:
    """Records a step's result exactly once; the last one completes the job.

    Everything happens in the caller's one transaction: the step, its artifacts, and the job.
    """
    if not _touch(db, fence, now, step):
        return False
    names = sorted(files)
    changed = db.execute(
        "UPDATE step SET status = ?, progress = 100, seconds = ?, reused = ?, reason = ?,"
        " error = NULL, artifacts = ?, result = ?"
        " WHERE job_id = ? AND name = ? AND status NOT IN ('completed', 'skipped')",
        (
            "completed" if skipped is None else "skipped",
            seconds,
            int(reused),
            skipped,
            to_json(dict.fromkeys(names, key)),
            to_json(dict(result)),
            fence.job_id,
            step,
        ),
    )
    if changed.rowcount != 1:
        return False
    if STEPS[step].shared:
        vod_id = db.execute("SELECT vod_id FROM job WHERE id = ?", (fence.job_id,)).fetchone()[0]
        put_outcome(db, vod_id, step, key, names, skipped or "", now)
    _update_progress(db, fence.job_id)
    _complete_if_settled(db, fence, now)
    return True


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


def fail_step(
    db: sqlite3.Connection, fence: Fence, step: str, error: ForgeError, now: float
) -> bool:
    """Records why a step failed. The job goes on with its other steps until it is settled."""
    if not _touch(db, fence, now, step):
        return False
    db.execute(
        "UPDATE step SET status = 'failed', error = ?, speed = NULL WHERE job_id = ? AND name = ?",
        (to_json(error.as_json()), fence.job_id, step),
    )
    return True


def end_attempt(
    db: sqlite3.Connection, fence: Fence, error: ForgeError, now: float, jitter: float
) -> bool:
    """Ends an attempt in which steps failed: another try after a pause, or the end.

    ``error`` is the failure that decides. Steps that have a result keep it either way.
    """
    status = rules.after_failure(fence.attempt, error.permanent, _max_attempts(db, fence.job_id))
    if not _leave(db, fence, status, now, error=error):
        return False
    if status == "pending":
        wait = rules.backoff(fence.attempt, jitter)
        db.execute("UPDATE job SET run_after = ? WHERE id = ?", (now + wait, fence.job_id))
    return True


def release(db: sqlite3.Connection, fence: Fence, now: float) -> bool:
    """Gives a job back that a shutdown interrupted; the attempt does not count."""
    if not _leave(db, fence, "pending", now):
        return False
    db.execute("UPDATE job SET attempt = attempt - 1 WHERE id = ?", (fence.job_id,))
    return True


def request_cancel(db: sqlite3.Connection, job_id: str, now: float) -> Job | None:
    """Cancels a pending job at once; asks for it when the job is being processed.

    Returns the job as it is afterwards, or None when there is none. A job that has ended stays
    as it is.
    """
    db.execute(
        "UPDATE job SET cancel_requested = 1, updated_at = ? WHERE id = ? AND status = 'processing'",
        (now, job_id),
    )
    if db.execute(
        "UPDATE job SET status = 'cancelled', updated_at = ? WHERE id = ? AND status = 'pending'",
        (now, job_id),
    ).rowcount:
        _reset_steps(db, job_id, "cancelled")
    return get(db, job_id)


def acknowledge_cancel(db: sqlite3.Connection, fence: Fence, now: float) -> bool:
    """Ends a job whose cancel was asked for, once nothing of it runs any more."""
    return _leave(db, fence, "cancelled", now)


def retry(db: sqlite3.Connection, job_id: str, now: float) -> Job | None:
    """Puts a failed or cancelled job back, to go on at the step that has no result.

    Jobs on the same recording that failed only because this one did are put back with it.
    """
    vod = db.execute("SELECT vod_id FROM job WHERE id = ?", (job_id,)).fetchone()
    if vod is None:
        return None
    dependents = db.execute(
        "SELECT id FROM job WHERE vod_id = ? AND id != ? AND status = 'failed'"
        " AND error ->> '$.code' = 'upstream_failed'",
        (vod["vod_id"], job_id),
    ).fetchall()
    for each in (job_id, *(row["id"] for row in dependents)):
        changed = db.execute(
            "UPDATE job SET status = 'pending', attempt = 0, run_after = 0, error = NULL,"
            " cancel_requested = 0, updated_at = ? WHERE id = ? AND status IN ('failed', 'cancelled')",
            (now, each),
        )
        if changed.rowcount:
            _reset_steps(db, each, "pending")
    return get(db, job_id)


def reclaim(db: sqlite3.Connection, boot: str, now: float) -> list[str]:
    """Takes back every job whose owner is gone, and returns their ids.

    Owners are named ``<boot>:<n>``. With the data directory's lock held, an owner of another
    boot is provably gone, whatever its lease says; one of this boot is when its lease ran out.
    """
    rows = db.execute(
        "SELECT id, worker_id, attempt, max_attempts, cancel_requested FROM job"
        " WHERE status = 'processing'"
        " AND (substr(worker_id, 1, ?) != ? OR lease_until < ?)",
        (len(boot) + 1, f"{boot}:", now),
    ).fetchall()
    for row in rows:
        fence = Fence(row["id"], row["worker_id"], row["attempt"])
        status = rules.after_reclaim(
            row["attempt"], bool(row["cancel_requested"]), row["max_attempts"]
        )
        lost = ForgeError(
            "worker_lost",
            f"FORGE stopped {row['attempt']} times while it worked on this job.",
            hint="If it ran out of memory, choose a smaller model; then retry the job.",
        )
        _leave(db, fence, status, now, error=lost if status == "failed" else None)
    return [row["id"] for row in rows]


def get(db: sqlite3.Connection, job_id: str) -> Job | None:
    """One job with its steps."""
    row = db.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
    return None if row is None else job_from(row, _steps(db, job_id))


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
    return [job_from(row, _steps(db, row["id"])) for row in rows]


def _steps(db: sqlite3.Connection, job_id: str) -> list[sqlite3.Row]:
    return db.execute("SELECT * FROM step WHERE job_id = ? ORDER BY place", (job_id,)).fetchall()


def _touch(db: sqlite3.Connection, fence: Fence, now: float, step: str) -> bool:
    changed = db.execute(
        f"UPDATE job SET step = ?, lease_until = ?, updated_at = ? WHERE {HELD}",
        (step, rules.lease_until(now, STEPS[step].stall_after), now, *fence.match),
    )
    return changed.rowcount == 1


def _max_attempts(db: sqlite3.Connection, job_id: str) -> int:
    row = db.execute("SELECT max_attempts FROM job WHERE id = ?", (job_id,)).fetchone()
    return rules.MAX_ATTEMPTS if row is None else int(row["max_attempts"])


def _update_progress(db: sqlite3.Connection, job_id: str) -> float:
    progress = job_progress({row["name"]: row["progress"] / 100 for row in _steps(db, job_id)})
    db.execute("UPDATE job SET progress = ? WHERE id = ?", (progress, job_id))
    return progress


def _complete_if_settled(db: sqlite3.Connection, fence: Fence, now: float) -> None:
    steps = _steps(db, fence.job_id)
    if any(row["status"] not in ("completed", "skipped") for row in steps):
        return
    # Each value is JSON already, so the object is put together as text.
    results = ",".join(f"{to_json(row['name'])}:{row['result'] or '{}'}" for row in steps)
    db.execute(
        f"UPDATE job SET status = 'completed', progress = 100, result = ?, error = NULL,"
        f" worker_id = NULL, lease_until = NULL, updated_at = ? WHERE {HELD}",
        ("{" + results + "}", now, *fence.match),
    )


def _leave(
    db: sqlite3.Connection,
    fence: Fence,
    status: str,
    now: float,
    error: ForgeError | None = None,
) -> bool:
    changed = db.execute(
        f"UPDATE job SET status = ?, error = ?, worker_id = NULL, lease_until = NULL,"
        f" updated_at = ? WHERE {HELD}",
        (status, None if error is None else to_json(error.as_json()), now, *fence.match),
    )
    if changed.rowcount != 1:
        return False
    _reset_steps(db, fence.job_id, status)
    return True


def _reset_steps(db: sqlite3.Connection, job_id: str, status: str) -> None:
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
    _update_progress(db, job_id)
