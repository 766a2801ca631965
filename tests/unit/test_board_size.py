"""What the job table costs when it is full: the work per change does not grow with the table.

Rules of this file: SQLite in a temporary folder; statements are counted, not timed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from forge.model import JobType
from forge.store import events, jobs, leases, projects
from forge.store.board import LOOK_AHEAD, board, survey
from forge.store.steps import put_outcome
from tests.bench.seeding import add_recording


def enqueue(db: sqlite3.Connection, number: int, kind: JobType) -> str:
    job_id = f"00000000-0000-0000-0000-{number:012}"
    jobs.enqueue(
        db,
        job_id=job_id,
        project_id="p",
        vod_id="v",
        kind=kind,
        payload={},
        now=float(number),
    )
    return job_id


def statements(db: sqlite3.Connection, work: Callable[[], Any]) -> int:
    """How many statements SQLite runs for it."""
    seen: list[str] = []
    db.set_trace_callback(seen.append)
    work()
    db.set_trace_callback(None)
    return len(seen)


READERS: dict[str, Callable[[sqlite3.Connection], Any]] = {
    "board": lambda db: board(db, "boot", 1e9),
    "survey": lambda db: survey(db, "boot", 1e9, ()),
    "events": lambda db: events.since(db, 0),
    "jobs": jobs.listing,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_the_number_of_statements_does_not_depend_on_the_number_of_jobs(
    table: sqlite3.Connection, read: Callable[[sqlite3.Connection], Any]
) -> None:
    enqueue(table, 0, "ingest")
    few = statements(table, lambda: read(table))
    for number in range(1, 40):
        enqueue(table, number, "analyze")
    assert statements(table, lambda: read(table)) == few


def test_the_library_is_read_at_once_however_many_projects_there_are(
    table: sqlite3.Connection,
) -> None:
    few = statements(table, lambda: projects.listing(table))
    for number in range(20):
        for part in range(2):
            where = {"project_id": f"p{number}", "now": float(number)}
            add_recording(table, f"v{number}.{part}", **where)
            put_outcome(table, f"v{number}.{part}", "probe", "k", ("probe.json",), "", 0.0)
    assert statements(table, lambda: projects.listing(table)) == few
    newest = projects.listing(table)[0]
    assert [vod.id for vod in newest.vods] == ["v19.0", "v19.1"]
    assert [vod.artifacts for vod in newest.vods] == [{"probe.json": "k"}] * 2


def test_waiting_jobs_of_one_type_do_not_hide_those_of_another(table: sqlite3.Connection) -> None:
    exports = [enqueue(table, number, "export") for number in range(5 * LOOK_AHEAD)]
    new = enqueue(table, 5 * LOOK_AHEAD, "ingest")
    assert [card.job_id for card in board(table, "boot", 1e9)] == [*exports[:LOOK_AHEAD], new]


def test_the_board_finds_its_jobs_by_index(table: sqlite3.Connection) -> None:
    seen: list[str] = []
    table.set_trace_callback(seen.append)
    board(table, "boot", 1e9)
    table.set_trace_callback(None)
    for statement in seen:
        plan = [row["detail"] for row in table.execute(f"EXPLAIN QUERY PLAN {statement}")]
        scans = [detail for detail in plan if detail.startswith("SCAN") and "job" in detail]
        assert not scans, statement


def test_many_leases_are_renewed_at_once_and_the_lost_ones_are_named(
    table: sqlite3.Connection,
) -> None:
    held, lost = (leases.claim(table, enqueue(table, n, "export"), "boot:1", 0.0) for n in (1, 2))
    assert held is not None
    assert lost is not None
    leases.release(table, lost, 1.0)
    assert leases.renew_all(table, [held, lost], 500.0) == [True, False]
    (card,) = (card for card in board(table, "boot", 500.0) if card.fence)
    assert card.lease_until == pytest.approx(560.0)
