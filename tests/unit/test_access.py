"""How the server may be reached, as rules on values.

Rules of this file: settings and paths in, a decision out; every refusal is one that somebody could
walk into or try on purpose. Links are real links in a temporary folder.
"""

from __future__ import annotations

import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.api.context import Gate
from actors.api.edge import Edge
from forge.config import Settings
from forge.edge import guesses
from forge.edge.access import check_bind, is_model_name, permitted
from forge.edge.guesses import Guesses
from forge.edge.security import allowed_hosts, authority, is_local_client, password_matches
from forge.errors import ForgeError

TLS = {"tls_cert": Path("c.pem"), "tls_key": Path("k.pem")}


@pytest.mark.parametrize(
    ("given_settings", "code"),
    [
        ({"host": "0.0.0.0"}, "host_not_local"),
        ({"host": "::"}, "host_not_local"),
        ({"host": "192.168.1.5", **TLS}, "host_not_local"),
        ({"host": "0.0.0.0", "password": "long enough"}, "host_not_local"),
        ({"host": "studio.example", "password": "long enough"}, "host_not_local"),
        ({"host": "0.0.0.0", **TLS, "password": "short"}, "bad_password"),
        ({"host": "0.0.0.0", **TLS, "password": ""}, "bad_password"),
        ({"host": "0.0.0.0", **TLS, "password_file": "/nowhere/password"}, "bad_password"),
        ({"tls_cert": Path("c.pem")}, "bad_certificate"),
        ({"tls_key": Path("k.pem")}, "bad_certificate"),
        ({"names": ("*",)}, "bad_name"),
        ({"names": ("*.example",)}, "bad_name"),
        ({"names": ("http://studio.example",)}, "bad_name"),
        ({"names": ("studio.example/",)}, "bad_name"),
        ({"names": ("",)}, "bad_name"),
    ],
)
def test_an_unsafe_bind_is_refused(given_settings: dict[str, object], code: str) -> None:
    with pytest.raises(ForgeError) as caught:
        check_bind(Settings(**given_settings))  # type: ignore[arg-type]
    assert caught.value.code == code
    assert caught.value.hint


def test_a_safe_bind_or_a_clear_choice_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse\n", "utf-8")
    assert check_bind(Settings()) is None
    assert check_bind(Settings(host="::1", names=("studio.example:443", "[fd00::1]"))) is None
    assert check_bind(Settings(host="0.0.0.0", insecure_network=True)) is None
    assert check_bind(Settings(host="0.0.0.0", password="long enough", **TLS)) == "long enough"  # type: ignore[arg-type]
    assert check_bind(Settings(host="::", password_file=file, **TLS)) == "correct horse"  # type: ignore[arg-type]


def test_lists_come_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORGE_NAMES", "studio.example, 192.168.1.5:80")
    monkeypatch.setenv("FORGE_ROOTS", os.pathsep.join(["/vods", "/more vods"]))
    monkeypatch.setenv("FORGE_PASSWORD", "correct horse")
    found = Settings()
    assert found.names == ("studio.example", "192.168.1.5:80")
    assert found.roots == (Path("/vods"), Path("/more vods"))
    assert "correct horse" not in repr(found)
    assert found.for_this_machine_only().password is None


def test_a_server_answers_to_its_names_and_to_no_others() -> None:
    hosts = allowed_hosts("0.0.0.0", 8484, ("Studio.example", "proxy.example:443"), tls=True)
    assert {"studio.example:8484", "proxy.example:443", "proxy.example", "localhost:8484"} <= hosts
    assert not {"studio.example", "proxy.example:8484", "192.168.1.5:8484", "*"} & hosts
    assert "studio.example" in allowed_hosts("0.0.0.0", 80, ("studio.example",))
    assert authority("::ffff:192.168.1.5", 1) == "192.168.1.5:1"
    assert authority("fd00::1", 1) == "[fd00::1]:1"


@pytest.mark.parametrize(("port", "tls"), [(80, False), (443, True)])
async def test_on_a_default_port_browsers_leave_it_out_of_addresses_too(
    port: int, tls: bool
) -> None:
    """Such a port is not ours to bind here, so this is a request as Hypercorn hands it over."""
    hosts = allowed_hosts("0.0.0.0", port, tls=tls)
    statuses: list[int] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    edge = Edge(inside, Gate("secret", None, hosts, port, tls))
    for host in (b"192.168.1.5", b"192.168.1.5:%d" % port, b"192.168.1.6"):
        scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": [(b"host", host)]}
        await edge({**scope, "server": ("192.168.1.5", port)}, trio.sleep_forever, send)
    assert [status for status in statuses if status] == [200, 200, 403]


@pytest.mark.parametrize(
    ("address", "headers", "local"),
    [
        ("127.0.0.1", (), True),
        ("127.9.9.9", ("host", "accept"), True),
        ("::1", (), True),
        ("::ffff:127.0.0.1", (), True),
        ("::ffff:192.168.1.5", (), False),
        ("192.168.1.5", (), False),
        ("0.0.0.0", (), False),
        ("", (), False),
        (None, (), False),
        ("127.0.0.1", ("x-forwarded-for",), False),
        ("127.0.0.1", ("forwarded",), False),
        ("::1", ("via",), False),
        ("127.0.0.1", ("x-real-ip",), False),
    ],
)
def test_who_is_local(address: str | None, headers: tuple[str, ...], local: bool) -> None:
    assert is_local_client(address, headers) is local


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_path_that_leads_out_of_the_roots_is_refused(tmp_path: Path) -> None:
    root, other = tmp_path / "vods", tmp_path / "vods-of-others"
    for folder in (root / "deep", other):
        folder.mkdir(parents=True)
    inside, outside = root / "deep" / "vod.mp4", other / "vod.mp4"
    inside.touch()
    outside.touch()
    (root / "out").symlink_to(other)
    (root / "out.mp4").symlink_to(outside)
    (root / "again.mp4").symlink_to(inside)
    (tmp_path / "alias").symlink_to(root)
    roots = [tmp_path / "alias"]

    assert permitted(inside, roots) == inside
    assert permitted(root / "again.mp4", roots) == inside
    assert permitted(tmp_path / "alias" / "deep" / "vod.mp4", roots) == inside
    assert permitted(root / "missing.mp4", roots) == root / "missing.mp4"
    for path in (
        outside,
        root / "out" / "vod.mp4",
        root / "out.mp4",
        root / "deep" / ".." / ".." / "vods-of-others" / "vod.mp4",
        root / "out" / ".." / "secret",
        Path(f"{root}/x\0y"),
        Path(f"{root}-of-others/vod.mp4"),
        Path("vods/deep/vod.mp4"),
        Path("/proc/self/root/etc/passwd"),
        Path("/"),
    ):
        with pytest.raises(ForgeError) as caught:
            permitted(path, roots)
        assert caught.value.code == "path_not_allowed", path
        assert str(path) not in str(caught.value)
    with pytest.raises(ForgeError):
        permitted(inside, [])


@pytest.mark.parametrize("name", ["tiny.en", "large-v3", "Systran/faster-whisper-base"])
def test_names_of_models(name: str) -> None:
    assert is_model_name(name)


@pytest.mark.parametrize("path", ["/models/x", "../x", "x/../y", "~/x", "a/b/c", "", ".", "a/.."])
def test_paths_are_no_names_of_models(path: str) -> None:
    assert not is_model_name(path)


@given(st.text(), st.text())
def test_only_the_password_is_the_password(shown: str, password: str) -> None:
    assert password_matches(shown, password) is (shown == password)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2"]), st.integers(0, 90)
        ),
        max_size=60,
    )
)
@settings(max_examples=50)
def test_guessing_is_bounded_and_waiting_ends(tries: list[tuple[str, int]]) -> None:
    """However the tries are spread, no address gets more than its share in any window."""
    counted, now = Guesses(), 0
    looked_at: list[tuple[int, str]] = []
    for address, pause in tries:
        now += pause
        wait = counted.wait(address, now)
        assert 0 <= wait <= guesses.WINDOW
        if wait == 0:
            counted.wrong(address, now)
            looked_at.append((now, "fd00" if ":" in address else address))
        else:  # Of a copy: the time that is told must never go back.
            assert deepcopy(counted).wait(address, now + wait) == 0
    for start, _ in looked_at:
        window = [who for at, who in looked_at if start <= at < start + guesses.WINDOW]
        assert len(window) <= guesses.LIMIT_IN_ALL
        assert all(window.count(who) <= guesses.LIMIT_PER_ADDRESS for who in window)


def test_many_addresses_together_have_to_wait_too() -> None:
    counted = Guesses()
    for number in range(guesses.LIMIT_IN_ALL):
        assert counted.wait(f"10.0.0.{number}", 0.0) == 0
        counted.wrong(f"10.0.0.{number}", 0.0)
    assert counted.wait("10.0.1.1", 1.0) == guesses.WINDOW - 1.0
    assert counted.wait("10.0.1.1", guesses.WINDOW) == 0
