"""What a server is in the middle of when it is told to stop: made once, the same everywhere."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from clients import TINY, dial, open_websocket, read_head, read_message, send_head
from seeding import add_recording

from forge.config import MIB
from forge.library import Library
from forge.media import ffmpeg
from forge.store import events, jobs
from forge.store.connection import open_database, transaction
from forge.store.steps import put_outcome

#: Larger than what any socket buffers.
LARGE = 64 * MIB
_KEY = "0123456789abcdef" * 2


def make_video(path: Path, seconds: int) -> None:
    """A test picture with a tone, 640x360 at 30 a second."""
    source = f"testsrc2=size=640x360:rate=30:duration={seconds}"
    tone = f"sine=frequency=440:duration={seconds}"
    arguments = ["-f", "lavfi", "-i", source, "-f", "lavfi", "-i", tone]
    arguments += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    ffmpeg.run([*arguments, "-f", "mp4", f"file:{path}"], duration=float(seconds))


def prepare(library: Library) -> str:
    """A recording whose proxy is large, in a stopped FORGE's library; its id."""
    library.prepare()
    vod_id, now = str(uuid4()), time.time()
    db = open_database(library.database)
    with transaction(db):
        add_recording(
            db, vod_id, project_id="scene", path="/nowhere/large.mp4", size=LARGE, now=now
        )
        put_outcome(db, vod_id, "proxy", _KEY, ["proxy.mp4"], "", now)
    db.close()
    proxy = library.file(_KEY, "proxy.mp4")
    proxy.parent.mkdir(parents=True)
    with proxy.open("wb") as file:
        file.truncate(LARGE)
    return vod_id


def fatten(library: Library, vod_id: str) -> int:
    """Leaves events behind that are larger than what any socket buffers, in a stopped FORGE's log.

    Returns the seq after which they come.
    """
    db = open_database(library.database)
    first = events.last_seq(db)
    job_id, now = str(uuid4()), time.time()
    payload = {"pad": "x" * (MIB // 4)}
    with transaction(db):
        jobs.enqueue(
            db,
            job_id=job_id,
            project_id="scene",
            vod_id=vod_id,
            kind="export",
            payload=payload,
            now=now,
        )
        for _ in range(30):
            jobs.request_cancel(db, job_id, now)
            jobs.retry(db, job_id, now)
        jobs.request_cancel(db, job_id, now)
    db.close()
    return first


class Visitors:
    """Four clients that make a stop hard, on bare sockets; close them with ``close()``.

    One downloads a large file and stopped reading, one follows the events and stopped reading,
    one waits on a connection that it keeps, and one is in the middle of an upload, of which it
    sends a little every now and then.
    """

    def __init__(self, url: str, token: str, vod_id: str, seq: int) -> None:
        self._ended = threading.Event()
        download = dial(url, receive_buffer=TINY)
        send_head(download, url, token, f"GET /media/{vod_id}/proxy.mp4")
        assert "200" in read_head(download)
        stream = open_websocket(url, token, f"/ws?since={seq}", receive_buffer=TINY)
        idle = dial(url)
        send_head(idle, url, token, "GET /healthz")
        assert "200" in read_head(idle)
        upload = self._start_upload(url, token)
        self._sockets = [download, stream, idle, upload]
        self._drip = threading.Thread(target=self._send_drops, args=(upload,), daemon=True)
        self._drip.start()

    def _start_upload(self, url: str, token: str) -> socket.socket:
        size = {"Upload-Length": str(LARGE), "Tus-Resumable": "1.0.0"}
        bearer = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=url, headers=bearer, trust_env=False) as http:
            created = http.post("/api/uploads", headers=size)
            assert created.status_code == 201, created.text
        upload = dial(url)
        send_head(
            upload,
            url,
            token,
            f"PATCH {created.headers['Location']}",
            "Tus-Resumable: 1.0.0",
            "Upload-Offset: 0",
            "Content-Type: application/offset+octet-stream",
            f"Content-Length: {LARGE}",
        )
        upload.sendall(bytes(1024))
        return upload

    def _send_drops(self, upload: socket.socket) -> None:
        try:
            while not self._ended.wait(0.05):
                upload.sendall(bytes(1024))
        except OSError:
            pass  # The server has gone, as it should.

    def close(self) -> None:
        self._ended.set()
        self._drip.join()
        for client in self._sockets:
            client.close()


def start_work(url: str, token: str, video: Path) -> str:
    """Has FORGE render a clip of the whole video; the job's id, once its child reports progress.

    A render that is there already is taken, and the video imported when it is unknown.
    """
    bearer = {"Authorization": f"Bearer {token}"}
    stream = open_websocket(url, token)
    with httpx.Client(base_url=url, headers=bearer, timeout=60, trust_env=False) as http, stream:
        wanted = _waiting_render(http)
        if wanted is None:
            wanted = _order_render(http, stream, video)
        _until(stream, lambda event: event["type"] == "JOB_PROGRESS" and event["id"] == wanted)
    return wanted


def _waiting_render(http: httpx.Client) -> str | None:
    found = http.get("/api/jobs", params={"type": "export"}).json()["jobs"]
    live = [job["id"] for job in found if job["status"] in ("pending", "processing")]
    return live[0] if live else None


def _order_render(http: httpx.Client, stream: socket.socket, video: Path) -> str:
    known = [each for each in http.get("/api/projects").json()["projects"] if each["id"] != "scene"]
    if known:
        vod = known[0]["vods"][0]
    else:
        answer = http.post("/api/projects", json={"path": str(video), "analyze": False})
        assert answer.status_code == 201, answer.text
        ingest, vod = answer.json()["jobs"][0]["id"], answer.json()["vod"]
        _until(stream, lambda event: event["type"] == "JOB_COMPLETED" and event["id"] == ingest)
        vod = http.get(f"/api/projects/{vod['project_id']}").json()["vods"][0]
    span = {"start": 0.0, "end": vod["duration"]}
    clip = http.post(f"/api/projects/{vod['project_id']}/clips", json={"vod_id": vod["id"], **span})
    assert clip.status_code == 201, clip.text
    export = http.post(f"/api/clips/{clip.json()['id']}/exports", json={})
    assert export.status_code == 201, export.text
    return str(export.json()["job"]["id"])


def _until(stream: socket.socket, is_it: Any) -> None:
    stream.settimeout(120)
    while not is_it(json.loads(read_message(stream))):
        pass


def render_rows(library: Library, job_id: str) -> tuple[str, int, set[str]]:
    """A stopped FORGE's job: its status, its attempt, and the statuses of its steps."""
    db = sqlite3.connect(f"file:{library.database}?mode=ro", uri=True)
    status, attempt = db.execute(
        "SELECT status, attempt FROM job WHERE id = ?", (job_id,)
    ).fetchone()
    steps = db.execute("SELECT status FROM step WHERE job_id = ?", (job_id,)).fetchall()
    db.close()
    return status, attempt, {name for (name,) in steps}
