"""The edge as a list of attacks, each with its refusal, over a real socket.

Rules of this file: localhost and port 0; every request is one that a web page, a script or a
mistaken client can send; nothing is mocked.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import trio
import trio_websocket

from tests.api.conftest import Running


async def raw(forge: Running, request: bytes) -> bytes:
    """The beginning of the answer to bytes that no proper client would send."""
    host, port = forge.url.removeprefix("http://").split(":")
    with trio.fail_after(20):
        async with await trio.open_tcp_stream(host, int(port)) as stream:
            with suppress(trio.BrokenResourceError):  # Refused before all of it was sent.
                await stream.send_all(request)
            return bytes(await stream.receive_some(4096))


async def test_the_health_check_needs_no_token_and_carries_the_security_headers(
    forge: Running,
) -> None:
    answer = await forge.http.get("/healthz")
    assert answer.json() == {"status": "ok"}
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/api/projects", "/api/jobs", "/openapi.json", "/media/x/proxy.mp4", "/api/uploads/x"]
)
async def test_without_a_token_there_is_nothing(forge: Running, path: str) -> None:
    answer = await forge.http.get(path)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic dG9rZW4="},
        {"Cookie": "forge_session_PORT=wrong"},
        {"Cookie": 'forge_session_PORT="'},
        {"X-Token": "TOKEN"},
        {"Cookie": "forge_session_PORT=TOKEN"},
    ],
)
async def test_a_token_in_the_wrong_place_or_form_is_none(
    forge: Running, headers: dict[str, str]
) -> None:
    port = forge.url.rpartition(":")[2]
    shown = {
        name: value.replace("TOKEN", forge.token).replace("PORT", port)
        for name, value in headers.items()
    }
    assert (await forge.http.get("/api/projects", headers=shown)).status_code == 401


async def test_a_token_in_the_query_is_none(forge: Running) -> None:
    answer = await forge.http.get("/api/projects", params={"token": forge.token})
    assert answer.status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1", "0.0.0.0"])
async def test_a_foreign_host_is_refused_even_with_the_token(forge: Running, host: str) -> None:
    answer = await forge.http.get("/api/projects", headers={**forge.bearer, "Host": host})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "bad_host"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_origin_is_refused_even_with_the_token(forge: Running, origin: str) -> None:
    answer = await forge.http.get("/api/projects", headers={**forge.bearer, "Origin": origin})
    assert answer.json()["error"]["code"] == "bad_origin"


async def test_another_site_can_not_even_load_a_picture(forge: Running) -> None:
    headers = {**forge.bearer, "Sec-Fetch-Site": "cross-site"}
    assert (await forge.http.get("/api/projects", headers=headers)).status_code == 403


async def test_a_browser_session_needs_the_guard_header_to_change_anything(
    forge: Running,
) -> None:
    started = await forge.http.post("/api/session", headers=forge.bearer)
    assert started.status_code == 204
    cookie = started.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert forge.token not in cookie
    assert (await forge.http.get("/api/session")).json() == {"authenticated": True}
    body = {"path": "/nowhere.mp4"}
    bare = await forge.http.post("/api/projects", json=body)
    assert bare.json()["error"]["code"] == "missing_header"
    guarded = await forge.http.post("/api/projects", json=body, headers={"X-Forge": "1"})
    assert guarded.json()["error"]["code"] == "no_such_file"


async def test_cookies_of_other_programs_do_not_hide_the_session(forge: Running) -> None:
    """Browsers share the cookies of localhost between all ports, whoever set them."""
    started = await forge.http.post("/api/session", headers=forge.bearer)
    session = started.headers["set-cookie"].split(";")[0]
    forge.http.cookies.clear()
    for foreign in ('a={"theme": "dark", "tabs": [1]}', "a b=c d", "=", 'x="', "x=\xe9"):
        headers = [(b"Cookie", f"{foreign}; {session}".encode("latin1"))]
        assert (await forge.http.get("/api/session", headers=headers)).status_code == 200, foreign


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "Bearer wrong")],
        [("Authorization", "Bearer TOKEN"), ("Origin", "https://evil.example")],
        [("Cookie", "COOKIE")],
        [("Cookie", "COOKIE"), ("Origin", "https://evil.example")],
    ],
)
async def test_a_websocket_is_guarded_like_a_request(
    forge: Running, headers: list[tuple[str, str]]
) -> None:
    started = await forge.http.post("/api/session", headers=forge.bearer)
    cookie = started.headers["set-cookie"].split(";")[0]
    lines = [
        f"{name}: {value}".replace("TOKEN", forge.token).replace("COOKIE", cookie)
        for name, value in headers
    ]
    upgrade = ["GET /ws HTTP/1.1", f"Host: {forge.url.removeprefix('http://')}"]
    upgrade += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    upgrade += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *lines]
    answer = await raw(forge, "\r\n".join([*upgrade, "", ""]).encode())
    assert answer.startswith(b"HTTP/1.1 403")


async def test_a_websocket_of_our_own_page_is_let_in(forge: Running) -> None:
    started = await forge.http.post("/api/session", headers=forge.bearer)
    cookie = started.headers["set-cookie"].split(";")[0]
    headers = [(b"Cookie", cookie.encode()), (b"Origin", forge.url.encode())]
    async with trio_websocket.open_websocket_url(
        forge.url.replace("http", "ws") + "/ws", extra_headers=headers
    ) as socket:
        assert '"HELLO"' in await socket.get_message()


@pytest.mark.parametrize(
    "path",
    [
        "/api/projects/..%2f..%2fetc",
        "/api/projects/nobody",
        "/api/projects/11111111-1111-1111-1111-111111111111",
        "/api/jobs/{}",
        "/api/clips/%00",
        "/media/11111111-1111-1111-1111-111111111111/..%2f..%2ftoken",
        "/media/../token",
        "/assets/..%2f..%2f__init__.py",
        "/assets/../../__main__.py",
        "/api/uploads/..%2f..",
        "/api/exports/x/file",
        "/nothing",
    ],
)
async def test_paths_that_lead_nowhere_end_in_404(forge: Running, path: str) -> None:
    answer = await forge.http.get(path, headers=forge.bearer)
    assert answer.status_code in (404, 405)
    assert "error" in answer.json()


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_refused(forge: Running, chunked: bool) -> None:
    size = 4 * 1024 * 1024
    head = ["POST /api/projects HTTP/1.1", f"Host: {forge.url.removeprefix('http://')}"]
    head += [f"Authorization: Bearer {forge.token}", "Content-Type: application/json"]
    head.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}")
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (size, b" " * size) if chunked else b" " * size
    answer = await raw(forge, "\r\n".join([*head, "", ""]).encode() + body)
    assert answer.startswith(b"HTTP/1.1 413")


async def test_numbers_and_texts_that_nothing_can_hold_are_refused(
    forge: Running, text_named_mp4: Path
) -> None:
    """What JSON's grammar lets through, but a database, a clock or a browser does not."""
    headers = {**forge.bearer, "Content-Type": "application/json", "If-Match": "1"}
    lone = b'"\\ud800"'
    made = await forge.client.post("/api/projects", {"path": str(text_named_mp4)})
    clips = f"/api/projects/{made['project']['id']}/clips"
    for path, body in (
        (clips, b'{"start": NaN, "end": NaN}'),
        (clips, b'{"start": 0, "end": Infinity}'),
        (clips, b'{"start": 0, "end": 1e999}'),
        (clips, b'{"start": 0, "end": 1' + b"0" * 5000 + b"}"),
        (clips, b'{"start": 0, "end": 1, "title": ' + lone + b"}"),
        ("/api/projects", b'{"path": ' + lone + b"}"),
        ("/api/projects", b'{"path": "/\\u0000"}'),
        ("/api/projects", b'{"upload_id": ' + lone + b"}"),
        ("/api/jobs", b'{"type": "ingest", "project_id": ' + lone + b"}"),
        ("/api/projects", b"[" * 500_000),
        ("/api/projects", b'{"path":' * 100_000),
    ):
        answer = await forge.http.post(path, content=body, headers=headers)
        assert answer.status_code in (400, 422), (path, body[:60])
        assert answer.json()["error"]["message"]
    for path in (
        f"/api/jobs?project_id=%ED%A0%80&status={'9' * 5000}",
        "/api/jobs?project_id=%ff",
        "/api/jobs?type=%00",
    ):
        answer = await forge.http.get(path, headers=forge.bearer)
        assert answer.status_code in (200, 400, 422), path
    clip = (await forge.client.post(clips, {"start": 0, "end": 1}))["id"]
    for rev in ("9" * 30, "-1", "1" * 5000, "\u0661".encode(), "1e3", "W/1", ""):
        stale = {**forge.bearer, "If-Match": rev}
        answer = await forge.http.patch(f"/api/clips/{clip}", json={"title": "x"}, headers=stale)
        assert answer.status_code in (409, 422), rev
    for since in ("9" * 30, "-" + "9" * 30, "x", ""):
        url = forge.url.replace("http", "ws") + f"/ws?since={since}"
        headers = [(b"Authorization", f"Bearer {forge.token}".encode())]
        async with trio_websocket.open_websocket_url(url, extra_headers=headers) as socket:
            assert '"HELLO"' in await socket.get_message()
            if since.strip("-9") == "" and since:
                assert '"RESYNC"' in await socket.get_message()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"path": 1}', b'{"path": "/x", "extra": 1}', b"\xff"]
)
async def test_a_body_that_makes_no_sense_is_one_clear_error(forge: Running, body: bytes) -> None:
    headers = {**forge.bearer, "Content-Type": "application/json"}
    answer = await forge.http.post("/api/projects", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["message"]
