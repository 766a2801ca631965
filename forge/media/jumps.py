"""Transport streams whose clock jumps: broadcasts, and recordings that were joined byte by byte.

ffmpeg mends a jump while it reads from the start, but nobody can seek across one: the same time
may come twice, or never. So the probe looks for jumps, and whoever must seek works on a copy of
the streams in a container with one clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from forge.media import ffmpeg
from forge.spec import Report, Spec

#: Containers whose packets carry the clock of a broadcast.
CLOCKED = {"mpegts", "mpeg"}
#: ffmpeg's ``dts_delta_threshold``: a longer silence, or a step back, is a jump of the clock.
#: Seconds.
_FORWARD, _BACKWARD = 10.0, 0.1
#: Packets between two calls that say how far the reading is.
_REPORT_EVERY = 20_000


def mended_length(
    container: InputContainer, start: float, read: Callable[[int], None]
) -> float | None:
    """Seconds that a recording lasts when its jumps are mended; None when it has no jump.

    Goes through all packets of picture and sound, and decodes none. ``start`` is the container's
    start time; ``read`` is told the place in bytes now and then.
    """
    expected: dict[int, float] = {}
    offset, latest, jumped = 0.0, start, False
    try:
        for number, packet in enumerate(
            container.demux(*container.streams.video, *container.streams.audio)
        ):
            if packet.dts is None or packet.time_base is None:
                continue
            if number % _REPORT_EVERY == 0 and packet.pos is not None:
                read(packet.pos)
            time = float(packet.dts * packet.time_base) + offset
            ahead = time - expected.get(packet.stream_index, latest)
            # A stream's first packet may come long after those of another one, and lie before them.
            known = packet.stream_index in expected
            if not -(_BACKWARD if known else _FORWARD) <= ahead <= _FORWARD:
                jumped = True
                offset -= ahead
                time -= ahead
            expected[packet.stream_index] = time + float((packet.duration or 0) * packet.time_base)
            latest = max(latest, expected[packet.stream_index])
    except av.FFmpegError:
        pass  # What can be read is what counts.
    return latest - start if jumped else None


def mended(
    spec: Spec, probe: dict[str, Any], folder: Path, report: Report
) -> tuple[Spec, dict[str, Any]]:
    """A step's spec and probe, on a copy of the streams when the recording's clock jumps.

    The copy lies in ``folder``. It is made by ffmpeg, which mends the jumps on the way.
    """
    if not probe.get("jumps"):
        return spec, probe
    copy = folder / "mended.mkv"
    tracks = [("video", probe["video"]), ("audio", probe["audio"])]
    maps = [f"0:{int(track['index'])}" for _, track in tracks if track is not None]
    ffmpeg.run(
        [
            *ffmpeg.source_args(spec.source.absolute()),
            *(word for each in maps for word in ("-map", each)),
            *("-c", "copy", "-f", "matroska", f"file:{copy.absolute()}"),
        ],
        duration=float(probe["duration"]),
        report=report,
        span=(0.0, 0.0),
    )
    places: Mapping[str, Any] = {
        kind: {**track, "index": index}
        for index, (kind, track) in enumerate(tracks)
        if track is not None
    }
    return replace(spec, source=copy), {**probe, **places}
