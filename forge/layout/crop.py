"""Rectangles: from fractions of the frame to pixels that ffmpeg can crop without surprises.

Chroma is stored at half the resolution, so every edge of a crop is even; and a crop has the
shape of the place it fills, so scaling it cannot distort the picture.
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
    """The largest crop inside ``rect`` with the target's shape, centred in it.

    ``width`` × ``height`` is the displayed frame. A rectangle that reaches over the frame's
    edge is cut off there, a tiny one grows around its centre to ``MIN_SIDE``. The crop's shape
    is the target's to within one source pixel. Raises ValueError for a frame smaller than 2×2.
    """
    if width < 2 or height < 2:
        raise ValueError("the frame has no pixels")
    left, right = _extent(rect.x * width, (rect.x + rect.w) * width, width)
    top, bottom = _extent(rect.y * height, (rect.y + rect.h) * height, height)
    aspect = target_width / target_height
    w, h = right - left, bottom - top
    # A zone that has the shape already, to within a pixel, keeps its height.
    if w + 1 >= h * aspect:
        even_h = _even_down(h, height)
        even_w = _even_near(even_h * aspect, width)
    else:
        even_w = _even_down(w, width)
        even_h = _even_near(even_w / aspect, height)
    return Crop(
        _even_offset((left + right - even_w) / 2, width - even_w),
        _even_offset((top + bottom - even_h) / 2, height - even_h),
        even_w,
        even_h,
    )


def _extent(first: float, last: float, size: int) -> tuple[float, float]:
    """Both ends of an interval, inside the frame and at least ``MIN_SIDE`` apart."""
    first, last = max(0.0, first), min(float(size), last)
    least = float(min(MIN_SIDE, size))
    if last - first < least:
        first = min(max(0.0, (first + last - least) / 2), size - least)
        last = first + least
    return first, last


def _even_down(value: float, limit: int) -> int:
    # The small term takes back what multiplying fractions loses: 0.1 * 30 is below 3.
    return max(2, min(int((value + 1e-6) / 2) * 2, limit // 2 * 2))


def _even_near(value: float, limit: int) -> int:
    return max(2, min(round(value / 2) * 2, limit // 2 * 2))


def _even_offset(value: float, limit: int) -> int:
    return max(0, min(round(value / 2) * 2, limit // 2 * 2))
