"""Fenced writes: what the owner of a job may write to it, and only the owner.

Every function shows the job's fence. One that returns False (or None) says: *you lost it*; kill
the child, drop the outputs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forge import jobs as rules
from forge.errors import ForgeError
from forge.pipeline import STEPS
from forge.store.rows import to_json
from forge.store.steps import put_outcome, reset_steps, steps_of, update_progress


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
#: A step with a result keeps it for good.
UNSETTLED = "status NOT IN ('completed', 'skipped')"


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
        f"UPDATE job SET lease_until = max(lease_until, ?) WHERE {HELD}",
        (rules.lease_until(now), *fence.match),
    )
    return changed.rowcount == 1


def renew_all(db: sqlite3.Connection, fences: Iterable[Fence], now: float) -> list[bool]:
    """Extends many leases at once; which of them were still held."""
    return [renew(db, fence, now) for fence in fences]


def start_step(
    db: sqlite3.Connection, fence: Fence, step: str, now: float, *, key: str = ""
) -> bool:
    """Marks a step as running under this fence; False also when it has a result already.

    ``key`` is what it works on: as long as the step has no result, nobody sweeps that away.
    """
    if not _touch(db, fence, now, step):
        return False
    changed = db.execute(
        "UPDATE step SET status = 'processing', attempt = attempt + 1, progress = 0,"
        " speed = NULL, error = NULL, reason = NULL, key = ?"
        f" WHERE job_id = ? AND name = ? AND {UNSETTLED}",
        (key, fence.job_id, step),
    )
    return changed.rowcount == 1


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
    return update_progress(db, fence.job_id)


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
        f" WHERE job_id = ? AND name = ? AND {UNSETTLED}",
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
    update_progress(db, fence.job_id)
    _complete_if_settled(db, fence, now)
    return True


def fail_step(
    db: sqlite3.Connection, fence: Fence, step: str, error: ForgeError, now: float
) -> bool:
    """Records why a step failed; False also when it has a result already.

    The job goes on with its other steps until each has a result or has failed.
    """
    if not _touch(db, fence, now, step):
        return False
    changed = db.execute(
        "UPDATE step SET status = 'failed', error = ?, speed = NULL"
        f" WHERE job_id = ? AND name = ? AND {UNSETTLED}",
        (to_json(error.as_json()), fence.job_id, step),
    )
    return changed.rowcount == 1


def end_attempt(
    db: sqlite3.Connection, fence: Fence, error: ForgeError, now: float, jitter: float
) -> bool:
    """Ends an attempt in which steps failed: another try after a pause, or the end.

    ``error`` is the failure that decides. Steps that have a result keep it either way. There is
    no other try when a cancel was asked for in the meantime.
    """
    max_attempts, cancel_requested = _limits(db, fence.job_id)
    status = rules.after_failure(fence.attempt, error.permanent, max_attempts)
    if status == "pending" and cancel_requested:
        return acknowledge_cancel(db, fence, now)
    if not _leave(db, fence, status, now, error=error):
        return False
    if status == "pending":
        wait = rules.backoff(fence.attempt, jitter)
        db.execute("UPDATE job SET run_after = ? WHERE id = ?", (now + wait, fence.job_id))
    return True


def release(db: sqlite3.Connection, fence: Fence, now: float) -> bool:
    """Gives a job back that a shutdown interrupted; the attempt does not count.

    It ends instead when a cancel was asked for in the meantime.
    """
    _, cancel_requested = _limits(db, fence.job_id)
    if cancel_requested:
        return acknowledge_cancel(db, fence, now)
    if not _leave(db, fence, "pending", now):
        return False
    db.execute("UPDATE job SET attempt = attempt - 1 WHERE id = ?", (fence.job_id,))
    return True


def acknowledge_cancel(db: sqlite3.Connection, fence: Fence, now: float) -> bool:
    """Ends a job whose cancel was asked for, once nothing of it runs any more."""
    return _leave(db, fence, "cancelled", now)


def reclaim(db: sqlite3.Connection, boot: str, now: float, keep: Collection[str] = ()) -> list[str]:
    """Takes back every job whose owner is gone, and returns their ids.

    Owners are named ``<boot>:<n>``. With the data directory's lock held, an owner of another
    boot is provably gone, whatever its lease says; one of this boot is when its lease ran out.
    ``keep`` are jobs whose owner is known to be alive: after a sleep or a jump of the clock
    their leases look old, and nobody may take their work away.
    """
    rows = db.execute(
        "SELECT id, worker_id, attempt, max_attempts, cancel_requested FROM job"
        " WHERE status = 'processing'"
        " AND (substr(worker_id, 1, ?) != ? OR lease_until < ?)",
        (len(boot) + 1, f"{boot}:", now),
    ).fetchall()
    lost_rows = [row for row in rows if row["id"] not in keep]
    for row in lost_rows:
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
    return [row["id"] for row in lost_rows]


def _touch(db: sqlite3.Connection, fence: Fence, now: float, step: str) -> bool:
    changed = db.execute(
        # Never earlier: another step of the job may be silent for longer than this one.
        f"UPDATE job SET step = ?, lease_until = max(lease_until, ?), updated_at = ? WHERE {HELD}",
        (step, rules.lease_until(now, STEPS[step].stall_after), now, *fence.match),
    )
    return changed.rowcount == 1


def _limits(db: sqlite3.Connection, job_id: str) -> tuple[int, bool]:
    """How often the job may be tried, and whether a cancel was asked for."""
    row = db.execute(
        "SELECT max_attempts, cancel_requested FROM job WHERE id = ?", (job_id,)
    ).fetchone()
    if row is None:
        return rules.MAX_ATTEMPTS, False
    return int(row["max_attempts"]), bool(row["cancel_requested"])


def _complete_if_settled(db: sqlite3.Connection, fence: Fence, now: float) -> None:
    steps = steps_of(db, fence.job_id)
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
    reset_steps(db, fence.job_id, status)
    return True
