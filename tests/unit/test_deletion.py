"""What deletion takes along, what it leaves, and an event log that forgets.

Rules of this file: the real schema in a temporary folder; times are plain numbers.
"""

from __future__ import annotations

import sqlite3

import pytest
from seeding import add_recording

from forge.errors import ForgeError
from forge.model import JobType
from forge.store import (
    attempts,
    clips,
    deletion,
    events,
    jobs,
    leases,
    projects,
    references,
    upkeep,
)
from forge.store.deletion import Freed
from forge.store.leases import Fence
from forge.store.steps import put_outcome


def claimed(db: sqlite3.Connection, job_id: str, kind: JobType, vod: str = "v") -> Fence:
    project = db.execute("SELECT project_id FROM vod WHERE id = ?", (vod,)).fetchone()[0]
    jobs.enqueue(db, job_id=job_id, project_id=project, vod_id=vod, kind=kind, payload={}, now=0.0)
    fence = leases.claim(db, job_id, "boot:1", 0.0)
    assert fence is not None
    return fence


def settle(db: sqlite3.Connection, fence: Fence, step: str, key: str, file: str) -> None:
    assert attempts.start_step(db, fence, step, 0.0, key=key)
    assert attempts.settle_step(
        db, fence, step, key=key, files=[file], result={}, seconds=1.0, now=0.0
    )


def exported(db: sqlite3.Connection, job_id: str, key: str, vod: str = "v") -> None:
    settle(db, claimed(db, job_id, "export", vod), "render", key, "clip.mp4")


def another_project(db: sqlite3.Connection, path: str = "/vod.mp4") -> None:
    add_recording(db, "w", project_id="q", path=path)


@pytest.mark.parametrize("state", ["pending", "processing"])
def test_a_live_job_is_not_deleted(table: sqlite3.Connection, state: str) -> None:
    fence = claimed(table, "j", "export")
    if state == "pending":
        assert leases.release(table, fence, 0.0)
    with pytest.raises(ForgeError) as caught:
        deletion.delete_job(table, "j")
    assert caught.value.code == "job_active"
    assert state in caught.value.message
    assert "Cancel" in caught.value.hint
    assert jobs.get(table, "j") is not None


def test_an_export_goes_with_what_only_it_refers_to(table: sqlite3.Connection) -> None:
    exported(table, "one", "shared")
    exported(table, "two", "shared")
    exported(table, "three", "own")
    assert deletion.delete_job(table, "three") == Freed(frozenset({"own"}))
    assert deletion.delete_job(table, "one") == Freed()
    assert deletion.delete_job(table, "two") == Freed(frozenset({"shared"}))
    assert table.execute("SELECT count(*) FROM step").fetchone()[0] == 0
    assert deletion.delete_job(table, "two") is None


def test_what_a_job_found_out_belongs_to_the_recording(table: sqlite3.Connection) -> None:
    fence = claimed(table, "j", "ingest")
    settle(table, fence, "probe", "k", "probe.json")
    jobs.request_cancel(table, "j", 0.0)
    assert leases.acknowledge_cancel(table, fence, 0.0)
    assert deletion.delete_job(table, "j") == Freed()
    assert projects.outcomes(table, "v")["probe"].key == "k"
    assert references.all_keys(table) == {"k"}


def test_half_done_work_is_freed_with_its_job(table: sqlite3.Connection) -> None:
    fence = claimed(table, "j", "ingest")
    assert attempts.start_step(table, fence, "proxy", 0.0, key="half")
    known, _ = references.read(table)
    assert known.pursued == {"half"}
    error = ForgeError("disk_full", "full")
    assert attempts.fail_step(table, fence, "proxy", error, 0.0)
    assert leases.end_attempt(table, fence, error, 0.0, 0.5)
    known, _ = references.read(table)
    assert (known.pursued, known.resumable) == (frozenset(), {"half"})
    assert deletion.delete_job(table, "j") == Freed(frozenset({"half"}))


def test_a_finished_step_pursues_nothing(table: sqlite3.Connection) -> None:
    exported(table, "j", "k")
    known, sources = references.read(table)
    assert known == references.References(artifacts=frozenset({"k"}))
    assert sources == {"/vod.mp4"}


def test_a_project_goes_with_all_that_is_only_its_own(table: sqlite3.Connection) -> None:
    another_project(table)
    put_outcome(table, "v", "proxy", "shared", ["proxy.mp4"], "", 0.0)
    put_outcome(table, "w", "proxy", "shared", ["proxy.mp4"], "", 0.0)
    put_outcome(table, "v", "audio", "superseded", ["audio.wav"], "", 0.0)
    put_outcome(table, "v", "audio", "own", ["audio.wav"], "", 0.0)
    put_outcome(table, "v", "chat", "", [], "no chat file was given", 0.0)
    exported(table, "j", "export")
    exported(table, "k", "elsewhere", vod="w")
    clips.add(table, "c", projects.get_vod(table, "v"), (0.0, 1.0), "Clip", 0.0)  # type: ignore[arg-type]
    assert deletion.delete_project(table, "p") == Freed(frozenset({"own", "export"}))
    assert references.all_keys(table) == {"shared", "elsewhere"}
    for rows in ("vod", "job", "clip", "outcome", "step"):
        left = table.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
        assert left == (0 if rows == "clip" else 1), rows
    freed = deletion.delete_project(table, "q")
    assert freed == Freed(frozenset({"shared", "elsewhere"}), frozenset({"/vod.mp4"}))
    assert deletion.delete_project(table, "q") is None


def test_the_events_of_a_deletion_name_what_is_gone(table: sqlite3.Connection) -> None:
    exported(table, "j", "k")
    before = events.last_seq(table)
    deletion.delete_job(table, "j")
    shown = events.since(table, before)
    assert shown == [{"seq": before + 1, "type": "JOB_DELETED", "id": "j", "project_id": "p"}]


def test_a_log_that_forgot_says_so_to_those_who_missed_it(table: sqlite3.Connection) -> None:
    for number in range(30):
        projects.add_project(table, f"q{number}", "t", 0.0)
    last = events.last_seq(table)
    assert events.trim(table, keep=10) == last - 10
    assert events.since(table, 0) is None
    assert events.since(table, last - 11) is None
    kept = events.since(table, last - 10)
    assert kept is not None
    assert [event["seq"] for event in kept] == list(range(last - 9, last + 1))
    assert events.since(table, last) == []
    assert events.trim(table, keep=0) == 9
    assert events.last_seq(table) == last
    projects.add_project(table, "new", "t", 0.0)
    assert events.last_seq(table) == last + 1


def test_upkeep_keeps_what_can_be_replayed(table: sqlite3.Connection) -> None:
    for number in range(50):
        projects.add_project(table, f"q{number}", "t", 0.0)
    upkeep.tend(table)
    shown = events.since(table, 0)
    assert shown is not None
    assert len(shown) == 51
    assert events.KEPT > events.REPLAY_LIMIT
