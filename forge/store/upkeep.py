"""What the database needs now and then."""

from __future__ import annotations

import sqlite3

from forge.store import events


def tend(db: sqlite3.Connection) -> None:
    """Trims the event log, and lets SQLite look at its statistics when it wants to.

    The write-ahead log needs nothing: SQLite writes it back every 1,000 pages, and with a single
    connection no reader ever holds it up.
    """
    events.trim(db)
    db.execute("PRAGMA optimize")
