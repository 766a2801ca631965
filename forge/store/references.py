"""What the rows refer to on the disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from forge.disk.retention import References

_UNSETTLED = "step.key != '' AND step.status NOT IN ('completed', 'skipped')"


def all_keys(db: sqlite3.Connection) -> frozenset[str]:
    """Every key that any row names, of results and of steps that have none yet."""
    return results(db) | unsettled(db, ("pending", "processing", "failed", "cancelled"))


def results(db: sqlite3.Connection) -> frozenset[str]:
    """Keys of artifacts that belong to a recording, or to a job like an export."""
    rows = db.execute(
        "SELECT key FROM outcome UNION SELECT json_each.value FROM step, json_each(step.artifacts)"
    )
    return frozenset(row[0] for row in rows if row[0])


def unsettled(db: sqlite3.Connection, statuses: Iterable[str]) -> frozenset[str]:
    """Keys that unfinished steps of jobs in these states have begun to work on."""
    rows = db.execute(
        "SELECT DISTINCT step.key FROM step JOIN job ON job.id = step.job_id"
        f" WHERE {_UNSETTLED} AND job.status IN (SELECT value FROM json_each(?))",
        (json.dumps(list(statuses)),),
    )
    return frozenset(row[0] for row in rows)


def sources(db: sqlite3.Connection) -> frozenset[str]:
    """The paths of all recordings."""
    return frozenset(row[0] for row in db.execute("SELECT DISTINCT path FROM vod"))


def keys_of_jobs(db: sqlite3.Connection, jobs: Iterable[str]) -> frozenset[str]:
    """What the steps of these jobs refer to."""
    rows = db.execute(
        "SELECT json_each.value FROM step, json_each(step.artifacts)"
        " WHERE step.job_id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT key FROM step WHERE job_id IN (SELECT value FROM json_each(?1))",
        (json.dumps(list(jobs)),),
    )
    return frozenset(row[0] for row in rows if row[0])


def keys_of_vods(db: sqlite3.Connection, vods: Iterable[str]) -> frozenset[str]:
    """What belongs to these recordings, whichever job made it."""
    rows = db.execute(
        "SELECT key FROM outcome WHERE vod_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(vods)),),
    )
    return frozenset(row[0] for row in rows if row[0])


def read(db: sqlite3.Connection) -> tuple[References, frozenset[str]]:
    """All references as a sweep needs them, and the paths of all recordings."""
    known = References(
        artifacts=results(db),
        pursued=unsettled(db, ("pending", "processing")),
        resumable=unsettled(db, ("failed", "cancelled")),
    )
    return known, sources(db)
