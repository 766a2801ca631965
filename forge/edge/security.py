"""Who may talk to the server: rules on values, without a socket.

A studio on localhost is reachable by every web page the user opens. Four things stand between
them: the Host header must name us (against DNS rebinding), the Origin must be ours when there is
one, a token must be shown, and a request that changes something carries a header that a foreign
page can't send without asking.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Collection, Container
from hashlib import sha256

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


#: Headers by which a proxy says that it speaks for somebody else.
FORWARDING_HEADERS = frozenset(
    {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
)


def plain_address(host: str) -> str:
    """An address without IPv6's wrapping of IPv4: ``::ffff:127.0.0.1`` is 127.0.0.1."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def is_loopback(host: str) -> bool:
    """Whether binding to ``host`` keeps the server on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(plain_address(host)).is_loopback
    except ValueError:
        return False


def is_local_client(address: str | None, header_names: Container[str]) -> bool:
    """Whether a request comes from this machine, given its header names in lower case.

    Behind a reverse proxy every connection is one from loopback: a request that carries any
    forwarding header counts as remote. A proxy that adds none cannot be told from a local client.
    """
    if address is None or any(name in header_names for name in FORWARDING_HEADERS):
        return False
    return is_loopback(address)


def authority(host: str, port: int) -> str:
    """Host and port as they stand in a URL; IPv6 addresses in brackets."""
    host = plain_address(host)
    bare = ":" in host and not host.startswith("[")
    return f"[{host}]:{port}" if bare else f"{host}:{port}"


def has_port(name: str) -> bool:
    """Whether a port stands behind a host name or a bracketed address."""
    return not name.endswith("]") and name.rpartition(":")[2].isdigit() and ":" in name


def allowed_hosts(
    host: str, port: int, names: Collection[str] = (), *, tls: bool = False
) -> frozenset[str]:
    """The Host headers that mean this server; never "any".

    ``names`` are those that the user gave, each with a port or without: then it is our own. The
    address that a connection arrived at is let in besides, by whoever holds the connection: a
    rebound name is never an address.
    """
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    hosts.add(authority(host, port).lower())
    for name in names:
        hosts.add(name.lower() if has_port(name) else f"{name.lower()}:{port}")
    return frozenset(spelling for one in hosts for spelling in spellings(one, tls=tls))


def spellings(host: str, *, tls: bool) -> tuple[str, str]:
    """How browsers write a host and its port: they leave the scheme's default port out."""
    return host, host.removesuffix(":443" if tls else ":80")


def host_allowed(header: str | None, hosts: Collection[str]) -> bool:
    """Whether the Host header names this server: exactly, but in any case of letters."""
    return header is not None and header.lower() in hosts


def origin_allowed(header: str | None, hosts: Collection[str]) -> bool:
    """Whether the Origin header is one of our own pages, or absent (no browser, or same-origin).

    The string ``null`` (a sandboxed frame, a file) is foreign.
    """
    if header is None:
        return True
    # Compared as text: what a parser makes of a broken origin is nobody's business here.
    scheme, _, place = header.partition("://")
    return scheme.lower() in ("http", "https") and place.lower() in hosts


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


def session_value(secret: str, password: str | None = None) -> str:
    """What the session cookie holds: derived from the token, so that it can't be used as one.

    Another password makes another value, so changing it ends every session.
    """
    what = b"session cookie" + (password or "").encode()
    return hmac.new(secret.encode(), what, "sha256").hexdigest()


def password_matches(shown: str, password: str) -> bool:
    """Compares in a time that tells neither the content nor the length."""
    pair = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in (shown, password)]
    return hmac.compare_digest(*pair)
