"""A data folder on a disk of its own, small and full when it matters; run as a process.

Rules of this file: it mounts a tmpfs in a mount namespace of its own (``unshare -m``), so that
nothing of it outlives the process. What it saw goes to stdout as one JSON object; judging it is
for test_full_disk.py. The child of the step that is armed fills the disk to the last byte, or to
a few more, before it reads its spec, so the step meets the full disk where it writes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import trio

from actors.door import occupy
from actors.system import System, run_system
from forge.disk import usage
from forge.errors import ForgeError
from forge.model import Job, JobType
from forge.pipeline import JOBS
from forge.store import jobs, projects
from forge.store.backup import backups
from forge.store.connection import open_database
from tests.bench.seeding import import_file
from tests.crash.filling import empty, fill
from tests.crash.small_disk import Scene
from tests.unit.test_database import of_schema_1

#: Each step with the job in which it fails. Diarization comes first of its job: the child with
#: the model, which takes long to load, is then still there for the retry.
ROUNDS: list[tuple[str, JobType]] = [
    (step, kind)
    for kind in ("ingest", "analyze", "export")  # What is transcribed is analyzed, too.
    for step in sorted(JOBS[kind], key=lambda name: name != "diarization")
]


def add_job(db: sqlite3.Connection, kind: JobType, job_id: str, attempts: int = 1) -> None:
    """A job that is not tried again by itself: the pause before that is not the subject."""
    clip = {"start": 1.0, "end": 4.0, "zones": [], "layout": "single", "captions": {}, "cuts": []}
    params = {
        "transcription": {"model": "tiny.en", "language": "en"},
        "diarization": {"backend": "pyannote", "num_speakers": 2},
        "render": {"clip": clip, "preset": "9:16"},
    }
    jobs.enqueue(
        db,
        job_id=job_id,
        project_id="p",
        vod_id="v",
        kind=kind,
        payload={"params": params},
        now=0.0,
    )
    db.execute("UPDATE job SET max_attempts = ? WHERE id = ?", (attempts, job_id))


async def ended(system: System, job_id: str, seconds: float = 120) -> Job:
    """The job, once it has ended; woken by its events."""
    with trio.fail_after(seconds), system.bus.subscribe() as subscription:
        while True:
            job = await system.ledger.run(jobs.get, job_id)
            assert job is not None
            if job.status in ("completed", "failed", "cancelled"):
                return job
            await subscription.take()


def integrity(db: sqlite3.Connection) -> str:
    return str(db.execute("PRAGMA integrity_check").fetchone()[0])


async def one_round(scene: Scene, step: str, kind: JobType) -> dict[str, Any]:
    """The step meets the full disk, the disk gets room again, and the user retries the job."""
    scene.arm(step)
    job_id = str(uuid4())
    async with run_system(
        scene.settings, scene.library, child_environment=scene.environment
    ) as system:
        if step == ROUNDS[0][0]:
            await system.ledger.run(import_file, scene.video)
        await system.ledger.run(add_job, kind, job_id)
        failed = await ended(system, job_id)
        seen = {
            "free": usage.disk(scene.library)[1],
            "status": failed.status,
            "error": failed.error and failed.error.model_dump(),
            "steps": {one.name: [one.status, one.error and one.error.code] for one in failed.steps},
            "integrity": await system.ledger.run(integrity),
            "staging": os.listdir(scene.library.shelf("staging")),
        }
        scene.arm("")
        empty(scene.disk)
        await system.ledger.run(jobs.retry, job_id, 0.0)
        again = await ended(system, job_id)
        seen["retried"] = again.status
        seen["retry_error"] = again.error and again.error.model_dump()
        seen["retried_steps"] = {one.name: one.status for one in again.steps}
        seen["left"] = os.listdir(scene.library.shelf("staging"))
        key = next(
            iter(next(one for one in again.steps if one.name == step).artifacts.values()), ""
        )
        seen["files"] = [*(scene.library.files(key) or ())] if key else []
    return seen


async def every_step(scene: Scene) -> dict[str, Any]:
    seen = {}
    for step, kind in ROUNDS:
        if scene.library.database.exists():
            scene.forget(step)
        seen[step] = await one_round(scene, step, kind)
    return seen


def chatter(db: sqlite3.Connection) -> None:
    projects.add_project(db, str(uuid4()), "x" * 20_000, 0.0)


async def the_database(scene: Scene) -> dict[str, Any]:
    """The disk is full, and the log's reserve is used up: nothing can be written at all."""
    seen: dict[str, Any] = {"written": 0}
    job_id = str(uuid4())
    async with run_system(
        scene.settings, scene.library, child_environment=scene.environment
    ) as system:
        await system.ledger.run(import_file, scene.video)
        fill(str(scene.disk))
        error = None
        for _ in range(2000):
            try:
                await system.ledger.run(chatter)
                seen["written"] += 1
            except ForgeError as refused:
                error = refused
                break
        assert error is not None
        seen["error"] = error.as_json()
        refusals = 0
        for _ in range(5):
            try:
                await system.ledger.run(add_job, "ingest", job_id)
            except ForgeError:
                refusals += 1
        seen["refusals"] = refusals
        seen["readable"] = len(await system.ledger.run(projects.listing))
        seen["integrity"] = await system.ledger.run(integrity)
        empty(scene.disk)
        await system.ledger.run(add_job, "ingest", job_id)
        seen["status"] = (await ended(system, job_id)).status
    with closing(sqlite3.connect(scene.library.database)) as db:
        seen["at_the_end"] = [integrity(db), db.execute("SELECT count(*) FROM project").fetchone()]
    return seen


async def start(scene: Scene) -> dict[str, Any] | None:
    """What a start of everything, server included, says when it fails."""
    try:
        async with occupy(scene.settings, port=0) as (system, _):
            await system.ledger.run(chatter)
    except ForgeError as error:
        return error.as_json()
    return None


async def a_full_start(scene: Scene) -> dict[str, Any]:
    """FORGE starts on a disk without a free byte: on a new data folder, and on one that exists."""
    seen: dict[str, Any] = {"errors": []}
    for _ in range(2):
        fill(str(scene.disk))
        seen["errors"].append(await start(scene))
        empty(scene.disk)
        seen["later"] = await start(scene)
    async with run_system(scene.settings, scene.library) as system:
        seen["projects"] = len(await system.ledger.run(projects.listing))
        seen["integrity"] = await system.ledger.run(integrity)
    return seen


async def a_migration(scene: Scene) -> dict[str, Any]:
    """A database of the first schema has to be copied first, and the disk has no room for that."""
    scene.library.prepare()
    database = scene.library.database
    of_schema_1(database)
    with closing(sqlite3.connect(database)) as db, db:
        for number in range(99):
            db.execute("INSERT INTO project VALUES (?, ?, 0)", (f"p{number}", "x" * 20_000))
    fill(str(scene.disk), left=300_000)
    seen: dict[str, Any] = {"error": await start(scene)}
    with closing(sqlite3.connect(database)) as db:
        seen["version"] = db.execute("PRAGMA user_version").fetchone()[0]
    seen["copies"] = [path.name for path in database.parent.glob("forge.b*")]
    empty(scene.disk)
    with closing(open_database(database)) as opened:
        seen["later"] = [len(projects.listing(opened)), len(backups(database))]
    return seen


async def read_only(scene: Scene) -> dict[str, Any]:
    """The disk can be read, not written."""
    async with run_system(scene.settings, scene.library) as system:
        await system.ledger.run(import_file, scene.video)
    remount = ["mount", "-o", "remount,ro", str(scene.disk)]
    await trio.run_process(remount)
    try:
        async with run_system(scene.settings, scene.library):
            return {"started": True}
    except ForgeError as error:
        return {"error": error.as_json()}


async def below_the_floor(scene: Scene) -> dict[str, Any]:
    """The floor is as high as what is free: a step must not start, and must after room is made."""
    seen: dict[str, Any] = {}
    settings = scene.settings.model_copy(update={"min_free": 38 << 20})
    job_id = str(uuid4())
    async with run_system(settings, scene.library) as system:
        await system.ledger.run(import_file, scene.video)
        await system.ledger.run(add_job, "ingest", job_id)
        failed = await ended(system, job_id)
        seen["error"] = failed.error and failed.error.model_dump()
        seen["staging"] = os.listdir(scene.library.shelf("staging"))
    async with run_system(scene.settings, scene.library) as system:
        await system.ledger.run(jobs.retry, job_id, 0.0)
        seen["status"] = (await ended(system, job_id)).status
    return seen


SCENARIOS = {
    run.__name__: run
    for run in (every_step, the_database, a_full_start, a_migration, read_only, below_the_floor)
}


def main() -> None:
    scenario, video, folder = sys.argv[1:]
    scene = Scene(Path(video), Path(folder))
    print(json.dumps(trio.run(SCENARIOS[scenario], scene)))


if __name__ == "__main__":
    main()
