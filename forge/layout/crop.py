"""Rectangles: from fractions of the frame to pixels that ffmpeg can crop without surprises.

Chroma is stored at half the resolution, so every edge of a crop is even; and a crop has the
shape of the place it fills, to a pixel or two, so scaling it does not distort the picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from forge.model import Rect

#: The smallest crop, in pixels of the source: below this a zone shows nothing but blur.
MIN_SIDE = 16


@dataclass(frozen=True)
class Crop:
    """A rectangle in pixels of the displayed source frame; all four numbers are even."""

    x: int
    y: int
    w: int
    h: int


def fill(rect: Rect, width: int, height: int, target_width: int, target_height: int) -> Crop:
    """The largest part of ``rect`` with the target's shape, centred in it.

    ``width`` × ``height`` is the displayed frame. A rectangle that reaches over the frame's
    edge is cut off there, a tiny one grows around its centre to ``MIN_SIDE``. Every edge is the
    even pixel next to where it should be, so at most one pixel away. Raises ValueError for a
    frame smaller than 2×2.
    """
    left, right, top, bottom = _inside(rect, width, height)
    aspect = target_width / target_height
    w, h = right - left, bottom - top
    if w > h * aspect:
        w = h * aspect
    else:
        h = w / aspect
    x, y = (left + right) / 2, (top + bottom) / 2
    return _even_crop(x - w / 2, x + w / 2, y - h / 2, y + h / 2, width, height)


def whole(rect: Rect, width: int, height: int) -> Crop:
    """All of ``rect``, whatever its shape, under the same rules as :func:`fill`."""
    return _even_crop(*_inside(rect, width, height), width, height)


def even(value: float) -> int:
    """The even number next to ``value``."""
    return round(value / 2) * 2


def _inside(rect: Rect, width: int, height: int) -> tuple[float, float, float, float]:
    """The left, right, top and bottom edges in pixels, inside the frame."""
    if width < 2 or height < 2:
        raise ValueError("the frame has no pixels")
    left, right = _extent(rect.x * width, (rect.x + rect.w) * width, width)
    top, bottom = _extent(rect.y * height, (rect.y + rect.h) * height, height)
    return left, right, top, bottom


def _extent(first: float, last: float, size: int) -> tuple[float, float]:
    """Both ends of an interval, inside the frame and at least ``MIN_SIDE`` apart."""
    first, last = max(0.0, first), min(float(size), last)
    least = float(min(MIN_SIDE, size))
    if last - first < least:
        first = min(max(0.0, (first + last - least) / 2), size - least)
        last = first + least
    return first, last


def _even_crop(
    left: float, right: float, top: float, bottom: float, width: int, height: int
) -> Crop:
    x, w = _even_side(left, right, width)
    y, h = _even_side(top, bottom, height)
    return Crop(x, y, w, h)


def _even_side(first: float, last: float, size: int) -> tuple[int, int]:
    """An even offset and an even length of at least 2, inside ``size``."""
    limit = size // 2 * 2
    begin = min(max(even(first), 0), limit - 2)
    return begin, min(max(even(last), begin + 2), limit) - begin
