"""Requests that nobody thought of: made from the OpenAPI document, and from what headers may hold.

Rules of this file: one real server for all, with one real recording in it; the same examples in
every run; no request may end in a fault of the server, and every answer is one that the document
tells of.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from forge.edge import tus
from forge.library import Library
from forge.media.ffmpeg import binary
from tests.api.conftest import process

ROOT = Path(__file__).parents[2]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_path(ROOT / "web" / "openapi.json")


@dataclass(frozen=True)
class Server:
    http: httpx.Client
    base_url: str
    headers: dict[str, str]
    media: str
    content: memoryview
    """A view, so that hypothesis does not print it whole."""
    etag: str
    ids: dict[str, str]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("fuzz")
    video = folder / "vod.mp4"
    source = "testsrc2=size=320x180:rate=30:duration=2"
    subprocess.run([binary(), "-v", "error", "-f", "lavfi", "-i", source, str(video)], check=True)
    data = folder / "data"
    # A small limit: what a disk has room for is another machine's business.
    with process(data, end=signal.SIGINT, FORGE_UPLOAD_LIMIT="1000000") as http:
        made = http.post("/api/projects", json={"path": str(video), "analyze": False}).json()
        vod, job = made["vod"]["id"], made["jobs"][0]["id"]
        ended = False
        while not ended:
            ended = http.get(f"/api/jobs/{job}").json()["status"] == "completed"
        project = made["project"]["id"]
        clip = http.post(f"/api/projects/{project}/clips", json={"start": 0, "end": 1}).json()
        media = f"/media/{vod}/proxy.mp4"
        whole = http.get(media)
        yield Server(
            http,
            str(http.base_url).rstrip("/"),
            {"Authorization": f"Bearer {Library(data).secret()}"},
            media,
            memoryview(whole.content),
            whole.headers["etag"],
            {"project_id": project, "vod_id": vod, "job_id": job, "clip_id": clip["id"]},
        )


@schema.parametrize()
@hypothesis.settings(
    max_examples=5, suppress_health_check=list(hypothesis.HealthCheck), deadline=None
)
def test_every_answer_is_one_that_the_document_tells_of(
    case: schemathesis.Case, server: Server
) -> None:
    """Made-up ids are exchanged for ones that exist, except where something would be deleted."""
    for name, value in server.ids.items():
        if name in (case.path_parameters or {}) and case.method != "DELETE":
            case.path_parameters[name] = value
    case.call_and_validate(base_url=server.base_url, headers=server.headers, checks=CHECKS)


#: Anything that may stand in a header.
LINE = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=40
).map(str.strip)
NUMBER = st.integers(0, 200_000) | st.integers(0, 10**30)
SPAN = st.builds("{}-{}".format, NUMBER, NUMBER | st.just("")) | st.builds("-{}".format, NUMBER)
RANGE = st.one_of(
    SPAN.map("bytes={}".format),
    st.lists(SPAN, max_size=4).map(lambda spans: "bytes=" + ",".join(spans)),
    st.tuples(st.sampled_from(["bytes", "Bytes", "bits", ""]), LINE).map("=".join),
    LINE,
)


def strict(asked: str, size: int) -> slice | None:
    """What RFC 9110 makes of one well-formed range; None when it may be answered in full."""
    unit, _, span = asked.partition("=")
    first, dash, last = span.partition("-")
    numbers = [part for part in (first, last) if part]
    if unit != "bytes" or not dash or not numbers:
        return None
    if not all(part.isascii() and part.isdigit() for part in numbers):
        return None
    if not first:
        return slice(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return slice(int(first), min(size, int(last) + 1) if last else size)


@given(asked=RANGE, condition=st.none() | LINE | st.sampled_from(["ETAG", "W/ETAG", '"other"']))
@hypothesis.settings(max_examples=150)
def test_a_part_is_always_the_part_that_was_asked_for(
    server: Server, asked: str, condition: str | None
) -> None:
    headers = {"Range": asked.encode("latin1")}
    if condition is not None:
        headers["If-Range"] = condition.replace("ETAG", server.etag).encode("latin1")
    answer = server.http.get(server.media, headers=headers)
    size = len(server.content)
    if answer.status_code == 206:
        unit, _, rest = answer.headers["content-range"].partition(" ")
        span, _, total = rest.partition("/")
        start, _, end = span.partition("-")
        assert (unit, int(total)) == ("bytes", size)
        assert answer.content == server.content[int(start) : int(end) + 1]
        assert len(answer.content) == int(end) - int(start) + 1 > 0
        assert condition in (None, "ETAG", server.etag)
        wanted = strict(asked, size)
        assert wanted is None or server.content[wanted] == answer.content
    elif answer.status_code == 416:
        assert answer.headers["content-range"] == f"bytes */{size}"
        wanted = strict(asked, size)
        assert wanted is None or wanted.start >= wanted.stop
    else:
        assert answer.status_code == 200
        assert answer.content == server.content


@given(
    length=st.integers(0, 50).map(str) | NUMBER.map(str) | LINE,
    offset=st.integers(0, 60).map(str) | LINE,
    metadata=LINE,
    version=st.just(tus.VERSION) | LINE,
    kind=st.just(tus.CONTENT_TYPE) | LINE,
    body=st.binary(max_size=60),
)
@hypothesis.settings(max_examples=150)
def test_whatever_tus_headers_say_the_offset_is_what_was_taken(
    server: Server, length: str, offset: str, metadata: str, version: str, kind: str, body: bytes
) -> None:
    said = {"Upload-Length": length, "Upload-Metadata": metadata, "Tus-Resumable": version}
    created = server.http.post(
        "/api/uploads", headers={name: text.encode("latin1") for name, text in said.items()}
    )
    assert created.status_code in (201, 412, 413, 422)
    assert created.headers["tus-resumable"] == tus.VERSION
    if created.status_code != 201:
        return
    where = created.headers["location"]
    said = {"Upload-Offset": offset, "Content-Type": kind}
    sent = server.http.patch(
        where, content=body, headers={name: text.encode("latin1") for name, text in said.items()}
    )
    assert sent.status_code in (204, 409, 413, 415, 422)
    head = server.http.head(where)
    taken = int(head.headers["upload-offset"])
    assert taken == (len(body) if sent.status_code == 204 else 0)
    assert taken <= int(head.headers["upload-length"]) == int(length)
    assert server.http.delete(where).status_code == 204
