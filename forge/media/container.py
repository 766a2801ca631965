"""Opening a recording with PyAV, within the same limits as ffmpeg's.

PyAV passes options to FFmpeg when a container is opened, but not to the decoders that it opens
later: :func:`allow_decoding` gives each of them its own limits, before the first frame.
"""

from __future__ import annotations

from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from forge.media.allowlist import (
    DECODERS,
    MAX_PIXELS,
    input_options,
    unsupported_codec,
)


def open_recording(path: Path) -> InputContainer:
    """Opens a file for reading; its name is taken literally. Raises ``av.FFmpegError``."""
    return av.open(f"file:{path}", options=input_options(), metadata_errors="replace")


def allow_decoding(stream: VideoStream | AudioStream) -> None:
    """Lets a stream be decoded, or raises ForgeError that says why not.

    Its code is ``unsupported_codec``, for a codec outside the list. Frames beyond 8K are refused
    by the decoder, when they come.
    """
    what = "picture" if isinstance(stream, VideoStream) else "sound"
    # None for a codec that PyAV has no decoder for, though its types say otherwise.
    context = stream.codec_context
    name = context.name if context is not None else "unknown"
    if name not in DECODERS:
        raise unsupported_codec(what, name)
    context.options = {**context.options, "max_pixels": str(MAX_PIXELS)}
