"""Which parts of the picture a clip shows, and where on the output they go.

``single``: the gameplay zone fills the output. ``split``: the facecam above, the gameplay below.
``pip``: the gameplay fills the output, with the facecam inset. ``full``: the whole gameplay zone,
with the same picture, blurred and dark, where it leaves the output empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forge.errors import ForgeError
from forge.layout.crop import Crop, even, fill, whole
from forge.model import Layout, Rect, Zone

#: The facecam's share of the output's height in a split: its own shape decides between these.
MIN_TOP, MAX_TOP = 0.25, 0.45
#: Where the inset is, and how wide, in fractions of the output; its height follows its shape,
#: up to this share of the output's.
PIP_X, PIP_Y, PIP_WIDTH, PIP_MOST = 0.04, 0.06, 0.36, 0.6
WHOLE = Rect(x=0, y=0, w=1, h=1)


@dataclass(frozen=True)
class Panel:
    """A part of the source, and the place on the output that it fills, in even pixels.

    ``blurred`` is a backdrop: soft and dark.
    """

    crop: Crop
    x: int
    y: int
    width: int
    height: int
    blurred: bool = False


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
    pip: Rect | None = None,
) -> list[Panel]:
    """The output's panels in the order in which they are painted; together they cover it.

    ``source`` is the displayed size, ``output`` must be even. Only an inset and the picture of
    ``full`` lie over another panel. ``pip`` is the inset's place in fractions of the output,
    None for its usual one. Without a gameplay zone the middle of the frame is shown. Raises
    ForgeError when a layout needs a facecam zone and there is none.
    """
    width, height = output
    gameplay = next((zone.rect for zone in zones if zone.kind == "gameplay"), WHOLE)
    filled = Panel(fill(gameplay, *source, width, height), 0, 0, width, height)
    match layout:
        case "single":
            return [filled]
        case "full":
            return _fitted(gameplay, source, output)
        case "pip":
            return [filled, _inset(_facecam(zones, layout), pip, source, output)]
        case "split":
            facecam = _facecam(zones, layout)
            top = _top_height(facecam, *source, width, height)
            below = fill(gameplay, *source, width, height - top)
            return [
                Panel(fill(facecam, *source, width, top), 0, 0, width, top),
                Panel(below, 0, top, width, height - top),
            ]


def _facecam(zones: Sequence[Zone], layout: Layout) -> Rect:
    for zone in zones:
        if zone.kind == "facecam":
            return zone.rect
    shown = {"pip": "picture in picture"}.get(layout, layout)
    raise ForgeError(
        "no_facecam",
        f"The clip's layout is {shown}, but it has no facecam zone.",
        hint="Draw a facecam zone, or choose the single or the full layout.",
    )


def _fitted(rect: Rect, source: tuple[int, int], output: tuple[int, int]) -> list[Panel]:
    """The whole of ``rect``, as large as it fits in the middle of the output, on a backdrop."""
    width, height = output
    crop = whole(rect, *source)
    scale = min(width / crop.w, height / crop.h)
    w = min(max(2, even(crop.w * scale)), width)
    h = min(max(2, even(crop.h * scale)), height)
    shown = Panel(crop, even((width - w) / 2), even((height - h) / 2), w, h)
    if (w, h) == (width, height):
        return [shown]
    return [Panel(fill(rect, *source, width, height), 0, 0, width, height, blurred=True), shown]


def _inset(
    facecam: Rect, place: Rect | None, source: tuple[int, int], output: tuple[int, int]
) -> Panel:
    if place is None:
        place = _usual_inset(facecam, source, output)
    width, height = output
    x, w = _placed(place.x, place.w, width)
    y, h = _placed(place.y, place.h, height)
    return Panel(fill(facecam, *source, w, h), x, y, w, h)


def _usual_inset(facecam: Rect, source: tuple[int, int], output: tuple[int, int]) -> Rect:
    crop = whole(facecam, *source)
    # Height over width in fractions of the output.
    shape = crop.h / crop.w * output[0] / output[1]
    w = min(PIP_WIDTH, PIP_MOST / shape)
    return Rect(x=PIP_X, y=PIP_Y, w=w, h=w * shape)


def _placed(begin: float, length: float, size: int) -> tuple[int, int]:
    """A fraction's place in even pixels, inside ``size`` and at least 2 long."""
    first = min(max(even(begin * size), 0), size - 2)
    return first, min(max(even((begin + length) * size), first + 2), size) - first


def _top_height(
    facecam: Rect, source_width: int, source_height: int, width: int, height: int
) -> int:
    """The height at which the facecam fills the output's width, within the limits, even."""
    natural = width * (facecam.h * source_height) / (facecam.w * source_width)
    return even(min(max(natural, MIN_TOP * height), MAX_TOP * height))


def _middle(width: int, height: int, aspect: float) -> Rect:
    """The largest centred rectangle of that shape (width over height), in fractions."""
    shape = aspect * height / width
    w, h = (shape, 1.0) if shape < 1 else (1.0, 1 / shape)
    return Rect(x=(1 - w) / 2, y=(1 - h) / 2, w=w, h=h)
