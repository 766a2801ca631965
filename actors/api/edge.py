"""The edge: what stands between a socket and the routes.

It is plain ASGI around the application, so that no route, error page or WebSocket can be reached
without passing it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from werkzeug.sansio.http import parse_cookie

from actors.api.context import VISITOR, Gate, Visitor
from forge.edge import security

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Reachable without a token: the health check and the studio's own files, which hold no data.
_OPEN_PATHS = ("/healthz", "/", "/index.html", "/favicon.svg")
_OPEN_FOLDERS = ("/assets/",)


class Edge:
    """Refuses what may not come in, and adds the security headers to what goes out."""

    def __init__(self, app: Any, gate: Gate) -> None:
        self._app: Application = app
        self._gate = gate
        self._cookie = security.session_value(gate.secret, gate.password)
        self._cookie_name = security.cookie_name(gate.port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin1").lower(): value.decode("latin1")
            for name, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        if refusal is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "http":
            await _refuse(send, *refusal)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    def _hosts(self, scope: Scope) -> frozenset[str]:
        """Our names, and the address that this connection arrived at."""
        arrived_at = security.authority(*scope["server"])
        return self._gate.hosts.union(security.spellings(arrived_at, tls=self._gate.tls))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str, str] | None:
        origin, hosts = headers.get("origin"), self._hosts(scope)
        if not security.host_allowed(headers.get("host"), hosts):
            return 403, "bad_host", "This name is not one of this server's own."
        if not security.origin_allowed(origin, hosts):
            return 403, "bad_origin", "Another web site may not use this server."
        is_http = scope["type"] == "http"
        if not security.fetch_site_allowed(headers.get("sec-fetch-site")) and not (
            is_http and _is_open(scope["path"])
        ):
            return 403, "bad_origin", "Another web site may not use this server."
        shown = security.bearer(headers.get("authorization"))
        by_token = security.token_matches(shown, self._gate.secret)
        by_cookie = self._has_cookie(headers)
        address = (scope.get("client") or ("", 0))[0]
        scope[VISITOR] = Visitor(
            authenticated=by_token or by_cookie,
            local=security.is_local_client(address, headers),
            address=address,
        )
        if not is_http:
            if by_token or (origin is not None and by_cookie):
                return None
            return 401, "unauthorized", ""
        if scope["method"] not in security.SAFE_METHODS and not (
            by_token or security.GUARD_HEADER in headers
        ):
            return 403, "missing_header", "A request that changes something needs X-Forge: 1."
        if by_token or by_cookie or _is_open(scope["path"]):
            return None
        if self._gate.password is not None:
            if (scope["method"], scope["path"]) == ("POST", "/api/session"):
                return None  # The route asks for the password.
            return 401, "password_needed", "Sign in with this server's password."
        return 401, "unauthorized", "Open the link that `forge run` printed: it holds the token."

    def _has_cookie(self, headers: dict[str, str]) -> bool:
        # Werkzeug passes over what other programs on this host set, JSON say; the standard
        # library's parser stops there, and a session behind it would be lost.
        shown = parse_cookie(headers.get("cookie", "")).get(self._cookie_name)
        return security.token_matches(shown, self._cookie)


def _is_open(path: str) -> bool:
    return path in _OPEN_PATHS or path.startswith(_OPEN_FOLDERS)


def _with_headers(send: Send) -> Send:
    extra = [
        (name.lower().encode(), value.encode()) for name, value in security.RESPONSE_HEADERS.items()
    ]

    async def send_with_headers(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return send_with_headers


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = json.dumps({"error": {"code": code, "message": message, "hint": ""}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    send = _with_headers(send)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
