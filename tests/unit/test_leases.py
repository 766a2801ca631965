"""What the machine of ``tests/property`` found in the store, each in its shortest form.

Rules of this file: SQLite in memory; times are plain numbers; one recording with two jobs.
"""

from __future__ import annotations

import sqlite3

import pytest

from forge.errors import ForgeError
from forge.jobs import LEASE_SECONDS
from forge.pipeline import STEPS
from forge.store import attempts, jobs, leases
from forge.store.board import board, end_blocked, survey
from forge.store.leases import Fence

INGEST, ANALYZE = "ingest-job", "analyze-job"
PASSING = ForgeError("disk_full", "full", permanent=False)


@pytest.fixture
def db(table: sqlite3.Connection) -> sqlite3.Connection:
    jobs.enqueue(
        table, job_id=INGEST, project_id="p", vod_id="v", kind="ingest", payload={}, now=0.0
    )
    jobs.enqueue(
        table, job_id=ANALYZE, project_id="p", vod_id="v", kind="analyze", payload={}, now=0.0
    )
    return table


@pytest.fixture
def fence(db: sqlite3.Connection) -> Fence:
    claimed = leases.claim(db, INGEST, "boot:1", 0.0)
    assert claimed is not None
    return claimed


def status(db: sqlite3.Connection, job_id: str) -> str:
    job = jobs.get(db, job_id)
    assert job is not None
    return job.status


def probe_row(db: sqlite3.Connection) -> tuple[str, int]:
    job = jobs.get(db, INGEST)
    assert job is not None
    return job.steps[0].status, job.steps[0].attempt


def test_a_quick_step_does_not_shorten_the_lease_of_a_slow_one(
    db: sqlite3.Connection, fence: Fence
) -> None:
    assert attempts.start_step(db, fence, "proxy", 0.0)
    assert attempts.start_step(db, fence, "hash", 1.0)
    silence = STEPS["proxy"].stall_after
    assert silence > 2 * LEASE_SECONDS
    assert leases.reclaim(db, "boot", silence) == []
    assert leases.reclaim(db, "boot", silence + LEASE_SECONDS + 1.0) == [INGEST]


def test_waiting_does_not_shorten_a_lease(db: sqlite3.Connection, fence: Fence) -> None:
    assert attempts.start_step(db, fence, "proxy", 0.0)
    assert leases.renew(db, fence, 1.0)
    assert leases.reclaim(db, "boot", STEPS["proxy"].stall_after) == []


def test_a_step_with_a_result_neither_starts_again_nor_fails(
    db: sqlite3.Connection, fence: Fence
) -> None:
    assert attempts.start_step(db, fence, "probe", 0.0)
    assert attempts.settle_step(
        db, fence, "probe", key="k", files=["probe.json"], result={}, seconds=1.0, now=1.0
    )
    assert not attempts.start_step(db, fence, "probe", 2.0)
    assert probe_row(db) == ("completed", 1)
    assert not attempts.fail_step(db, fence, "probe", PASSING, 2.0)
    assert probe_row(db) == ("completed", 1)


def test_a_cancel_between_a_failure_and_the_next_try_is_honoured(
    db: sqlite3.Connection, fence: Fence
) -> None:
    jobs.request_cancel(db, INGEST, 1.0)
    assert leases.end_attempt(db, fence, PASSING, 2.0, 0.5)
    assert status(db, INGEST) == "cancelled"


def test_a_cancel_just_before_a_shutdown_is_honoured(db: sqlite3.Connection, fence: Fence) -> None:
    jobs.request_cancel(db, INGEST, 1.0)
    assert leases.release(db, fence, 2.0)
    assert status(db, INGEST) == "cancelled"


def test_a_retry_of_a_job_that_did_not_end_takes_no_other_along(
    db: sqlite3.Connection, fence: Fence
) -> None:
    waiting = leases.claim(db, ANALYZE, "boot:2", 0.0)
    assert waiting is not None
    assert leases.end_attempt(db, waiting, ForgeError("upstream_failed", "x"), 1.0, 0.5)
    jobs.retry(db, INGEST, 2.0)
    assert (status(db, INGEST), status(db, ANALYZE)) == ("processing", "failed")


def test_a_retry_of_a_job_that_failed_for_another_puts_both_back(
    db: sqlite3.Connection, fence: Fence
) -> None:
    waiting = leases.claim(db, ANALYZE, "boot:2", 0.0)
    assert waiting is not None
    assert leases.end_attempt(db, fence, ForgeError("no_video", "x"), 1.0, 0.5)
    assert leases.end_attempt(db, waiting, ForgeError("upstream_failed", "x"), 1.0, 0.5)
    jobs.retry(db, ANALYZE, 2.0)
    assert (status(db, INGEST), status(db, ANALYZE)) == ("pending", "pending")


def test_a_retry_puts_back_the_newest_of_the_jobs_that_would_do(db: sqlite3.Connection) -> None:
    jobs.enqueue(db, job_id="again", project_id="p", vod_id="v", kind="ingest", payload={}, now=1.0)
    for job in (INGEST, "again", ANALYZE):
        jobs.request_cancel(db, job, 2.0)
    jobs.retry(db, ANALYZE, 3.0)
    assert [status(db, job) for job in (INGEST, "again", ANALYZE)] == [
        "cancelled",
        "pending",
        "pending",
    ]


def test_a_retry_leaves_a_stopped_job_alone_that_it_does_not_need(
    db: sqlite3.Connection, fence: Fence
) -> None:
    """An export only needs to know what the file is: the analysis may stay cancelled."""
    settled = {"key": "k", "files": ["probe.json"], "result": {}, "seconds": 1.0, "now": 1.0}
    assert attempts.settle_step(db, fence, "probe", **settled)  # type: ignore[arg-type]  # one of each
    for job in (INGEST, ANALYZE):
        jobs.request_cancel(db, job, 2.0)
    assert leases.acknowledge_cancel(db, fence, 3.0)
    jobs.enqueue(db, job_id="e", project_id="p", vod_id="v", kind="export", payload={}, now=4.0)
    jobs.request_cancel(db, "e", 5.0)
    jobs.retry(db, "e", 6.0)
    assert [status(db, job) for job in (INGEST, ANALYZE, "e")] == [
        "cancelled",
        "cancelled",
        "pending",
    ]


def test_a_job_is_not_failed_for_another_that_was_just_put_back(db: sqlite3.Connection) -> None:
    """Both are retried while the supervisor still decides by the board of before."""
    jobs.request_cancel(db, INGEST, 0.0)
    waiting = leases.claim(db, ANALYZE, "boot:1", 0.0)
    assert waiting is not None
    [card] = board(db, "boot", 0.0)
    jobs.retry(db, INGEST, 1.0)
    assert not end_blocked(db, card, waiting, "transcription", "audio", 2.0, 0.5)
    assert (status(db, INGEST), status(db, ANALYZE)) == ("pending", "processing")

    jobs.request_cancel(db, INGEST, 3.0)
    assert end_blocked(db, card, waiting, "transcription", "audio", 4.0, 0.5)
    assert status(db, ANALYZE) == "failed"
    failed = jobs.get(db, ANALYZE)
    assert failed is not None
    assert failed.error is not None
    assert failed.error.code == "upstream_failed"


def test_a_pause_from_a_clock_that_was_wrong_is_over_at_once(db: sqlite3.Connection) -> None:
    """The clock was years ahead when the step failed, as on a board without a battery."""
    wrong, right = 4e9, 1000.0
    ingest = leases.claim(db, INGEST, "boot:1", wrong)
    assert ingest is not None
    passing = ForgeError("disk_full", "The disk is full.", permanent=False)
    assert leases.end_attempt(db, ingest, passing, wrong, 1.0)
    _, retry_at = survey(db, "boot", wrong, ())
    assert retry_at is not None  # It is a pause like any, as long as the clock says so.
    assert leases.claim(db, INGEST, "boot:2", wrong) is None
    cards, retry_at = survey(db, "boot", right, ())
    assert retry_at is None
    assert INGEST in {card.job_id for card in cards}
    assert leases.claim(db, INGEST, "boot:2", right) is not None
