"""The application: the routes put together, errors as JSON, and the OpenAPI document."""

from __future__ import annotations

import logging
from typing import Any

from pydantic import ValidationError
from quart import Response, jsonify
from quart_schema import Info, QuartSchema, RequestSchemaValidationError
from quart_trio import QuartTrio
from werkzeug.exceptions import HTTPException

from actors.api import clips, exports, jobs, live, media, projects, session, studio, uploads
from actors.api.bodies import BoundedConnection, BoundedRequest
from actors.kernel import ActorDied, Overloaded
from actors.system import System
from forge import __version__
from forge.errors import ForgeError

log = logging.getLogger("forge")

#: Statuses of error codes; a bad request's content is 422 unless it is named here.
STATUS = {
    "not_found": 404,
    "duplicate_source": 409,
    "stale_revision": 409,
    "not_retryable": 409,
    "not_ready": 409,
    "bad_offset": 409,
    "too_large": 413,
    "wrong_type": 415,
    "disk_full": 507,
    "disk_error": 500,
    "overloaded": 503,
}


class Forge(QuartTrio):
    """A quart-trio application with bounded bodies, and the running system behind it."""

    asgi_http_class = BoundedConnection
    request_class = BoundedRequest
    system: System


def create_app(system: System | None) -> Forge:
    """The application on a running system; without one, only its description works."""
    app = Forge("forge", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = None  # Counted in bodies.py, chunked bodies too.
    app.config["BODY_TIMEOUT"] = None  # An upload may take hours; an idle one is cut in uploads.
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default JSON provider
    if system is not None:
        app.system = system
    QuartSchema(
        app,
        info=Info(title="FORGE", version=__version__),
        swagger_ui_path=None,
        redoc_ui_path=None,
        scalar_ui_path=None,
        conversion_preference="pydantic",
    )
    for part in (session, projects, jobs, clips, exports, uploads, media, live, studio):
        app.register_blueprint(part.routes)
    app.register_error_handler(ForgeError, _forge_error)
    app.register_error_handler(RequestSchemaValidationError, _schema_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(UnicodeDecodeError, _no_text)
    app.register_error_handler(Overloaded, _busy)
    app.register_error_handler(ActorDied, _busy)
    app.register_error_handler(Exception, _unexpected)
    return app


def _answer(status: int, error: dict[str, Any]) -> tuple[Response, int]:
    return jsonify({"error": error}), status


async def _forge_error(error: ForgeError) -> tuple[Response, int]:
    detail = getattr(error, "detail", None)
    body = {"code": error.code, "message": error.message, "hint": error.hint}
    if detail is not None:
        body.update(detail)
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


async def _busy(error: Exception) -> tuple[Response, int]:
    return _answer(503, {"code": "overloaded", "message": str(error), "hint": "Try again."})


async def _unexpected(error: Exception) -> tuple[Response, int]:
    log.error("a request failed unexpectedly", exc_info=error)
    message = "This is a fault in FORGE; its log says more."
    return _answer(500, {"code": "internal", "message": message, "hint": ""})
