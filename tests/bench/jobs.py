"""The job table and the supervisor: how fast, and how much of it grows with the number of jobs.

    python tests/bench/jobs.py [--jobs 500] [--rows 10000] [--data DIR]

Every figure is taken at `synchronous=FULL` on the disk of `--data` (by default the folder for
temporary files, which is named). The floor is an empty transaction that changes one row, in the
same run. Events to many clients are measured by fanout.py.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import trio
from machine import disk, machine
from rich.console import Console
from rich.table import Table
from seeding import add_recording

from actors.assignment import Ended, RunStep
from actors.bus import Bus
from actors.kernel import Mailbox
from actors.ledger import Ledger
from actors.supervisor import Supervisor
from forge.model import JobType
from forge.pipeline import STEPS
from forge.store import attempts, events, jobs, leases, results
from forge.store.board import board, survey
from forge.store.connection import open_database, transaction
from forge.store.results import StepResult
from forge.store.steps import put_outcome

Timings = dict[str, list[float]]
DONE = StepResult("0" * 32, ("clip.mp4",), seconds=1.0)


def seed(db: sqlite3.Connection) -> None:
    """One recording that was ingested and transcribed."""
    add_recording(db)
    for step in ("chat", "probe", "audio", "transcription", "diarization", "proxy", "scene_detect"):
        put_outcome(db, "v", step, "0" * 32, STEPS[step].makes, "", 0.0)


def enqueue(db: sqlite3.Connection, count: int, kind: JobType = "export") -> list[str]:
    made = [str(uuid4()) for _ in range(count)]
    for job_id in made:
        jobs.enqueue(
            db, job_id=job_id, project_id="p", vod_id="v", kind=kind, payload={}, now=time.time()
        )
    return made


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    db = open_database(folder / f"{uuid4()}.db")
    with transaction(db):
        seed(db)
    yield db
    db.close()


@contextmanager
def timed(timings: Timings, name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    timings.setdefault(name, []).append(time.perf_counter() - began)


def floor(db: sqlite3.Connection, count: int, timings: Timings) -> None:
    """Transactions that change one row and do nothing else."""
    for number in range(count):
        with timed(timings, "floor: one row"):
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE project SET created_at = ? WHERE id = 'p'", (float(number),))
            db.execute("COMMIT")


def through_store(db: sqlite3.Connection, count: int, timings: Timings) -> None:
    """Claims, starts and finishes each job, one transaction each."""
    with transaction(db):
        made = enqueue(db, count)
    for job_id in made:
        now = time.time()
        with timed(timings, "store: claim"), transaction(db):
            fence = leases.claim(db, job_id, "bench:1", now)
        assert fence is not None
        with transaction(db):
            assert attempts.start_step(db, fence, "render", now)
        with timed(timings, "store: finish"), transaction(db):
            assert results.record(db, fence, "v", "render", DONE, now)


async def through_ledger(db: sqlite3.Connection, count: int, timings: Timings) -> None:
    """The same through the ledger actor: a mailbox, a thread, and the events of each change."""
    ledger = Ledger(db, Bus())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ledger.serve)
        for job_id in await ledger.run(enqueue, count):
            now = time.time()
            with timed(timings, "ledger: claim"):
                fence = await ledger.run(leases.claim, job_id, "bench:1", now)
            assert fence is not None
            assert await ledger.run(attempts.start_step, fence, "render", now)
            with timed(timings, "ledger: progress"):
                await ledger.run(attempts.progress, fence, "render", 0.5, None, now)
            with timed(timings, "ledger: finish"):
                assert await ledger.run(results.record, fence, "v", "render", DONE, now)
        ledger.mailbox.close()


class Instant:
    """A worker whose steps are done at once: what is left is the supervisor and the table."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self.mailbox: Mailbox[RunStep] = Mailbox(0, rank=3, name=name)
        self._name, self._ledger = name, ledger

    async def serve(self) -> None:
        while True:
            message = await self.mailbox.receive()
            now = time.time()
            await self._ledger.run(attempts.start_step, message.fence, self._name, now)
            done = StepResult(message.key, STEPS[self._name].makes, seconds=1.0)
            await self._ledger.run(
                results.record, message.fence, message.vod_id, self._name, done, now
            )
            message.reply.set(Ended("settled"))


async def through_supervisor(db: sqlite3.Connection, count: int, pending: int) -> float:
    """Seconds per job, with that many jobs waiting behind those that are run."""
    bus = Bus()
    ledger = Ledger(db, bus)
    workers: Any = {name: Instant(name, ledger) for name in STEPS}
    supervisor = Supervisor("bench", ledger, workers)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ledger.serve)
        await ledger.run(enqueue, count + pending)
        for worker in workers.values():
            nursery.start_soon(worker.serve)
        completed = 0
        with bus.subscribe() as subscription:
            began = time.perf_counter()
            nursery.start_soon(supervisor.serve)
            while completed < count:
                completed += sum(e["type"] == "JOB_COMPLETED" for e in await subscription.take())
            took = time.perf_counter() - began
        nursery.cancel_scope.cancel(reason="measured")
    return took / completed


def recovery(folder: Path, rows: int) -> dict[str, float]:
    """Seconds from opening a database of a dead boot to its first claim."""
    path = folder / "recovery.db"
    db = open_database(path)
    with transaction(db):
        seed(db)
        for job_id in enqueue(db, rows):
            fence = leases.claim(db, job_id, "dead:1", 0.0)
            assert fence is not None
            results.record(db, fence, "v", "render", DONE, 0.0)
        for job_id in enqueue(db, rows):
            fence = leases.claim(db, job_id, "dead:1", 0.0)
            assert fence is not None
            attempts.start_step(db, fence, "render", 0.0)
    db.close()
    took, began = {}, time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        took[name], began = time.perf_counter() - began, time.perf_counter()

    db = open_database(path)
    lap(f"open ({2 * rows} jobs)")
    with transaction(db):
        cards, _ = survey(db, "alive", time.time(), ())
    lap(f"take {rows} back, and look")
    with transaction(db):
        assert leases.claim(db, cards[0].job_id, "alive:1", time.time()) is not None
    lap("first claim")
    with transaction(db):
        board(db, "alive", time.time())
    lap(f"look again, {rows} pending")
    with transaction(db):
        assert events.since(db, events.last_seq(db) - events.REPLAY_LIMIT)
    lap(f"{events.REPLAY_LIMIT} missed events")
    db.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--data", type=Path, help="a folder on the disk to measure")
    asked = parser.parse_args()
    console = Console(width=90)
    timings: Timings = {}
    with tempfile.TemporaryDirectory(dir=asked.data) as name:
        folder = Path(name)
        console.print(f"{machine()}, {disk(folder)}")
        with database(folder) as db:
            floor(db, asked.jobs, timings)
            through_store(db, asked.jobs, timings)
        with database(folder) as db:
            trio.run(through_ledger, db, asked.jobs, timings)
        console.print(_operations(timings))
        queue = Table("jobs pending behind", "jobs/s", "ms a job", title="through the supervisor")
        for pending in (0, 100, 1000, asked.rows):
            with database(folder) as db:
                seconds = trio.run(through_supervisor, db, asked.jobs // 5, pending)
            queue.add_row(str(pending), f"{1 / seconds:.0f}", f"{1000 * seconds:.1f}")
        console.print(queue)
        table = Table("recovery", "ms", title="after a kill")
        for step, seconds in recovery(folder, asked.rows).items():
            table.add_row(step, f"{1000 * seconds:.0f}")
        console.print(table)


def _operations(timings: Timings) -> Table:
    table = Table("transaction", "a second", "p50 µs", "p99 µs", "of the floor", title="job table")
    base = statistics.median(timings["floor: one row"])
    for name, seconds in timings.items():
        middle, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
        table.add_row(
            name,
            f"{len(seconds) / sum(seconds):.0f}",
            f"{1e6 * middle:.0f}",
            f"{1e6 * p99:.0f}",
            f"{middle / base:.1f}",
        )
    return table


if __name__ == "__main__":
    main()
