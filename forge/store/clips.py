"""Clips in SQL: suggestions of the scoring step, and what the user made of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forge.layout.zones import default_zones
from forge.model import Clip, ClipEdit, Vod
from forge.store.rows import clip_from, to_json


def replace_suggestions(
    db: sqlite3.Connection,
    vod_id: str,
    found: Sequence[Mapping[str, Any]],
    ids: Iterable[str],
    zones: Sequence[Mapping[str, Any]],
    layout: str,
    now: float,
) -> None:
    """Puts new suggestions in the place of the old ones.

    A clip that the user touched (any edit, keep or skip) stays.
    """
    project_id = db.execute("SELECT project_id FROM vod WHERE id = ?", (vod_id,)).fetchone()[0]
    db.execute("DELETE FROM clip WHERE vod_id = ? AND rev = 1 AND state = 'suggested'", (vod_id,))
    for clip_id, clip in zip(ids, found, strict=False):
        db.execute(
            "INSERT INTO clip (id, project_id, vod_id, start_s, end_s, title, score, reasons,"
            " parts, zones, layout, captions, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', ?, ?)",
            (
                clip_id,
                project_id,
                vod_id,
                clip["start"],
                clip["end"],
                clip.get("title") or "Clip",
                clip["score"],
                to_json(clip["reasons"]),
                to_json(clip["parts"]),
                to_json(list(zones)),
                layout,
                now,
                now,
            ),
        )


def get(db: sqlite3.Connection, clip_id: str) -> Clip | None:
    """One clip, or None."""
    row = db.execute("SELECT * FROM clip WHERE id = ?", (clip_id,)).fetchone()
    return None if row is None else clip_from(row)


def listing(db: sqlite3.Connection, project_id: str) -> list[Clip]:
    """A project's clips, the best first."""
    rows = db.execute(
        "SELECT * FROM clip WHERE project_id = ? ORDER BY score DESC, start_s", (project_id,)
    ).fetchall()
    return [clip_from(row) for row in rows]


def edit(
    db: sqlite3.Connection, clip_id: str, rev: int, change: ClipEdit, now: float
) -> Clip | None:
    """Applies an edit to revision ``rev``; None when the clip has moved on or is gone."""
    columns = {"start": "start_s", "end": "end_s"}
    values = {
        columns.get(name, name): to_json(value) if isinstance(value, list | dict) else value
        for name, value in change.fields().items()
    }
    assignments = "".join(f"{column} = ?, " for column in values)
    changed = db.execute(
        f"UPDATE clip SET {assignments}rev = rev + 1, updated_at = ? WHERE id = ? AND rev = ?",
        (*values.values(), now, clip_id, rev),
    )
    return get(db, clip_id) if changed.rowcount == 1 else None


def delete(db: sqlite3.Connection, clip_id: str) -> bool:
    """False when there was none."""
    return db.execute("DELETE FROM clip WHERE id = ?", (clip_id,)).rowcount == 1


def add(
    db: sqlite3.Connection,
    clip_id: str,
    vod: Vod,
    span: tuple[float, float],
    title: str,
    now: float,
) -> Clip:
    """Adds a clip that the user marked; it is kept, and has no score yet."""
    zones = default_zones(vod.width or 1920, vod.height or 1080, None)
    row = db.execute(
        "INSERT INTO clip (id, project_id, vod_id, start_s, end_s, title, score, reasons, parts,"
        " zones, layout, captions, state, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, '[]', '{}', ?, 'single', '{}', 'kept', ?, ?) RETURNING *",
        (
            clip_id,
            vod.project_id,
            vod.id,
            *span,
            title,
            to_json([zone.model_dump() for zone in zones]),
            now,
            now,
        ),
    ).fetchone()
    return clip_from(row)
