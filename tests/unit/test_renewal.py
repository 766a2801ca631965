"""Which work is done again when an artifact turns out to be damaged.

Rules of this file: rows in a real database, no steps; what waits for what is read off the board
that the supervisor sees.
"""

from __future__ import annotations

import sqlite3

import pytest

from forge.errors import ForgeError
from forge.model import JobType
from forge.pipeline import JOBS, STEPS
from forge.planning import plan
from forge.store import attempts, jobs, leases, renewal
from forge.store.board import board
from forge.store.steps import put_outcome

DAMAGED = ForgeError("artifact_damaged", "The file is damaged.")
UPSTREAM = ForgeError("upstream_failed", "Another job failed.")
WORDS = {"params": {"transcription": {"model": "large"}}}


@pytest.fixture(autouse=True)
def chat(table: sqlite3.Connection) -> None:
    """The recording came with one."""
    put_outcome(table, "v", "chat", "chat", ["chat.json"], "", 0.0)


def enqueue(db: sqlite3.Connection, job_id: str, kind: JobType) -> None:
    jobs.enqueue(db, job_id=job_id, project_id="p", vod_id="v", kind=kind, payload=WORDS, now=0.0)


def work(
    db: sqlite3.Connection,
    job_id: str,
    kind: JobType,
    *,
    until: str | None = None,
    error: ForgeError = DAMAGED,
) -> None:
    """A job whose steps all leave something, up to ``until``, which finds its input damaged."""
    enqueue(db, job_id, kind)
    fence = leases.claim(db, job_id, f"boot:{job_id}", 0.0)
    assert fence is not None
    for step in JOBS[kind]:
        assert attempts.start_step(db, fence, step, 0.0, key=step)
        if step == until:
            assert attempts.fail_step(db, fence, step, error, 0.0)
            leases.end_attempt(db, fence, error, 0.0, 0.0)
            return
        assert attempts.settle_step(
            db, fence, step, key=step, files=STEPS[step].makes, result={}, seconds=1.0, now=0.0
        )


def again(db: sqlite3.Connection, job_id: str, damaged: set[str]) -> None:
    assert renewal.retry(db, job_id, damaged, {"params": {}}, lambda: "new", 1.0) is not None


def todo(db: sqlite3.Connection) -> dict[str, tuple[set[str], dict[str, tuple[str, ...]]]]:
    """By job: the steps that can start now, and what the others wait for."""
    found = {}
    for card in board(db, "boot", 2.0):
        made = plan(card.unsettled, card.outcomes, card.pursued)
        assert not made.blocked
        found[card.job_id] = set(made.ready), dict(made.waiting)
    return found


def test_an_export_waits_for_words_that_are_heard_again(table: sqlite3.Connection) -> None:
    """It only takes them: without the retry it would go on without captions."""
    work(table, "in", "ingest")
    work(table, "an", "analyze")
    work(table, "ex", "export", until="render")
    assert ("transcript.json", "diarization", "diarization") in {
        (each.name, each.key, each.maker) for each in renewal.inputs(table, "ex")
    }
    again(table, "ex", {"diarization"})
    found = todo(table)
    assert found["ex"] == (set(), {"render": ("diarization",)})
    new = jobs.get(table, "new")
    assert new is not None
    assert (new.type, new.payload) == ("analyze", WORDS)


def test_a_job_makes_its_own_again(table: sqlite3.Connection) -> None:
    work(table, "in", "ingest")
    work(table, "an", "analyze", until="signals")
    again(table, "an", {"transcription"})
    assert set(todo(table)) == {"an"}
    assert jobs.get(table, "new") is None
    ready, waiting = todo(table)["an"]
    assert "transcription" in ready
    assert "transcription" in waiting["signals"]


def test_what_somebody_makes_already_is_waited_for(table: sqlite3.Connection) -> None:
    work(table, "in", "ingest")
    work(table, "an", "analyze", until="scene_detect")
    enqueue(table, "other", "ingest")
    again(table, "an", {"proxy"})
    assert set(todo(table)) == {"an", "other"}
    assert todo(table)["an"][1]["scene_detect"] == ("proxy",)


def test_a_job_that_failed_for_another_takes_that_ones_damage_along(
    table: sqlite3.Connection,
) -> None:
    work(table, "in", "ingest", until="proxy")
    work(table, "an", "analyze", until="scene_detect", error=UPSTREAM)
    taken = renewal.inputs(table, "an")
    assert ("probe.json", "probe") in {(each.name, each.maker) for each in taken}
    again(table, "an", {"probe"})
    assert set(todo(table)) == {"in", "an"}
    assert todo(table)["in"] == ({"probe"}, {"proxy": ("probe",)})
    ingest = jobs.get(table, "in")
    assert ingest is not None
    assert 0 < ingest.progress < 30


def test_what_stopped_for_another_reason_is_not_looked_through(table: sqlite3.Connection) -> None:
    work(table, "in", "ingest")
    work(table, "an", "analyze", until="scene_detect", error=ForgeError("disk_full", "Full."))
    assert renewal.inputs(table, "an") == []
    assert renewal.inputs(table, "none") == []


@pytest.mark.parametrize("damaged", ["chat", ""])
def test_what_no_job_makes_stays_as_it_is(table: sqlite3.Connection, damaged: str) -> None:
    work(table, "in", "ingest")
    work(table, "an", "analyze", until="signals")
    before = table.execute("SELECT count(*) FROM outcome").fetchone()[0]
    again(table, "an", {damaged} - {""})
    assert table.execute("SELECT count(*) FROM outcome").fetchone()[0] == before
    assert set(todo(table)) == {"an"}
    assert jobs.get(table, "new") is None


def test_the_list_of_a_deleted_job_forgets_its_words(table: sqlite3.Connection) -> None:
    work(table, "in", "ingest")
    work(table, "an", "analyze", until="scene_detect")
    table.execute("DELETE FROM job WHERE id = 'in'")
    again(table, "an", {"proxy"})
    new = jobs.get(table, "new")
    assert new is not None
    assert (new.type, new.payload) == ("ingest", {"params": {}})


def test_a_job_that_runs_is_left_alone(table: sqlite3.Connection) -> None:
    work(table, "in", "ingest")
    enqueue(table, "an", "analyze")
    again(table, "an", {"proxy"})
    assert jobs.get(table, "new") is None
    kept = table.execute("SELECT count(*) FROM outcome WHERE step = 'proxy'").fetchone()[0]
    assert kept == 1
