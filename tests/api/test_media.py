"""Files over HTTP: what a video element and a careful downloader ask for.

Rules of this file: a real, short recording goes through the real ingest once; ranges are checked
against the bytes on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import trio

from forge.media.ffmpeg import binary
from tests.api.conftest import Running


@dataclass(frozen=True)
class Proxy:
    url: str
    content: bytes
    vod: dict[str, object]


@pytest.fixture
async def proxy(forge: Running, tmp_path: Path) -> Proxy:
    video = tmp_path / "vod.mp4"
    made = [
        binary(),
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x180:rate=30:duration=2",
    ]
    await trio.run_process([*made, str(video)])
    imported = await forge.read_in(video)
    project = await forge.client.get(f"/api/projects/{imported['project']['id']}")
    vod = project["vods"][0]
    path = forge.system.library.file(vod["artifacts"]["proxy.mp4"], "proxy.mp4")
    return Proxy(f"/media/{vod['id']}/proxy.mp4", path.read_bytes(), vod)


async def test_a_file_comes_whole_in_parts_and_not_again(forge: Running, proxy: Proxy) -> None:
    whole = await forge.http.get(proxy.url, headers=forge.bearer)
    assert whole.status_code == 200
    assert whole.content == proxy.content
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    etag = whole.headers["etag"]
    assert not etag.startswith("W/")

    size = len(proxy.content)
    for asked, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, size),
        ("bytes=-50", size - 50, size),
        (f"bytes=-{size * 2}", 0, size),
        (f"bytes=0-{size * 2}", 0, size),
        (f"bytes={size - 1}-", size - 1, size),
    ):
        part = await forge.http.get(proxy.url, headers={**forge.bearer, "Range": asked})
        assert part.status_code == 206, asked
        assert part.content == proxy.content[start:end], asked
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"

    for asked in (f"bytes={size}-", f"bytes={size + 5}-{size + 9}"):
        beyond = await forge.http.get(proxy.url, headers={**forge.bearer, "Range": asked})
        assert beyond.status_code == 416, asked

    for asked in (
        "bytes=",
        "bytes=x-y",
        "bites=0-1",
        "bytes=9-1",
        "bytes=0-1,5-6",
        "bytes=-0",
        "\u00e9",
    ):
        raw = {**forge.bearer, "Range": asked.encode("latin1")}
        odd = await forge.http.get(proxy.url, headers=raw)
        assert odd.status_code in (200, 206, 416), asked
        if odd.status_code == 200:
            assert odd.content == proxy.content

    same = await forge.http.get(proxy.url, headers={**forge.bearer, "If-None-Match": etag})
    assert same.status_code == 304
    assert not same.content

    both = {**forge.bearer, "Range": "bytes=0-9"}
    current = await forge.http.get(proxy.url, headers={**both, "If-Range": etag})
    assert current.status_code == 206
    outdated = await forge.http.get(proxy.url, headers={**both, "If-Range": '"other"'})
    assert outdated.status_code == 200
    assert outdated.content == proxy.content

    head = await forge.http.head(proxy.url, headers=forge.bearer)
    assert head.headers["content-length"] == str(size)


async def test_only_what_may_be_played_is_served(forge: Running, proxy: Proxy) -> None:
    folder = proxy.url.rpartition("/")[0]
    for name in ("scout.mp4", "probe.json", "forge.db", "token", "..%2fproxy.mp4", "proxy.mp4%00"):
        answer = await forge.http.get(f"{folder}/{name}", headers=forge.bearer)
        assert answer.status_code == 404, name


async def test_reports_are_the_steps_own_json(forge: Running, proxy: Proxy) -> None:
    project = f"/api/projects/{proxy.vod['project_id']}"
    probe = await forge.client.get(f"{project}/probe")
    assert (probe["video"]["width"], probe["video"]["height"]) == (320, 180)
    assert probe["audio"] is None
    other = await forge.http.get(f"{project}/transcript", headers=forge.bearer)
    assert other.json()["error"]["code"] == "not_found"


async def test_a_clip_is_marked_edited_and_exported(forge: Running, proxy: Proxy) -> None:
    project = f"/api/projects/{proxy.vod['project_id']}"
    clip = await forge.client.post(f"{project}/clips", {"start": 0.2, "end": 1.7, "title": "Mine"})
    edit = {**forge.bearer, "If-Match": str(clip["rev"])}
    url = f"/api/clips/{clip['id']}"
    edited = (await forge.http.patch(url, json={"end": 1.5}, headers=edit)).json()
    assert (edited["end"], edited["rev"]) == (1.5, clip["rev"] + 1)
    stale = await forge.http.patch(url, json={"end": 1.0}, headers=edit)
    assert stale.json()["error"]["code"] == "stale_revision"
    fresh = {**forge.bearer, "If-Match": str(edited["rev"])}
    for change in ({"end": 99.0}, {"start": 1.4}, {"start": -1}, {"zones": []}, {"layout": "x"}):
        assert (await forge.http.patch(url, json=change, headers=fresh)).status_code == 422, change

    async with forge.client.events() as events:
        job = (await forge.client.post(f"{url}/exports", {"presets": ["9:16", "1:1"]}))["job"]
        early = await forge.http.get(f"/api/exports/{job['id']}/file", headers=forge.bearer)
        assert early.status_code in (200, 409)
        with trio.fail_after(90):
            async for event in events:
                assert event["type"] != "JOB_FAILED", event
                if event["type"] == "JOB_COMPLETED" and event["id"] == job["id"]:
                    break
    query = "file?kind=mp4&download=true"
    done = await forge.http.get(f"/api/exports/{job['id']}/{query}", headers=forge.bearer)
    assert done.status_code == 200
    assert "Mine - 0m00s - 9x16.mp4" in done.headers["content-disposition"]
    assert b"ftyp" in done.content[:16]
    square = await forge.http.get(
        f"/api/exports/{job['id']}/{query}&preset=1:1", headers=forge.bearer
    )
    assert "Mine - 0m00s - 1x1.mp4" in square.headers["content-disposition"]
    assert b"ftyp" in square.content[:16]
    assert square.content != done.content
    cuts = await forge.client.get(f"/api/exports/{job['id']}/file", kind="otio")
    assert cuts["OTIO_SCHEMA"] == "Timeline.1"
    xml = await forge.http.get(f"/api/exports/{job['id']}/file?kind=fcpxml", headers=forge.bearer)
    assert xml.text.startswith("<?xml")
    wide = await forge.http.get(
        f"/api/exports/{job['id']}/{query}&preset=16:9", headers=forge.bearer
    )
    assert wide.status_code == 404
    silent = await forge.http.get(f"/api/exports/{job['id']}/file?kind=srt", headers=forge.bearer)
    assert silent.status_code == 404
    assert (await forge.http.delete(url, headers=forge.bearer)).status_code == 204
