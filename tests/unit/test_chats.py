"""Another chat for a recording: whether it is the recording's, and what is done again for it.

Rules of this file: a real SQLite; a log's span is held against the messages that scoring would
take; jobs are brought into their states by the store's own functions.
"""

from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forge.errors import ForgeError
from forge.model import Job
from forge.pipeline import JOBS
from forge.scoring.chat import parse_chat, read_chat
from forge.scoring.chat_span import ChatSpan, misfit, span_of
from forge.scoring.evidence import read_evidence
from forge.store import attempts, chats, jobs, leases, projects
from forge.store.leases import Fence

SECONDS = st.floats(-200, 20_000)


def log(times: list[float], start: float = 0.0, end: float = 0.0) -> bytes:
    comments = [{"content_offset_seconds": time, "message": "hi"} for time in times]
    return json.dumps({"video": {"start": start, "end": end}, "comments": comments}).encode()


@given(
    times=st.lists(SECONDS, min_size=1, max_size=5),
    start=st.floats(0, 9000),
    length=st.floats(0, 9000),
    duration=st.floats(1, 10_000),
)
def test_what_is_refused_early_has_no_message_in_the_recording(
    times: list[float], start: float, length: float, duration: float
) -> None:
    data = log(times, start, start + length)
    span = span_of(read_chat(data))
    assert span is not None
    assert ChatSpan.from_json(json.loads(json.dumps(span.as_json()))) == span
    within = read_evidence(duration, messages=parse_chat(data, duration)).messages
    if misfit(span, duration) is not None:
        assert within == ()
    elif len(times) == 1:  # More may lie on both sides of a recording.
        assert within


def test_a_log_without_a_message_has_no_span() -> None:
    assert span_of(read_chat(b'{"comments": []}')) is None


def far_chat(db: sqlite3.Connection) -> None:
    chats.record(db, "v", "far", ChatSpan(9000, 9900, 12), 1.0)


def test_it_is_said_as_soon_as_the_length_is_known(table: sqlite3.Connection) -> None:
    far_chat(table)
    vod = projects.get_vod(table, "v")
    assert vod is not None
    assert vod.has_chat
    assert vod.chat_error is None
    projects.record_probe(table, "v", {"duration": 600.0})
    vod = projects.get_vod(table, "v")
    assert vod is not None
    assert vod.chat_error is not None
    assert vod.chat_error.code == "bad_chat"
    assert "from second 9000 to 9900, and it has 600 seconds" in vod.chat_error.message


def test_a_change_of_chat_is_an_event(table: sqlite3.Connection) -> None:
    def told() -> int:
        return len(table.execute("SELECT 1 FROM event WHERE type = 'PROJECT_CHANGED'").fetchall())

    before = told()
    chats.record(table, "v", "", None, 1.0)
    assert told() == before  # It had none.
    far_chat(table)
    chats.record(table, "v", "", None, 2.0)
    assert told() == before + 2


def started(db: sqlite3.Connection, *done: str) -> Fence:
    """An analysis under way, with these steps done."""
    payload = {"params": {"transcription": {"language": "de"}}}
    jobs.enqueue(
        db, job_id="a", project_id="p", vod_id="v", kind="analyze", payload=payload, now=1.0
    )
    fence = leases.claim(db, "a", "me:1", 1.0)
    assert fence is not None
    for step in done:
        assert attempts.start_step(db, fence, step, 1.0, key=step)
        attempts.settle_step(db, fence, step, key=step, files=(), result={}, seconds=1.0, now=1.0)
    return fence


def put(db: sqlite3.Connection) -> Job | None:
    return chats.put_chat(db, "v", "new", ChatSpan(0, 60, 12), "b", 2.0)


LISTENED = ("transcription", "diarization", "scene_detect", "facecam")


@pytest.mark.parametrize("done", [(), LISTENED[:1], LISTENED[:2]])
def test_an_analysis_that_still_listens_takes_the_new_chat_by_itself(
    table: sqlite3.Connection, done: tuple[str, ...]
) -> None:
    started(table, *done)
    job = put(table)
    assert job is not None
    assert (job.id, job.status) == ("a", "processing")
    assert projects.outcomes(table, "v")["chat"].key == "new"


@pytest.mark.parametrize("done", [LISTENED, (*LISTENED, "signals"), JOBS["analyze"]])
def test_what_may_have_seen_the_old_chat_is_done_anew(
    table: sqlite3.Connection, done: tuple[str, ...]
) -> None:
    started(table, *done)
    job = put(table)
    assert job is not None
    assert (job.id, job.status) == ("b", "pending")
    old = jobs.get(table, "a")
    assert old is not None
    assert job.payload == old.payload  # In the same words, so what they made serves again.
    asked = table.execute("SELECT cancel_requested FROM job WHERE id = 'a'").fetchone()[0]
    assert bool(asked) == (old.status == "processing")


def test_an_analysis_that_failed_for_its_chat_goes_on(table: sqlite3.Connection) -> None:
    fence = started(table, *LISTENED)
    refusal = ForgeError("bad_chat", "Not this one's.")
    attempts.start_step(table, fence, "signals", 1.0, key="signals")
    attempts.fail_step(table, fence, "signals", refusal, 1.0)
    leases.end_attempt(table, fence, refusal, 1.0, 0.5)
    job = put(table)
    assert job is not None
    assert (job.id, job.status) == ("a", "pending")
    left = [step.name for step in job.steps if step.status == "pending"]
    assert left == ["signals", "scoring"]


def test_nothing_is_begun_that_nobody_asked_for(table: sqlite3.Connection) -> None:
    assert put(table) is None
    jobs.enqueue(table, job_id="a", project_id="p", vod_id="v", kind="analyze", payload={}, now=1)
    jobs.request_cancel(table, "a", 1.0)
    assert put(table) is None
