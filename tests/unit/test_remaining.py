"""The time left comes from measured steps alone; without one for a step nothing is said.

Rules of this file: the arithmetic on made numbers, the measurements in a real database.
"""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seeding import add_recording

from forge.errors import ForgeError
from forge.pipeline import JOBS
from forge.remaining import Open, median, total_left
from forge.store import attempts, jobs, leases, pacing, projects

SECONDS = st.floats(0, 1e6)
FRACTIONS = st.floats(-1, 2)
NAMES = ("transcription", "diarization", "scene_detect", "signals", "scoring")
KNOWN = dict.fromkeys(NAMES, 90.0)


def analysis(done: float = 0.5, beside: float = 0.1) -> list[Open]:
    running = {"transcription": done, "scene_detect": beside}
    return [Open(name, name in running, running.get(name, 0.0)) for name in NAMES]


def test_what_follows_is_added_and_what_runs_beside_is_done_meanwhile() -> None:
    assert total_left(analysis(), KNOWN, "transcription", 600.0) == 600 + 3 * 90
    assert total_left(analysis(), KNOWN, "scene_detect", None) == 45 + 3 * 90
    assert total_left(analysis(), KNOWN, "scene_detect", 5000.0) == 5000


def test_nothing_is_said_where_nothing_is_known() -> None:
    lacking = {name: 90.0 for name in NAMES if name != "diarization"}
    assert total_left(analysis(), lacking, "transcription", 600.0) is None
    waiting = [Open(name, False) for name in NAMES]
    assert total_left(waiting, KNOWN, "transcription", 600.0) is None
    assert total_left(analysis()[:1], KNOWN, "transcription", 600.0) is None
    assert total_left([], {}, "probe", None) is None


@given(SECONDS, FRACTIONS, FRACTIONS, FRACTIONS)
def test_it_is_never_negative_and_falls_as_a_step_goes_on(
    took: float, first: float, more: float, beside: float
) -> None:
    known = dict.fromkeys(NAMES, took)
    before = total_left(analysis(min(first, more), beside), known, "signals", None)
    after = total_left(analysis(max(first, more), beside), known, "signals", None)
    assert before is not None
    assert after is not None
    assert 0 <= after <= before


@given(st.lists(SECONDS, min_size=1, max_size=9))
def test_a_median_was_measured(measured: list[float]) -> None:
    found = median(measured)
    assert found in measured
    assert sum(each <= found for each in measured) >= len(measured) / 2


def measure(
    db: sqlite3.Connection, vod: str, length: float, seconds: float, at: float, reused: bool = False
) -> None:
    """An ingest of a recording of that length, each step of which took so long."""
    if db.execute("SELECT 1 FROM vod WHERE id = ?", (vod,)).fetchone() is None:
        add_recording(db, vod, project_id=f"of {vod}", path=f"/{vod}")
    projects.record_probe(db, vod, {"duration": length})
    job_id = f"{vod}{at}"
    project = db.execute("SELECT project_id FROM vod WHERE id = ?", (vod,)).fetchone()[0]
    jobs.enqueue(
        db, job_id=job_id, project_id=project, vod_id=vod, kind="ingest", payload={}, now=at
    )
    fence = leases.claim(db, job_id, f"boot:{job_id}", at)
    assert fence is not None
    for step in JOBS["ingest"]:
        assert attempts.start_step(db, fence, step, at, key=step)
        assert attempts.settle_step(
            db,
            fence,
            step,
            key=step,
            files=[],
            result={},
            reused=reused,
            seconds=seconds,
            now=at,
        )


def test_the_last_real_times_count_by_the_recordings_length(table: sqlite3.Connection) -> None:
    measure(table, "tiny", 30.0, 900.0, 9.0)
    for at, seconds in enumerate([90.0, 5.0, 1.0, 9.0]):
        measure(table, "old", 400.0, seconds, float(at))
    measure(table, "old", 400.0, 0.001, 8.0, reused=True)
    projects.record_probe(table, "v", {"duration": 3600.0})
    jobs.enqueue(table, job_id="j", project_id="p", vod_id="v", kind="ingest", payload={}, now=10.0)
    fence = leases.claim(table, "j", "boot:j", 10.0)
    assert fence is not None
    assert attempts.start_step(table, fence, "proxy", 10.0, key="k")
    job = pacing.beat(table, fence, "proxy", 0.5, 2.0, 10.0, None)
    assert job is not None
    assert dict(job.expected) == pytest.approx(dict.fromkeys(JOBS["ingest"], 5 * 9.0))
    assert [step.name for step in job.steps] == list(JOBS["ingest"])
    assert [step.name for step in job.steps if step.running] == ["proxy"]
    assert total_left(job.steps, job.expected, "proxy", None) == 2 * 45
    again = pacing.beat(table, fence, "proxy", 0.6, 2.0, 11.0, {"proxy": 1.0})
    assert again is not None
    assert again.expected == {"proxy": 1.0}


def test_nothing_is_left_to_say_of_a_job_in_which_a_step_failed(table: sqlite3.Connection) -> None:
    jobs.enqueue(table, job_id="j", project_id="p", vod_id="v", kind="ingest", payload={}, now=0.0)
    fence = leases.claim(table, "j", "boot:j", 0.0)
    assert fence is not None
    for step in ("audio", "proxy"):
        assert attempts.start_step(table, fence, step, 0.0, key=step)
    assert len(pacing.open_steps(table, "j")) == len(JOBS["ingest"])
    assert attempts.fail_step(table, fence, "audio", ForgeError("bad_media", "No."), 0.0)
    assert pacing.open_steps(table, "j") == []


def test_a_job_that_has_another_owner_hears_so(table: sqlite3.Connection) -> None:
    jobs.enqueue(table, job_id="j", project_id="p", vod_id="v", kind="ingest", payload={}, now=0.0)
    fence = leases.claim(table, "j", "boot:j", 0.0)
    assert fence is not None
    assert leases.release(table, fence, 0.0)
    assert pacing.beat(table, fence, "probe", 0.5, None, 1.0, None) is None
    assert pacing.expected(table, "j") == {}
    assert pacing.expected(table, "none") == {}
