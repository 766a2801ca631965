"""The probe step: what the recording holds, read with PyAV, FFmpeg's own libraries."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from forge.errors import ForgeError
from forge.media.ffmpeg import FORMATS, MAX_PIXELS
from forge.steps.spec import Report, Spec

#: Packets that are looked at to tell a constant frame rate from a variable one.
_RATE_SAMPLE = 400
#: Packets come in decoding order: the latest times seen may have gaps that later ones fill.
_REORDER = 32
#: A recording whose last picture comes before this share of its stated length is truncated.
_COMPLETE = 0.9


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``probe.json`` (the fields are in docs/artifacts.md) and returns it.

    Raises ForgeError for what is no recording: not media, no video track, truncated.
    """
    size = spec.source.stat().st_size
    try:
        with _open(spec.source) as container:
            facts = _facts(container, size)
    except av.FFmpegError as error:
        raise ForgeError(
            "bad_media",
            f"This is not a recording that FORGE can read ({error.strerror or error}).",
            hint="If it plays elsewhere, remux it to MP4 or MKV; if it was cut off while "
            "recording or copying, repair or copy it again.",
        ) from error
    (spec.outputs / "probe.json").write_text(json.dumps(facts, indent=1), "utf-8")
    report(1.0)
    return facts


def _open(path: Path) -> InputContainer:
    options = {
        "protocol_whitelist": "file,pipe",
        "format_whitelist": FORMATS,
        "max_pixels": str(MAX_PIXELS),
    }
    return av.open(f"file:{path}", options=options, metadata_errors="replace")


def _facts(container: InputContainer, size: int) -> dict[str, Any]:
    pictures = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if not pictures:
        raise ForgeError(
            "no_video",
            "The recording has no video track.",
            hint="FORGE makes video clips: import the video file, not its audio.",
        )
    stream = pictures[0]
    sound = container.streams.audio
    start = (container.start_time or 0) / av.time_base
    duration = _duration(container, start)
    _refuse_truncated(container, stream, size, start, duration)
    container.seek(container.start_time or 0, backward=True)
    video = _video(container, stream, start)
    return {
        "container": container.format.name,
        "duration": round(duration, 6),
        "start_time": round(start, 6),
        "size": size,
        "video": video,
        "audio": _audio(sound[0], start) if sound else None,
        "audio_tracks": len(sound),
    }


def _duration(container: InputContainer, start: float) -> float:
    if container.duration and container.duration > 0:
        # Matroska states when the recording ends, others state how long it lasts.
        lead = max(start, 0.0) if "matroska" in container.format.name else 0.0
        return float(container.duration / av.time_base) - lead
    # Recorders that were killed leave no length behind; the packets still tell it.
    length = _last_time(container) - start
    if length <= 0:
        raise ForgeError("bad_media", "The recording holds no pictures.")
    return length


def _last_time(container: InputContainer) -> float:
    """Where the last packet ends that can still be read, on the container's clock."""
    last = 0.0
    try:
        for packet in container.demux(*container.streams.video, *container.streams.audio):
            if packet.pts is not None and packet.time_base is not None:
                last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    except av.FFmpegError:
        pass  # What matters is how far it got.
    return last


def _refuse_truncated(
    container: InputContainer, stream: VideoStream, size: int, start: float, duration: float
) -> None:
    index = stream.index_entries
    if "mp4" in container.format.name and len(index):
        last = index[len(index) - 1]
        missing = last.pos + last.size - size
        if missing > 0:
            raise _truncated(f"its last {missing / 1e6:.1f} MB are missing")
        return
    container.seek(int((start + duration * _COMPLETE) * av.time_base), backward=True)
    reached = _last_time(container) - start
    if reached < duration * _COMPLETE - 1.0:
        raise _truncated(f"it should last {duration:.0f} s but ends after {reached:.0f} s")


def _truncated(why: str) -> ForgeError:
    return ForgeError(
        "truncated",
        f"The recording is truncated: {why}.",
        hint="Copy it again, or repair it (for example by remuxing it in OBS), then import it.",
    )


def _video(container: InputContainer, stream: VideoStream, start: float) -> dict[str, Any]:
    times = []
    for packet in islice(container.demux(stream), _RATE_SAMPLE):
        if packet.pts is not None:
            times.append(packet.pts)
    container.seek(container.start_time or 0, backward=True)
    frame = next(container.decode(stream), None)
    if frame is None:
        raise ForgeError("bad_media", "The recording's first picture cannot be decoded.")
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width, height = round(frame.width * aspect), frame.height
    rotation = int(frame.rotation) % 360
    if rotation % 180:
        width, height = height, width
    rate = stream.average_rate or stream.guessed_rate or Fraction(30)
    begin = (stream.start_time or 0) * (stream.time_base or Fraction(0))
    return {
        "index": stream.index,
        "codec": stream.codec_context.name,
        "width": width,
        "height": height,
        "coded_width": frame.width,
        "coded_height": frame.height,
        "rotation": rotation,
        "fps": round(float(rate), 6),
        "frames": stream.frames or None,
        "pix_fmt": stream.codec_context.pix_fmt,
        "vfr": _is_variable(sorted(times)[:-_REORDER]),
        "start_time": round(float(begin) - start, 6),
    }


def _is_variable(times: list[int]) -> bool:
    steps = [after - before for before, after in pairwise(times)]
    # One tick of jitter is rounding to the container's clock, more is a variable rate.
    return bool(steps) and max(steps) - min(steps) > max(1, 0.1 * (sum(steps) / len(steps)))


def _audio(stream: Any, start: float) -> dict[str, Any]:
    base = stream.time_base or Fraction(0)
    return {
        "index": stream.index,
        "codec": stream.codec_context.name,
        "sample_rate": stream.codec_context.sample_rate,
        "channels": stream.codec_context.channels,
        "duration": None if stream.duration is None else round(float(stream.duration * base), 6),
        "start_time": round(float((stream.start_time or 0) * base) - start, 6),
    }
