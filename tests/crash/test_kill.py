"""`kill -9` of the whole FORGE, as a user runs it: what it acknowledged is there afterwards.

Rules of this file: `forge run` in a process of its own, spoken to over HTTP, killed with SIGKILL
at a failpoint or between two requests; deaths are waited for, with a limit.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import trio

from actors.client import Client
from forge.failpoints import VARIABLE
from forge.library import Library

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX matter")

MIB = 1024 * 1024


class Server:
    """`forge run`, and a client of it."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "forge", "run", "--port", "0", "--no-open"],
            env={**os.environ, "FORGE_DATA": str(data), "FORGE_DIARIZATION": "off", **settings},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert any("http://" in line for line in self.process.stdout)
        library = Library(data)
        self.url: str = json.loads(library.server.read_text())["url"]
        self.token = library.secret()
        self.http = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, trust_env=False
        )

    def kill(self) -> None:
        """SIGKILL, and the end of everything that it started."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        _, alive = psutil.wait_procs(family, timeout=20)
        assert not alive, "children outlived the kill"

    def end(self) -> None:
        self.http.close()
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers, one after the other, on one data folder."""
    started: list[Server] = []

    def start(**settings: str) -> Server:
        started.append(Server(tmp_path / "data", **settings))
        return started[-1]

    yield start
    for server in started:
        server.end()


async def all_jobs_ended(server: Server) -> list[dict[str, Any]]:
    async with Client.connect(server.url, server.token) as client, client.events() as events:
        with trio.fail_after(240):
            while True:
                jobs: list[dict[str, Any]] = (await client.get("/api/jobs"))["jobs"]
                if all(job["status"] not in ("pending", "processing") for job in jobs):
                    return jobs
                async for event in events:
                    if event["type"] == "JOB_CHANGED":
                        break


def test_a_kill_in_the_middle_of_transcription_costs_no_finished_step(
    tmp_path: Path, recording: Path, start: Callable[..., Server]
) -> None:
    server = start(**{VARIABLE: "checkpointed:transcription"})
    server.http.post("/api/projects", json={"path": str(recording)}).raise_for_status()
    assert server.process.wait(timeout=120) == -signal.SIGKILL

    server = start()
    jobs = {job["type"]: job for job in trio.run(all_jobs_ended, server)}
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=30) == 0

    steps = {step["name"]: step for job in jobs.values() for step in job["steps"]}
    assert {job["status"] for job in jobs.values()} == {"completed"}
    assert jobs["analyze"]["attempt"] == 2
    for name in ("probe", "hash", "audio"):
        assert steps[name]["attempt"] == 1, f"{name} was done again"
    assert steps["transcription"]["attempt"] == 2
    data = tmp_path / "data"
    assert not list((data / "staging").iterdir())
    assert not list((data / "checkpoints").iterdir())
    assert not list((data / "children").iterdir())
    assert len(list((data / "artifacts").glob("*/*/transcript.json"))) == 1


def test_an_edit_that_was_answered_is_there_after_the_kill(
    recording: Path, start: Callable[..., Server]
) -> None:
    server = start()
    wish = {"path": str(recording), "analyze": False}
    project = server.http.post("/api/projects", json=wish).json()["project"]["id"]
    marked = {"start": 1.0, "end": 4.0, "title": "Mine"}
    clip = server.http.post(f"/api/projects/{project}/clips", json=marked).json()
    edited = server.http.patch(
        f"/api/clips/{clip['id']}", json={"title": "Better"}, headers={"If-Match": '"1"'}
    )
    server.kill()
    assert edited.status_code == 200

    after = start().http.get(f"/api/clips/{clip['id']}").json()
    assert after == edited.json()
    assert (after["title"], after["rev"]) == ("Better", 2)


def test_bytes_of_an_upload_that_were_acknowledged_are_there_after_the_kill(
    tmp_path: Path, start: Callable[..., Server]
) -> None:
    """The kill comes in the middle of the second half, of which nothing was acknowledged yet."""
    data = bytes(range(256)) * (4 * MIB // 256)
    half = len(data) // 2
    server = start()
    tus = {"Tus-Resumable": "1.0.0"}
    place = server.http.post("/api/uploads", headers={**tus, "Upload-Length": str(len(data))})
    upload = place.headers["Location"]

    def patch(server: Server, offset: int, body: Any) -> httpx.Response:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        return server.http.patch(upload, content=body, headers={**tus, **kind})

    def cut_off() -> Iterator[bytes]:
        yield data[half : half + MIB]
        server.kill()
        yield data[half + MIB :]

    assert patch(server, 0, data[:half]).headers["Upload-Offset"] == str(half)
    with pytest.raises(httpx.TransportError):
        patch(server, half, cut_off())

    server = start()
    offset = int(server.http.head(upload, headers=tus).headers["Upload-Offset"])
    assert half <= offset < len(data)
    assert patch(server, offset, data[offset:]).headers["Upload-Offset"] == str(len(data))
    [stored] = (tmp_path / "data" / "uploads").glob("*/data")
    assert stored.read_bytes() == data
