"""The job state machine: one table, held against the schema and the drawing.

Rules of this file: a real SQLite in memory; times are plain numbers; every pair of states is
tried, legal or not.
"""

from __future__ import annotations

import re
import sqlite3
from itertools import product
from pathlib import Path

import pytest

from forge import jobs
from forge.store.connection import transaction
from forge.store.jobs import enqueue, request_cancel, under_way
from forge.store.leases import claim, reclaim

ROOT = Path(__file__).parents[2]
JOB = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def db(table: sqlite3.Connection) -> sqlite3.Connection:
    enqueue(table, job_id=JOB, project_id="p", vod_id="v", kind="ingest", payload={}, now=0.0)
    return table


#: What a row must hold to be in a state at all, so that only the transition is on trial.
FIELDS = {
    "pending": "worker_id = NULL, lease_until = NULL, result = NULL",
    "processing": "worker_id = 'w', lease_until = 1.0, result = NULL",
    "completed": "worker_id = NULL, lease_until = NULL, result = '{}'",
    "failed": "worker_id = NULL, lease_until = NULL, result = NULL, error = '{}'",
    "cancelled": "worker_id = NULL, lease_until = NULL, result = NULL",
}

#: How to get to a state by legal steps.
PATHS = {
    "pending": [],
    "processing": ["processing"],
    "completed": ["processing", "completed"],
    "failed": ["processing", "failed"],
    "cancelled": ["cancelled"],
}


def move(db: sqlite3.Connection, status: str) -> None:
    db.execute(f"UPDATE job SET status = '{status}', {FIELDS[status]}")


@pytest.mark.parametrize(("before", "after"), list(product(jobs.STATUSES, repeat=2)))
def test_the_schema_allows_just_the_transitions_of_the_table(
    db: sqlite3.Connection, before: str, after: str
) -> None:
    for status in PATHS[before]:
        move(db, status)
    if before == after or jobs.may_become(before, after):  # type: ignore[arg-type]
        move(db, after)
        assert db.execute("SELECT status FROM job").fetchone()[0] == after
    else:
        with pytest.raises(sqlite3.IntegrityError, match="illegal job transition"):
            move(db, after)


def test_the_drawing_shows_the_table() -> None:
    text = (ROOT / "docs" / "jobs.md").read_text("utf-8")
    drawn = set(re.findall(r"^  (\w+) --> (\w+):", text, re.MULTILINE))
    assert drawn == set(jobs.TRANSITIONS)


@pytest.mark.parametrize(
    "broken",
    [
        "status = 'processing'",
        "status = 'completed'",
        "worker_id = 'w'",
        "progress = 101",
        "payload = 'no json'",
        "attempt = -1",
    ],
)
def test_the_schema_refuses_rows_that_contradict_themselves(
    db: sqlite3.Connection, broken: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(f"UPDATE job SET {broken}")


def test_every_transition_leaves_an_event(db: sqlite3.Connection) -> None:
    with transaction(db):
        assert claim(db, JOB, "boot-1:1", 10.0)
    with transaction(db):
        assert reclaim(db, "boot-2", 11.0) == [JOB]
    types = [row["type"] for row in db.execute("SELECT type FROM event ORDER BY seq")]
    assert types == ["PROJECT_CHANGED", "JOB_CREATED", "JOB_CHANGED", "JOB_CHANGED"]


def test_backoff_grows_and_stays_within_its_bounds() -> None:
    waits = [jobs.backoff(attempt, 0.5) for attempt in range(1, 8)]
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(10.0)
    assert waits[-1] == pytest.approx(900.0)
    assert jobs.backoff(1, 0.0) == pytest.approx(8.0)
    assert jobs.backoff(1, 1.0) == pytest.approx(12.0)


def test_a_job_under_way_is_found_by_the_words_it_was_asked_for_in(db: sqlite3.Connection) -> None:
    found = under_way(db, "v", "ingest", {})
    assert found is not None
    assert found.id == JOB
    assert under_way(db, "v", "analyze", {}) is None
    assert under_way(db, "w", "ingest", {}) is None
    assert under_way(db, "v", "ingest", {"params": {"model": "small"}}) is None
    move(db, "processing")
    assert under_way(db, "v", "ingest", {}) is not None
    request_cancel(db, JOB, 1.0)
    assert under_way(db, "v", "ingest", {}) is None, "it will not be done"


@pytest.mark.parametrize("ended", ["completed", "failed", "cancelled"])
def test_a_job_that_has_ended_is_not_under_way(db: sqlite3.Connection, ended: str) -> None:
    for status in PATHS[ended]:
        move(db, status)
    assert under_way(db, "v", "ingest", {}) is None
