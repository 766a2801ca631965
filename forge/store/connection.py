"""Opening the database: pragmas, migrations, and the refusal of what FORGE can't read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from forge.errors import ForgeError

#: Rises when an older FORGE could not work with the file any more; kept in ``user_version``.
SCHEMA_VERSION = 1
#: "FORG", so that ``file`` and a curious user can tell what the database is.
APPLICATION_ID = 0x464F5247

migrations = Migrations("forge")


@migrations(name="0001_jobs")
def _jobs(db: Database) -> None:
    for statement in _statements(files("forge.store").joinpath("schema.sql").read_text("utf-8")):
        db.conn.execute(statement)


def _statements(script: str) -> Iterator[str]:
    # executescript() commits first, which would take the migration out of its transaction.
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def open_database(path: Path) -> sqlite3.Connection:
    """Opens the one write connection and brings the schema up to date.

    Raises ForgeError for a database that a newer FORGE wrote or that is damaged: nothing is
    changed in it then.

    Trap: the connection may move between threads but must never be used by two at once. It is
    in autocommit mode (``isolation_level=None``), because sqlite3's own transactions neither
    begin before a SELECT nor commit an ``UPDATE … RETURNING``.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            connection.close()
            raise ForgeError(
                "database_newer",
                f"The data folder belongs to a newer FORGE (schema {version}).",
                hint="Update FORGE, or choose another folder with --data.",
            )
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "busy_timeout = 5000",
            "journal_size_limit = 67108864",
            f"application_id = {APPLICATION_ID}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _migrate(connection, path)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except sqlite3.DatabaseError as error:
        raise ForgeError(
            "database_damaged",
            f"The database {path} cannot be opened: {error}.",
            hint="Check the disk and its permissions; restore the file from a backup, or move "
            "it away to start with an empty library.",
        ) from error
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Applies what is pending, after a copy of a database that holds something already."""
    db = Database(connection, execute_plugins=False)
    pending = migrations.pending(db)
    if pending and migrations.applied(db):
        copy = path.with_name(f"{path.stem}.before-{pending[0].name}.db")
        copy.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(copy),))
    migrations.apply(db)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: everything inside happens, or, on any exception, nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
