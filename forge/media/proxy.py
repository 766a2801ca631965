"""The two small copies of a recording: one to edit with, one to measure on.

The *proxy* is what the studio plays and scrubs. The *scout* is a tiny picture of the same frames
at their own times, for scene and motion analysis. Both come from the same decode, which is the
dear part.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from forge.media.chunks import Chunk
from forge.media.growth import FRAGMENTS
from forge.media.hdr import to_standard

PROXY_BOX = (1280, 720)
PROXY_RATE = 30
#: Frames between keyframes: a seek decodes at most half a second. On a scrub, a browser decodes
#: on average half of them.
PROXY_GOP = 15
SCOUT_HEIGHT = 144
#: Ticks a second on the copies' clocks: the proxy's rate divides its clock's, and the scout's
#: clock is that of transport streams, fine enough for every source.
_LEAST_TICKS = 10_000
_SCOUT_TICKS = 90_000
#: Pictures between the scout's keyframes. At each the quality jumps a little, which a detector of
#: cuts may take for one, so there are few. With nothing but keyframes their noise is worse.
SCOUT_GOP = 250
#: With a coarser quantizer, cuts at keyframes of the recording are lost in the scout's own noise;
#: a finer one doubles its size for nothing.
_SCOUT_QP = 17
#: When the picture's size changes on the way, ffmpeg would build the graph anew, which would then
#: count its pictures from the chunk's start again.
KEEP_GRAPH = ("-reinit_filter", "0")
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


def grid_rate(video: Mapping[str, Any]) -> Fraction:
    """The proxy's rate for a probe's ``video``.

    A variable rate's mean says nothing of how close its pictures may come: a grid at the mean
    would show some of them a long time late. So it gets the full rate, and repeats pictures, which
    costs next to nothing.
    """
    return Fraction(PROXY_RATE) if video["vfr"] else proxy_rate(float(video["fps"]))


def picture_args(
    probe: Mapping[str, Any], chunk: Chunk, video: int, encoder: Sequence[str]
) -> list[str]:
    """What follows the input options: one chunk of both copies, ``proxy.part`` and ``scout.part``.

    Times on the input must count from the recording's start (:meth:`Seekable.input`); both copies
    count so, too. The proxy is a grid of pictures at a constant rate; its first picture is held
    from 0 when the video track starts late, because players ignore an empty start. The scout
    keeps each frame's own time. Of frames that come faster than the grid both leave out the same
    ones, before anything is scaled. ffmpeg turns the picture upright before the graph sees it, so
    the sizes are those of the displayed picture, and pixels become square. ``encoder`` are the
    options of the proxy's.

    Wants KEEP_GRAPH before its input.
    """
    width, height = fit(int(probe["video"]["width"]), int(probe["video"]["height"]))
    small_width, small_height = scout_size(width, height)
    rate = chunk.rate
    inside = [f"start={chunk.start:.6f}"] if chunk.first else []
    inside += [f"end={chunk.end:.6f}"] if chunk.end is not None else []
    cut = f",trim={':'.join(inside)}" if inside else ""
    length = f",trim=end_frame={chunk.count}" if chunk.count is not None else ""
    # A picture's place on the grid is found a quarter of a place early: at twice the proxy's rate,
    # times are then far from where rounding would send them one way or the other.
    slot, last = (f"floor({time}*{rate}+0.25)" for time in ("t", "prev_selected_t"))
    small = "flags=fast_bilinear,setsar=1"
    shown = ",".join(to_standard(probe["video"]) or ["format=yuv420p"])
    graph = [
        f"[0:{video}]select='isnan(prev_selected_t)+gt({slot},{last})',split=2[p][s]",
        f"[p]scale={width}:{height}:{small},{shown},"
        f"setpts=PTS+0.25/({rate}*TB),fps={rate}:start_time={chunk.start:.6f}{length}[proxy]",
        f"[s]null{cut},scale={small_width}:{small_height}:{small},format=yuv420p[scout]",
    ]
    ticks = rate.numerator * math.ceil(_LEAST_TICKS / rate.numerator)
    return [
        *("-filter_complex", ";".join(graph)),
        *("-map", "[proxy]", *encoder),
        *("-g", str(PROXY_GOP), "-fps_mode", "passthrough", "-video_track_timescale", str(ticks)),
        *("-map_metadata", "-1", "-map_chapters", "-1", *FRAGMENTS, "proxy.part"),
        *("-map", "[scout]", "-c:v", "libx264", "-preset", "ultrafast", "-qp", str(_SCOUT_QP)),
        *("-g", str(SCOUT_GOP)),
        *("-fps_mode", "passthrough", "-enc_time_base", f"1:{_SCOUT_TICKS}"),
        *("-video_track_timescale", str(_SCOUT_TICKS)),
        *("-map_metadata", "-1", "-map_chapters", "-1", *FRAGMENTS, "scout.part"),
    ]


def _even(value: float, limit: int) -> int:
    return max(2, min(limit, 2 * round(value / 2)))
