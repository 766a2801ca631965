"""The two small copies of a recording: one to edit with, one to measure on.

The *proxy* is what the studio plays and scrubs. The *scout* is a tiny picture of every source
frame at its own time, for scene and motion analysis. Both come from the same decode, which is
the dear part.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

PROXY_BOX = (1280, 720)
PROXY_RATE = 30
#: Frames between keyframes: a seek decodes at most half a second. On a scrub, a browser decodes
#: on average half of them.
PROXY_GOP = 15
SCOUT_HEIGHT = 144
#: A sound track that starts later than this many seconds is padded with silence.
_LATE = 0.05
#: A scout of a very wide recording stays affordable.
SCOUT_MAX_WIDTH = 512


def fit(width: int, height: int, box: tuple[int, int] = PROXY_BOX) -> tuple[int, int]:
    """The largest even size within ``box`` with this aspect, never larger than the source.

    Both sides are at least 2. Rounding to even changes the aspect by less than a pixel a side,
    unless the picture is extremely narrow.
    """
    scale = min(1.0, box[0] / width, box[1] / height)
    return _even(width * scale, box[0]), _even(height * scale, box[1])


def scout_size(width: int, height: int) -> tuple[int, int]:
    """The scout's even size: 144 high, as wide as the aspect asks for, from 2 to 512."""
    return _even(width * SCOUT_HEIGHT / height, SCOUT_MAX_WIDTH), SCOUT_HEIGHT


def proxy_rate(fps: float) -> Fraction:
    """The proxy's constant rate: 30, or the source's when that is lower and known.

    Broadcast rates come back exact (29.97 is 30000/1001).
    """
    if not (math.isfinite(fps) and 1 <= fps < PROXY_RATE):
        return Fraction(PROXY_RATE)
    rate = Fraction(fps).limit_denominator(1001)
    ntsc = Fraction(round(fps * 1001 / 1000) * 1000, 1001)
    return ntsc if abs(float(ntsc) - fps) < 0.005 and rate.denominator != 1 else rate


def proxy_args(probe: Mapping[str, Any]) -> list[str]:
    """What follows the input options: one graph, ``proxy.mp4`` and ``scout.mp4`` in the cwd.

    Both count time from the container's start. The proxy's first frame is held from 0 when the
    video track starts late, because players ignore an empty start; the scout keeps each frame's
    own time. ffmpeg turns the picture upright before the graph sees it, so the sizes are those
    of the displayed picture, and pixels become square.
    """
    video = probe["video"]
    size = (int(video["width"]), int(video["height"]))
    width, height = fit(*size)
    small_width, small_height = scout_size(*size)
    graph = [
        f"[0:{int(video['index'])}]split=2[p][s]",
        f"[p]fps={proxy_rate(float(video['fps']))}:start_time=0,"
        f"scale={width}:{height}:flags=bilinear,setsar=1,format=yuv420p[proxy]",
        f"[s]scale={small_width}:{small_height}:flags=fast_bilinear,setsar=1,format=yuv420p[scout]",
    ]
    sound: list[str] = []
    if probe["audio"] is not None:
        # Padding from 0 would come again whenever the track's rate or channels change.
        pad = ":first_pts=0" if float(probe["audio"]["start_time"]) > _LATE else ""
        graph.append(
            f"[0:{int(probe['audio']['index'])}]aresample=48000:async=1{pad},"
            "aformat=sample_rates=48000:channel_layouts=stereo[sound]"
        )
        sound = ["-map", "[sound]", "-c:a", "aac", "-b:a", "128k"]
    clean = ["-map_metadata", "-1", "-map_chapters", "-1"]
    return [
        *("-filter_complex", ";".join(graph)),
        *("-map", "[proxy]", "-c:v", "libx264", "-preset", "superfast", "-crf", "27"),
        *("-g", str(PROXY_GOP), "-pix_fmt", "yuv420p"),
        *sound,
        *clean,
        *("-movflags", "+faststart", "-f", "mp4", "proxy.mp4"),
        *("-map", "[scout]", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "23"),
        *("-fps_mode", "passthrough", "-enc_time_base", "filter", "-an"),
        *clean,
        *("-f", "mp4", "scout.mp4"),
    ]


def _even(value: float, limit: int) -> int:
    return max(2, min(limit, 2 * round(value / 2)))
