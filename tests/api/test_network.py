"""FORGE beyond loopback: TLS, a password, names, and what another machine may import.

Rules of this file: real sockets and a certificate made here; "another machine" is a request with
a forwarding header, or one over an address of this machine that is not loopback.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import trio
import trustme

from actors.client import Client
from actors.door import occupy, server_note
from actors.running import beyond_this_machine
from actors.system import System
from forge.config import Settings
from forge.errors import ForgeError

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Studio:
    system: System
    url: str
    http: httpx.AsyncClient
    roots: Path

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.system.library.secret()}"}


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """On all addresses, with TLS, a password, a name and a root."""
    authority = trustme.CA()
    made = authority.issue_cert("studio.example")
    cert, key, password = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "password"
    cert.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
    key.write_bytes(made.private_key_pem.bytes())
    password.write_text(f"{PASSWORD}\n", "utf-8")
    roots = tmp_path / "vods"
    roots.mkdir()
    settings = Settings(
        data=tmp_path / "data",
        host="0.0.0.0",
        names=("studio.example",),
        roots=(roots,),
        tls_cert=cert,
        tls_key=key,
        password_file=password,
    )
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    trust.check_hostname = False  # It is reached by its address here.
    async with (
        occupy(settings, port=0) as (system, url),
        httpx.AsyncClient(base_url=url, verify=trust, timeout=30, trust_env=False) as http,
    ):
        yield Studio(system, url, http, roots)


async def test_a_person_signs_in_with_the_password_over_tls(studio: Studio) -> None:
    asked = await studio.http.get("/api/session")
    assert (asked.status_code, asked.json()["error"]["code"]) == (401, "password_needed")
    guard = {"X-Forge": "1"}
    unguarded = await studio.http.post("/api/session", json={"password": PASSWORD})
    assert unguarded.json()["error"]["code"] == "missing_header"
    foreign = {**guard, "Origin": "https://evil.example"}
    from_afar = await studio.http.post("/api/session", json={"password": PASSWORD}, headers=foreign)
    assert from_afar.json()["error"]["code"] == "bad_origin"
    for wrong in ({"password": "wrong"}, {"password": None}, {}, [], "text"):
        refused = await studio.http.post("/api/session", json=wrong, headers=guard)
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "wrong_password")
        assert "set-cookie" not in refused.headers
    # Five were wrong: now even the right one has to wait. The token is no guess.
    late = await studio.http.post("/api/session", json={"password": PASSWORD}, headers=guard)
    assert (late.status_code, late.json()["error"]["code"]) == (429, "too_many_guesses")
    by_token = await studio.http.post("/api/session", headers=studio.bearer)
    assert by_token.status_code == 204


async def test_a_session_is_secure_and_opens_everything(studio: Studio) -> None:
    opened = await studio.http.post(
        "/api/session", json={"password": PASSWORD}, headers={"X-Forge": "1"}
    )
    assert opened.status_code == 204
    cookie = opened.headers["set-cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= {part.strip() for part in cookie.split(";")}
    assert PASSWORD not in cookie
    assert (await studio.http.get("/api/projects")).json() == {"projects": []}
    name = f"studio.example:{studio.url.rpartition(':')[2]}"
    named = {"Host": name, "Origin": f"https://{name}", "Cookie": cookie.split(";")[0]}
    assert (await studio.http.get("/api/projects", headers=named)).status_code == 200
    for host in ("evil.example", f"evil.example:{name.rpartition(':')[2]}", "0.0.0.0", "*"):
        answer = await studio.http.get("/api/projects", headers={**named, "Host": host})
        assert answer.json()["error"]["code"] == "bad_host"


async def test_commands_on_this_machine_reach_it_and_trust_its_certificate_only(
    studio: Studio, tmp_path: Path
) -> None:
    """Over HTTPS and over a WebSocket, by what the server's own note says."""
    note = server_note(studio.system.library)
    assert note is not None
    secret = studio.system.library.secret()
    async with Client.connect(note["url"], secret, note["certificate"]) as client:
        assert (await client.get("/api/system"))["version"]
        async with client.events() as events:
            assert (await anext(events))["type"] == "HELLO"
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    async with Client.connect(note["url"], secret, str(other)) as stranger:
        with pytest.raises(ForgeError, match="does not answer"):
            await stranger.get("/api/system")


async def test_plain_http_on_the_tls_port_gets_nothing(studio: Studio) -> None:
    port = int(studio.url.rpartition(":")[2])
    with trio.fail_after(20):
        async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
            await stream.send_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = bytearray()
            try:
                while piece := await stream.receive_some(4096):
                    answer += piece
            except trio.BrokenResourceError:
                pass
    assert b"HTTP" not in answer
    assert (await studio.http.get("/healthz")).status_code == 200


async def test_another_machine_imports_only_from_the_roots(studio: Studio, tmp_path: Path) -> None:
    inside, outside = studio.roots / "vod.mp4", tmp_path / "vod.mp4"
    inside.write_text("not really a video")
    outside.write_text("not really a video either")
    (studio.roots / "link.mp4").symlink_to(outside)
    chat = tmp_path / "chat.csv"
    chat.write_text("time,user,message\n1,a,b\n")
    remote = {**studio.bearer, "X-Forwarded-For": "192.168.1.9"}

    async def code(path: Path, headers: dict[str, str], **more: object) -> str:
        body = {"path": str(path), "analyze": False, **more}
        answer = await studio.http.post("/api/projects", json=body, headers=headers)
        return "" if answer.status_code == 201 else str(answer.json()["error"]["code"])

    assert await code(outside, remote) == "path_not_allowed"
    assert await code(studio.roots / "link.mp4", remote) == "path_not_allowed"
    assert await code(tmp_path / "missing.mp4", remote) == "path_not_allowed"
    assert await code(studio.roots / "missing.mp4", remote) == "no_such_file"
    assert await code(inside, remote, chat=str(chat)) == "path_not_allowed"
    assert await code(inside, remote) == ""
    assert await code(outside, {**studio.bearer, "Forwarded": "for=127.0.0.1"}) != ""
    assert await code(outside, studio.bearer, chat=str(chat)) == ""


async def test_an_address_of_this_machine_is_a_name_of_it_and_no_loopback(
    studio: Studio, tmp_path: Path
) -> None:
    address = _own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    port = studio.url.rpartition(":")[2]
    video = tmp_path / "vod.mp4"
    video.write_text("not really a video")
    answer = await studio.http.post(
        f"https://{address}:{port}/api/projects",
        json={"path": str(video)},
        headers=studio.bearer,
    )
    assert answer.json()["error"]["code"] == "path_not_allowed"
    elsewhere = {**studio.bearer, "Host": f"{address}:{port}"}
    refused = await studio.http.get("/api/projects", headers=elsewhere)
    assert refused.json()["error"]["code"] == "bad_host"


def _own_address() -> str | None:
    import psutil

    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family.name == "AF_INET" and not one.address.startswith("127."):
                return str(one.address)
    return None


async def test_a_certificate_that_cannot_be_used_is_one_clear_error(tmp_path: Path) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    settings = Settings(data=tmp_path / "data", tls_cert=junk, tls_key=junk)
    with pytest.raises(ForgeError) as caught:
        async with occupy(settings, port=0):
            raise AssertionError("it started")
    assert caught.value.code == "bad_certificate"


def test_what_is_said_at_the_start_names_the_ways_in_and_no_secret() -> None:
    url = "https://127.0.0.1:8484"
    assert beyond_this_machine(Settings(), "http://127.0.0.1:8484") == []
    open_wide = Settings(host="0.0.0.0", insecure_network=True)
    assert any("Not encrypted" in line for line in beyond_this_machine(open_wide, url))
    named = Settings(host="0.0.0.0", names=("a.example", "b.example:443"), password=PASSWORD)  # type: ignore[arg-type]
    lines = beyond_this_machine(named, url)
    assert "From elsewhere: https://a.example:8484" in lines
    assert "From elsewhere: https://b.example:443" in lines
    assert PASSWORD not in "".join(lines)
