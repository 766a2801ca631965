"""Fenced writes about steps: started, progress, a result, a failure.

Every function shows the fence of the job that the step belongs to. One that returns False (or
None) says: *you lost it*; kill the child, drop the outputs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from forge import jobs as rules
from forge.errors import ForgeError
from forge.pipeline import STEPS
from forge.store import leases, steps
from forge.store.leases import Fence
from forge.store.rows import to_json
from forge.store.steps import UNSETTLED


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
    return steps.update_progress(db, fence.job_id)


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
        steps.put_outcome(db, vod_id, step, key, names, skipped or "", now)
    steps.update_progress(db, fence.job_id)
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


def _touch(db: sqlite3.Connection, fence: Fence, now: float, step: str) -> bool:
    changed = db.execute(
        # Never earlier: another step of the job may be silent for longer than this one.
        "UPDATE job SET step = ?, lease_until = max(lease_until, ?), updated_at = ?"
        f" WHERE {leases.HELD}",
        (step, rules.lease_until(now, STEPS[step].stall_after), now, *fence.match),
    )
    return changed.rowcount == 1


def _complete_if_settled(db: sqlite3.Connection, fence: Fence, now: float) -> None:
    rows = steps.steps_of(db, fence.job_id)
    if any(row["status"] not in ("completed", "skipped") for row in rows):
        return
    # Each value is JSON already, so the object is put together as text.
    results = ",".join(f"{to_json(row['name'])}:{row['result'] or '{}'}" for row in rows)
    db.execute(
        f"UPDATE job SET status = 'completed', progress = 100, result = ?, error = NULL,"
        f" worker_id = NULL, lease_until = NULL, updated_at = ? WHERE {leases.HELD}",
        ("{" + results + "}", now, *fence.match),
    )
