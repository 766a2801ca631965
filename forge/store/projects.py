"""Projects and recordings in SQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from forge.model import Project, Vod
from forge.pipeline import Outcome
from forge.scoring.chat_span import ChatSpan
from forge.store.rows import outcome_from, project_from, to_json, vod_from


def add_project(db: sqlite3.Connection, project_id: str, title: str, now: float) -> None:
    """Adds an empty project. Raises sqlite3.IntegrityError when the id is taken."""
    db.execute(
        "INSERT INTO project (id, title, created_at) VALUES (?, ?, ?)", (project_id, title, now)
    )


def add_vod(
    db: sqlite3.Connection,
    *,
    vod_id: str,
    project_id: str,
    name: str,
    path: str,
    size: int,
    fingerprint: str,
    has_chat: bool,
    now: float,
) -> None:
    """Adds a recording to a project that exists; what is in it, its probe will say."""
    db.execute(
        "INSERT INTO vod (id, project_id, name, path, size, fingerprint, has_chat, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (vod_id, project_id, name, path, size, fingerprint, int(has_chat), now),
    )


def set_chat(
    db: sqlite3.Connection, vod_id: str, has_chat: bool, chat_span: ChatSpan | None
) -> None:
    """Says whether a recording has a chat, and from when to when that runs."""
    span = None if chat_span is None else to_json(chat_span.as_json())
    db.execute(
        "UPDATE vod SET has_chat = ?, chat_span = ? WHERE id = ?", (int(has_chat), span, vod_id)
    )


def record_probe(db: sqlite3.Connection, vod_id: str, probe: Mapping[str, Any]) -> None:
    """Keeps what the probe found beside the recording, where lists can show it."""
    db.execute("UPDATE vod SET probe = ? WHERE id = ?", (to_json(dict(probe)), vod_id))


def name_speakers(db: sqlite3.Connection, vod_id: str, names: Mapping[str, str]) -> None:
    """Sets the names of a recording's speakers, by label; an empty name takes one away."""
    row = db.execute("SELECT speakers FROM vod WHERE id = ?", (vod_id,)).fetchone()
    known = {**json.loads(row["speakers"]), **names}
    kept = {label: name for label, name in sorted(known.items()) if name}
    db.execute("UPDATE vod SET speakers = ? WHERE id = ?", (to_json(kept), vod_id))


def project_with_fingerprint(db: sqlite3.Connection, fingerprint: str) -> str | None:
    """The oldest project that holds these bytes already."""
    row = db.execute(
        "SELECT project_id FROM vod WHERE fingerprint = ? ORDER BY created_at LIMIT 1",
        (fingerprint,),
    ).fetchone()
    return None if row is None else str(row["project_id"])


def duration_of(db: sqlite3.Connection, fingerprint: str) -> float | None:
    """How many seconds a recording of these bytes lasts; None while no probe has said so."""
    row = db.execute(
        "SELECT max(probe ->> '$.duration') FROM vod WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    return None if row[0] is None else float(row[0])


def has_path(db: sqlite3.Connection, path: str) -> bool:
    """Whether a recording is the file at this path."""
    return db.execute("SELECT 1 FROM vod WHERE path = ?", (path,)).fetchone() is not None


def get(db: sqlite3.Connection, project_id: str) -> Project | None:
    """One project with its recordings, or None."""
    row = db.execute("SELECT * FROM project WHERE id = ?", (project_id,)).fetchone()
    return None if row is None else _with_vods(db, [row])[0]


def listing(db: sqlite3.Connection) -> list[Project]:
    """All projects, the newest first."""
    rows = db.execute("SELECT * FROM project ORDER BY created_at DESC, rowid DESC").fetchall()
    return _with_vods(db, rows)


def rename(db: sqlite3.Connection, project_id: str, title: str) -> bool:
    """Gives a project another title; whether there is such a project."""
    found = db.execute("UPDATE project SET title = ? WHERE id = ?", (title, project_id))
    return found.rowcount == 1


def get_vod(db: sqlite3.Connection, vod_id: str) -> Vod | None:
    """One recording with the artifacts that exist of it, or None."""
    row = db.execute("SELECT * FROM vod WHERE id = ?", (vod_id,)).fetchone()
    return None if row is None else vod_from(row, outcomes(db, vod_id))


def outcomes(db: sqlite3.Connection, vod_id: str) -> dict[str, Outcome]:
    """What every step left behind for a recording, by step."""
    return outcomes_of(db, [vod_id])[vod_id]


def outcomes_of(db: sqlite3.Connection, vod_ids: Collection[str]) -> dict[str, dict[str, Outcome]]:
    """What every step left behind, by recording and step."""
    rows = db.execute(
        "SELECT * FROM outcome WHERE vod_id IN (SELECT value FROM json_each(?))",
        (to_json(list(vod_ids)),),
    )
    found: dict[str, dict[str, Outcome]] = {vod_id: {} for vod_id in vod_ids}
    for row in rows:
        found[row["vod_id"]][row["step"]] = outcome_from(row)
    return found


def _with_vods(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Project]:
    """Projects from their rows; the recordings of all of them are fetched at once."""
    found = db.execute(
        "SELECT * FROM vod WHERE project_id IN (SELECT value FROM json_each(?))"
        " ORDER BY created_at, rowid",
        (to_json([row["id"] for row in rows]),),
    ).fetchall()
    known = outcomes_of(db, [row["id"] for row in found])
    vods: dict[str, list[Vod]] = {row["id"]: [] for row in rows}
    for row in found:
        vods[row["project_id"]].append(vod_from(row, known[row["id"]]))
    return [project_from(row, vods[row["id"]]) for row in rows]
