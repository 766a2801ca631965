"""What every route needs: the running system, who is asking, and ids that are ids."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from quart import current_app, request

from actors.system import System
from forge.errors import ForgeError


@dataclass(frozen=True)
class Gate:
    """What the server lets in by, for as long as it runs."""

    secret: str
    password: str | None
    hosts: frozenset[str]
    port: int
    tls: bool


@dataclass(frozen=True)
class Visitor:
    """Who sent a request, as the edge saw it."""

    authenticated: bool
    local: bool
    address: str


#: Where the edge leaves the visitor in the ASGI scope.
VISITOR = "forge.visitor"


def visitor() -> Visitor:
    """Who sent the request that is being answered."""
    return cast(Visitor, request.scope[VISITOR])  # type: ignore[literal-required]  # the edge's own


def gate() -> Gate:
    """What this server lets in by."""
    return cast(Gate, current_app.gate)  # type: ignore[attr-defined]  # set by create_app


def system() -> System:
    """The system that this application serves."""
    return cast(System, current_app.system)  # type: ignore[attr-defined]  # set by create_app


def now() -> float:
    """Unix seconds: the one place where the edge reads the clock."""
    return time.time()


def checked_id(text: str, what: str) -> str:
    """An id in its canonical form. Raises not_found for anything else, as for an unknown id."""
    try:
        canonical = str(UUID(text))
    except ValueError:
        raise not_found(what) from None
    if canonical != text:
        raise not_found(what)
    return canonical


def not_found(what: str) -> ForgeError:
    """The 404 for a thing of this name; the same words for an id that is none."""
    return ForgeError("not_found", f"There is no such {what}.")


class DetailedError(ForgeError):
    """An error whose answer holds more fields than code, message and hint."""

    def __init__(self, code: str, message: str, *, hint: str = "", **detail: str) -> None:
        super().__init__(code, message, hint=hint)
        self.detail = detail
