"""Projects, jobs, events and uploads over a real socket.

Rules of this file: localhost and port 0; a recording is as small as the test allows; what is
waited for comes over the event stream, and each wait has a limit.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import trio

from forge.errors import ForgeError
from tests.api.conftest import Running


async def ended(events: Any, kind: str) -> dict[str, Any]:
    """The first event in which a job of this kind has ended."""
    with trio.fail_after(60):
        async for event in events:
            if event["type"] == "JOB_CHANGED" and event["job"]["type"] == kind:
                job: dict[str, Any] = event["job"]
                if job["status"] in ("completed", "failed", "cancelled"):
                    return job
    raise AssertionError("the stream ended")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "no_such_file"),
        (lambda path: path.mkdir(), "not_a_file"),
        (lambda path: path.touch(), "empty_file"),
    ],
)
async def test_a_path_that_is_no_recording_is_refused_at_once(
    forge: Running, tmp_path: Path, make: Any, code: str
) -> None:
    path = tmp_path / "recording.mp4"
    make(path)
    with pytest.raises(ForgeError) as caught:
        await forge.client.post("/api/projects", {"path": str(path)})
    assert caught.value.code == code
    assert (await forge.client.get("/api/projects"))["projects"] == []


async def test_what_is_no_video_fails_at_its_probe_in_plain_words(
    forge: Running, text_named_mp4: Path
) -> None:
    async with forge.client.events() as events:
        made = await forge.client.post("/api/projects", {"path": str(text_named_mp4)})
        assert [job["type"] for job in made["jobs"]] == ["ingest", "analyze"]
        job = await ended(events, "ingest")
        assert job["status"] == "failed"
        assert job["error"]["code"] == "bad_media"
        assert job["error"]["hint"]
        waiting = await ended(events, "analyze")
        assert waiting["error"]["code"] == "upstream_failed"
    retried = await forge.client.post(f"/api/jobs/{job['id']}/retry")
    assert retried["status"] in ("pending", "processing")


async def test_the_same_bytes_are_recognised_under_another_name(
    forge: Running, text_named_mp4: Path, tmp_path: Path
) -> None:
    body = {"path": str(text_named_mp4), "analyze": False}
    first = await forge.client.post("/api/projects", body)
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(text_named_mp4.read_bytes())
    with pytest.raises(ForgeError) as caught:
        await forge.client.post("/api/projects", {"path": str(copy), "analyze": False})
    assert caught.value.code == "duplicate_source"
    assert caught.value.answer["project_id"] == first["project"]["id"]  # type: ignore[attr-defined]
    forced = await forge.client.post(
        "/api/projects", {"path": str(copy), "analyze": False}, force="true"
    )
    assert forced["project"]["id"] != first["project"]["id"]


async def test_the_stream_replays_what_was_missed(forge: Running, text_named_mp4: Path) -> None:
    async with forge.client.events() as events:
        hello = await anext(events)
        assert hello["type"] == "HELLO"
        await forge.client.post("/api/projects", {"path": str(text_named_mp4), "analyze": False})
        await ended(events, "ingest")
    async with forge.client.events(since=hello["seq"]) as again:
        await anext(again)
        replayed = []
        with trio.fail_after(10):
            async for event in again:
                replayed.append(event)
                if event["type"] == "JOB_FAILED":
                    break
    sequence = [event["seq"] for event in replayed]
    assert sequence == sorted(set(sequence))
    assert [event["type"] for event in replayed][:2] == ["PROJECT_CHANGED", "JOB_CREATED"]
    async with forge.client.events(since=10**9) as lost:
        await anext(lost)
        assert (await anext(lost))["type"] == "RESYNC"


async def test_a_project_is_deleted_with_its_jobs_and_without_its_file(
    forge: Running, text_named_mp4: Path
) -> None:
    made = await forge.client.post("/api/projects", {"path": str(text_named_mp4)})
    path = f"/api/projects/{made['project']['id']}"
    assert (await forge.http.delete(path, headers=forge.bearer)).status_code == 204
    assert (await forge.http.get(path, headers=forge.bearer)).status_code == 404
    assert (await forge.client.get("/api/jobs"))["jobs"] == []
    assert text_named_mp4.exists()


async def test_an_upload_survives_interruptions_and_is_imported(forge: Running) -> None:
    content = bytes(range(256)) * 4096
    name = base64.b64encode("../../Ünïcode [x].mp4".encode()).decode()
    headers = {**forge.bearer, "Tus-Resumable": "1.0.0"}
    created = await forge.http.post(
        "/api/uploads",
        headers={
            **headers,
            "Upload-Length": str(len(content)),
            "Upload-Metadata": f"filename {name}",
        },
    )
    assert created.status_code == 201
    location = created.headers["location"]
    for start in (0, 300_000, 600_000):
        head = await forge.http.head(location, headers=headers)
        offset = int(head.headers["upload-offset"])
        assert offset == start
        piece = content[offset : offset + 300_000] if start < 600_000 else content[offset:]
        sent = await forge.http.patch(
            location,
            content=piece,
            headers={
                **headers,
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            },
        )
        assert sent.status_code == 204
        if start == 0:
            early = await forge.http.post(
                "/api/projects",
                json={"upload_id": location.rsplit("/", 1)[1]},
                headers=forge.bearer,
            )
            assert early.json()["error"]["code"] == "upload_incomplete"
    stored = forge.system.library.uploads / location.rsplit("/", 1)[1] / "data"
    assert stored.read_bytes() == content
    made = await forge.client.post(
        "/api/projects", {"upload_id": location.rsplit("/", 1)[1], "analyze": False}
    )
    assert made["vod"]["name"] == "Ünïcode [x].mp4"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Upload-Offset": "5"}, 409),
        ({"Upload-Offset": "-1"}, 422),
        ({"Upload-Offset": "x"}, 422),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({}, 413),
    ],
)
async def test_a_wrong_part_of_an_upload_is_refused(
    forge: Running, change: dict[str, str], status: int
) -> None:
    tus = {**forge.bearer, "Tus-Resumable": "1.0.0"}
    created = await forge.http.post("/api/uploads", headers={**tus, "Upload-Length": "10"})
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", **change}
    sent = await forge.http.patch(
        created.headers["location"], content=b"x" * 11, headers={**tus, **headers}
    )
    assert sent.status_code == status


async def test_the_description_in_the_studio_is_the_servers(forge: Running) -> None:
    """The studio's types are generated from web/openapi.json: `forge openapi` writes it."""
    served = await forge.client.get("/openapi.json")
    kept = json.loads((Path(__file__).parents[2] / "web" / "openapi.json").read_text("utf-8"))
    assert served == kept


async def test_weights_travel_with_the_job_and_only_with_it(
    forge: Running, text_named_mp4: Path
) -> None:
    made = await forge.client.post("/api/projects", {"path": str(text_named_mp4)})
    assert all("scoring" not in job["payload"]["params"] for job in made["jobs"])
    again = {"type": "analyze", "project_id": made["project"]["id"]}
    chosen = {**again, "payload": {"weights": {"hype": 0.4, "chat": 0}}}
    job = (await forge.client.post("/api/jobs", chosen))["job"]
    assert job["payload"]["params"]["scoring"] == {"weights": {"hype": 0.4, "chat": 0.0}}
    for wrong in ({"luck": 1}, {"hype": -1}, {"music": 2}):
        with pytest.raises(ForgeError) as refused:
            await forge.client.post("/api/jobs", {**again, "payload": {"weights": wrong}})
        assert refused.value.code == "bad_weights"


async def test_where_the_facecam_is_travels_with_the_job(
    forge: Running, text_named_mp4: Path
) -> None:
    place = {"x": 0.75, "y": 0.0, "w": 0.25, "h": 0.3}
    body = {"path": str(text_named_mp4), "facecam": place}
    made = await forge.client.post("/api/projects", body)
    assert [job["payload"]["facecam"] for job in made["jobs"]] == [place, place]
    again = {"type": "analyze", "project_id": made["project"]["id"], "payload": {"facecam": place}}
    assert (await forge.client.post("/api/jobs", again))["job"]["payload"]["facecam"] == place
    found = {**again, "payload": {"facecam": "auto"}}
    assert (await forge.client.post("/api/jobs", found))["job"]["payload"]["facecam"] == "auto"
    beyond = {**body, "facecam": {**place, "w": 0.5}}
    with pytest.raises(ForgeError, match="beyond the frame"):
        await forge.client.post("/api/projects", beyond)
