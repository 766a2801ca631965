"""Copies of the database: one before each migration, of which the latest stay."""

from __future__ import annotations

import sqlite3
from pathlib import Path

#: How many copies stay; older ones go when a new one is made.
KEPT = 3


def back_up(connection: sqlite3.Connection, path: Path, reason: str) -> Path:
    """Writes a whole copy beside the database, named after what comes next, and returns it.

    It appears under its name only when it is complete. Raises sqlite3.Error when it cannot be
    written, for a full disk too: then nothing is left behind.
    """
    part = path.with_name(f"{path.stem}.backup.part")
    part.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.Error:
        part.unlink(missing_ok=True)
        raise
    copy = path.with_name(f"{path.stem}.before-{reason}.db")
    part.replace(copy)
    for old in backups(path)[KEPT:]:
        old.unlink(missing_ok=True)
    return copy


def backups(path: Path) -> list[Path]:
    """The copies of a database, the newest first."""
    found = path.parent.glob(f"{path.stem}.before-*.db")
    # Equal times are possible on coarse file systems; migrations are numbered in their order.
    return sorted(found, key=lambda copy: (copy.stat().st_mtime, copy.name), reverse=True)
