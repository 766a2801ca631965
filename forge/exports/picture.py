"""One piece of a clip's picture, in all of its formats, from one decode: filters and options."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from forge.captions.timeline import Part, Timeline
from forge.exports.pieces import Piece
from forge.exports.plan import Format, Plan
from forge.layout.graph import display_filters, scenes_graph
from forge.layout.presets import slug
from forge.layout.scenes import Scene
from forge.media.hdr import to_standard

#: Ticks a second on an export's clock, at least: every frame then begins on one.
LEAST_TICKS = 10_000
#: Seconds between keyframes: how far a player decodes after a jump.
GOP_SECONDS = 2


@dataclass(frozen=True)
class Reading:
    """Where ffmpeg starts to read, and how much of it: seconds of the source."""

    seek: float
    length: float


def begins(plan: Plan, piece: Piece) -> float:
    """When the piece's earliest frame is, in seconds of the source."""
    return min(at for at, _ in _spans(plan, piece))


def reading(plan: Plan, piece: Piece, video: dict[str, Any], lead: float) -> Reading:
    """What to read for a piece, ``lead`` seconds before it (see :mod:`forge.media.seek`).

    Always two frames more: which frame is nearest to the first place of the grid can only be
    told when the one before is there, too. Where pictures come regularly, reading begins at the
    time of one: ffmpeg takes that time off all others, in ticks, and the clock of an AVI ticks but
    once a picture.
    """
    spans = list(_spans(plan, piece))
    begin = min(at for at, _ in spans)
    slowest = min(each.time.fps for each in plan.formats)
    seek = max(0.0, begin - max(lead, float(2 / slowest)))
    if not video.get("vfr"):
        fps = float(video["fps"])
        seek = math.floor(seek * fps + 0.01) / fps
    return Reading(seek, max(end for _, end in spans) + float(2 / slowest) - seek)


def _spans(plan: Plan, piece: Piece) -> Iterator[tuple[float, float]]:
    for each, parts in zip(plan.formats, piece.parts, strict=True):
        if parts:
            start, fps = each.time.start, each.time.fps
            yield start + float(parts[0].first / fps), start + float(parts[-1].last / fps)


def graph(
    plan: Plan, piece: Piece, video: dict[str, Any], seek: float, *, held: bool = False
) -> str:
    """The filters from the video stream, read from ``seek``, to a label for each format.

    ``held`` is for a piece that begins behind the picture's end: its last frame stands still.

    The grid of frames is made first, once for each frame rate, so a variable rate, a late first
    frame and a track that ends early all give exactly the frames that the timeline counts. Only
    then the formats part. A format without a frame in the piece has no label.
    """
    rates: dict[Fraction, list[int]] = {}
    for place, each in enumerate(plan.formats):
        if piece.parts[place]:
            rates.setdefault(each.time.fps, []).append(place)
    index = int(video["index"])
    chains = []
    sources = [f"0:{index}"]
    if len(rates) > 1:
        sources = [f"grid{number}" for number in range(len(rates))]
        chains.append(f"[0:{index}]split={len(rates)}{''.join(f'[{name}]' for name in sources)}")
    for source, places in zip(sources, rates.values(), strict=True):
        time, parts = plan.formats[places[0]].time, piece.parts[places[0]]
        filters = ["tpad=stop=-1:stop_mode=clone"] if held else []
        filters += _grid(time, parts, video, seek)
        filters += display_filters(*plan.displayed, rgb=plan.rgb)
        filters += to_standard(video)
        labels = "".join(f"[{label(place)}shown]" for place in places)
        parted = f",split={len(places)}" if len(places) > 1 else ""
        chains.append(f"[{source}]{','.join(filters)}{parted}{labels}")
        chains += [_format(plan.formats[place], piece.parts[place], place) for place in places]
    return ";".join(chains)


def label(place: int) -> str:
    """What the format at ``place`` is called in the filter graph."""
    return f"v{place}"


def _grid(
    time: Timeline, parts: Sequence[Part], video: dict[str, Any], seek: float
) -> Iterator[str]:
    first, last = parts[0].first, parts[-1].last
    begin = time.start + float(first / time.fps)
    # Every place of the grid shows the frame of the source that is nearest to it. Half a step of
    # the source earlier, none of a multiple of the grid's rate lies where rounding would have to
    # choose.
    many = 1.0 if video.get("vfr") else max(1.0, float(video["fps"]) / float(time.fps))
    shift = (0.5 - 0.5 / many) / float(time.fps)
    yield "settb=AVTB"  # On a coarser clock, the next filter would drop the fractions of a tick.
    yield f"setpts=PTS-{begin - seek - shift:.6f}/TB"
    yield f"fps={time.fps}:start_time=0"
    yield "tpad=stop=-1:stop_mode=clone"
    yield f"trim=end_frame={last - first}"
    if len(parts) > 1:
        shifted = [Part(part.first - first, part.last - first) for part in parts]
        yield f"select='{kept_frames(shifted)}'"
        yield f"setpts=N/({time.fps})/TB"


def kept_frames(parts: Sequence[Part]) -> str:
    """An ffmpeg expression that is not 0 for frame numbers ``n`` inside the parts.

    It is a balanced tree, because ffmpeg refuses expressions deeper than a hundred levels.
    """
    if len(parts) == 1:
        return f"between(n,{parts[0].first},{parts[0].last - 1})"
    middle = len(parts) // 2
    return f"({kept_frames(parts[:middle])}+{kept_frames(parts[middle:])})"


def _format(each: Format, parts: Sequence[Part], place: int) -> str:
    name = label(place)
    first = kept_before(each.time, parts[0].first)
    last = first + sum(part.last - part.first for part in parts)
    chain = scenes_graph(
        within(each.scenes, first, last), each.time.fps, f"{name}shown", f"{name}l"
    )
    if not each.burn:
        return f"{chain};[{name}l]null[{name}]"
    folder = folder_of(each)
    clock = f"setpts=PTS+{first}/({each.time.fps}*TB)," if first else ""
    burn = f"ass={folder}/captions.ass:fontsdir={folder}/fonts"
    back = f",setpts=PTS-{first}/({each.time.fps}*TB)" if first else ""
    return f"{chain};[{name}l]{clock}{burn}{back}[{name}]"


def folder_of(each: Format) -> str:
    """Where a format's script and fonts lie, from ffmpeg's working directory."""
    return f"scratch/{slug(each.output.preset)}"


def kept_before(time: Timeline, frame: int) -> int:
    """How many frames of the clip come before a frame that is counted without leaving out cuts."""
    return sum(max(0, min(part.last, frame) - part.first) for part in time.parts)


def within(scenes: Sequence[Scene], first: int, last: int) -> list[Scene]:
    """The scenes on frames ``[first, last)``."""
    clipped = (Scene(max(s.first, first), min(s.last, last), s.panels) for s in scenes)
    return [scene for scene in clipped if scene.first < scene.last]


def ticks(fps: Fraction) -> int:
    """Ticks a second, a whole number of them to a frame."""
    return fps.numerator * math.ceil(LEAST_TICKS / fps.numerator)


def encoding(each: Format, frames: int, encoder: Sequence[str], target: str) -> list[str]:
    """Output options: exactly ``frames`` frames of the format, beginning at 0, to ``target``."""
    fps = each.time.fps
    # The bound keeps noise and confetti within what every phone and platform plays.
    bound = 12 if fps <= 30 else 18
    return [
        *encoder,
        *("-pix_fmt", "yuv420p", "-maxrate", f"{bound}M", "-bufsize", f"{2 * bound}M"),
        *("-g", str(round(GOP_SECONDS * fps)), "-frames:v", str(frames)),
        *("-fps_mode", "passthrough", "-video_track_timescale", str(ticks(fps))),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn", "-an"),
        *("-f", "mp4", f"file:{target}"),
    ]
