"""Making damaged artifacts anew: what a job builds on, and whose work is done again for it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from forge.model import Job, JobType
from forge.pipeline import JOBS, STEPS, locate
from forge.store import jobs, projects
from forge.store.steps import UNSETTLED, update_progress


@dataclass(frozen=True)
class Input:
    """An artifact that an unfinished step takes: its name, its key, and the step that made it."""

    name: str
    key: str
    maker: str


def inputs(db: sqlite3.Connection, job_id: str) -> list[Input]:
    """What steps take that stopped at a damaged artifact: the job's own, or of others before it.

    Others count when the job failed only because one of them did. Of a job that stopped for
    another reason, nothing.
    """
    rows = db.execute(
        "SELECT asked.vod_id, step.name FROM job AS asked"
        " JOIN job AS stopped ON stopped.vod_id = asked.vod_id"
        " JOIN step ON step.job_id = stopped.id"
        " WHERE asked.id = ? AND stopped.status = 'failed'"
        " AND stopped.error ->> '$.code' = 'artifact_damaged'"
        " AND (stopped.id = asked.id OR asked.error ->> '$.code' = 'upstream_failed')"
        f" AND step.{UNSETTLED} ORDER BY step.place",
        (job_id,),
    ).fetchall()
    if not rows:
        return []
    known = projects.outcomes_of(db, [rows[0]["vod_id"]])[rows[0]["vod_id"]]
    found = {}
    for row in rows:
        step = STEPS[row["name"]]
        for artifact in (*step.needs, *step.uses, *step.takes):
            outcome = locate(artifact, known, step.name)
            if outcome is not None:
                found[artifact, outcome.key] = Input(artifact, outcome.key, outcome.step)
    return list(found.values())


def retry(
    db: sqlite3.Connection,
    job_id: str,
    damaged: Collection[str],
    payload: Mapping[str, Any],
    new_id: Callable[[], str],
    now: float,
) -> Job | None:
    """Puts a stopped job back (:func:`forge.store.jobs.retry`) behind what makes ``damaged`` anew.

    ``damaged`` are steps whose artifacts are no longer whole. What they left behind does not
    count any more, so the job waits until they have run again: in the job itself or one that was
    put back with it, in one that is under way, or in a new one, asked for in the words of the
    last one that ran them, or else in those of ``payload``. A step that no job runs (a chat, which
    comes with the import) cannot be done again, and stays as it is.
    """
    before = jobs.get(db, job_id)
    job = jobs.retry(db, job_id, now)
    if before is None or job is None or job.status == before.status:
        return job
    for step in STEPS:
        if step in damaged and any(step in names for names in JOBS.values()):
            _again(db, job, step, payload, new_id, now)
    return jobs.get(db, job_id)


def _again(
    db: sqlite3.Connection,
    job: Job,
    step: str,
    payload: Mapping[str, Any],
    new_id: Callable[[], str],
    now: float,
) -> None:
    db.execute("DELETE FROM outcome WHERE vod_id = ? AND step = ?", (job.vod_id, step))
    # Put back with it may be the job that it failed for, whose own step that is.
    own = db.execute(
        "SELECT job.id FROM job JOIN step ON step.job_id = job.id WHERE job.vod_id = ?"
        " AND job.status = 'pending' AND step.name = ? ORDER BY job.id = ? DESC, job.rowid",
        (job.vod_id, step, job.id),
    ).fetchone()
    if own is not None:
        db.execute(
            "UPDATE step SET status = 'pending', progress = 0, artifacts = '{}', result = NULL,"
            " reused = 0, seconds = NULL WHERE job_id = ? AND name = ?",
            (own["id"], step),
        )
        update_progress(db, own["id"])
        return
    pursued = db.execute(
        "SELECT 1 FROM job JOIN step ON step.job_id = job.id WHERE job.vod_id = ?"
        f" AND job.status IN ('pending', 'processing') AND step.name = ? AND step.{UNSETTLED}",
        (job.vod_id, step),
    ).fetchone()
    if pursued is not None:
        return
    last = db.execute(
        "SELECT job.type, job.payload FROM job JOIN step ON step.job_id = job.id"
        " WHERE job.vod_id = ? AND step.name = ? ORDER BY job.created_at DESC, job.rowid DESC"
        " LIMIT 1",
        (job.vod_id, step),
    ).fetchone()
    kind = next(kind for kind, names in JOBS.items() if step in names)
    jobs.enqueue(
        db,
        job_id=new_id(),
        project_id=job.project_id,
        vod_id=job.vod_id,
        kind=kind if last is None else cast("JobType", last["type"]),
        payload=payload if last is None else json.loads(last["payload"]),
        now=now,
    )
