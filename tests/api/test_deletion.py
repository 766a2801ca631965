"""Deleting over HTTP, what it frees on the disk, and refusals when there is no room.

Rules of this file: localhost and port 0; an export is put together through the library and the
job table, because its pixels don't matter here; what is waited for comes over the event stream.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
import trio

from actors.ledger import Ledger
from forge.config import Settings
from forge.demo import Demo
from forge.errors import ForgeError
from forge.jobs import LONGEST_PAUSE
from forge.library import Library
from forge.store import attempts, jobs, leases, references
from tests.api.conftest import Running, running
from tests.api.test_routes import ended

KEY = "ab" * 16


async def imported(forge: Running, path: Path) -> dict[str, Any]:
    """A recording whose jobs have failed, because it is none."""
    async with forge.client.events() as events:
        await anext(events)
        made: dict[str, Any] = await forge.client.post("/api/projects", {"path": str(path)})
        await ended(events, "ingest")
        await ended(events, "analyze")
    return made


async def exported(forge: Running, made: dict[str, Any], key: str = KEY) -> str:
    """A finished export with its file."""
    library = forge.system.library
    job_id = str(uuid4())
    staged = library.stage(job_id, "render", 1)
    (staged / "clip.mp4").write_bytes(b"pixels")
    with library.holds.hold(key):
        library.commit(staged, key, ["clip.mp4"])
        await forge.system.ledger.run(add_export, made, job_id, key)
    return job_id


def add_export(db: sqlite3.Connection, made: dict[str, Any], job_id: str, key: str) -> None:
    jobs.enqueue(
        db,
        job_id=job_id,
        project_id=made["project"]["id"],
        vod_id=made["vod"]["id"],
        kind="export",
        payload={"name": "clip"},
        now=0.0,
    )
    fence = leases.claim(db, job_id, "boot:1", 0.0)
    assert fence is not None
    assert attempts.settle_step(
        db, fence, "render", key=key, files=["clip.mp4"], result={}, seconds=1.0, now=0.0
    )


def add_far_job(db: sqlite3.Connection, made: dict[str, Any], job_id: str) -> None:
    jobs.enqueue(
        db,
        job_id=job_id,
        project_id=made["project"]["id"],
        vod_id=made["vod"]["id"],
        kind="ingest",
        payload={},
        now=0.0,
    )
    pause = (time.time() + LONGEST_PAUSE / 2, job_id)
    db.execute("UPDATE job SET run_after = ? WHERE id = ?", pause)


async def delete(forge: Running, path: str) -> tuple[int, str]:
    answer = await forge.http.delete(path, headers=forge.bearer)
    code = answer.json()["error"]["code"] if answer.content else ""
    return answer.status_code, code


async def test_an_export_is_deleted_with_its_files_and_the_studio_is_told(
    forge: Running, text_named_mp4: Path
) -> None:
    made = await imported(forge, text_named_mp4)
    job_id = await exported(forge, made)
    assert (await forge.http.get(f"/api/exports/{job_id}/file", headers=forge.bearer)).is_success
    async with forge.client.events() as events:
        await anext(events)
        assert await delete(forge, f"/api/jobs/{job_id}") == (204, "")
        with trio.fail_after(20):
            told = await anext(events)
    assert (told["type"], told["id"]) == ("JOB_DELETED", job_id)
    assert told["project_id"] == made["project"]["id"]
    assert not forge.system.library.artifact(KEY).exists()
    assert os.listdir(forge.system.library.shelf("staging")) == []
    assert await delete(forge, f"/api/jobs/{job_id}") == (404, "not_found")
    gone = await forge.http.get(f"/api/exports/{job_id}/file", headers=forge.bearer)
    assert gone.status_code == 404


async def test_what_two_exports_share_stays_until_the_last_goes(
    forge: Running, text_named_mp4: Path
) -> None:
    made = await imported(forge, text_named_mp4)
    first, second = [await exported(forge, made) for _ in range(2)]
    assert await delete(forge, f"/api/jobs/{first}") == (204, "")
    kept = await forge.http.get(f"/api/exports/{second}/file", headers=forge.bearer)
    assert kept.content == b"pixels"
    assert await delete(forge, f"/api/jobs/{second}") == (204, "")
    assert not forge.system.library.artifact(KEY).exists()


async def test_what_somebody_uses_right_now_outlives_the_deletion(
    forge: Running, text_named_mp4: Path
) -> None:
    made = await imported(forge, text_named_mp4)
    job_id = await exported(forge, made)
    with forge.system.library.holds.hold(KEY):
        assert await delete(forge, f"/api/jobs/{job_id}") == (204, "")
    assert forge.system.library.files(KEY) == ("clip.mp4",)


async def test_a_live_job_has_to_be_cancelled_first(forge: Running, text_named_mp4: Path) -> None:
    made = await imported(forge, text_named_mp4)
    job_id = str(uuid4())
    await forge.system.ledger.run(add_far_job, made, job_id)
    assert await delete(forge, f"/api/jobs/{job_id}") == (409, "job_active")
    await forge.client.post(f"/api/jobs/{job_id}/cancel")
    assert await delete(forge, f"/api/jobs/{job_id}") == (204, "")


@pytest.mark.parametrize(
    "name", ["nonsense", "11111111-1111-4111-8111-111111111111", "..%2F..%2Fforge.db"]
)
async def test_what_is_no_job_is_not_found(forge: Running, name: str) -> None:
    assert await delete(forge, f"/api/jobs/{name}") == (404, "not_found")


async def uploaded(forge: Running, content: bytes) -> str:
    headers = {
        **forge.bearer,
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content)),
        "Content-Type": "application/offset+octet-stream",
    }
    created = await forge.http.post("/api/uploads", headers=headers, content=content)
    assert created.status_code == 201
    return created.headers["location"].rsplit("/", 1)[1]


async def test_a_project_frees_its_upload_and_a_shared_one_stays_for_the_other(
    forge: Running,
) -> None:
    upload = await uploaded(forge, b"no video, but many bytes")
    folder = forge.system.library.uploads / upload
    made = []
    for force in ("false", "true"):
        body = {"upload_id": upload, "analyze": False}
        made.append(await forge.client.post("/api/projects", body, force=force))
    first, second = [f"/api/projects/{one['project']['id']}" for one in made]
    assert await delete(forge, first) == (204, "")
    assert (folder / "data").read_bytes() == b"no video, but many bytes"
    assert await delete(forge, second) == (204, "")
    assert not folder.exists()
    assert await delete(forge, second) == (404, "not_found")


async def test_a_project_is_deleted_in_the_middle_of_its_work(forge: Running, demo: Demo) -> None:
    library = forge.system.library
    async with forge.client.events() as events:
        body = {"path": str(demo.video), "chat": str(demo.chat)}
        made = await forge.client.post("/api/projects", body)
        with trio.fail_after(120):
            async for event in events:
                if event["type"] == "JOB_PROGRESS" and event["step"] == "proxy":
                    break
    family = psutil.Process().children(recursive=True)
    assert await delete(forge, f"/api/projects/{made['project']['id']}") == (204, "")
    assert demo.video.exists()
    assert demo.chat.exists()
    shelves = {shelf: os.listdir(library.shelf(shelf)) for shelf in ("staging", "checkpoints")}
    assert shelves == {"staging": [], "checkpoints": []}
    assert [
        name for group in library.shelf("artifacts").iterdir() for name in os.listdir(group)
    ] == []
    assert (await forge.client.get("/api/jobs"))["jobs"] == []
    busy = [one for one in family if one.is_running() and "ffmpeg" in one.name()]
    _, alive = psutil.wait_procs(busy, timeout=20)
    assert alive == []
    again = await forge.client.post("/api/projects", body)
    assert await delete(forge, f"/api/projects/{again['project']['id']}") == (204, "")


@pytest.fixture
async def crowded(settings: Settings, text_named_mp4: Path) -> AsyncIterator[Running]:
    """A FORGE that uses more than it may: a recording came before the quota was set."""
    async with running(settings) as before:
        body = {"path": str(text_named_mp4), "analyze": False}
        await before.client.post("/api/projects", body)
    async with running(settings.model_copy(update={"quota": 1})) as it:
        yield it


async def test_nothing_new_begins_beyond_the_quota_and_all_else_goes_on(
    crowded: Running, text_named_mp4: Path
) -> None:
    (project,) = (await crowded.client.get("/api/projects"))["projects"]
    clip = await crowded.client.post(
        f"/api/projects/{project['id']}/clips",
        {"vod_id": project["vods"][0]["id"], "start": 0.0, "end": 5.0},
    )
    clip_id = clip.get("clip", clip)["id"]
    new: list[tuple[str, dict[str, Any]]] = [
        ("/api/projects", {"path": str(text_named_mp4)}),
        (f"/api/projects/{project['id']}/vods", {"path": str(text_named_mp4)}),
        ("/api/jobs", {"type": "ingest", "project_id": project["id"]}),
        (f"/api/clips/{clip_id}/exports", {}),
    ]
    for path, body in new:
        answer = await crowded.http.post(path, json=body, headers=crowded.bearer)
        assert answer.status_code == 507, path
        error = answer.json()["error"]
        assert error["code"] == "quota_exceeded"
        assert "that it may use" in error["message"]
        assert "database" in error["hint"]
        assert "FORGE_QUOTA" in error["hint"]
    upload = await crowded.http.post(
        "/api/uploads",
        headers={**crowded.bearer, "Tus-Resumable": "1.0.0", "Upload-Length": "10"},
    )
    assert upload.status_code == 507
    with pytest.raises(ForgeError) as caught:
        await crowded.client.post("/api/projects", {"path": str(text_named_mp4)})
    assert caught.value.code == "quota_exceeded"
    assert await delete(crowded, f"/api/projects/{project['id']}") == (204, "")


async def test_the_system_says_what_is_used(crowded: Running) -> None:
    disk = (await crowded.client.get("/api/system"))["disk"]
    assert disk["used"] == sum(disk["kinds"].values()) > 0
    assert disk["kinds"]["database"] > 0
    assert disk["quota"] == 1
    assert 0 <= disk["min_free"] <= disk["total"] / 100 + 1
    assert 0 < disk["free"] <= disk["total"]


async def test_sweeps_between_all_transactions_take_nothing_that_is_coming(
    forge: Running, text_named_mp4: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep in need gives no grace, so only holds and rows protect what was just written."""
    plain_run = Ledger.run
    sweeps = 0

    async def run(self: Ledger, function: Any, *args: Any, **named: Any) -> Any:
        nonlocal sweeps
        if function is not references.read:
            sweeps += 1
            await forge.system.janitor.sweep(in_need=True)
        return await plain_run(self, function, *args, **named)

    chat = tmp_path / "chat.csv"
    chat.write_text("time,user,message\n1,ann,hello\n2,bob,hi\n")
    monkeypatch.setattr(Ledger, "run", run)
    async with forge.client.events() as events:
        await anext(events)
        body = {"path": str(text_named_mp4), "chat": str(chat), "analyze": False}
        made = await forge.client.post("/api/projects", body)
        job = await ended(events, "ingest")
    monkeypatch.undo()
    library = forge.system.library
    assert sweeps > 10
    assert library.files(made["vod"]["artifacts"]["chat.json"]) == ("chat.json",)
    (key,) = next(one["artifacts"] for one in job["steps"] if one["name"] == "hash").values()
    assert library.files(key) == ("hash.json",)


def test_a_data_folder_knows_its_own_uploads(library: Library, tmp_path: Path) -> None:
    upload = str(uuid4())
    assert library.upload_of(str(library.uploads / upload / "data")) == upload
    for path in (
        library.uploads / upload / "meta.json",
        library.uploads / "nonsense" / "data",
        library.uploads / "data",
        library.root / upload / "data",
        tmp_path / "uploads" / upload / "data",
        library.uploads / upload / "x" / "data",
    ):
        assert library.upload_of(str(path)) is None
