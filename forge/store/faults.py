"""What SQLite's refusals mean for a user: a full disk is not a damaged file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from forge.errors import ForgeError

#: Codes of failures that pass when there is space again: whoever can wait, waits.
PASSING = frozenset({"disk_full", "disk_error"})

#: https://www.sqlite.org/rescode.html: the low byte is the primary code.
_PRIMARY = 0xFF


def explain(error: sqlite3.Error) -> ForgeError | None:
    """The disk's or the file's fault in words; None for an error that is a fault in FORGE."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:
        code = sqlite3.SQLITE_FULL  # The one file whose growth SQLite reports in another way.
    match code & _PRIMARY:
        case sqlite3.SQLITE_FULL:
            return ForgeError(
                "disk_full",
                "The disk is full: the database cannot grow.",
                hint="Free some space on the disk of the data folder; FORGE then goes on.",
                permanent=False,
            )
        case sqlite3.SQLITE_IOERR:
            return ForgeError(
                "disk_error",
                f"The database cannot be read or written: {error}.",
                hint="Check the disk of the data folder and the space on it.",
                permanent=False,
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return ForgeError(
                "data_unwritable",
                f"The database cannot be written: {error}.",
                hint="Check the permissions of the data folder, or choose another with --data.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return ForgeError(
                "database_damaged",
                f"The database is damaged: {error}.",
                hint="Check the disk; restore the file from a backup, or move it away to start "
                "with an empty library.",
            )
    return None


@contextmanager
def explained() -> Iterator[None]:
    """Raises ForgeError in the place of what :func:`explain` has words for."""
    try:
        yield
    except sqlite3.Error as error:
        meaning = explain(error)
        if meaning is None:
            raise
        raise meaning from error
