"""The OpenAPI document: what quart-schema reads off the routes, and what it can't know.

Routes that answer with a file or with nothing say so by :func:`answers`. Every route may also
answer with an error, in one shape, with a status that the error's kind decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from quart_schema.openapi import OpenAPIProvider
from werkzeug.routing.converters import BaseConverter
from werkzeug.routing.rules import Rule

from forge.edge import tus

Route = TypeVar("Route", bound=Callable[..., Any])

_ANSWERS = "_forge_answers"
_HEADERS = "_forge_headers"
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "hint"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"type": "string"},
                "project_id": {"type": "string"},
            },
        }
    },
}
_BYTES = {"type": "integer", "minimum": 0}
_HEADER_SCHEMAS: dict[str, dict[str, Any]] = {
    "If-Match": {"type": "string", "pattern": '^"?[0-9]{1,18}"?$'},
    "Tus-Resumable": {"type": "string", "enum": [tus.VERSION]},
    "Upload-Length": _BYTES,
    "Upload-Offset": _BYTES,
    "X-HTTP-Method-Override": {"type": "string", "enum": ["PATCH", "DELETE"]},
}
_MEANINGS = {
    200: "Success",
    201: "Created",
    204: "Done; there is nothing to say",
    206: "The part that Range asked for",
    304: "Unchanged since the ETag of If-None-Match",
    416: "The file ends before that range",
}


def answers(*types: str, status: int = 200) -> Callable[[Route], Route]:
    """Says that a route answers with ``status``: with a body of one of these types, or without."""

    def mark(route: Route) -> Route:
        setattr(route, _ANSWERS, {**getattr(route, _ANSWERS, {}), status: types})
        return route

    return mark


def answers_file(*types: str) -> Callable[[Route], Route]:
    """Says that a route sends a file, with what Range and If-None-Match make of it."""

    def mark(route: Route) -> Route:
        bodies = {200: types, 206: types, 304: (), 416: ()}
        setattr(route, _ANSWERS, bodies)
        return reads_headers("Range", "If-Range", "If-None-Match")(route)

    return mark


def reads_headers(*names: str, required: tuple[str, ...] = ()) -> Callable[[Route], Route]:
    """Says which request headers a route reads, and which it can't do without."""

    def mark(route: Route) -> Route:
        found = {name: True for name in required} | {name: False for name in names}
        setattr(route, _HEADERS, {**getattr(route, _HEADERS, {}), **found})
        return route

    return mark


class Document(OpenAPIProvider):
    """The whole document."""

    def schema(self) -> dict[str, Any]:
        document = super().schema()
        document["components"]["schemas"]["Error"] = _ERROR
        return document

    def build_paths(self, rule: Rule) -> tuple[dict[str, Any], dict[str, Any]]:
        paths, components = super().build_paths(rule)
        route = self._app.view_functions[rule.endpoint]
        for operations in paths.values():
            for operation in operations.values():
                _complete(operation, route)
        return paths, components

    def build_path_parameter(self, name: str, converter: BaseConverter) -> dict[str, Any]:
        parameter = super().build_path_parameter(name, converter)
        if name.endswith("_id"):
            parameter["schema"]["format"] = "uuid"
        return parameter


def _complete(operation: dict[str, Any], route: Callable[..., Any]) -> None:
    answered: dict[int, tuple[str, ...]] = getattr(route, _ANSWERS, {})
    stated = {str(key): value for key, value in operation["responses"].items()}
    for status, types in answered.items():
        response: dict[str, Any] = {"description": _MEANINGS[status]}
        if types:
            response["content"] = {one: {} for one in types}
        stated[str(status)] = response
    stated["default"] = {
        "description": "An error, in words",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    operation["responses"] = stated
    headers: dict[str, bool] = getattr(route, _HEADERS, {})
    operation["parameters"] = [
        *operation["parameters"],
        *(
            {
                "name": name,
                "in": "header",
                "required": needed,
                "schema": _HEADER_SCHEMAS.get(name, {"type": "string"}),
            }
            for name, needed in headers.items()
        ),
    ]
