"""Cancels at random moments of real work: how long until the job and its last process are gone.

    python tests/bench/cancel.py [--cancels 100] [--seed 1] [--longest 20] [VIDEO]

Each round starts one job through the real supervisor, waits until the step in question runs, lets
a random part of its usual time go by (at most ``--longest`` seconds), and cancels the job. The
moments are spread over the whole step: interpreter start, imports, model loading, work. The time
runs from the call to the ``JOB_CANCELLED`` event, and on to the end of the last process that the
step had started.

Counted at the event: files in ``staging``, and records of children. What a step left in
``checkpoints`` stays on purpose: a retry goes on from there. Orphans are processes that still
live ten seconds later. Warm children that idle are none of it: they wait for the next recording.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import trio
from filelock import FileLock
from machine import machine
from rich.console import Console
from rich.table import Table
from seeding import import_file

from actors.system import System, run_system
from forge import children
from forge.config import Settings
from forge.demo import make_demo
from forge.jobs import ACTIVE
from forge.library import Library
from forge.model import Job, JobType
from forge.store import jobs

#: The step, the job that it runs in, and what its child is.
TARGETS: dict[str, tuple[JobType, str]] = {
    "proxy": ("ingest", "ffmpeg"),
    "render": ("export", "ffmpeg"),
    "transcription": ("transcribe", "Whisper"),
    "diarization": ("transcribe", "pyannote"),
}
PROJECT, VOD = str(uuid4()), str(uuid4())
ORPHAN_SECONDS = 10.0
CLIP_SECONDS = 10.0


@dataclass(frozen=True)
class Round:
    """Seconds from the cancel to the event and to the last process; what was left over."""

    target: str
    recorded: float
    gone: float
    staged: int
    recorded_children: int
    orphans: int


class Bench:
    """One data folder, one recording, and jobs whose results are never reused."""

    def __init__(self, system: System, params: dict[str, Any]) -> None:
        self._system = system
        self._params = params
        self._clip = {"start": 0.5, "end": CLIP_SECONDS + 0.5}

    async def prepare(self, video: Path) -> dict[str, float]:
        """Runs everything once; returns the seconds of each step."""
        run = self._system.ledger.run
        now = time.time()
        await run(import_file, video, vod_id=VOD, project_id=PROJECT, now=now)
        await self.enqueue("ingest", {})
        await self.enqueue("transcribe", {})
        await self._idle()
        await self.enqueue("export", {})
        await self._idle()
        return {
            step.name: step.seconds or 0.0
            for job in await run(jobs.listing)
            for step in job.steps
            if job.status == "completed"
        }

    async def enqueue(self, kind: JobType, again: dict[str, Any]) -> str:
        """Adds a job; ``again`` names a step, and a number that makes its result a new one."""
        params = {name: dict(value) for name, value in self._params.items()}
        params["render"] = {"clip": self._clip, "preset": "9:16"}
        for name, number in again.items():
            params.setdefault(name, {})["again"] = number
        job_id = str(uuid4())
        await self._system.ledger.run(
            jobs.enqueue,
            job_id=job_id,
            project_id=PROJECT,
            vod_id=VOD,
            kind=kind,
            payload={"params": params},
            now=time.time(),
        )
        return job_id

    async def _idle(self) -> None:
        with self._system.bus.subscribe() as subscription:
            while True:
                known = await self._system.ledger.run(jobs.listing)
                if all(job.status not in ACTIVE for job in known):
                    if bad := [job for job in known if job.status == "failed"]:
                        raise SystemExit(f"the undisturbed run failed: {bad[0].error}")
                    return
                await subscription.take()

    async def cancel_once(self, target: str, number: int, wait: float) -> Round | None:
        """One job, cancelled ``wait`` seconds into the step; None when it was done before."""
        root = self._system.library.root
        with self._system.bus.subscribe() as subscription:
            job_id = await self.enqueue(TARGETS[target][0], {target: number})
            while target not in running(await self._job(job_id)):
                await subscription.take()
            await trio.sleep(wait)
            job = await self._job(job_id)
            sessions = children_of(running(job))
            began = time.perf_counter()
            await self._system.supervisor.cancel(job_id)
            while (ended := await self._job(job_id)).status in ACTIVE:
                await subscription.take()
            recorded = time.perf_counter() - began
            staged = sum(1 for path in (root / "staging").rglob("*"))
            known = {each.pid for each in children.records(self._system.library.children)}
        if ended.status != "cancelled":
            return None
        left = await trio.to_thread.run_sync(wait_for_end, sessions)
        gone = time.perf_counter() - began
        return Round(target, recorded, gone, staged, len(known & sessions), left)

    async def _job(self, job_id: str) -> Job:
        job = await self._system.ledger.run(jobs.get, job_id)
        assert job is not None
        return job


def running(job: Job) -> list[str]:
    """The steps of a job that run now."""
    return [step.name for step in job.steps if step.status == "processing"]


def children_of(steps: list[str]) -> set[int]:
    """The pids of the children in which steps run; each leads a session of its own."""
    found = set()
    for each in psutil.Process().children():
        with suppress(psutil.Error):
            if each.cmdline()[-1:] and each.cmdline()[-1] in steps:
                found.add(each.pid)
    return found


def wait_for_end(sessions: set[int]) -> int:
    """Waits until nothing lives in these sessions; the number of processes that still do."""
    until = time.perf_counter() + ORPHAN_SECONDS
    while (left := sum(lives_in(pid, sessions) for pid in psutil.pids())) and (
        time.perf_counter() < until
    ):
        time.sleep(0.002)
    return left


def lives_in(pid: int, sessions: set[int]) -> bool:
    """Whether a process of these sessions runs; a dead one that nobody reaps does not."""
    try:
        return os.getsid(pid) in sessions and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False


async def measure(
    video: Path, folder: Path, cancels: int, seed: int, longest: float
) -> tuple[list[Round], int]:
    """The rounds, and how many jobs were done before their cancel."""
    settings = Settings(data=folder / "data")
    library = Library(settings.data)
    library.prepare()
    chance = random.Random(seed)
    rounds: list[Round] = []
    late = 0
    with FileLock(library.lock).acquire(timeout=0):
        async with run_system(settings, library) as system:
            bench = Bench(system, settings.step_params())
            took = await bench.prepare(video)
            for number in range(cancels):
                target = list(TARGETS)[number % len(TARGETS)]
                wait = chance.uniform(0.0, min(0.95 * took[target], longest))
                done = await bench.cancel_once(target, number + 1, wait)
                if done is None:
                    late += 1
                else:
                    rounds.append(done)
    return rounds, late


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def shown(rounds: list[Round], title: str) -> Table:
    """A row for each kind of child, and one for all."""
    table = Table(
        *("step", "child", "cancels", "recorded p95", "all gone p50", "p95", "max, s"),
        *("orphans", "staged", "records"),
        title=title,
    )
    for name in (*TARGETS, "all"):
        chosen = [each for each in rounds if name in ("all", each.target)]
        if not chosen:
            continue
        if name == "all":
            table.add_section()
        gone = [max(each.recorded, each.gone) for each in chosen]
        table.add_row(
            name,
            TARGETS[name][1] if name in TARGETS else "",
            str(len(chosen)),
            f"{percentile([each.recorded for each in chosen], 0.95):.3f}",
            f"{percentile(gone, 0.5):.3f}",
            f"{percentile(gone, 0.95):.3f}",
            f"{max(gone):.3f}",
            str(sum(each.orphans for each in chosen)),
            str(sum(each.staged for each in chosen)),
            str(sum(each.recorded_children for each in chosen)),
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", help="default: the demo recording")
    parser.add_argument("--cancels", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=20.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        video = asked.video.resolve() if asked.video else make_demo(folder).video
        rounds, late = trio.run(measure, video, folder, asked.cancels, asked.seed, asked.longest)
    console = Console(width=110)
    console.print(machine())
    console.print(shown(rounds, f"{video.name}, seed {asked.seed}"))
    if late:
        console.print(f"{late} jobs were done before their cancel, and are not counted.")


if __name__ == "__main__":
    main()
