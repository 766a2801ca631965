"""Uploads by tus 1.0.0: the protocol, a foreign client, and everything that goes wrong on the way.

Rules of this file: real sockets; ``tuspy`` is the witness that any tus client works; what a full
disk does is done by the operating system (a limit on the size of files).
"""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import httpx
import pytest
import trio

from actors.api import arrivals, upload_folder
from actors.api.server import Limits
from actors.client import Client
from actors.door import occupy
from forge.config import MIB, Settings
from forge.disk import space
from forge.edge import tus
from tests.api.conftest import Running

OFFSET = {"Content-Type": tus.CONTENT_TYPE}


class Tus:
    """Raw tus requests, each header as given."""

    def __init__(self, forge: Running) -> None:
        self.http = forge.http
        self.headers = {**forge.bearer, "Tus-Resumable": "1.0.0"}

    async def create(self, length: int, **more: str) -> str:
        answer = await self.http.post(
            "/api/uploads",
            headers={
                **self.headers,
                "Upload-Length": str(length),
                **{name.replace("_", "-"): value for name, value in more.items()},
            },
        )
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    async def patch(self, where: str, offset: int, content: object) -> httpx.Response:
        headers = {**self.headers, **OFFSET, "Upload-Offset": str(offset)}
        return await self.http.patch(where, content=content, headers=headers)  # type: ignore[arg-type]

    async def offset(self, where: str) -> int:
        answer = await self.http.head(where, headers=self.headers)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])


async def test_the_protocol_in_its_headers(forge: Running) -> None:
    plain = Tus(forge)
    asked = await forge.http.options("/api/uploads", headers=forge.bearer)
    assert asked.status_code == 204
    assert asked.headers["tus-version"] == "1.0.0"
    assert asked.headers["tus-max-size"] == str(forge.system.settings.upload_limit)
    assert {"creation", "creation-with-upload", "termination"} <= set(
        asked.headers["tus-extension"].split(",")
    )
    for version in ({}, {"Tus-Resumable": "0.2.2"}, {"Tus-Resumable": "1.0.1"}):
        old = await forge.http.post(
            "/api/uploads", headers={**forge.bearer, **version, "Upload-Length": "5"}
        )
        assert old.status_code == 412
        assert old.headers["tus-version"] == "1.0.0"
    for odd in ({"Upload-Defer-Length": "1"}, {"Upload-Concat": "partial", "Upload-Length": "5"}):
        refused = await forge.http.post("/api/uploads", headers={**plain.headers, **odd})
        assert refused.json()["error"]["code"] == "unsupported"
    limit = forge.system.settings.upload_limit
    for length, status in ((limit + 1, 413), (0, 422), (-1, 422), ("1e3", 422), ("", 422)):
        refused = await forge.http.post(
            "/api/uploads", headers={**plain.headers, "Upload-Length": str(length)}
        )
        assert refused.status_code == status, length

    metadata = f"filename {base64.b64encode(b'a.mp4').decode()},is_private"
    where = await plain.create(10, Upload_Metadata=metadata)
    head = await forge.http.head(where, headers=plain.headers)
    assert head.headers["upload-metadata"] == metadata
    assert head.headers["cache-control"] == "no-store"
    expires = parsedate_to_datetime(head.headers["upload-expires"]).timestamp()
    data = forge.system.library.uploads / where.rpartition("/")[2] / "data"
    kept = forge.system.settings.keep_days * 86_400
    assert abs(expires - data.stat().st_mtime - kept) < 2
    assert head.headers["tus-resumable"] == "1.0.0"
    assert (head.headers["upload-length"], head.headers["upload-offset"]) == ("10", "0")

    whole = await forge.http.post(
        "/api/uploads",
        content=b"12345",
        headers={**plain.headers, **OFFSET, "Upload-Length": "10"},
    )
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, "5")
    where = whole.headers["location"]
    other = {**plain.headers, **OFFSET, "Upload-Offset": "5", "X-HTTP-Method-Override": "PATCH"}
    rest = await forge.http.post(where, content=b"67890", headers=other)
    assert (rest.status_code, rest.headers["upload-offset"]) == (204, "10")
    ended = {**plain.headers, "X-HTTP-Method-Override": "DELETE"}
    assert (await forge.http.post(where, headers=ended)).status_code == 204
    for method in ("HEAD", "PATCH", "DELETE"):
        headers = {**plain.headers, **OFFSET, "Upload-Offset": "0"}
        gone = await forge.http.request(method, where, headers=headers)
        assert gone.status_code == 404, method


@asynccontextmanager
async def begun(
    forge: Running, where: str, headers: dict[str, str], length: int, sent: bytes
) -> AsyncIterator[trio.SocketStream]:
    """A PATCH whose body stops in the middle."""
    host, _, port = forge.url.removeprefix("http://").partition(":")
    lines = [f"PATCH {where} HTTP/1.1", f"Host: {host}:{port}", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in {**headers, **OFFSET}.items()]
    head = "\r\n".join([*lines, "Upload-Offset: 0", "", ""]).encode()
    async with await trio.open_tcp_stream(host, int(port)) as stream:
        await stream.send_all(head + sent)
        yield stream


async def reached(client: Tus, where: str, offset: int) -> None:
    with trio.fail_after(20):
        while await client.offset(where) < offset:
            pass


async def test_only_one_request_at_a_time_is_at_an_upload(forge: Running) -> None:
    """A second PATCH and an import wait outside; HEAD sees what is safe; DELETE ends the first."""
    plain = Tus(forge)
    where = await plain.create(10)
    async with begun(forge, where, plain.headers, 10, b"12345") as first:
        await reached(plain, where, 5)
        second = await plain.patch(where, 5, b"67890")
        assert (second.status_code, second.json()["error"]["code"]) == (423, "upload_busy")
        body = {"upload_id": where.rpartition("/")[2]}
        early = await forge.http.post("/api/projects", json=body, headers=forge.bearer)
        assert early.json()["error"]["code"] == "upload_busy"
        assert await plain.offset(where) == 5
        assert (await forge.http.delete(where, headers=plain.headers)).status_code == 204
        with trio.fail_after(20):
            assert bytes(await first.receive_some(4096)).startswith(b"HTTP/1.1 404")
    assert list(forge.system.library.uploads.iterdir()) == []


async def test_an_upload_that_became_a_recording_is_not_deleted(forge: Running) -> None:
    plain = Tus(forge)
    where = await plain.create(10)
    assert (await plain.patch(where, 0, b"1234567890")).status_code == 204
    upload_id = where.rpartition("/")[2]
    await forge.client.post("/api/projects", {"upload_id": upload_id, "analyze": False})
    refused = await forge.http.delete(where, headers=plain.headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "upload_in_use")
    assert await plain.offset(where) == 10


async def test_room_is_promised_once(forge: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other uploads have yet to write counts as taken, until they have not moved for long."""
    plain = Tus(forge)
    free = arrivals.shutil.disk_usage(forge.system.library.root).free
    where = await plain.create(free // 2)
    big = {**plain.headers, "Upload-Length": str(free // 2)}
    refused = await forge.http.post("/api/uploads", headers=big)
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
    data = forge.system.library.uploads / where.rpartition("/")[2] / "data"
    old = data.stat().st_mtime - upload_folder.CLAIM_SECONDS - 60
    os.utime(data, (old, old))
    assert (await forge.http.post("/api/uploads", headers=big)).status_code == 201


@pytest.mark.skipif(os.name == "nt", reason="a limit on files is a POSIX matter")
async def test_a_disk_that_refuses_keeps_what_was_written(forge: Running) -> None:
    """The limit on the size of files refuses a write in the middle, as a full disk does."""
    import resource

    plain = Tus(forge)
    where = await plain.create(300_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Beyond the limit the kernel sends SIGXFSZ, which Python ignores from its start.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        refused = await plain.patch(where, 0, b"x" * 300_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.json()["error"]["code"] in ("disk_error", "output_too_large")
    assert await plain.offset(where) == 100_000
    assert (await plain.patch(where, 100_000, b"x" * 200_000)).status_code == 204
    assert await plain.offset(where) == 300_000


async def test_a_disk_that_runs_full_stops_an_upload_in_time(
    forge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Tus(forge)
    where = await plain.create(3 * MIB)
    monkeypatch.setattr(arrivals, "FLUSH_EVERY", 1)
    assert (await plain.patch(where, 0, b"x" * MIB)).status_code == 204
    limits = forge.system.janitor.limits
    forge.system.janitor.limits = space.Limits(min_free=2**62)  # No disk has that much.
    refused = await plain.patch(where, MIB, b"x" * MIB)
    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
    offset = await plain.offset(where)
    assert MIB < offset <= 2 * MIB
    forge.system.janitor.limits = limits
    assert (await plain.patch(where, offset, b"x" * (3 * MIB - offset))).status_code == 204


async def test_more_than_was_announced_is_refused_before_it_is_written(forge: Running) -> None:
    plain = Tus(forge)
    where = await plain.create(10)
    assert (await plain.patch(where, 0, b"x" * 11)).status_code == 413
    assert await plain.offset(where) == 0


async def test_a_folder_that_is_no_upload_harms_nobody(forge: Running) -> None:
    """What a kill in the middle of creating one leaves behind, and what a disk can garble."""
    plain = Tus(forge)
    uploads = forge.system.library.uploads
    for name, meta in (("1" * 8, None), ("2" * 8, ""), ("3" * 8, "[]"), ("4" * 8, '{"length": 1')):
        folder = uploads / f"{name}-1111-1111-1111-111111111111"
        folder.mkdir()
        (folder / "data").touch()
        if meta is not None:
            (folder / "meta.json").write_text(meta, "utf-8")
        asked = await forge.http.head(f"/api/uploads/{folder.name}", headers=plain.headers)
        assert asked.status_code == 404, meta
    assert await plain.create(10)


async def test_an_upload_that_falls_silent_is_cut_and_kept(settings: Settings) -> None:
    limits = Limits(upload_idle=0.05)
    async with (
        occupy(settings, port=0, limits=limits) as (system, url),
        httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
    ):
        token = system.library.secret()
        slow = Running(system, url, token, Client(url, token), http)
        plain = Tus(slow)
        where = await plain.create(10)
        async with begun(slow, where, plain.headers, 10, b"123") as stream:
            with trio.fail_after(20):
                assert bytes(await stream.receive_some(4096)).startswith(b"HTTP/1.1 408")
        assert await plain.offset(where) == 3
