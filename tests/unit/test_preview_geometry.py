"""The studio's preview shows what an export would: its geometry is a port of ``forge.layout``.

Rules of this file: no picture is made. The cases are drawn from a seed, worked out by
``forge.layout`` and kept in ``web/src/editor/geometry.fixture.jsonl``, which the studio's own tests
read. When the layout changes on purpose, ``python tests/unit/test_preview_geometry.py`` writes it
anew, and the studio's tests say what its port has to learn.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, Literal, get_args

from forge.errors import ForgeError
from forge.layout.presets import output
from forge.layout.zones import Panel, default_zones, panels
from forge.model import Layout, Preset, Rect, Zone

FIXTURE = Path(__file__).parents[2] / "web" / "src" / "editor" / "geometry.fixture.jsonl"
SOURCES = ((1920, 1080), (1280, 720), (2560, 1440), (1081, 607), (640, 480), (720, 1280), (30, 18))
PER_SOURCE = 40
KINDS: list[tuple[Literal["facecam", "gameplay"], ...]] = [
    ("gameplay",),
    ("facecam", "gameplay"),
    ("facecam",),
]


def cases() -> list[dict[str, Any]]:
    """Every layout and preset on every source: the usual zones first, then zones at random."""
    draw = random.Random(7)
    found = []
    for source in SOURCES:
        video = {"width": source[0], "height": source[1], "fps": 30.0}
        usual = default_zones(*source, Rect(x=0.02, y=0.6, w=0.22, h=0.36))
        for number in range(PER_SOURCE):
            layout = get_args(Layout)[number % 4]
            preset = get_args(Preset)[number % 6]
            kinds = draw.choice(KINDS)
            zones = usual if number < 8 else [Zone(kind=kind, rect=_rect(draw)) for kind in kinds]
            pip = _rect(draw) if number % 3 == 0 else None
            made = output(preset, video)
            found.append(
                {
                    "source": source,
                    "preset": preset,
                    "layout": layout,
                    "zones": [zone.model_dump() for zone in zones],
                    "pip": pip.model_dump() if pip else None,
                    "size": made.size,
                    "panels": _panels(zones, layout, source, made.size, pip),
                }
            )
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]  # tuples become lists


def _panels(
    zones: list[Zone],
    layout: Layout,
    source: tuple[int, int],
    size: tuple[int, int],
    pip: Rect | None,
) -> list[list[int | bool]] | None:
    """Rows of numbers; None where an export would be refused."""
    try:
        return [_row(panel) for panel in panels(zones, layout, source, size, pip)]
    except ForgeError:
        return None


def _row(panel: Panel) -> list[int | bool]:
    crop = panel.crop
    place = [panel.x, panel.y, panel.width, panel.height]
    return [crop.x, crop.y, crop.w, crop.h, *place, panel.blurred]


def _rect(draw: random.Random) -> Rect:
    """Mostly ordinary; sometimes tiny, whole, or over the frame's edge. Halves are frequent."""
    grid = draw.choice([1000, 64, 8])
    w, h = (draw.randint(1, grid) / grid for _ in range(2))
    x, y = (draw.randint(0, grid) / grid for _ in range(2))
    return Rect(x=x, y=y, w=w, h=h)


def test_the_studio_reckons_as_the_export_does() -> None:
    kept = [json.loads(line) for line in FIXTURE.read_text("utf-8").splitlines()]
    assert kept == cases(), "write it anew: see this file's rules"


if __name__ == "__main__":
    FIXTURE.write_text("".join(f"{json.dumps(case)}\n" for case in cases()), "utf-8")
