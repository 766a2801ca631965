"""Which parts of the picture a clip shows, and where on the output they go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forge.errors import ForgeError
from forge.layout.crop import Crop, fill
from forge.model import Layout, Rect, Zone

#: The facecam's share of the output's height in a split: its own shape decides between these.
MIN_TOP, MAX_TOP = 0.25, 0.45
WHOLE = Rect(x=0, y=0, w=1, h=1)


@dataclass(frozen=True)
class Panel:
    """A part of the source, and the size of the strip of output that it fills."""

    crop: Crop
    width: int
    height: int


def default_zones(width: int, height: int, facecam: Rect | None) -> list[Zone]:
    """Zones for a recording whose displayed size is ``width`` × ``height``.

    The gameplay zone is the middle of the frame, as high as it is, in the shape that the clip
    needs: 9:16 alone, and what is left below a facecam otherwise.
    """
    if facecam is None:
        return [Zone(kind="gameplay", rect=_middle(width, height, 9 / 16))]
    top = _top_height(facecam, width, height, 1080, 1920)
    return [
        Zone(kind="facecam", rect=facecam),
        Zone(kind="gameplay", rect=_middle(width, height, 1080 / (1920 - top))),
    ]


def panels(
    zones: Sequence[Zone],
    layout: Layout,
    source: tuple[int, int],
    output: tuple[int, int],
) -> list[Panel]:
    """The output's strips from top to bottom; together they fill it exactly.

    ``source`` is the displayed size, ``output`` must be even. Without a gameplay zone the
    middle of the frame is shown. Raises ForgeError when a split has no facecam zone.
    """
    width, height = output
    gameplay = next((zone.rect for zone in zones if zone.kind == "gameplay"), WHOLE)
    if layout == "full":
        return [Panel(fill(gameplay, *source, width, height), width, height)]
    facecam = next((zone.rect for zone in zones if zone.kind == "facecam"), None)
    if facecam is None:
        raise ForgeError(
            "no_facecam",
            "The clip's layout is split, but it has no facecam zone.",
            hint="Draw a facecam zone, or choose the full layout.",
        )
    top = _top_height(facecam, *source, width, height)
    return [
        Panel(fill(facecam, *source, width, top), width, top),
        Panel(fill(gameplay, *source, width, height - top), width, height - top),
    ]


def _top_height(
    facecam: Rect, source_width: int, source_height: int, width: int, height: int
) -> int:
    """The height at which the facecam fills the output's width, within the limits, even."""
    natural = width * (facecam.h * source_height) / (facecam.w * source_width)
    return round(min(max(natural, MIN_TOP * height), MAX_TOP * height) / 2) * 2


def _middle(width: int, height: int, aspect: float) -> Rect:
    """The largest centred rectangle of that shape (width over height), in fractions."""
    shape = aspect * height / width
    w, h = (shape, 1.0) if shape < 1 else (1.0, 1 / shape)
    return Rect(x=(1 - w) / 2, y=(1 - h) / 2, w=w, h=h)
