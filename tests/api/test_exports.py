"""Queueing exports over HTTP, and names for projects and speakers.

Rules of this file: localhost and port 0; the recording is none, because nothing is rendered here.
"""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import httpx
import trio

from tests.api.conftest import Running
from tests.api.test_deletion import imported


def nothing(folder: Path) -> Path:
    path = folder / "vod.mp4"
    path.write_bytes(b"no recording")
    return path


async def test_many_clips_are_queued_at_once_or_none(forge: Running, tmp_path: Path) -> None:
    made = await imported(forge, nothing(tmp_path))
    project = f"/api/projects/{made['project']['id']}"
    ids = []
    for start in (0.1, 0.8):
        clip = await forge.client.post(f"{project}/clips", {"start": start, "end": start + 0.6})
        ids.append(clip["id"])
    before = len((await forge.client.get("/api/jobs"))["jobs"])
    for body in (
        {"clip_ids": [*ids, str(uuid4())]},
        {"clip_ids": ids, "preset": "9:16", "presets": ["1:1"]},
        {"clip_ids": ids, "presets": ["3:2"]},
        {"clip_ids": []},
    ):
        refused = await forge.http.post(f"{project}/exports", json=body, headers=forge.bearer)
        assert refused.status_code in (400, 404, 422), body
    assert len((await forge.client.get("/api/jobs"))["jobs"]) == before
    body = {"clip_ids": [*reversed(ids), ids[0]], "presets": ["4:5", "4:5"]}
    queued = (await forge.client.post(f"{project}/exports", body))["jobs"]
    assert [job["payload"]["clip_id"] for job in queued] == list(reversed(ids))
    assert [job["payload"]["presets"] for job in queued] == [["4:5"], ["4:5"]]


async def test_a_project_gets_another_title_and_every_page_hears_of_it(
    forge: Running, tmp_path: Path
) -> None:
    made = await imported(forge, nothing(tmp_path))
    url = f"/api/projects/{made['project']['id']}"

    async def rename(title: str, at: str = url) -> httpx.Response:
        return await forge.http.patch(at, json={"title": title}, headers=forge.bearer)

    for refused in ("", "  ", "\x1c\n", "x" * 201):
        assert (await rename(refused)).status_code == 422
    async with forge.client.events() as events:
        await anext(events)
        renamed = (await rename("  Friday\n night ")).json()
        with trio.fail_after(60):
            async for event in events:
                if event["type"] == "PROJECT_CHANGED":
                    break
    assert event["id"] == renamed["id"] == made["project"]["id"]
    assert renamed["title"] == "Friday night"
    assert (await forge.client.get(url))["title"] == "Friday night"
    assert (await rename("x", f"/api/projects/{uuid4()}")).status_code == 404


async def test_speakers_get_names(forge: Running, tmp_path: Path) -> None:
    made = await imported(forge, nothing(tmp_path))
    vod, project_id = made["vod"], made["project"]["id"]
    url = f"/api/projects/{project_id}/vods/{vod['id']}"

    async def name(speakers: dict[str, str]) -> dict[str, str]:
        answer = await forge.http.patch(url, json={"speakers": speakers}, headers=forge.bearer)
        named: dict[str, str] = answer.json()["speakers"]
        return named

    assert await name({"SPEAKER_00": "Ada", "SPEAKER_01": "B{o}b"}) == {
        "SPEAKER_00": "Ada",
        "SPEAKER_01": "B(o)b",
    }
    assert await name({"SPEAKER_00": ""}) == {"SPEAKER_01": "B(o)b"}
    project = await forge.client.get(f"/api/projects/{project_id}")
    assert project["vods"][0]["speakers"] == {"SPEAKER_01": "B(o)b"}
    elsewhere = url.replace(project_id, str(uuid4()))
    lost = await forge.http.patch(elsewhere, json={"speakers": {}}, headers=forge.bearer)
    assert lost.status_code == 404
