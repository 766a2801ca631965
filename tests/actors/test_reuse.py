"""What is reused is whole, and is what the step would make.

Rules of this file: the real system on a real recording; files are damaged as users and disks do
it, between two jobs.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import trio
from seeding import import_file

from actors.system import System, run_system
from forge.config import Settings
from forge.jobs import ACTIVE
from forge.library import Library
from forge.media import ffmpeg
from forge.model import Job, JobType
from forge.store import jobs

VOD, PROJECT = str(uuid4()), str(uuid4())

#: Silent, so that there is no work with models: two seconds, 60 pictures a second, one cut.
GRAPH = (
    "testsrc2=s=160x90:r=60:d=1,format=yuv420p[a];"
    "mandelbrot=s=160x90:r=60,trim=duration=1,format=yuv420p[b];[a][b]concat"
)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "silent.mp4"
    ffmpeg.run(["-f", "lavfi", "-i", GRAPH, "-c:v", "libx264", str(path)], duration=2)
    return path


@asynccontextmanager
async def running(library: Library, recording: Path) -> AsyncIterator[System]:
    async with run_system(Settings(data=library.root), library) as system:
        await system.ledger.run(import_file, recording, vod_id=VOD, project_id=PROJECT)
        yield system


async def finished(system: System, kind: JobType) -> Job:
    """Another job on the recording, when it has ended."""
    job_id = str(uuid4())
    payload = {"params": system.settings.step_params()}
    with system.bus.subscribe() as subscription, trio.fail_after(120):
        await system.ledger.run(
            jobs.enqueue,
            job_id=job_id,
            project_id=PROJECT,
            vod_id=VOD,
            kind=kind,
            payload=payload,
            now=time.time(),
        )
        while True:
            job = await system.ledger.run(jobs.get, job_id)
            assert job is not None
            if job.status not in ACTIVE:
                return job
            await subscription.take()


def made(job: Job) -> set[str]:
    """The steps of a job that ran; those of a recording without sound say nothing."""
    return {step.name for step in job.steps if not step.reused and step.artifacts}


def key_of(job: Job, artifact: str) -> str:
    return next(step.artifacts[artifact] for step in job.steps if artifact in step.artifacts)


async def test_damaged_artifacts_are_made_anew(library: Library, recording: Path) -> None:
    async with running(library, recording) as system:
        first = await finished(system, "ingest")
        assert made(first) == {"probe", "hash", "proxy"}
        assert made(await finished(system, "ingest")) == set()
        scout = library.file(key_of(first, "scout.mp4"), "scout.mp4")
        whole = scout.read_bytes()
        os.truncate(scout, len(whole) // 2)
        library.file(key_of(first, "hash.json"), "hash.json").unlink()
        analyze = await finished(system, "analyze")
        assert analyze.error is not None
        assert analyze.error.code == "artifact_damaged"
        assert "scout.mp4" in analyze.error.message
        again = await finished(system, "ingest")
        assert made(again) == {"hash", "proxy"}
        assert scout.read_bytes() == whole


async def test_cuts_without_the_recording_never_pass_for_those_with_it(
    library: Library, recording: Path, tmp_path: Path
) -> None:
    async with running(library, recording) as system:
        await finished(system, "ingest")
        away = recording.rename(tmp_path / "away.mp4")
        without = await finished(system, "analyze")
        assert made(without) == {"scene_detect", "facecam", "signals", "scoring"}
        away.rename(recording)
        back = await finished(system, "analyze")
        assert made(back) == {"scene_detect", "signals", "scoring"}
        for artifact in ("scenes.json", "virality.json"):
            assert key_of(back, artifact) != key_of(without, artifact)
