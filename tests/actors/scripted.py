"""The supervisor over a real job table, with workers that end steps as a test says.

Real SQLite and a real ledger; a worker here is a mailbox that records what it was given and
settles it through the same store functions; time is a number that the test moves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio
from seeding import add_recording, without_chat

from actors.assignment import Ended, RunStep
from actors.bus import Bus
from actors.kernel import Mailbox, supervise
from actors.ledger import Ledger
from actors.supervisor import Supervisor
from forge.errors import ForgeError
from forge.library import Library
from forge.model import Job
from forge.pipeline import STEPS
from forge.store import attempts, jobs, results
from forge.store.connection import open_database
from forge.store.results import StepResult

INGEST = "11111111-1111-1111-1111-111111111111"
ANALYZE = "22222222-2222-2222-2222-222222222222"

ANOTHER = "33333333-3333-3333-3333-333333333333"


class ScriptedWorker:
    """Ends each step the way the script says: by default with all its artifacts."""

    def __init__(self, world: World, name: str) -> None:
        self.mailbox: Mailbox[RunStep] = Mailbox(0, rank=3, name=name)
        self._world = world
        self._name = name

    async def serve(self) -> None:
        while True:
            message = await self.mailbox.receive()
            self._world.started.append(self._name)
            self._world.running.add(self._name)
            try:
                ended = await self._end(message)
            except ForgeError as error:
                ended = Ended("failed", error)  # As a real one that can't write it down.
            message.reply.set(ended)
            self._world.running.discard(self._name)

    async def _end(self, message: RunStep) -> Ended:
        world = self._world
        run = world.ledger.run
        assert await run(attempts.start_step, message.fence, self._name, world.now)
        if self._name in world.hanging:
            await message.stop.event.wait()
            return Ended("stopped")
        if error := world.failing.get(self._name):
            if world.unwritten:
                return Ended("failed", error)
            await run(attempts.fail_step, message.fence, self._name, error, world.now)
            return Ended("failed", error)
        done = StepResult(message.key, STEPS[self._name].makes, seconds=1.0)
        settled = await run(
            results.record, message.fence, message.vod_id, self._name, done, world.now
        )
        return Ended("settled" if settled else "lost")


@dataclass
class World:
    ledger: Ledger
    supervisor: Supervisor = field(init=False)
    now: float = 1000.0
    started: list[str] = field(default_factory=list)
    running: set[str] = field(default_factory=set)
    hanging: set[str] = field(default_factory=set)
    failing: dict[str, ForgeError] = field(default_factory=dict)
    unwritten: bool = False
    """Workers can't write down why a step failed."""
    expects_crash: bool = False
    crashes: list[BaseException] = field(default_factory=list)
    """What the supervisor died of, and was started again after."""

    async def job(self, job_id: str) -> Job:
        job = await self.ledger.run(jobs.get, job_id)
        assert job is not None
        return job

    async def until_quiet(self) -> None:
        """Returns when nobody writes any more: all wait for something to happen."""
        seen = None
        with trio.fail_after(20):
            while seen != self.ledger._seq:
                seen = self.ledger._seq
                await trio.testing.wait_all_tasks_blocked(0.05)

    async def until_true(self, condition: Callable[[], bool]) -> None:
        """Returns once what the workers did makes it so."""
        with trio.fail_after(20):
            while not condition():
                await trio.testing.wait_all_tasks_blocked(0.01)

    async def until(self, job_id: str, status: str) -> Job:
        """The job, once it is in this state."""
        with trio.fail_after(20):
            while True:
                seen = self.ledger._seq
                job = await self.job(job_id)
                if job.status == status:
                    return job
                if seen == self.ledger._seq:
                    await trio.testing.wait_all_tasks_blocked(0.01)


def seed(db: sqlite3.Connection, now: float) -> None:
    add_recording(db, now=now)
    without_chat(db, now=now)
    for job_id, kind in ((INGEST, "ingest"), (ANALYZE, "analyze")):
        jobs.enqueue(db, job_id=job_id, project_id="p", vod_id="v", kind=kind, payload={}, now=now)


def seed_another(db: sqlite3.Connection, now: float) -> None:
    add_recording(db, "w", path="/w.mp4", source_id="g", now=now)
    jobs.enqueue(db, job_id=ANOTHER, project_id="p", vod_id="w", kind="ingest", payload={}, now=now)


@asynccontextmanager
async def world(library: Library, **script: object) -> AsyncIterator[World]:
    db = open_database(library.database)
    made = World(Ledger(db, Bus()), **script)  # type: ignore[arg-type]
    workers = {name: ScriptedWorker(made, name) for name in STEPS}
    made.supervisor = Supervisor(
        "boot",
        made.ledger,
        workers,
        clock=lambda: made.now,
        jitter=lambda: 0.5,  # type: ignore[arg-type]
    )
    async with trio.open_nursery() as nursery:
        nursery.start_soon(made.ledger.serve)
        if not db.execute("SELECT 1 FROM job").fetchone():
            await made.ledger.run(seed, made.now)
        for worker in workers.values():
            nursery.start_soon(worker.serve)
        supervising = trio.Event()

        async def keep_up() -> None:
            await supervise("supervisor", made.supervisor.serve, on_crash=crashed, pause=0.0)
            supervising.set()

        def crashed(_: str, error: BaseException) -> None:
            made.crashes.append(error)

        nursery.start_soon(keep_up)
        yield made
        made.supervisor.stop()
        with trio.fail_after(20):
            await supervising.wait()
        nursery.cancel_scope.cancel()
    made.ledger.close()
    assert made.expects_crash == bool(made.crashes), made.crashes
