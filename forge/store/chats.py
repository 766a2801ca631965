"""Giving a recording another chat, or none: only what that makes stale is done again."""

from __future__ import annotations

import sqlite3
from itertools import takewhile

from forge.jobs import ACTIVE
from forge.model import Job
from forge.scoring.chat_span import ChatSpan
from forge.store import jobs, projects
from forge.store.steps import put_outcome

_SETTLED = ("completed", "skipped")


def record(
    db: sqlite3.Connection, vod_id: str, key: str, span: ChatSpan | None, now: float
) -> None:
    """Says that the chat under ``key`` is the recording's; an empty key, that it has none."""
    files = ("chat.json",) if key else ()
    put_outcome(db, vod_id, "chat", key, files, "" if key else "no chat file was given", now)
    projects.set_chat(db, vod_id, bool(key), span)


def put_chat(
    db: sqlite3.Connection,
    vod_id: str,
    key: str,
    span: ChatSpan | None,
    job_id: str,
    now: float,
) -> Job | None:
    """Makes the chat under ``key`` the recording's, or takes its chat away where that is empty.

    Returns the analysis that is to look at it: the live one that has not come so far, the failed
    one, which goes on, or a new one (``job_id``) in the words of the newest. None where no
    analysis was ever asked for, or the newest was cancelled by the user.

    Trap: a live analysis that has nothing left but to measure and to score is cancelled for a new
    one, because it may have begun with the old chat.
    """
    record(db, vod_id, key, span, now)
    newest = _newest_analysis(db, vod_id)
    if newest is None or newest.status == "cancelled":
        return None
    before = takewhile(lambda step: step.name != "signals", newest.steps)
    listened = all(step.status in _SETTLED for step in before)
    measured = any(step.name == "signals" and step.status in _SETTLED for step in newest.steps)
    if newest.status in ACTIVE and not listened:
        return newest
    if newest.status == "failed" and not measured:
        return jobs.retry(db, newest.id, now)
    jobs.request_cancel(db, newest.id, now)
    return jobs.enqueue(
        db,
        job_id=job_id,
        project_id=newest.project_id,
        vod_id=vod_id,
        kind="analyze",
        payload=newest.payload,
        now=now,
    )


def _newest_analysis(db: sqlite3.Connection, vod_id: str) -> Job | None:
    row = db.execute(
        "SELECT id FROM job WHERE vod_id = ? AND type = 'analyze'"
        " ORDER BY created_at DESC, rowid DESC LIMIT 1",
        (vod_id,),
    ).fetchone()
    return None if row is None else jobs.get(db, row["id"])
