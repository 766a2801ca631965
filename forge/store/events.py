"""The event log, as clients see it: what happened, with the subject as it is now."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from forge.store import jobs
from forge.store.rows import to_json

#: A client that missed more than this is told to fetch everything again.
REPLAY_LIMIT = 1000
#: Events that stay in the log. More than can be replayed: the rest shows how a job came about.
KEPT = 5000

_NO_JOBS = ("PROJECT_", "CLIP_")


def last_seq(db: sqlite3.Connection) -> int:
    """The number of the newest event; 0 in an empty log."""
    row = db.execute("SELECT max(seq) FROM event").fetchone()
    return int(row[0] or 0)


def trim(db: sqlite3.Connection, keep: int = KEPT) -> int:
    """Forgets all but the newest ``keep`` events, at least one; says how many it forgot."""
    oldest = last_seq(db) - max(keep, 1)
    return db.execute("DELETE FROM event WHERE seq <= ?", (oldest,)).rowcount


def since(db: sqlite3.Connection, seq: int) -> list[dict[str, Any]] | None:
    """Events after ``seq``, the oldest first; None when they can't all be replayed.

    That is so when there are too many, when the log has forgotten some, and when ``seq`` is of
    another log.

    Events whose subject is gone are left out: a deletion event tells of it. The subjects are
    fetched together, whatever the number of events. Trap: events of one subject share its parts,
    so whoever changes one event changes others.
    """
    if not 0 <= seq < 2**63:
        return None  # No seq of ours, and none that SQLite could compare.
    rows = db.execute(
        "SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (seq, REPLAY_LIMIT + 1)
    ).fetchall()
    if not rows:
        return [] if seq <= last_seq(db) else None
    # Numbers follow each other without a gap; the log forgets the oldest.
    if len(rows) > REPLAY_LIMIT or rows[0]["seq"] > seq + 1:
        return None
    found = map(_shower(db, rows), rows)
    return [event for event in found if event is not None]


def _shower(
    db: sqlite3.Connection, rows: Sequence[sqlite3.Row]
) -> Callable[[sqlite3.Row], dict[str, Any] | None]:
    """What turns each of these rows into the event that clients see, None for one that is gone."""
    clips = _clips(db, {row["subject"] for row in rows if row["type"] == "CLIP_CHANGED"})
    known = jobs.many(db, {row["subject"] for row in rows if not row["type"].startswith(_NO_JOBS)})

    @cache
    def shown(job_id: str) -> dict[str, Any]:
        return known[job_id].model_dump(mode="json")

    def show(row: sqlite3.Row) -> dict[str, Any] | None:
        subject = row["subject"]
        head: dict[str, Any] = {"seq": row["seq"], "type": row["type"]}
        named = {**head, "id": subject}
        if row["type"].startswith("PROJECT_"):
            return named
        if row["type"] in ("CLIP_DELETED", "JOB_DELETED"):
            return {**named, "project_id": row["detail"]}
        if row["type"] == "CLIP_CHANGED":
            return {**named, **clips[subject]} if subject in clips else None
        if subject not in known:
            return None
        match row["type"]:
            case "JOB_COMPLETED":
                return {**named, "result": shown(subject)["result"]}
            case "JOB_FAILED":
                return {**named, "error": shown(subject)["error"]}
            case "JOB_CANCELLED":
                return named
            case "STEP_CHANGED":
                steps = shown(subject)["steps"]
                step = next(step for step in steps if step["name"] == row["detail"])
                return {**head, "job_id": subject, "step": step}
            case _:
                return {**head, "job": shown(subject)}

    return show


def _clips(db: sqlite3.Connection, clip_ids: set[str]) -> dict[str, dict[str, Any]]:
    """What a client is told of these clips, without those that are gone."""
    rows = db.execute(
        "SELECT id, rev, project_id FROM clip WHERE id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(clip_ids)),),
    )
    return {row["id"]: {"rev": row["rev"], "project_id": row["project_id"]} for row in rows}
