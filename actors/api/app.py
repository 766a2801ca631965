"""The application: the routes put together, errors as JSON, and the OpenAPI document."""

from __future__ import annotations

import logging
from typing import Any

from pydantic import ValidationError
from quart import Response, jsonify
from quart_schema import Info, QuartSchema, RequestSchemaValidationError
from quart_trio import QuartTrio
from werkzeug.exceptions import HTTPException

from actors.api import (
    captions,
    chats,
    clips,
    demo,
    exports,
    jobs,
    live,
    media,
    naming,
    preview,
    projects,
    session,
    studio,
    uploads,
)
from actors.api.arrivals import Arrivals
from actors.api.bodies import BoundedConnection, BoundedRequest
from actors.api.context import DetailedError, Gate
from actors.api.document import Document
from actors.api.json import strict_loads
from actors.api.packing import pack_answer
from actors.kernel import ActorDied
from actors.system import System
from forge import __version__
from forge.edge.guesses import Guesses
from forge.errors import ForgeError

log = logging.getLogger("forge")

#: Statuses of error codes; a bad request's content is 422 unless it is named here.
STATUS = {
    "not_found": 404,
    "duplicate_source": 409,
    "stale_revision": 409,
    "not_retryable": 409,
    "job_active": 409,
    "not_ready": 409,
    "bad_offset": 409,
    "path_not_allowed": 403,
    "upload_in_use": 409,
    "upload_busy": 423,
    "unauthorized": 401,
    "wrong_password": 401,
    "too_many_guesses": 429,
    "unsupported_version": 412,
    "too_slow": 408,
    "too_large": 413,
    "wrong_type": 415,
    "disk_full": 507,
    "quota_exceeded": 507,
    "disk_error": 500,
    "overloaded": 503,
    "demo_busy": 409,
}


class Forge(QuartTrio):
    """A quart-trio application with bounded bodies, and the running system behind it."""

    asgi_http_class = BoundedConnection
    request_class = BoundedRequest
    system: System
    gate: Gate
    guesses: Guesses
    arrivals: Arrivals
    making_demo: bool
    """Whether somebody's demo is being made: one at a time is enough for a machine."""


def create_app(
    system: System | None,
    gate: Gate | None = None,
    body_seconds: float = 30.0,
    upload_idle: float = 60.0,
) -> Forge:
    """The application on a running system; without one, only its description works.

    A body has to be there within ``body_seconds``; an upload may take hours, but never be
    silent for longer than ``upload_idle``.
    """
    app = Forge("forge", static_folder=None)
    app.url_map.merge_slashes = False  # A path is right or it is not; nothing is redirected.
    app.config["MAX_CONTENT_LENGTH"] = None  # Counted in bodies.py, chunked bodies too.
    app.config["BODY_TIMEOUT"] = body_seconds
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default JSON provider
    if system is not None:
        assert gate is not None
        app.system, app.gate = system, gate
        app.guesses = Guesses()
        app.making_demo = False
        app.arrivals = Arrivals(system.library, upload_idle, system.janitor.require)
    _describe(app)
    # After quart-schema, which brings a provider of its own for what goes out.
    app.json.loads = strict_loads  # type: ignore[method-assign]  # for what comes in
    for part in (
        session,
        projects,
        naming,
        chats,
        jobs,
        clips,
        captions,
        exports,
        demo,
        uploads,
        media,
        preview,
        live,
        studio,
    ):
        app.register_blueprint(part.routes)
    app.after_request(pack_answer)
    app.register_error_handler(ForgeError, _forge_error)
    app.register_error_handler(RequestSchemaValidationError, _schema_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(UnicodeDecodeError, _no_text)
    app.register_error_handler(ActorDied, _busy)
    app.register_error_handler(Exception, _unexpected)
    return app


def _describe(app: Forge) -> None:
    QuartSchema(
        app,
        info=Info(title="FORGE", version=__version__),
        swagger_ui_path=None,
        redoc_ui_path=None,
        scalar_ui_path=None,
        conversion_preference="pydantic",
        openapi_provider_class=Document,
        security_schemes={
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in_": "cookie", "name": "forge_session_PORT"},
        },
        security=[{"token": []}, {"session": []}],
    )


def _answer(status: int, error: dict[str, Any]) -> tuple[Response, int]:
    return jsonify({"error": error}), status


async def _forge_error(error: ForgeError) -> tuple[Response, int]:
    body = {"code": error.code, "message": error.message, "hint": error.hint}
    if isinstance(error, DetailedError):
        body.update(error.detail)
    return _answer(STATUS.get(error.code, 422), body)


async def _schema_error(error: RequestSchemaValidationError) -> tuple[Response, int]:
    cause = error.validation_error
    if isinstance(cause, ValidationError):
        first = cause.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"{place}: {first['msg']}" if place else str(first["msg"])
    else:
        message = str(cause)
    return _answer(422, {"code": "bad_request", "message": message, "hint": ""})


async def _http_error(error: HTTPException) -> tuple[Response, int]:
    code = error.name.lower().replace(" ", "_")
    status = error.code or 500
    return _answer(status, {"code": code, "message": error.description or "", "hint": ""})


async def _no_text(_: UnicodeDecodeError) -> tuple[Response, int]:
    return _answer(400, {"code": "bad_request", "message": "The body is no text.", "hint": ""})


async def _busy(error: ActorDied) -> tuple[Response, int]:
    return _answer(503, {"code": "overloaded", "message": str(error), "hint": "Try again."})


async def _unexpected(error: Exception) -> tuple[Response, int]:
    log.error("a request failed unexpectedly", exc_info=error)
    message = "This is a fault in FORGE; its log says more."
    return _answer(500, {"code": "internal", "message": message, "hint": ""})
