"""What the supervisor sees when it decides what runs next."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from forge.errors import ForgeError
from forge.jobs import LONGEST_PAUSE
from forge.pipeline import JOBS, STEPS, Outcome
from forge.store import leases, projects
from forge.store.leases import Fence
from forge.store.rows import to_json

#: Pending jobs of each type that are looked at in one round; the oldest come first. Every type has
#: its own share, so that no number of waiting exports keeps a new recording from its probe.
LOOK_AHEAD = 50

#: The oldest jobs of one type that may be claimed. The index is named, because the planner would
#: rather sort all pending jobs.
_OLDEST = (
    "SELECT * FROM (SELECT id FROM job INDEXED BY job_pending WHERE status = 'pending'"
    " AND type = '{kind}' AND run_after <= :now ORDER BY created_at, rowid LIMIT :look_ahead)"
)
_CLAIMABLE = " UNION ALL ".join(_OLDEST.format(kind=kind) for kind in JOBS)
#: Jobs whose steps others may wait for. Only they can be pursued.
_SHARING = [kind for kind, names in JOBS.items() if any(STEPS[name].shared for name in names)]


@dataclass(frozen=True)
class Card:
    """One live job: what is left of it, and what there is to build on.

    ``probe`` is what the probe found in the recording, None before that.
    ``fence`` and ``lease_until`` are None while the job is pending. ``failed`` names the steps
    that failed in this attempt. ``pursued`` are the shared steps that live jobs on the same
    recording will run.
    """

    job_id: str
    vod_id: str
    type: str
    source: str
    size: int
    fingerprint: str
    duration: float | None
    probe: Mapping[str, Any] | None
    payload: Mapping[str, Any]
    fence: Fence | None
    lease_until: float | None
    cancel_requested: bool
    unsettled: frozenset[str]
    failed: frozenset[str]
    outcomes: Mapping[str, Outcome]
    pursued: frozenset[str]


def board(db: sqlite3.Connection, boot: str, now: float) -> list[Card]:
    """The jobs that this boot owns, and the oldest of those that it may claim.

    The number of queries does not grow with the number of jobs.
    """
    rows = db.execute(
        "SELECT job.*, vod.path, vod.size, vod.fingerprint, vod.probe,"
        " (SELECT json_group_object(name, status) FROM step WHERE job_id = job.id) AS steps"
        " FROM job JOIN vod ON vod.id = job.vod_id"
        " WHERE (status = 'processing' AND substr(worker_id, 1, :length) = :prefix)"
        f" OR job.id IN ({_CLAIMABLE}) ORDER BY job.created_at, job.rowid",
        {
            "length": len(boot) + 1,
            "prefix": f"{boot}:",
            "now": now,
            "look_ahead": LOOK_AHEAD,
        },
    ).fetchall()
    vods = sorted({row["vod_id"] for row in rows})
    outcomes, pursued = projects.outcomes_of(db, vods), _pursued(db, vods)
    return [_card(row, outcomes[row["vod_id"]], pursued[row["vod_id"]]) for row in rows]


def survey(
    db: sqlite3.Connection, boot: str, now: float, keep: Collection[str]
) -> tuple[list[Card], float | None]:
    """Takes back what lost its owner, but not ``keep``; then the board, and the next retry.

    A pause that ends later than any pause can was begun by a clock that was wrong: it is over.
    """
    leases.reclaim(db, boot, now, keep=keep)
    leases.end_pauses_after(db, now + LONGEST_PAUSE)
    return board(db, boot, now), next_retry(db, now)


def end_blocked(
    db: sqlite3.Connection,
    card: Card,
    fence: Fence,
    step: str,
    missing: str,
    now: float,
    jitter: float,
) -> bool:
    """Ends the attempt of a job whose ``step`` waits for ``missing``, which nobody will run.

    False, and nothing is written, when that is no longer so: the job that failed may have been
    put back since the board was read, and it takes only those along that have failed by then.
    """
    known = projects.outcomes_of(db, [card.vod_id])[card.vod_id]
    if missing in known or missing in _pursued(db, [card.vod_id])[card.vod_id]:
        return False
    error = ForgeError(
        "upstream_failed",
        f"The step {step} needs the result of {missing}, which failed or was cancelled.",
        hint="Retry the job that failed; this one goes on after it.",
    )
    return leases.end_attempt(db, fence, error, now, jitter)


def next_retry(db: sqlite3.Connection, now: float) -> float | None:
    """When the next job that waits out its pause may run."""
    row = db.execute(
        "SELECT min(run_after) FROM job WHERE status = 'pending' AND run_after > ?", (now,)
    ).fetchone()
    return None if row[0] is None else float(row[0])


def _card(row: sqlite3.Row, outcomes: Mapping[str, Outcome], pursued: frozenset[str]) -> Card:
    fence = None
    if row["status"] == "processing":
        fence = Fence(row["id"], row["worker_id"], row["attempt"])
    steps: dict[str, str] = json.loads(row["steps"])
    probe = None if row["probe"] is None else json.loads(row["probe"])
    return Card(
        job_id=row["id"],
        vod_id=row["vod_id"],
        type=row["type"],
        source=row["path"],
        size=row["size"],
        fingerprint=row["fingerprint"],
        duration=None if probe is None else probe["duration"],
        probe=probe,
        payload=json.loads(row["payload"]),
        fence=fence,
        lease_until=row["lease_until"],
        cancel_requested=bool(row["cancel_requested"]),
        unsettled=frozenset(
            name for name, status in steps.items() if status not in ("completed", "skipped")
        ),
        failed=frozenset(name for name, status in steps.items() if status == "failed"),
        outcomes=outcomes,
        pursued=pursued,
    )


def _pursued(db: sqlite3.Connection, vod_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """The steps that live jobs will run, by recording.

    A failed step is one of them as long as its job lives: the next attempt tries it again.
    """
    rows = db.execute(
        "SELECT DISTINCT job.vod_id, step.name FROM job INDEXED BY job_live"
        " JOIN step ON step.job_id = job.id"
        " WHERE job.vod_id IN (SELECT value FROM json_each(?))"
        " AND job.type IN (SELECT value FROM json_each(?))"
        " AND job.status IN ('pending', 'processing')"
        " AND step.status IN ('pending', 'processing', 'failed')",
        (to_json(list(vod_ids)), to_json(_SHARING)),
    )
    found: dict[str, set[str]] = {vod_id: set() for vod_id in vod_ids}
    for row in rows:
        found[row["vod_id"]].add(row["name"])
    return {vod_id: frozenset(names) for vod_id, names in found.items()}
