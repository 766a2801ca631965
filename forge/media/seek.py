"""Where to start reading so that no picture of a clip is missing.

ffmpeg decodes from the place it lands at after a seek. In containers with an index that is the
keyframe before the wanted time. In MPEG transport streams, the form in which platforms hand out
recordings, it is any packet: pictures are then missing until the next keyframe.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer

from forge.media.container import open_recording

#: How far before the clip to look for a keyframe, seconds, one after the other.
STEPS: Sequence[float] = (0.0, 2.5, 5.0, 10.0, 20.0, 40.0)
#: In streams without an index, sound lies up to this far before or after its picture.
INTERLEAVING = 1.0
_UNINDEXED = ("mpegts", "mpeg")


def leads(path: Path, video: int, starts: Sequence[float]) -> list[float]:
    """How many seconds before each start to seek to, so that decoding reaches it with a picture.

    ``starts`` are in seconds from the file's first timestamp, ``video`` is the stream's index.
    0 when the seek lands on a keyframe, as it nearly always does. At most the start itself.

    Ask for all places at once: opening a recording reads its whole index, which of three hours
    takes 0.4 s.
    """
    with open_recording(path) as container:
        stream = cast("av.VideoStream", container.streams[video])
        return [_lead(container, stream, start) for start in starts]


def _lead(container: InputContainer, stream: av.VideoStream, start: float) -> float:
    if start <= 0:
        return 0.0
    least = INTERLEAVING if container.format.name in _UNINDEXED else 0.0
    begin = container.start_time or 0
    for step in STEPS:
        back = max(step, least)
        if back >= start:
            return start
        wanted = begin + round((start - back) * av.time_base)
        container.seek(wanted, backward=True)
        for packet in container.demux(stream):
            if packet.is_keyframe and packet.pts is not None and packet.time_base is not None:
                if float(packet.pts * packet.time_base) * av.time_base <= begin + round(
                    start * av.time_base
                ):
                    return back
                break
    return min(start, STEPS[-1])
