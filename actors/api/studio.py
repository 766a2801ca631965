"""The browser studio's files, as the build left them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import trio
from quart import Blueprint
from quart_schema import hide
from quart_trio.wrappers import TrioResponse as Response

from actors.api.media import send_file
from forge import __version__
from forge.errors import ForgeError

routes = Blueprint("studio", __name__)

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}


def studio_folder() -> Path:
    """Where the build put the studio; it may not exist in a checkout that was never built."""
    return Path(str(files("forge") / "studio"))


@routes.get("/")
@routes.get("/index.html")
@hide
async def get_index() -> Response:
    """The studio's page."""
    return await _file("index.html")


@routes.get("/favicon.svg")
@hide
async def get_icon() -> Response:
    """The studio's icon."""
    return await _file("favicon.svg")


@routes.get("/assets/<path:path>")
@hide
async def get_asset(path: str) -> Response:
    """A part of the studio; its name carries a hash of its content."""
    return await _file(f"assets/{path}")


async def _file(name: str) -> Response:
    folder = studio_folder().resolve()
    target = (folder / name).resolve()
    mime = _TYPES.get(target.suffix)
    if not folder.is_dir():
        raise ForgeError(
            "studio_missing",
            "The studio was not built with this installation.",
            hint="Install FORGE with pip: its build makes the studio.",
        )
    if not target.is_relative_to(folder) or mime is None:
        raise ForgeError("not_found", "There is no such page.")
    response = await send_file(trio.Path(target), mime, etag=f"{__version__}-{target.name}")
    if "assets" in target.parts:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
