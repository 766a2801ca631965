"""Packed answers: fewer bytes for who takes them, the same content for everyone.

Rules of this file: the server is real, the files lie in its library as a step leaves them; what is
packed is unpacked by the client's own library and compared with the bytes on the disk.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from uuid import uuid4

import pytest
from seeding import add_recording

from actors.api.packing import KEPT, Packed
from forge.store import steps
from tests.api.conftest import Running

KEY = "cd" * 16
SCENES = json.dumps({"cuts": [place * 4.8 for place in range(3000)]})
PLAIN = {"Accept-Encoding": "identity"}
GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Report:
    url: str
    content: bytes


@pytest.fixture
async def report(forge: Running) -> Report:
    """A recording with 3,000 cuts."""
    project_id, vod_id = str(uuid4()), str(uuid4())
    staged = forge.system.library.stage(str(uuid4()), "scene_detect", 1)
    (staged / "scenes.json").write_text(SCENES, "utf-8")
    files = forge.system.library.commit(staged, KEY, ["scenes.json"])

    def add(db: sqlite3.Connection) -> None:
        add_recording(db, vod_id, project_id=project_id)
        steps.put_outcome(db, vod_id, "scene_detect", KEY, files, "", 0.0)

    await forge.system.ledger.run(add)
    return Report(f"/api/projects/{project_id}/scenes", SCENES.encode())


async def test_a_report_comes_packed_and_is_the_same(forge: Running, report: Report) -> None:
    plain = await forge.http.get(report.url, headers={**forge.bearer, **PLAIN})
    packed = await forge.http.get(report.url, headers={**forge.bearer, **GZIP})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) * 2 < len(report.content)
    assert packed.content == plain.content == report.content
    # A cache in between keeps the two apart.
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]


async def test_what_a_client_has_already_is_not_sent_again(forge: Running, report: Report) -> None:
    for accepts in (PLAIN, GZIP):
        headers = {**forge.bearer, **accepts}
        first = await forge.http.get(report.url, headers=headers)
        headers["If-None-Match"] = first.headers["etag"]
        again = await forge.http.get(report.url, headers=headers)
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]


async def test_a_part_is_always_of_the_plain_file(forge: Running, report: Report) -> None:
    headers = {**forge.bearer, **GZIP, "Range": "bytes=10-19"}
    part = await forge.http.get(report.url, headers=headers)
    assert part.status_code == 206
    assert "content-encoding" not in part.headers
    assert part.content == report.content[10:20]


async def test_lists_are_packed_too_and_small_answers_are_not(forge: Running) -> None:
    large = await forge.http.get("/openapi.json", headers={**forge.bearer, **GZIP})
    assert large.headers["content-encoding"] == "gzip"
    assert large.json()["openapi"]
    plain = await forge.http.get("/openapi.json", headers={**forge.bearer, **PLAIN})
    assert plain.content == large.content
    small = await forge.http.get("/api/projects", headers={**forge.bearer, **GZIP})
    assert "content-encoding" not in small.headers
    refused = await forge.http.get("/api/projects", headers=GZIP)
    assert refused.status_code == 401


def test_what_is_kept_is_bounded() -> None:
    packed = Packed()
    third = bytes(KEPT // 3)
    for name in ("a", "b", "c"):
        packed.put(name, third)
    assert packed.get("a") is not None  # Used: now "b" is the one that was used longest ago.
    packed.put("d", third)
    assert packed.get("b") is None
    assert packed.get("a") is not None
    packed.put("huge", bytes(KEPT + 1))
    assert packed.get("huge") is None
