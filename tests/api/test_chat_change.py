"""Another chat for a recording that is in the library: it is looked at again, and nothing else.

Rules of this file: real sockets, a real analysis of a recording of four seconds without sound,
which needs no model; jobs are followed by their events.
"""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import trio

from actors.clipping import while_chat_fits
from forge.errors import ForgeError
from forge.media.ffmpeg import binary
from tests.api.conftest import Running
from tests.api.test_chat_upload import CHAT, upload

OTHER = b"time,user,message\n3,ann,wow\n"
FAR = b"time,user,message\n9000,ann,hello\n9060,bob,hi\n"


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "silent.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4", "-pix_fmt", "yuv420p"]
    subprocess.run([binary(), "-v", "error", *source, str(path)], check=True)
    return path


ENDS = ("JOB_COMPLETED", "JOB_FAILED", "JOB_CANCELLED")


async def ended(events: AsyncIterator[dict[str, Any]], job_id: str) -> str:
    """How a job ends, by the event about it."""
    with trio.fail_after(60):
        async for event in events:
            if event["type"] in ENDS and event["id"] == job_id:
                return str(event["type"])
    raise AssertionError("the events ended")


async def test_a_wrong_chat_is_told_at_the_probe_and_mended_without_a_second_import(
    forge: Running, video: Path, tmp_path: Path
) -> None:
    chat = tmp_path / "chat.csv"
    chat.write_bytes(FAR)
    async with forge.client.events() as events:
        await anext(events)
        body = {"path": str(video), "chat": str(chat)}
        made = await forge.client.post("/api/projects", body)
        project, vod = made["project"]["id"], made["vod"]["id"]
        analysis = next(job["id"] for job in made["jobs"] if job["type"] == "analyze")
        seen: list[str] = []
        told = while_chat_fits(forge.client, made["jobs"], events)
        with pytest.raises(ForgeError, match="from second 9000 to 9060"):
            await note_steps(told, seen)
        assert "probe" in seen
        assert "signals" not in seen
        (known,) = (await forge.client.get(f"/api/projects/{project}"))["vods"]
        assert known["chat_error"]["code"] == "bad_chat"
        assert await ended(events, analysis) == "JOB_FAILED"
        place = f"/api/projects/{project}/vods/{vod}/chat"

        refusal = await change(forge, "PUT", place, path=str(chat))  # The length is known now.
        assert "from second 9000" in refusal["error"]["message"]
        chat.write_bytes(CHAT)
        answer = await change(forge, "PUT", place, path=str(chat))
        assert answer["vod"]["chat_error"] is None
        assert answer["job"]["id"] == analysis
        assert await ended(events, analysis) == "JOB_COMPLETED"
        assert (await signals(forge, analysis))["chat_lag"] is not None

        sent = await upload(forge, OTHER)
        answer = await change(forge, "PUT", place, upload_id=sent)
        again = answer["job"]["id"]
        assert again != analysis
        assert await ended(events, again) == "JOB_COMPLETED"
        steps = {one["name"]: one for one in await steps_of(forge, again)}
        assert steps["scene_detect"]["reused"]
        assert not steps["signals"]["reused"]
        assert not any(forge.system.library.uploads.iterdir())

        answer = await change(forge, "DELETE", place)
        assert not answer["vod"]["has_chat"]
        assert "chat.json" not in answer["vod"]["artifacts"]
        without = answer["job"]["id"]
        assert await ended(events, without) == "JOB_COMPLETED"
        assert (await signals(forge, without))["chat_lag"] is None
        assert (await change(forge, "DELETE", place))["job"] is None

    forced = {"path": str(video), "chat": str(chat), "analyze": False}
    chat.write_bytes(FAR)
    with pytest.raises(ForgeError, match="from second 9000"):  # The same bytes were probed before.
        await forge.client.post("/api/projects", forced, force="true")
    assert len((await forge.client.get("/api/projects"))["projects"]) == 1


async def note_steps(events: AsyncIterator[dict[str, Any]], seen: list[str]) -> None:
    with trio.fail_after(60):
        async for event in events:
            if event["type"] == "STEP_CHANGED":
                seen.append(event["step"]["name"])


async def change(forge: Running, method: str, place: str, **body: str) -> dict[str, Any]:
    """The answer, or the refusal."""
    answer = await forge.http.request(method, place, json=body, headers=forge.bearer)
    found: dict[str, Any] = answer.json()
    return found


async def steps_of(forge: Running, job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await forge.client.get(f"/api/jobs/{job}"))["steps"]
    return found


async def signals(forge: Running, job: str) -> dict[str, Any]:
    found: dict[str, Any] = (await forge.client.get(f"/api/jobs/{job}"))["result"]["signals"]
    return found


async def test_what_cannot_be_taken_changes_nothing(forge: Running, text_named_mp4: Path) -> None:
    body = {"path": str(text_named_mp4), "analyze": False}
    made = await forge.client.post("/api/projects", body)
    place = f"/api/projects/{made['project']['id']}/vods/{made['vod']['id']}/chat"
    path = str(text_named_mp4)
    for asked, code in (
        ({}, "bad_request"),
        ({"path": path, "upload_id": "x"}, "bad_request"),
        ({"path": path}, "bad_chat"),
    ):
        assert (await change(forge, "PUT", place, **asked))["error"]["code"] == code
    foreign = place.replace(made["project"]["id"], str(uuid4()))
    assert (await change(forge, "DELETE", foreign))["error"]["code"] == "not_found"
    (vod,) = (await forge.client.get(f"/api/projects/{made['project']['id']}"))["vods"]
    assert not vod["has_chat"]
