"""Which stopped job has to go on before another one can."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from forge.pipeline import STEPS, makers
from forge.store.steps import UNSETTLED


def lacking(unsettled: Collection[str], made: Collection[str]) -> list[str]:
    """The steps of others that ``unsettled`` steps of a job wait for, in the pipeline's order.

    ``made`` are the steps that left something behind for the recording. What is only taken when
    it is there (``Step.takes``) is not waited for.
    """
    found: set[str] = set()
    todo = list(unsettled)
    while todo:
        step = STEPS[todo.pop()]
        for artifact in (*step.needs, *step.uses):
            missing = set(makers(artifact, step.name)) - found - set(unsettled) - set(made)
            found |= missing
            todo += missing
    return [name for name in STEPS if name in found]


def stopped_maker(db: sqlite3.Connection, job_id: str) -> str | None:
    """A failed or cancelled job without which this one cannot go on, or None.

    It is the newest of those on the same recording that would make what is lacking, and no live
    job is going to. Ask again when that one was put back: others may be needed, too.
    """
    rows = db.execute(
        "SELECT job.id, job.status, step.name FROM job JOIN step ON step.job_id = job.id"
        " WHERE job.vod_id = (SELECT vod_id FROM job WHERE id = ?)"
        f" AND step.{UNSETTLED} ORDER BY job.rowid",
        (job_id,),
    ).fetchall()
    made = db.execute(
        "SELECT step FROM outcome WHERE vod_id = (SELECT vod_id FROM job WHERE id = ?)", (job_id,)
    ).fetchall()
    own = [row["name"] for row in rows if row["id"] == job_id]
    live = {row["name"] for row in rows if row["status"] in ("pending", "processing")}
    stopped = {row["name"]: str(row["id"]) for row in rows if row["name"] not in live}
    wanted = lacking(own, [row["step"] for row in made])
    return next((stopped[name] for name in wanted if name in stopped), None)
