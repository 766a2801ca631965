"""Pairs of small grey pictures spread over a copy of a recording, half a second within a pair.

Only keyframes are decoded, so hours cost what minutes cost.
"""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from forge.layout.borders import Grey, Pair
from forge.spec import Report

#: The longer side of a sampled picture, in pixels: finding an edge of a facecam to half of one
#: is finding it to a pixel and a half of 1080p.
SIDE = 640


def sample_pairs(path: Path, count: int, report: Report) -> list[Pair]:
    """At most ``count`` pairs, in order, each of a keyframe and the next one.

    ``path`` is a proxy: its keyframes are half a second apart (see PROXY_GOP). Of a short
    recording there are as many pairs as it has keyframes, less one. Pictures are height × width,
    all of one size, no larger than they were. ``report`` gets the share that is done. Raises
    av.FFmpegError when the file cannot be read; what is damaged is left out.
    """
    found: dict[int, Pair] = {}
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.codec_context.skip_frame = "NONKEY"
        video.thread_type = "NONE"  # Threads hold pictures back, and here each seek wants two.
        scale = min(1.0, SIDE / max(video.width, video.height))
        size = max(2, round(video.width * scale)), max(2, round(video.height * scale))
        converter = VideoReformatter()

        def small(frame: VideoFrame) -> Grey:
            shown = converter.reformat(
                frame, *size, format="gray", interpolation=Interpolation.AREA
            )
            return np.asarray(shown.to_ndarray(), np.uint8)

        length = int(video.duration or 0)
        for number in range(count):
            target = (video.start_time or 0) + length * (2 * number + 1) // (2 * count)
            try:
                container.seek(target, stream=video)
                frames = container.decode(video)
                first, second = next(frames, None), next(frames, None)
            except av.error.InvalidDataError:
                first = second = None
            report((number + 1) / count)
            if first is None or second is None or first.pts is None or first.pts in found:
                continue  # The end, or, in a short recording, the same keyframe once more.
            found[first.pts] = small(first), small(second)
    return [found[at] for at in sorted(found)]
