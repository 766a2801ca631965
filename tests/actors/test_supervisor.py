"""The supervisor over a real job table, with workers that end steps as the test says.

Rules of this file: the world of ``scripted.py``: real SQLite, real ledger; time is a number that
the test moves.
"""

from __future__ import annotations

import sqlite3
from functools import partial

import trio

from forge.errors import ForgeError
from forge.library import Library
from forge.pipeline import JOBS
from forge.store import jobs, projects
from forge.store.connection import open_database
from tests.actors.scripted import ANALYZE, ANOTHER, INGEST, seed_another, world


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


async def test_a_failure_that_nothing_can_mend_decides_whatever_failed_before_it(
    library: Library,
) -> None:
    passing = ForgeError("out_of_memory", "There was not enough memory.", permanent=False)
    bad = ForgeError("bad_media", "The sound is damaged.")
    async with world(library, failing={"hash": passing, "audio": bad}) as here:
        ingest = await here.until(INGEST, "failed")
    assert ingest.error is not None
    assert ingest.error.code == "bad_media"
    assert ingest.attempt == 1
    assert here.started.index("hash") < here.started.index("audio")


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
