"""The event log and the board, on a real database.

Rules of this file: SQLite in a temporary folder; times are plain numbers.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from forge.errors import ForgeError
from forge.model import ClipEdit
from forge.store import attempts, clips, deletion, events, jobs, leases, projects
from forge.store.board import board, next_retry
from forge.store.connection import SCHEMA_VERSION, migrations, open_database, transaction

JOB = "11111111-1111-1111-1111-111111111111"
FOUND = {"start": 1.0, "end": 20.0, "score": 80.0, "title": "No way!", "reasons": [], "parts": {}}


@pytest.fixture
def db(table: sqlite3.Connection) -> sqlite3.Connection:
    jobs.enqueue(table, job_id=JOB, project_id="p", vod_id="v", kind="ingest", payload={}, now=0.0)
    return table


def test_events_show_their_subject_as_it_is_now(db: sqlite3.Connection) -> None:
    leases.claim(db, JOB, "boot:1", 5.0)
    shown = events.since(db, 0)
    assert shown is not None
    assert [event["type"] for event in shown] == ["PROJECT_CHANGED", "JOB_CREATED", "JOB_CHANGED"]
    assert shown[1]["job"]["status"] == "processing"
    assert events.since(db, shown[-1]["seq"]) == []


def test_events_of_what_is_gone_are_left_out(db: sqlite3.Connection) -> None:
    deletion.delete_project(db, "p")
    shown = events.since(db, 0)
    assert shown is not None
    told = [(event["type"], event["id"]) for event in shown]
    assert told == [("PROJECT_CHANGED", "p"), ("JOB_DELETED", JOB), ("PROJECT_DELETED", "p")]


def test_another_title_is_told_and_the_same_one_is_not(db: sqlite3.Connection) -> None:
    seq = events.last_seq(db)
    assert projects.rename(db, "p", "Friday")
    assert projects.rename(db, "p", "Friday")
    assert not projects.rename(db, "nobody", "Friday")
    assert events.since(db, seq) == [{"seq": seq + 1, "type": "PROJECT_CHANGED", "id": "p"}]


def test_too_much_to_replay_is_said(db: sqlite3.Connection) -> None:
    for number in range(events.REPLAY_LIMIT + 1):
        projects.add_project(db, f"p{number}", "t", 0.0)
    assert events.since(db, 0) is None
    assert events.since(db, 10**6) is None


def test_a_transaction_happens_whole_or_not_at_all(db: sqlite3.Connection) -> None:
    def fail_half_way() -> None:
        with transaction(db):
            projects.add_project(db, "q", "t", 0.0)
            projects.add_project(db, "q", "the same id again", 0.0)

    with pytest.raises(sqlite3.IntegrityError):
        fail_half_way()
    assert projects.get(db, "q") is None


def test_a_stale_fence_opens_nothing(db: sqlite3.Connection) -> None:
    first = leases.claim(db, JOB, "boot-1:1", 0.0)
    assert first is not None
    leases.reclaim(db, "boot-2", 1.0)
    second = leases.claim(db, JOB, "boot-2:1", 2.0)
    assert second is not None
    error = ForgeError("x", "x")
    assert not leases.renew(db, first, 3.0)
    assert not attempts.start_step(db, first, "probe", 3.0)
    assert attempts.progress(db, first, "probe", 0.5, None, 3.0) is None
    assert not attempts.fail_step(db, first, "probe", error, 3.0)
    assert not leases.end_attempt(db, first, error, 3.0, 0.5)
    assert not leases.release(db, first, 3.0)
    assert not leases.acknowledge_cancel(db, first, 3.0)
    assert attempts.start_step(db, second, "probe", 3.0)


def test_a_result_is_recorded_once(db: sqlite3.Connection) -> None:
    fence = leases.claim(db, JOB, "boot:1", 0.0)
    assert fence is not None
    attempts.start_step(db, fence, "probe", 0.0)

    def settle(key: str) -> bool:
        return attempts.settle_step(
            db, fence, "probe", key=key, files=["probe.json"], result={}, seconds=1.0, now=1.0
        )

    assert settle("first")
    assert not settle("second")
    assert projects.outcomes(db, "v")["probe"].key == "first"


def test_the_board_shows_what_may_be_claimed_and_what_is_ours(db: sqlite3.Connection) -> None:
    (card,) = board(db, "boot", 0.0)
    assert card.fence is None
    assert card.unsettled == {"probe", "hash", "audio", "proxy"} == card.pursued
    fence = leases.claim(db, JOB, "boot:1", 0.0)
    assert board(db, "boot", 0.0)[0].fence == fence
    assert board(db, "other", 0.0) == []


def test_a_pause_is_waited_for(db: sqlite3.Connection) -> None:
    fence = leases.claim(db, JOB, "boot:1", 100.0)
    assert fence is not None
    passing = ForgeError("disk_full", "full", permanent=False)
    assert leases.end_attempt(db, fence, passing, 100.0, 0.5)
    assert board(db, "boot", 100.0) == []
    assert next_retry(db, 100.0) == pytest.approx(110.0)
    assert len(board(db, "boot", 111.0)) == 1


def test_new_suggestions_replace_old_ones_but_not_the_users_clips(db: sqlite3.Connection) -> None:
    def suggest(*ids: str) -> None:
        clips.replace_suggestions(db, "v", [FOUND] * len(ids), ids, [], "single", 1.0)

    suggest("a", "b")
    edited = clips.edit(db, "a", 1, ClipEdit(title="Mine"), 2.0)
    assert edited is not None
    assert edited.rev == 2
    assert clips.edit(db, "a", 1, ClipEdit(title="Late"), 2.0) is None
    suggest("c")
    assert {clip.id: clip.title for clip in clips.listing(db, "p")} == {"a": "Mine", "c": "No way!"}


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    connection = open_database(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(ForgeError) as caught:
        open_database(path)
    assert caught.value.code == "database_newer"


def test_a_database_is_copied_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "forge.db"
    connection = open_database(path)
    projects.add_project(connection, "p", "kept", 0.0)
    connection.close()
    assert list(tmp_path.glob("*.before-*")) == []

    later = Migrations("forge")
    later._migrations = [*migrations._migrations]
    monkeypatch.setattr("forge.store.connection.migrations", later)

    @later(name="0002_later")
    def _later(db: Database) -> None:
        db.conn.execute("DELETE FROM project")

    open_database(path).close()
    copy = sqlite3.connect(tmp_path / "forge.before-0002_later.db")
    assert copy.execute("SELECT title FROM project").fetchall() == [("kept",)]
    copy.close()


def test_a_damaged_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "forge.db"
    path.write_bytes(b"this is no database, but it is long enough to look like one" * 100)
    with pytest.raises(ForgeError) as caught:
        open_database(path)
    assert caught.value.code == "database_damaged"
