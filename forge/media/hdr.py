"""High dynamic range made standard: what any screen shows, and where white captions are white.

Game captures and phones record with a transfer function that reaches far beyond an ordinary
screen's white: PQ or HLG (ITU-R BT.2100). Left as it is, such a picture is pale where a player
ignores it, and a burned caption glares where a player does not: its white means 10,000 cd/m².
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The transfer functions of ITU-R BT.2100 by their number in ITU-T H.273, as ffmpeg calls them.
_TRANSFERS = {16: "smpte2084", 18: "arib-std-b67"}
#: What an ordinary screen's white stands for in HDR, in cd/m²: reference white of ITU-R BT.2408.
_WHITE = 203
#: Below this part of white, in linear light, nothing is changed; what is brighter is pressed
#: together. With 0.5, reference white comes out as 227 of 255, and skin and most of a game as they
#: would on an ordinary screen.
_KNEE = 0.5


def transfer(number: int) -> str | None:
    """The name of an HDR transfer function, by its number in ITU-T H.273; None for all others."""
    return _TRANSFERS.get(number)


def to_standard(video: Mapping[str, Any]) -> list[str]:
    """Filters that turn an HDR picture into BT.709 in 8 bits; none for any other.

    ``video`` is that of a probe. The colours are taken for BT.2020's, which BT.2100 demands and
    some recorders do not say. What comes in should have its last size: a picture of 1080p takes
    a core about 50 ms.
    """
    curve = video.get("hdr")
    if curve is None:
        return []
    return [
        f"setparams=color_trc={curve}:color_primaries=bt2020:colorspace=bt2020nc",
        f"zscale=t=linear:npl={_WHITE}:p=bt709",
        "format=gbrpf32le",
        f"tonemap=mobius:param={_KNEE}:desat=0",
        "zscale=t=bt709:m=bt709:r=tv",
        "format=yuv420p",
    ]
