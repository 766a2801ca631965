"""Opening the database, refusing what is not ours or not whole, and meeting a full disk.

Rules of this file: real SQLite files in a temporary folder; a full disk is SQLite's own
``max_page_count``, so the error is the one that a full disk gives.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from forge.errors import ForgeError
from forge.store import backup, clips, connection, faults, jobs, projects
from forge.store.connection import RESERVE, SCHEMA_VERSION, open_database, transaction


def refused(path: Path) -> ForgeError:
    """Opens a file that must not be opened, and proves that it was left as it was."""
    before = path.read_bytes()
    with pytest.raises(ForgeError) as caught:
        open_database(path)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.before-*")) == []
    assert caught.value.hint
    return caught.value


def filled(path: Path) -> None:
    """A database with some rows, on many pages."""
    with closing(open_database(path)) as db, transaction(db):
        for number in range(500):
            projects.add_project(db, f"p{number}", "title " * 20, 0.0)


def of_schema_1(path: Path) -> None:
    """The database of the first FORGE, with a project and a job in it."""
    old = Migrations("forge")
    old._migrations = connection.migrations._migrations[:1]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        old.apply(Database(db, execute_plugins=False))
        db.execute("PRAGMA user_version = 1")
        db.execute(f"PRAGMA application_id = {connection.APPLICATION_ID}")
        db.execute("INSERT INTO project VALUES ('p', 'kept', 0)")
        db.execute("INSERT INTO vod VALUES ('v', 'p', 'v.mp4', '/v.mp4', 1, 'f', 0, NULL, 0)")
        db.execute(
            "INSERT INTO job (id, project_id, vod_id, type, payload, max_attempts, created_at,"
            " updated_at) VALUES ('j', 'p', 'v', 'ingest', '{}', 3, 0, 0)"
        )
        db.execute("INSERT INTO step (job_id, name, place) VALUES ('j', 'probe', 0)")
        for number, layout in enumerate(("full", "split")):
            db.execute(
                "INSERT INTO clip (id, project_id, vod_id, start_s, end_s, title, score, reasons,"
                " parts, zones, layout, captions, created_at, updated_at)"
                " VALUES (?, 'p', 'v', ?, 9, 't', 0, '[]', '{}', '[]', ?, '{}', 0, 0)",
                (f"c{number}", number, layout),
            )
            payload = {"params": {"render": {"clip": {"layout": layout, "start": 1}}}}
            db.execute(
                "INSERT INTO job (id, project_id, vod_id, type, payload, max_attempts, created_at,"
                " updated_at) VALUES (?, 'p', 'v', 'export', ?, 3, 1, 0)",
                (f"e{number}", json.dumps(payload)),
            )


def test_a_database_of_the_first_schema_is_copied_and_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    of_schema_1(path)
    with closing(open_database(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert projects.get(db, "p") is not None
        assert db.execute("SELECT name, key FROM step").fetchone()["key"] == ""
        db.execute("DELETE FROM job")
        newest = db.execute("SELECT type FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        assert newest["type"] == "JOB_DELETED"
    (copy,) = backup.backups(path)
    with closing(sqlite3.connect(copy)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
        assert old.execute("SELECT title FROM project").fetchall() == [("kept",)]
        assert old.execute("SELECT count(*) FROM job").fetchone() == (3,)
        assert old.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with closing(open_database(path)):
        assert backup.backups(path) == [copy]  # Nothing is pending, so nothing is copied.


def test_what_was_called_full_is_single_from_the_third_schema_on(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    of_schema_1(path)
    with closing(open_database(path)) as db:
        found = clips.listing(db, "p")
        assert [(clip.layout, clip.pip, clip.keyframes) for clip in found] == [
            ("single", None, []),
            ("split", None, []),
        ]
        renders = [
            job.payload["params"]["render"]["clip"]
            for job in jobs.listing(db, project_id="p")
            if job.type == "export"
        ]
        assert sorted(render["layout"] for render in renders) == ["single", "split"]
        assert [render["start"] for render in renders] == [1, 1]
        vod = projects.get_vod(db, "v")
        assert vod is not None
        assert vod.speakers == {}


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "forge.db"
    filled(path)
    broken = Migrations("forge")
    broken._migrations = [*connection.migrations._migrations]

    @broken(name="0003_broken")
    def _broken(db: Database) -> None:
        db.conn.execute("DELETE FROM project")
        db.conn.execute("SELECT * FROM no_such_table")

    monkeypatch.setattr(connection, "migrations", broken)
    with pytest.raises(sqlite3.OperationalError):
        open_database(path)
    monkeypatch.undo()
    with closing(open_database(path)) as db:
        assert db.execute("SELECT count(*) FROM project").fetchone()[0] == 500


def test_only_the_latest_copies_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    with closing(open_database(path)) as db:
        for number in range(backup.KEPT + 2):
            copy = backup.back_up(db, path, f"{number:04}_step")
            os.utime(copy, (number, number))
        copy = backup.back_up(db, path, "9999_last")
    names = [found.name for found in backup.backups(path)]
    assert names == ["forge.before-9999_last.db", *names[1:]]
    assert names[1:] == ["forge.before-0004_step.db", "forge.before-0003_step.db"]
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    with closing(open_database(path)) as db:
        folder = tmp_path / "forge.backup.part"
        folder.mkdir()  # Where the copy would be written.
        with pytest.raises((sqlite3.Error, OSError)):
            backup.back_up(db, path, "0002_later")
    assert backup.backups(path) == []


@pytest.mark.parametrize("garbage", [b"no database " * 900, bytes(range(256)) * 32, b"SQLite"])
def test_what_is_no_database_is_refused_in_words(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "forge.db"
    path.write_bytes(garbage)
    assert refused(path).code == "database_damaged"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_database_is_refused_in_words(tmp_path: Path, kept: float) -> None:
    path = tmp_path / "forge.db"
    filled(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert refused(path).code == "database_damaged"


def test_pages_that_were_overwritten_are_found_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    filled(path)
    whole = bytearray(path.read_bytes())
    whole[-3 * 4096 : -2 * 4096] = b"\xff" * 4096
    path.write_bytes(whole)
    assert refused(path).code == "database_damaged"


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
        other.execute("PRAGMA application_id = 1234")
        other.commit()
    assert refused(path).code == "database_foreign"


def test_another_programs_database_without_a_mark_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE project (id)")
        other.commit()
    assert refused(path).code == "database_foreign"


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    path.touch()
    with closing(open_database(path)) as db:
        assert projects.listing(db) == []


def test_a_file_that_cannot_be_opened_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "forge.db").mkdir()
    with pytest.raises(ForgeError) as caught:
        open_database(tmp_path / "forge.db")
    assert caught.value.code == "data_unwritable"


def test_a_full_disk_undoes_the_transaction_and_nothing_else(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "forge.db")) as db:
        with transaction(db):
            projects.add_project(db, "before", "t", 0.0)
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 1}")
        for _ in range(2):  # The second meets what the first has left behind.
            with pytest.raises(ForgeError) as caught, transaction(db):
                projects.add_project(db, "lost", "t" * 50_000, 0.0)
            assert caught.value.code == "disk_full"
            assert not caught.value.permanent
            assert not db.in_transaction
        db.execute("PRAGMA max_page_count = 1000000")
        with transaction(db):
            projects.add_project(db, "after", "t" * 50_000, 0.0)
        assert {project.id for project in projects.listing(db)} == {"before", "after"}
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_commit_that_fails_can_be_followed_by_another(tmp_path: Path) -> None:
    def orphan() -> None:
        with transaction(db):
            db.execute("PRAGMA defer_foreign_keys = ON")
            db.execute(
                "INSERT INTO vod (id, project_id, name, path, size, fingerprint, has_chat,"
                " created_at) VALUES ('v', 'nobody', 'v.mp4', '/v.mp4', 1, 'f', 0, 0)"
            )

    with closing(open_database(tmp_path / "forge.db")) as db:
        with pytest.raises(sqlite3.IntegrityError):
            orphan()
        with transaction(db):
            projects.add_project(db, "p", "t", 0.0)
        assert [project.id for project in projects.listing(db)] == ["p"]


def test_the_log_takes_its_room_when_the_database_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    log = path.with_name("forge.db-wal")
    with closing(open_database(path)) as db:
        taken = log.stat().st_size
        assert taken >= RESERVE
        for number in range(300):
            with transaction(db):
                projects.add_project(db, f"p{number}", "t", 0.0)
        assert log.stat().st_size == taken
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'reserve'").fetchone()
        # The same after the log was written back and began anew.
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        with transaction(db):
            projects.add_project(db, "last", "t", 0.0)
        assert log.stat().st_size == taken


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_FULL", "disk_full"),
        ("SQLITE_IOERR_WRITE", "disk_error"),
        ("SQLITE_IOERR_SHMSIZE", "disk_full"),
        ("SQLITE_READONLY_DBMOVED", "data_unwritable"),
        ("SQLITE_CORRUPT_INDEX", "database_damaged"),
        ("SQLITE_BUSY", None),
        ("SQLITE_CONSTRAINT_UNIQUE", None),
    ],
)
def test_every_refusal_has_its_meaning(name: str, code: str | None) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = getattr(sqlite3, name)
    found = faults.explain(error)
    assert (found and found.code) == code
    assert found is None or found.permanent == (code not in faults.PASSING)


def test_all_schema_files_are_shipped() -> None:
    for name in ("schema.sql", "deletion.sql", "studio.sql"):
        assert files("forge.store").joinpath(name).is_file()
