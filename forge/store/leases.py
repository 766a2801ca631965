"""Leases with fences: who owns a job, for how long, and how the ownership ends.

Every function but the first and the last shows the job's fence. What an owner writes about the
steps is in :mod:`forge.store.attempts`. One that returns False (or None) says: *you lost it*; kill
the child, drop the outputs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from forge import jobs as rules
from forge.errors import ForgeError
from forge.store import steps
from forge.store.rows import to_json


@dataclass(frozen=True)
class Fence:
    """The right to write to one job: only the latest claim's fence opens."""

    job_id: str
    worker_id: str
    attempt: int

    @property
    def match(self) -> tuple[str, str, int]:
        """The values for the three marks of :data:`HELD`, in its order."""
        return (self.job_id, self.worker_id, self.attempt)


HELD = "id = ? AND worker_id = ? AND attempt = ? AND status = 'processing'"


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


def end_pauses_after(db: sqlite3.Connection, latest: float) -> int:
    """Ends the pauses between two attempts that would last beyond ``latest``; how many."""
    return db.execute(
        "UPDATE job SET run_after = 0 WHERE status = 'pending' AND run_after > ?", (latest,)
    ).rowcount


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


def _limits(db: sqlite3.Connection, job_id: str) -> tuple[int, bool]:
    """How often the job may be tried, and whether a cancel was asked for."""
    row = db.execute(
        "SELECT max_attempts, cancel_requested FROM job WHERE id = ?", (job_id,)
    ).fetchone()
    if row is None:
        return rules.MAX_ATTEMPTS, False
    return int(row["max_attempts"]), bool(row["cancel_requested"])


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
    steps.reset_steps(db, fence.job_id, status)
    return True
