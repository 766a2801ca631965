"""Opening the database: pragmas, migrations, and the refusal of what FORGE can't read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from forge.errors import ForgeError
from forge.store.backup import back_up
from forge.store.faults import explained

#: Rises when an older FORGE must not work with the file any more; kept in ``user_version``.
SCHEMA_VERSION = 3
#: "FORG", so that ``file`` and a curious user can tell what the database is.
APPLICATION_ID = 0x464F5247
#: Bytes of the write-ahead log that are taken on the disk when the database is opened.
RESERVE = 4 * 1024 * 1024

migrations = Migrations("forge")


@migrations(name="0001_jobs")
def _jobs(db: Database) -> None:
    for statement in _statements(files("forge.store").joinpath("schema.sql").read_text("utf-8")):
        db.conn.execute(statement)


@migrations(name="0002_deletion")
def _deletion(db: Database) -> None:
    for statement in _statements(files("forge.store").joinpath("deletion.sql").read_text("utf-8")):
        db.conn.execute(statement)


@migrations(name="0003_board")
def _board(db: Database) -> None:
    # What the supervisor looks at after every change, whatever else the table holds.
    for statement in (
        "CREATE INDEX job_pending ON job (type, created_at) WHERE status = 'pending'",
        "CREATE INDEX job_live ON job (vod_id, type) WHERE status IN ('pending', 'processing')",
    ):
        db.conn.execute(statement)


@migrations(name="0004_studio")
def _studio(db: Database) -> None:
    for statement in _statements(files("forge.store").joinpath("studio.sql").read_text("utf-8")):
        db.conn.execute(statement)


@migrations(name="0005_titles")
def _titles(db: Database) -> None:
    db.conn.execute(
        "CREATE TRIGGER project_titled AFTER UPDATE OF title ON project WHEN OLD.title != NEW.title"
        " BEGIN"
        " INSERT INTO event (type, subject, at) VALUES ('PROJECT_CHANGED', NEW.id, NEW.created_at);"
        " END"
    )


@migrations(name="0006_chats")
def _chats(db: Database) -> None:
    for statement in (
        # Null without a chat, and for one that came before this was written down.
        "ALTER TABLE vod ADD COLUMN chat_span TEXT CHECK (chat_span IS NULL OR"
        " json_valid(chat_span))",
        "CREATE TRIGGER vod_chat AFTER UPDATE OF chat_span ON vod"
        " WHEN OLD.has_chat OR NEW.has_chat BEGIN"
        " INSERT INTO event (type, subject, at)"
        " VALUES ('PROJECT_CHANGED', NEW.project_id, NEW.created_at);"
        " END",
    ):
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

    Raises ForgeError for a database that a newer FORGE or another program wrote, that is
    damaged, that cannot be written, or that the disk has no room for: nothing is changed in it
    then.

    Trap: the connection may move between threads but must never be used by two at once. It is
    in autocommit mode (``isolation_level=None``), because sqlite3's own transactions neither
    begin before a SELECT nor commit an ``UPDATE … RETURNING``.
    """
    with explained():
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            _refuse(connection, path)
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
            _reserve(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _refuse(connection: sqlite3.Connection, path: Path) -> None:
    """Raises ForgeError for a file that is not ours to change."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    used = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if used and owner != APPLICATION_ID:
        raise ForgeError(
            "database_foreign",
            f"The database {path} belongs to another program.",
            hint="Choose another folder with --data.",
        )
    if version > SCHEMA_VERSION:
        raise ForgeError(
            "database_newer",
            f"The data folder belongs to a newer FORGE (schema {version}).",
            hint="Update FORGE, or choose another folder with --data.",
        )
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        # Its finding may span lines; the first says what kind of damage it is.
        raise ForgeError(
            "database_damaged",
            f"The database {path} is damaged: {str(found).splitlines()[-1][:200]}.",
            hint="Check the disk; restore the file from a backup, or move it away to start with "
            "an empty library.",
        )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Applies what is pending, after a copy of a database that holds something already."""
    db = Database(connection, execute_plugins=False)
    pending = migrations.pending(db)
    if pending and migrations.applied(db):
        back_up(connection, path, pending[0].name)
    migrations.apply(db)


def _reserve(connection: sqlite3.Connection) -> None:
    """Makes the write-ahead log take its room on the disk now.

    A disk that something else then fills to the last byte still lets FORGE write down what
    failed and why. The log is written over and over from its start, so the room stays its own
    until the database is closed. A transaction that is rolled back after its pages were spilled
    from the cache does it: nothing of it is ever read. File systems that copy on write give no
    such promise; there a full disk is met a little earlier.
    """
    connection.execute("PRAGMA cache_size = -64")
    connection.execute("BEGIN IMMEDIATE")
    try:
        # On a disk that is nearly full there is less of a reserve, which is no reason to stop.
        with suppress(sqlite3.OperationalError):
            connection.execute("CREATE TABLE reserve (bytes)")
            connection.execute("INSERT INTO reserve VALUES (zeroblob(?))", (RESERVE,))
    finally:
        _roll_back(connection)
    connection.execute("PRAGMA cache_size = -2000")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: everything inside happens, or, on any exception, nothing.

    Raises ForgeError (``disk_full``, ``disk_error``, ``database_damaged``) when the file cannot
    take it; the next transaction may begin all the same.
    """
    with explained():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            _roll_back(db)
            raise


def _roll_back(db: sqlite3.Connection) -> None:
    # SQLite has rolled back by itself after some errors: a full disk is one of them.
    if db.in_transaction:
        with suppress(sqlite3.Error):  # The first error is the one to tell.
            db.execute("ROLLBACK")
