"""Runs FORGE's actors on a data folder, life after life, and says how each life ended.

A life is a fork of this process: all modules are loaded, so that a hundred lives take seconds.
In it runs what `forge run` runs, without the HTTP server. This process is the subreaper of its
lives (Linux): what a killed life leaves behind becomes its child, so that it can wait for all of
it, and call by name what does not end.

Protocol: one :class:`Order` as JSON a line on stdin, one answer a line on stdout.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

import psutil
import trio
from filelock import FileLock

from actors.system import System, run_system
from forge import failpoints
from forge.config import Settings
from forge.jobs import ACTIVE
from forge.library import Library
from forge.model import Job, JobType
from forge.store import clips, jobs, projects
from tests.bench.seeding import import_file

#: Seconds that a life may take, and what it leaves behind may live on.
LIFE_SECONDS, AFTERLIFE_SECONDS = 240, 20
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
#: The exit code of a life in which a job failed.
FAILED = 3

#: Counts every committed result, beside what FORGE itself counts. Every kill costs its job an
#: attempt, of which a user's job has three, and a failure costs a pause: neither is the subject.
WITNESS = (
    "CREATE TABLE IF NOT EXISTS witness (job_id TEXT NOT NULL, step TEXT NOT NULL)",
    "CREATE TRIGGER IF NOT EXISTS witness AFTER UPDATE OF result ON step"
    " WHEN NEW.result IS NOT NULL BEGIN INSERT INTO witness VALUES (NEW.job_id, NEW.name); END",
    "CREATE TRIGGER IF NOT EXISTS many_attempts AFTER INSERT ON job"
    " BEGIN UPDATE job SET max_attempts = 1000 WHERE id = NEW.id; END",
    "CREATE TRIGGER IF NOT EXISTS no_pause AFTER UPDATE OF run_after ON job"
    " WHEN NEW.run_after > 0 BEGIN UPDATE job SET run_after = 0 WHERE id = NEW.id; END",
)


@dataclass(frozen=True)
class Order:
    """``failpoint`` is armed, and ``ffmpeg`` used instead of FORGE's own.

    ``then`` is what happens once ``step`` runs: ``cancel`` its job or ``stop`` FORGE; ``retry``
    puts jobs that ended badly back at the start.
    """

    data: str
    video: str
    failpoint: str = ""
    step: str = ""
    then: str = ""
    ffmpeg: str | None = None


def main() -> None:
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGALRM, _too_long)
    for line in sys.stdin:
        print(json.dumps(lead(Order(**json.loads(line)))), flush=True)


def lead(order: Order) -> dict[str, Any]:
    """One life, and the end of everything it started: its exit code, and who did not end."""
    life = os.fork()
    if life == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os._exit(_live(order))
    code = None
    try:
        signal.alarm(LIFE_SECONDS)
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == life:
                code = os.waitstatus_to_exitcode(status)
                signal.alarm(AFTERLIFE_SECONDS)
    except ChildProcessError:
        return {"code": code, "left": []}  # Nobody is left.
    except TimeoutError:
        left = psutil.Process().children(recursive=True)
        names = [" ".join(process.cmdline()) for process in left]
        for process in left:
            process.kill()
        psutil.wait_procs(left)
        return {"code": code, "left": names}
    finally:
        signal.alarm(0)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def _live(order: Order) -> int:
    # The life's own children read it as any child does.
    os.environ[failpoints.VARIABLE] = order.failpoint
    failpoints.arm(order.failpoint)
    return trio.run(_run, order)


async def _run(order: Order) -> int:
    settings = Settings(data=Path(order.data), ffmpeg=order.ffmpeg)
    library = Library(settings.data)
    library.prepare()
    with FileLock(library.lock).acquire(timeout=0):
        async with run_system(settings, library) as system:
            return await _work(system, order)


async def _work(system: System, order: Order) -> int:
    await system.ledger.run(_watch)
    if not await system.ledger.run(projects.listing):
        await system.ledger.run(_import, Path(order.video), system.settings.step_params())
    for job in await system.ledger.run(jobs.listing) if order.then == "retry" else ():
        await system.ledger.run(jobs.retry, job.id, time.time())
    with system.bus.subscribe() as subscription:
        while True:
            known = await system.ledger.run(jobs.listing)
            if order.step and (found := _starting(known, order.step)) is not None:
                if order.then == "stop":
                    return 0
                await system.supervisor.cancel(found.id)
            if all(job.status not in ACTIVE for job in known):
                if {job.status for job in known} != {"completed"}:
                    return FAILED
                if any(job.type == "export" for job in known):
                    return 0
                await system.ledger.run(_export, known[0].project_id)
            await subscription.take()


def _watch(db: sqlite3.Connection) -> None:
    for statement in WITNESS:
        db.execute(statement)


def _import(db: sqlite3.Connection, video: Path, params: dict[str, Any]) -> None:
    now, project_id, vod_id = time.time(), str(uuid4()), str(uuid4())
    import_file(db, video, vod_id=vod_id, project_id=project_id, now=now)
    _enqueue(db, "ingest", project_id, vod_id, params)
    _enqueue(db, "analyze", project_id, vod_id, params)


def _starting(known: list[Job], step: str) -> Job | None:
    for job in known:
        if any(each.name == step and each.status == "processing" for each in job.steps):
            return job
    return None


def _export(db: sqlite3.Connection, project_id: str) -> None:
    """Exports a second and a half of the best clip: enough for a picture, words and a sound."""
    clip = clips.listing(db, project_id)[0]
    fields = clip.model_dump(
        mode="json", include={"zones", "layout", "captions", "cuts", "title", "start"}
    )
    render = {"clip": {**fields, "end": clip.start + 1.5}, "preset": "9:16"}
    _enqueue(db, "export", project_id, clip.vod_id, {"render": render})


def _enqueue(
    db: sqlite3.Connection, kind: JobType, project_id: str, vod_id: str, params: dict[str, Any]
) -> None:
    jobs.enqueue(
        db,
        job_id=str(uuid4()),
        project_id=project_id,
        vod_id=vod_id,
        kind=kind,
        payload={"params": params},
        now=time.time(),
    )


if __name__ == "__main__":
    main()
