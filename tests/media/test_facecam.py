"""The step that looks for the facecam: in the demo's real pictures, and where there is nothing.

Rules of this file: the demo stands for a proxy; it is made once for all workers. What is fed
besides was made by ffmpeg, or is damaged on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forge.demo import Demo
from forge.spec import Spec
from forge.steps import facecam


def look(proxy: Path, folder: Path) -> dict[str, Any]:
    reported = []

    def report(fraction: float, *, speed: float | None = None) -> None:
        reported.append(fraction)

    result = facecam.run(Spec("facecam", proxy, folder, folder, {"proxy.mp4": proxy}), report)
    assert reported == sorted(reported)
    assert reported[-1] == 1.0
    found: dict[str, Any] = json.loads((folder / "facecam.json").read_text("utf-8"))
    assert result == {"rect": found["rect"], "sure": found["sure"]}
    return found


def test_the_demos_streamer_is_found(demo: Demo, tmp_path: Path) -> None:
    found = look(demo.video, tmp_path)
    box, true = found["rect"], demo.facecam
    w = min(box["x"] + box["w"], true.x + true.w) - max(box["x"], true.x)
    h = min(box["y"] + box["h"], true.y + true.h) - max(box["y"], true.y)
    shared = w * h
    # What was drawn has a frame of four pixels, which is left out.
    assert shared / (box["w"] * box["h"] + true.w * true.h - shared) >= 0.85
    assert found["sure"]
    assert found["confidence"] <= 1
    assert set(found["why"]) == {"borders", "steady", "alive", "strokes", "sides", "settled"}


@pytest.mark.parametrize(
    "source", ["testsrc2=s=640x360:d=10", "mandelbrot=s=98x54,trim=duration=6"]
)
def test_without_a_facecam_none_is_found(
    make: Callable[..., Path], tmp_path: Path, source: str
) -> None:
    proxy = make(tmp_path / "proxy.mp4", source, None, "-g", "15")
    found = look(proxy, tmp_path)
    assert found["rect"] is None
    assert not found["sure"]
    assert found["pairs"] > 8


def test_a_moment_is_too_short_to_tell(make: Callable[..., Path], tmp_path: Path) -> None:
    proxy = make(tmp_path / "proxy.mp4", "testsrc2=s=640x360:d=1", None, "-g", "15")
    assert look(proxy, tmp_path) == {
        "rect": None,
        "confidence": 0.0,
        "sure": False,
        "why": {},
        "pairs": 1,
    }


def test_a_proxy_that_cannot_be_read_holds_none(tmp_path: Path) -> None:
    proxy = tmp_path / "proxy.mp4"
    proxy.write_bytes(b"no film" * 100)
    assert look(proxy, tmp_path)["pairs"] == 0
