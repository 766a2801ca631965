"""What steps took on this machine, and what is left of a job."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forge.remaining import LATEST, SHORTER, Open, median
from forge.store import attempts
from forge.store.leases import Fence
from forge.store.steps import UNSETTLED


@dataclass(frozen=True)
class Beat:
    """A job as one of its steps finds it: ``progress`` of all of it, 0 to 100, and what is left.

    ``expected`` are the seconds that its steps should take here.
    """

    progress: float
    steps: Sequence[Open]
    expected: Mapping[str, float]


def beat(
    db: sqlite3.Connection,
    fence: Fence,
    step: str,
    fraction: float,
    speed: float | None,
    now: float,
    known: Mapping[str, float] | None,
) -> Beat | None:
    """Records a step's progress (:func:`forge.store.attempts.progress`); None says: you lost it.

    ``known`` is what is expected already: looking it up goes through all that was ever measured.
    """
    progress = attempts.progress(db, fence, step, fraction, speed, now)
    if progress is None:
        return None
    steps = open_steps(db, fence.job_id)
    if known is None:
        known = expected(db, fence.job_id) if len(steps) > 1 else {}
    return Beat(progress, steps, known)


def expected(db: sqlite3.Connection, job_id: str) -> dict[str, float]:
    """Seconds that each step of a job should take here, by what it took before.

    It is the median of the last times that the step was really done, on recordings of a tenth of
    the length and more, scaled by length. A step that never was, and a recording whose length is
    not known yet, are left out.
    """
    row = db.execute(
        "SELECT vod.probe ->> '$.duration' AS length FROM job JOIN vod ON vod.id = job.vod_id"
        " WHERE job.id = ?",
        (job_id,),
    ).fetchone()
    if row is None or row["length"] is None:
        return {}
    length = float(row["length"])
    found = {}
    for step in db.execute("SELECT name FROM step WHERE job_id = ?", (job_id,)).fetchall():
        measured = db.execute(
            "SELECT step.seconds / (vod.probe ->> '$.duration') FROM step"
            " JOIN job ON job.id = step.job_id JOIN vod ON vod.id = job.vod_id"
            " WHERE step.name = ? AND step.status = 'completed' AND NOT step.reused"
            " AND step.seconds IS NOT NULL AND vod.probe ->> '$.duration' >= ?"
            " ORDER BY job.updated_at DESC LIMIT ?",
            (step["name"], max(length / SHORTER, 1e-3), LATEST),
        ).fetchall()
        pace = median([float(row[0]) for row in measured])
        if pace is not None:
            found[str(step["name"])] = pace * length
    return found


def open_steps(db: sqlite3.Connection, job_id: str) -> list[Open]:
    """The steps of a job that have no result yet; none once one failed: the job ends unfinished."""
    rows = db.execute(
        f"SELECT name, status, progress FROM step WHERE job_id = ? AND {UNSETTLED} ORDER BY place",
        (job_id,),
    ).fetchall()
    if any(row["status"] == "failed" for row in rows):
        return []
    return [Open(row["name"], row["status"] == "processing", row["progress"] / 100) for row in rows]
