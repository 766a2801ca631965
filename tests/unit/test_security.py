"""Who may talk to the server, as a table of attacks.

Rules of this file: rules on strings only; every line is something that was tried on a local
server somewhere.
"""

from __future__ import annotations

import pytest

from forge.edge import security

HOSTS = security.allowed_hosts("127.0.0.1", 8484)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "evil.example",
        "evil.example:8484",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1.evil.example:8484",
        "localhost.evil.example:8484",
        "127.0.0.1:8484.evil.example",
        "127.0.0.1:8484@evil.example",
        "[::ffff:127.0.0.1]:8484",
    ],
)
def test_foreign_hosts_are_refused(header: str | None) -> None:
    assert not security.host_allowed(header, HOSTS)


@pytest.mark.parametrize(
    "header", ["127.0.0.1:8484", "localhost:8484", "LOCALHOST:8484", "[::1]:8484"]
)
def test_our_own_hosts_are_let_in(header: str) -> None:
    assert security.host_allowed(header, HOSTS)


@pytest.mark.parametrize(
    "header",
    [
        "null",
        "",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:8485",
        "http://localhost:8484.evil.example",
        "http://127.0.0.1:8484/page",
        "file://127.0.0.1:8484",
        "chrome-extension://127.0.0.1:8484",
        "http://127.0.0.1:8484?page",
        "//127.0.0.1:8484",
        "http://evil@127.0.0.1:8484",
        # What no parser takes is foreign, and no fault of ours.
        "http://[",
        "http://[::1",
    ],
)
def test_foreign_origins_are_refused(header: str) -> None:
    assert not security.origin_allowed(header, HOSTS)


def test_our_own_origin_and_none_are_let_in() -> None:
    assert security.origin_allowed(None, HOSTS)
    assert security.origin_allowed("http://127.0.0.1:8484", HOSTS)


@pytest.mark.parametrize("shown", [None, "", "wrong", "secre", "secret ", "sécret"])
def test_wrong_tokens_do_not_match(shown: str | None) -> None:
    assert not security.token_matches(shown, "secret")


def test_the_right_token_matches_and_the_cookie_is_not_the_token() -> None:
    assert security.token_matches("secret", "secret")
    assert security.session_value("secret") != "secret"
    assert security.session_value("secret") == security.session_value("secret")


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer abc", "abc"),
        ("Basic abc", None),
        ("Bearer", None),
        (None, None),
    ],
)
def test_only_bearer_tokens_are_read(header: str | None, token: str | None) -> None:
    assert security.bearer(header) == token


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", ""])
def test_other_addresses_are_not_loopback(host: str) -> None:
    assert not security.is_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_addresses_are(host: str) -> None:
    assert security.is_loopback(host)
