"""`kill -9` in the middle of work: nothing is lost, nothing is done twice, nothing is left over.

Rules of this file: the whole FORGE in a process of its own, killed with SIGKILL at a moment that
its own event stream tells; deaths are waited for, with a limit.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import trio

from actors.client import Client
from forge.demo import Demo
from forge.library import Library

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX matter")


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "forge", "run", "--port", "0", "--no-open"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert any("http://" in line for line in server.stdout)
    return server


def address(library: Library) -> tuple[str, str]:
    return json.loads(library.server.read_text())["url"], library.secret()


async def import_until(library: Library, demo: Demo, step: str) -> None:
    """Imports the demo and returns in the middle of a step."""
    async with Client.connect(*address(library)) as client, client.events() as events:
        await client.post("/api/projects", {"path": str(demo.video)})
        with trio.fail_after(120):
            async for event in events:
                if event["type"] == "JOB_PROGRESS" and event["step"] == step:
                    return


async def all_jobs_ended(library: Library) -> list[dict[str, Any]]:
    async with Client.connect(*address(library)) as client, client.events() as events:
        with trio.fail_after(240):
            while True:
                jobs: list[dict[str, Any]] = (await client.get("/api/jobs"))["jobs"]
                if all(job["status"] not in ("pending", "processing") for job in jobs):
                    return jobs
                async for event in events:
                    if event["type"] == "JOB_CHANGED":
                        break


def test_a_kill_in_the_middle_of_transcription_costs_no_finished_step(
    tmp_path: Path, demo: Demo
) -> None:
    data = tmp_path / "data"
    environment = {**os.environ, "FORGE_DATA": str(data), "FORGE_DIARIZATION": "off"}
    library = Library(data)

    with start(environment) as server:
        trio.run(import_until, library, demo, "transcription")
        family = psutil.Process(server.pid).children(recursive=True)
        assert family
        server.send_signal(signal.SIGKILL)
        server.wait()
        _, alive = psutil.wait_procs(family, timeout=20)
        assert not alive, "children outlived the kill"

    with start(environment) as server:
        jobs = {job["type"]: job for job in trio.run(all_jobs_ended, library)}
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0

    steps = {step["name"]: step for job in jobs.values() for step in job["steps"]}
    assert {job["status"] for job in jobs.values()} == {"completed"}
    assert jobs["analyze"]["attempt"] == 2
    for name in ("probe", "hash", "audio"):
        assert steps[name]["attempt"] == 1, f"{name} was done again"
    assert steps["transcription"]["attempt"] == 2
    assert not list((data / "staging").iterdir())
    assert not list((data / "checkpoints").iterdir())
    assert len(list((data / "artifacts").glob("*/*/transcript.json"))) == 1
