"""Where captions may be on the screen, by the shape of the picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SafeArea:
    """The part of a picture that captions keep to, in shares of its width and height.

    ``width`` is how wide a line may be, centred. ``middle`` is where the middle of the captions
    stands unless the clip says otherwise. ``unit`` is the pixels for one pixel of a style, whose
    sizes are meant for a picture of 1080×1920.
    """

    unit: float
    width: float
    middle: float
    top: float
    bottom: float


def safe_area(width: int, height: int) -> SafeArea:
    """The safe area of a picture of that size in pixels.

    Upright video is watched in apps that lay their buttons over it: up to 180 of 1080 pixels at
    the right edge, 250 of 1920 at the top and 460 at the bottom, in the published templates.
    Square and 4:5 posts have nothing laid over them: 5 % at each edge, the graphics-safe margin
    of EBU R 95. For wide pictures the BBC's subtitle guidelines ask for lines of at most 68 %
    of the width.
    """
    shape = width / height
    if shape < 0.68:
        return SafeArea(width / 1080, 0.76, 0.69, 0.13, 0.76)
    if shape < 0.9:
        return SafeArea(width / 1080 * 0.92, 0.84, 0.8, 0.05, 0.95)
    if shape < 1.2:
        return SafeArea(width / 1080 * 0.84, 0.86, 0.82, 0.05, 0.95)
    return SafeArea(height / 1080 * 0.72, 0.68, 0.86, 0.05, 0.95)
