"""Who may talk to the server: rules on values, without a socket.

A studio on localhost is reachable by every web page the user opens. Four things stand between
them: the Host header must name us (against DNS rebinding), the Origin must be ours when there is
one, a token must be shown, and a request that changes something carries a header that a foreign
page can't send without asking.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

#: The header that every changing request carries; its value does not matter.
GUARD_HEADER = "x-forge"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: Sent with every response. Scripts and media come from this server only.
RESPONSE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; "
        "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def is_loopback(host: str) -> bool:
    """Whether binding to ``host`` keeps the server on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def allowed_hosts(host: str, port: int) -> frozenset[str]:
    """The Host headers that mean this server, for a bind to a loopback address."""
    names = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host}
    return frozenset(f"{name}:{port}" for name in names)


def host_allowed(header: str | None, hosts: Collection[str]) -> bool:
    """Whether the Host header names this server: exactly, but in any case of letters."""
    return header is not None and header.lower() in hosts


def origin_allowed(header: str | None, hosts: Collection[str]) -> bool:
    """Whether the Origin header is one of our own pages, or absent (no browser, or same-origin).

    The string ``null`` (a sandboxed frame, a file) is foreign.
    """
    if header is None:
        return True
    parts = urlsplit(header)
    return parts.scheme in ("http", "https") and parts.netloc.lower() in hosts and not parts.path


def fetch_site_allowed(header: str | None) -> bool:
    """Whether Sec-Fetch-Site, when a browser sends it, says that our own page is asking."""
    return header is None or header in ("same-origin", "none")


def token_matches(shown: str | None, secret: str) -> bool:
    """Compares in constant time. Anything that is not ASCII text does not match."""
    if not shown or not shown.isascii():
        return False
    return hmac.compare_digest(shown.encode(), secret.encode())


def bearer(authorization: str | None) -> str | None:
    """The token in an Authorization header, if it is a bearer token."""
    scheme, _, value = (authorization or "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None


def cookie_name(port: int) -> str:
    """The session cookie of the server on this port.

    Browsers share cookies between the ports of a host, so two servers need two names.
    """
    return f"forge_session_{port}"


def session_value(secret: str) -> str:
    """What the session cookie holds: derived from the token, so that it can't be used as one."""
    return hmac.new(secret.encode(), b"session cookie", "sha256").hexdigest()
