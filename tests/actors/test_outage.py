"""A disk that is full for a transaction, whichever it is: no actor dies, and the work gets done.

Rules of this file: the world of the supervisor's tests; the refusal comes out of SQLite's own
error, put in the place of a transaction's commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import trio

import actors.ledger
import actors.supervisor
from actors.bus import Bus
from actors.ledger import Ledger
from forge.errors import ForgeError
from forge.library import Library
from forge.store import projects
from forge.store.connection import open_database, transaction
from tests.actors.scripted import ANALYZE, INGEST, World, world


class Outage:
    """Lets transactions fail by their numbers, after their work is done and before its commit."""

    def __init__(self, fails: Callable[[int], bool]) -> None:
        self.fails = fails
        self.count = 0

    @contextmanager
    def __call__(self, db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        self.count += 1
        fails = self.fails(self.count)
        with transaction(db):
            yield db
            if fails:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error


def never_give_up(db: sqlite3.Connection) -> None:
    db.execute("UPDATE job SET max_attempts = 1000")


async def completed(here: World, job_id: str) -> None:
    """Waits for the end of a job; the pauses between its attempts are skipped."""
    with trio.fail_after(30):
        while True:
            with suppress(ForgeError):
                if (await here.job(job_id)).status == "completed":
                    return
            here.now += 1000
            here.ledger.changed.set()
            await trio.testing.wait_all_tasks_blocked(0.001)


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors.supervisor, "FULL_DISK_SECONDS", 0.0)


async def test_a_ledger_that_could_not_write_answers_so_and_goes_on(library: Library) -> None:
    db = open_database(library.database)
    ledger = Ledger(db, Bus())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ledger.serve)
        await ledger.run(projects.add_project, "before", "t", 0.0)
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 1}")
        for _ in range(3):
            with pytest.raises(ForgeError) as caught:
                await ledger.run(projects.add_project, "lost", "t" * 50_000, 0.0)
            assert caught.value.code == "disk_full"
        db.execute("PRAGMA max_page_count = 1000000")
        await ledger.run(projects.add_project, "after", "t" * 50_000, 0.0)
        found = await ledger.run(projects.listing)
        assert {project.id for project in found} == {"before", "after"}
        ledger.mailbox.close()
    ledger.close()


@pytest.mark.usefixtures("no_pause")
@pytest.mark.parametrize(
    ("period", "phase"), [(period, phase) for period in (3, 7) for phase in range(period)]
)
async def test_refused_transactions_end_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch, period: int, phase: int
) -> None:
    """Each transaction of a run meets the full disk in one of these, whatever it is for."""
    outage = Outage(lambda number: number % period == phase)
    async with world(library) as here:
        await here.ledger.run(never_give_up)
        monkeypatch.setattr(actors.ledger, "transaction", outage)
        await completed(here, ANALYZE)
        await completed(here, INGEST)
        monkeypatch.setattr(actors.ledger, "transaction", transaction)
        for job_id in (INGEST, ANALYZE):
            job = await here.job(job_id)
            assert {step.status for step in job.steps} == {"completed"}
    assert outage.count > 3 * period


@pytest.mark.usefixtures("no_pause")
async def test_a_failure_that_could_not_be_written_down_is_written_down_later(
    library: Library,
) -> None:
    full = ForgeError("disk_full", "The disk is full.")
    async with world(library, failing={"proxy": full}, unwritten=True) as here:
        job = await here.until(INGEST, "failed")
        assert job.error is not None
        assert job.error.code == "disk_full"
        proxy = next(step for step in job.steps if step.name == "proxy")
        assert proxy.status == "failed"
        assert proxy.error is not None
        assert (await here.until(ANALYZE, "failed")).error.code == "upstream_failed"  # type: ignore[union-attr]


@pytest.mark.usefixtures("no_pause")
async def test_a_cancel_that_could_not_be_written_is_refused_and_can_come_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(library, hanging={"proxy"}) as here:
        await here.until_true(lambda: "proxy" in here.running)
        monkeypatch.setattr(actors.ledger, "transaction", Outage(lambda number: True))
        with pytest.raises(ForgeError) as caught:
            await here.supervisor.cancel(INGEST)
        assert caught.value.code == "disk_full"
        monkeypatch.setattr(actors.ledger, "transaction", transaction)
        await here.supervisor.cancel(INGEST)
        await here.until(INGEST, "cancelled")


@pytest.mark.usefixtures("no_pause")
async def test_a_stop_on_a_full_disk_leaves_the_jobs_to_the_next_start(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(library, hanging={"proxy"}) as here:
        await here.until_true(lambda: "proxy" in here.running)
        monkeypatch.setattr(actors.ledger, "transaction", Outage(lambda number: True))
    monkeypatch.setattr(actors.ledger, "transaction", transaction)
    async with world(library) as again:
        await again.until(ANALYZE, "completed")
