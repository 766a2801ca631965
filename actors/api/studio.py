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


@routes.get("/", defaults={"path": "index.html"})
@routes.get("/index.html", defaults={"path": "index.html"})
@routes.get("/favicon.svg", defaults={"path": "favicon.svg"})
@routes.get("/assets/<path:path>")
@hide
async def get_studio(path: str) -> Response:
    """A file of the studio. Everything below /assets carries its hash in its name."""
    folder = studio_folder().resolve()
    inside = "assets/" + path if not path.endswith(("index.html", "favicon.svg")) else path
    target = (folder / inside).resolve()
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
