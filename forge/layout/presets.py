"""What an export is made for: the size and the frame rate of each preset."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, get_args

from forge.errors import ForgeError
from forge.model import Preset

#: Output sizes; ``source`` has the recording's own.
SIZES: dict[Preset, tuple[int, int]] = {
    "9:16": (1080, 1920),
    "9:16-60": (1080, 1920),
    "1:1": (1080, 1080),
    "4:5": (1080, 1350),
    "16:9": (1920, 1080),
}
PRESETS: tuple[Preset, ...] = get_args(Preset)
#: A cut of the source keeps its rate up to this one; what plays faster is a measurement, no film.
FASTEST = 120


@dataclass(frozen=True)
class Output:
    """What one export becomes: pixels (both even) and frames a second.

    ``whole`` means that the picture is the recording's own, uncropped, and layouts do not count.
    """

    preset: Preset
    width: int
    height: int
    fps: Fraction
    whole: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def named(preset: str) -> Preset:
    """The preset of that name. Raises ForgeError for any other name."""
    for each in PRESETS:
        if each == preset:
            return each
    raise ForgeError(
        "unknown_preset",
        f"There is no export preset {preset!r}.",
        hint=f"Choose one of: {', '.join(PRESETS)}.",
    )


def output(preset: Preset, video: Mapping[str, Any]) -> Output:
    """What ``preset`` makes of a recording with that ``video`` (of ``probe.json``).

    A recording of an odd size loses one row or column at the edge in ``source``: chroma has
    half the resolution. A recording is never given more frames than it has.
    """
    if preset == "source":
        width, height = (max(2, int(video[side]) // 2 * 2) for side in ("width", "height"))
        return Output(preset, width, height, rate(video, FASTEST), whole=True)
    width, height = SIZES[preset]
    return Output(preset, width, height, rate(video, 60 if preset == "9:16-60" else 30))


def rate(video: Mapping[str, Any], most: int) -> Fraction:
    """``most`` frames a second, or the source's own rate when that is constant and lower.

    59.94 becomes 29.97, every second frame, instead of dropping one more every 17 seconds. A
    variable rate, or one that is not known, becomes ``most``, but 60 at the most: frames are
    repeated where it is slower.
    """
    fps = float(video["fps"])
    if video.get("vfr") or not 1 <= fps < 1000:
        return Fraction(min(most, 60))
    exact = nominal(fps)
    if exact <= most:
        return exact
    every = exact / math.ceil(exact / most)
    return every if exact.denominator == 1001 and most - every < 0.2 else Fraction(most)


def nominal(fps: float) -> Fraction:
    """A measured constant rate as the fraction that it is meant to be: 29.97 is 30000/1001."""
    broadcast = Fraction(round(fps * 1001 / 1000) * 1000, 1001)
    simple = Fraction(fps).limit_denominator(1001)
    near = abs(float(broadcast) - fps) < 0.005 and simple.denominator != 1
    return broadcast if near else simple


def slug(preset: str) -> str:
    """The preset as a part of a file's name: ``9x16-60``."""
    return preset.replace(":", "x")
