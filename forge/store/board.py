"""What the supervisor sees when it decides what runs next."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forge.pipeline import Outcome
from forge.store import projects
from forge.store.leases import Fence

#: Pending jobs that are looked at in one round; the oldest come first.
LOOK_AHEAD = 200


@dataclass(frozen=True)
class Card:
    """One live job: what is left of it, and what there is to build on.

    ``fence`` is None while the job is pending. ``failed`` names the steps that failed in this
    attempt. ``pursued`` are the steps that live jobs on the same recording will run.
    """

    job_id: str
    vod_id: str
    type: str
    source: str
    fingerprint: str
    duration: float | None
    payload: Mapping[str, Any]
    fence: Fence | None
    cancel_requested: bool
    unsettled: frozenset[str]
    failed: frozenset[str]
    outcomes: Mapping[str, Outcome]
    pursued: frozenset[str]


def board(db: sqlite3.Connection, boot: str, now: float) -> list[Card]:
    """The jobs that this boot owns, and the oldest of those that it may claim."""
    rows = db.execute(
        "SELECT job.*, vod.path, vod.fingerprint, vod.probe ->> '$.duration' AS duration"
        " FROM job JOIN vod ON vod.id = job.vod_id"
        " WHERE (status = 'processing' AND substr(worker_id, 1, ?1) = ?2)"
        " OR job.id IN (SELECT id FROM job WHERE status = 'pending' AND run_after <= ?3"
        "     ORDER BY created_at, rowid LIMIT ?4)"
        " ORDER BY job.created_at, job.rowid",
        (len(boot) + 1, f"{boot}:", now, LOOK_AHEAD),
    ).fetchall()
    vods = {row["vod_id"] for row in rows}
    outcomes = {vod: projects.outcomes(db, vod) for vod in vods}
    steps = {row["id"]: _steps(db, row["id"]) for row in rows}
    pursued = {vod: _pursued(db, vod) for vod in vods}
    return [_card(row, steps[row["id"]], outcomes, pursued) for row in rows]


def next_retry(db: sqlite3.Connection, now: float) -> float | None:
    """When the next job that waits out its pause may run."""
    row = db.execute(
        "SELECT min(run_after) FROM job WHERE status = 'pending' AND run_after > ?", (now,)
    ).fetchone()
    return None if row[0] is None else float(row[0])


def _card(
    row: sqlite3.Row,
    steps: Mapping[str, str],
    outcomes: Mapping[str, Mapping[str, Outcome]],
    pursued: Mapping[str, set[str]],
) -> Card:
    fence = None
    if row["status"] == "processing":
        fence = Fence(row["id"], row["worker_id"], row["attempt"])
    return Card(
        job_id=row["id"],
        vod_id=row["vod_id"],
        type=row["type"],
        source=row["path"],
        fingerprint=row["fingerprint"],
        duration=row["duration"],
        payload=json.loads(row["payload"]),
        fence=fence,
        cancel_requested=bool(row["cancel_requested"]),
        unsettled=frozenset(
            name for name, status in steps.items() if status not in ("completed", "skipped")
        ),
        failed=frozenset(name for name, status in steps.items() if status == "failed"),
        outcomes=outcomes[row["vod_id"]],
        pursued=frozenset(pursued[row["vod_id"]]),
    )


def _steps(db: sqlite3.Connection, job_id: str) -> dict[str, str]:
    rows = db.execute("SELECT name, status FROM step WHERE job_id = ? ORDER BY place", (job_id,))
    return {row["name"]: row["status"] for row in rows}


def _pursued(db: sqlite3.Connection, vod_id: str) -> set[str]:
    rows = db.execute(
        "SELECT DISTINCT step.name FROM step JOIN job ON job.id = step.job_id"
        " WHERE job.vod_id = ? AND job.status IN ('pending', 'processing')"
        " AND step.status IN ('pending', 'processing')",
        (vod_id,),
    )
    return {row["name"] for row in rows}
