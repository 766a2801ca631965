"""What every route needs: the running system, and ids that are ids."""

from __future__ import annotations

import time
from typing import cast
from uuid import UUID

from quart import current_app

from actors.system import System
from forge.errors import ForgeError


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
    return ForgeError("not_found", f"There is no such {what}.")


class DetailedError(ForgeError):
    """An error whose answer holds more fields than code, message and hint."""

    def __init__(self, code: str, message: str, *, hint: str = "", **detail: str) -> None:
        super().__init__(code, message, hint=hint)
        self.detail = detail
