"""The supervisor over a real job table, with workers that end steps as the test says.

Rules of this file: real SQLite, real ledger; a worker here is a mailbox that records what it was
given and settles it through the same store functions; time is a number that the test moves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import trio

from actors.bus import Bus
from actors.kernel import Mailbox
from actors.ledger import Ledger
from actors.supervisor import Supervisor
from actors.worker import Ended, RunStep
from forge.errors import ForgeError
from forge.library import Library
from forge.model import Job
from forge.pipeline import JOBS, STEPS
from forge.store import jobs, leases, projects, results
from forge.store.connection import open_database
from forge.store.results import StepResult
from forge.store.steps import put_outcome

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
        assert await run(leases.start_step, message.fence, self._name, world.now)
        if self._name in world.hanging:
            await message.stop.event.wait()
            return Ended("stopped")
        if error := world.failing.get(self._name):
            if world.unwritten:
                return Ended("failed", error)
            await run(leases.fail_step, message.fence, self._name, error, world.now)
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
    projects.add_project(db, "p", "t", now)
    projects.add_vod(
        db,
        vod_id="v",
        project_id="p",
        name="v.mp4",
        path="/v.mp4",
        size=1,
        fingerprint="f",
        has_chat=False,
        now=now,
    )
    put_outcome(db, "v", "chat", "", (), "no chat file was given", now)
    for job_id, kind in ((INGEST, "ingest"), (ANALYZE, "analyze")):
        jobs.enqueue(db, job_id=job_id, project_id="p", vod_id="v", kind=kind, payload={}, now=now)


def seed_another(db: sqlite3.Connection, now: float) -> None:
    projects.add_vod(
        db,
        vod_id="w",
        project_id="p",
        name="w.mp4",
        path="/w.mp4",
        size=1,
        fingerprint="g",
        has_chat=False,
        now=now,
    )
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

        async def supervise() -> None:
            await made.supervisor.serve()
            supervising.set()

        nursery.start_soon(supervise)
        yield made
        made.supervisor.stop()
        with trio.fail_after(20):
            await supervising.wait()
        nursery.cancel_scope.cancel()
    made.ledger.close()


async def test_both_jobs_run_to_their_end_in_the_pipelines_order(library: Library) -> None:
    async with world(library) as here:
        assert (await here.until(ANALYZE, "completed")).progress == 100
        assert (await here.until(INGEST, "completed")).attempt == 1
    order = here.started
    assert sorted(order) == sorted(JOBS["ingest"] + JOBS["analyze"])
    assert order.index("audio") < order.index("transcription") < order.index("diarization")
    assert order.index("proxy") < order.index("scene_detect") < order.index("scoring")


async def test_a_permanent_failure_takes_the_waiting_job_along_and_a_retry_brings_both_back(
    library: Library,
) -> None:
    bad = ForgeError("bad_media", "This is no recording.")
    async with world(library, failing={"probe": bad}) as here:
        ingest = await here.until(INGEST, "failed")
        analyze = await here.until(ANALYZE, "failed")
        assert ingest.error is not None
        assert ingest.error.code == "bad_media"
        assert analyze.error is not None
        assert analyze.error.code == "upstream_failed"
        here.failing.clear()
        here.started.clear()
        await here.ledger.run(jobs.retry, INGEST, here.now)
        await here.until(ANALYZE, "completed")
        await here.until(INGEST, "completed")
    assert "hash" not in here.started  # It has a result already.


async def test_a_cancelled_proxy_ends_the_job_that_needs_it(library: Library) -> None:
    """Also when that job did all it could without: it must not wait for ever."""
    async with world(library, hanging={"proxy"}) as here:
        await here.until_true(lambda: "diarization" in here.started and "proxy" in here.running)
        await here.supervisor.cancel(INGEST)
        analyze = await here.until(ANALYZE, "failed")
    assert analyze.error is not None
    assert analyze.error.code == "upstream_failed"


async def test_a_passing_failure_does_not_take_the_waiting_job_along(library: Library) -> None:
    """The failed step will be tried again, though other steps of its job still run."""
    passing = ForgeError("ffmpeg_failed", "ffmpeg was killed.", permanent=False)
    async with world(library, failing={"audio": passing}, hanging={"proxy"}) as here:
        with trio.fail_after(20):
            while not {"audio", "proxy"} <= set(here.started):
                await trio.testing.wait_all_tasks_blocked(0.01)
            await trio.testing.wait_all_tasks_blocked(0.05)
        assert (await here.job(INGEST)).status == "processing"
        assert (await here.job(ANALYZE)).status == "pending"


async def test_a_passing_failure_is_tried_again_after_a_pause(library: Library) -> None:
    passing = ForgeError("disk_full", "The disk is full.", permanent=False)
    async with world(library, failing={"proxy": passing}) as here:
        with trio.fail_after(20):
            while (await here.job(INGEST)).error is None:
                await trio.testing.wait_all_tasks_blocked(0.01)
        waiting = await here.job(INGEST)
        assert waiting.status == "pending"
        assert here.started.count("proxy") == 1
        here.failing.clear()
        here.now += 11
        here.ledger.changed.set()
        done = await here.until(INGEST, "completed")
    assert done.attempt == 2
    assert here.started.count("probe") == 1


async def test_cancel_reaches_a_running_step(library: Library) -> None:
    async with world(library, hanging={"proxy"}) as here:
        await here.until_true(lambda: "proxy" in here.running)
        await here.supervisor.cancel(INGEST)
        job = await here.until(INGEST, "cancelled")
    assert job.worker_id is None
    assert {step.status for step in job.steps} <= {"completed", "cancelled"}


async def test_a_jump_of_the_clock_takes_no_live_work_away(library: Library) -> None:
    async with world(library, hanging={"proxy"}) as here:
        await here.until_true(lambda: "proxy" in here.running)
        here.now += 8 * 3600  # The laptop slept.
        await here.ledger.run(projects.add_project, "q", "wakes the supervisor up", here.now)
        await trio.testing.wait_all_tasks_blocked(0.05)
        job = await here.job(INGEST)
        assert (job.status, job.attempt) == ("processing", 1)


async def test_an_unknown_job_cannot_be_cancelled(library: Library) -> None:
    async with world(library) as here:
        assert await here.supervisor.cancel("nobody") is None


async def test_a_stop_gives_running_jobs_back_without_counting_the_attempt(
    library: Library,
) -> None:
    async with world(library, hanging={"proxy"}) as here:
        await here.until_true(lambda: "proxy" in here.running)
        look = partial(here.ledger.run, jobs.get, INGEST)
        assert (await look()).attempt == 1  # type: ignore[union-attr]
    db = open_database(library.database)
    row = db.execute("SELECT status, attempt FROM job WHERE id = ?", (INGEST,)).fetchone()
    assert tuple(row) == ("pending", 0)
    db.close()
    async with world(library) as again:
        await again.until(ANALYZE, "completed")
    assert "probe" not in again.started


async def test_two_recordings_share_one_decoder(library: Library) -> None:
    async with world(library, hanging={"proxy"}) as here:
        await here.ledger.run(seed_another, here.now)
        await here.until_true(lambda: here.started.count("audio") >= 2 and "proxy" in here.running)
        assert here.started.count("proxy") == 1
        await here.supervisor.cancel(INGEST)
        with trio.fail_after(20):
            while here.started.count("proxy") < 2:
                await trio.testing.wait_all_tasks_blocked(0.01)


async def test_a_job_that_waits_is_written_to_only_when_its_lease_runs_out(
    library: Library,
) -> None:
    async with world(library, hanging={"proxy"}) as here:
        await here.until_true(lambda: "transcription" in here.started and "proxy" in here.running)
        await here.until_quiet()
        first = await here.job(ANALYZE)
        assert first.status == "processing"
        for number in range(3):
            await here.ledger.run(projects.add_project, f"q{number}", "wakes it up", here.now)
            await here.until_quiet()
        assert await here.job(ANALYZE) == first
        assert first.lease_until is not None
        here.now = first.lease_until - 10
        await here.ledger.run(projects.add_project, "q", "wakes the supervisor up", here.now)
        await here.until_quiet()
        renewed = await here.job(ANALYZE)
        assert renewed.lease_until is not None
        assert renewed.lease_until > first.lease_until


async def test_a_new_recording_does_not_wait_behind_a_thousand_exports(library: Library) -> None:
    def seed_exports(db: sqlite3.Connection, now: float) -> None:
        for number in range(1000):
            jobs.enqueue(
                db,
                job_id=f"00000000-0000-0000-0000-{number:012}",
                project_id="p",
                vod_id="v",
                kind="export",
                payload={},
                now=now,
            )

    async with world(library, hanging={"render"}) as here:
        await here.until(ANALYZE, "completed")
        await here.ledger.run(seed_exports, here.now)
        await here.ledger.run(seed_another, here.now + 1)
        await here.until(ANOTHER, "completed")
        assert here.started.count("render") == 1
