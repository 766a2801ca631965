"""Uploads by other people's clients, over lines that break and to servers that die.

Rules of this file: ``tuspy`` is the witness that any tus client works; the server that is killed
is a real process.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import trio
import tusclient.client

from forge.config import MIB
from forge.edge import tus
from tests.api.conftest import Running, process

OFFSET = {"Content-Type": tus.CONTENT_TYPE}


async def test_any_tus_client_can_upload_and_resume(forge: Running, tmp_path: Path) -> None:
    """tuspy sends a piece, forgets everything, and resumes from the URL alone."""
    content = random.Random(7).randbytes(300_000)
    file = tmp_path / "stream [1].mp4"
    file.write_bytes(content)

    def send() -> str:
        client = tusclient.client.TusClient(f"{forge.url}/api/uploads", headers=forge.bearer)
        named = {"filename": file.name}
        with file.open("rb") as stream:
            first = client.uploader(file_stream=stream, chunk_size=100_000, metadata=named)
            first.upload_chunk()
            again = client.uploader(file_stream=stream, chunk_size=100_000, url=first.url)
            assert again.offset == 100_000
            again.upload()
        return str(first.url)

    url = await trio.to_thread.run_sync(send)
    made = await forge.client.post(
        "/api/projects", {"upload_id": url.rpartition("/")[2], "analyze": False}
    )
    assert made["vod"]["name"] == file.name
    assert Path(made["vod"]["path"]).read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX matter")
def test_an_upload_outlives_cut_connections_and_a_killed_server(tmp_path: Path) -> None:
    """What the server said it has is there after each interruption, and the end is byte-equal."""
    content = random.Random(11).randbytes(6 * MIB)
    data = tmp_path / "data"

    def cut(start: int) -> Iterator[bytes]:
        yield content[start : start + MIB + 12_345]
        raise ConnectionAbortedError

    def send(http: httpx.Client, where: str, offset: int, body: object) -> httpx.Response:
        headers = {**OFFSET, "Upload-Offset": str(offset)}
        return http.patch(where, content=body, headers=headers)  # type: ignore[arg-type]

    acknowledged = 0
    with process(data, end=signal.SIGKILL) as http:
        size = {"Upload-Length": str(len(content))}
        where = http.post("/api/uploads", headers=size).headers["location"]
        cuts = 0
        while cuts < 3:
            offset = int(http.head(where).headers["upload-offset"])
            assert offset >= acknowledged
            # Refused at once while the server has not noticed the cut before this one.
            cuts += offset > acknowledged
            acknowledged = offset
            with suppress(ConnectionAbortedError, httpx.TransportError):
                send(http, where, offset, cut(offset))
    assert 0 < acknowledged < len(content)
    with process(data, end=signal.SIGINT) as http:
        offset = int(http.head(where).headers["upload-offset"])
        assert offset >= acknowledged
        assert send(http, where, offset, content[offset:]).status_code == 204
    stored = (data / "uploads" / where.rpartition("/")[2] / "data").read_bytes()
    assert hashlib.sha256(stored).digest() == hashlib.sha256(content).digest()
