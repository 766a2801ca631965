"""The probe step: what the recording holds, read with PyAV, FFmpeg's own libraries."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any, cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from forge.errors import ForgeError
from forge.media.allowlist import MAX_PIXELS, too_large
from forge.media.container import allow_decoding, open_recording
from forge.media.hdr import transfer
from forge.media.jumps import CLOCKED, mend
from forge.media.tracks import Track, choose
from forge.spec import Report, Spec

#: Packets that are looked at to tell a constant frame rate from a variable one.
_RATE_SAMPLE = 400
#: Packets come in decoding order: the latest times seen may have gaps that later ones fill.
_REORDER = 32
#: A recording whose last picture comes before this share of its stated length is truncated.
_COMPLETE = 0.9
#: A week, in seconds: whatever says that it lasts longer has broken or forged time stamps.
MAX_SECONDS = 7 * 24 * 3600.0
#: Beyond the first hour, even a black and silent picture takes more bytes a second than this.
#: Filling a gap between two forged time stamps would take hours and gigabytes.
MIN_BYTES_A_SECOND = 50
#: A pixel more than this many times wider than high, or the other way, is a broken header.
_MAX_ASPECT = 10


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``probe.json`` (the fields are in docs/reference.md) and returns it.

    Raises ForgeError for what is no recording: not media, no video track, truncated, a codec
    or a picture outside what FORGE decodes, a length that cannot be.
    """
    size = spec.source.stat().st_size
    try:
        with open_recording(spec.source) as container:
            facts = _facts(container, size, report)
    except av.FFmpegError as error:
        raise ForgeError(
            "bad_media",
            f"This is not a recording that FORGE can read ({error.strerror or error}).",
            hint="If it is still being recorded or copied, wait until that is done; if it was cut"
            " off, repair or copy it again; if it plays elsewhere, remux it to MP4 or MKV.",
        ) from error
    (spec.outputs / "probe.json").write_text(json.dumps(facts, indent=1), "utf-8")
    report(1.0)
    return facts


def _facts(container: InputContainer, size: int, report: Report) -> dict[str, Any]:
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
    sounds = container.streams.audio
    chosen = choose([_track(sound) for sound in sounds])
    allow_decoding(stream)
    if chosen is not None:
        allow_decoding(cast("AudioStream", container.streams[chosen[0].index]))
    start = (container.start_time or 0) / av.time_base
    mended = None
    if container.format.name in CLOCKED:
        wanted = [stream.index, *([] if chosen is None else [chosen[0].index])]
        mended = mend(container, wanted, lambda place: report(min(1.0, place / size)))
    duration = _duration(container, start) if mended is None else mended.duration
    check_duration(duration, size)
    if mended is None:
        _refuse_truncated(container, stream, size, start, duration)
    container.seek(container.start_time or 0, backward=True)
    video = _video(container, stream, start)
    return {
        "container": container.format.name,
        "duration": round(duration, 6),
        "start_time": round(start, 6),
        "size": size,
        "jumps": mended is not None,
        "video": video,
        "audio": None if chosen is None else _audio(container, *chosen, start),
        "audio_tracks": len(sounds),
        # Only of recordings that need them, so that what older versions made of others still holds.
        **({} if mended is None else {"marks": [mark.as_json() for mark in mended.marks]}),
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


def check_duration(duration: float, size: int) -> None:
    """Raises ForgeError for a length that ``size`` bytes of a recording cannot have."""
    if not 0 < duration <= min(MAX_SECONDS, 3600 + size / MIN_BYTES_A_SECOND):
        raise ForgeError(
            "bad_duration",
            f"The recording says that it lasts {duration / 3600:,.1f} hours,"
            f" but it is only {size / 1e6:,.1f} MB: its time stamps are broken.",
            hint="Repair it (for example by remuxing it in OBS), then import it again.",
        )


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
        hint="If it is still being recorded or copied, wait until that is done; otherwise copy it"
        " again, or repair it (for example by remuxing it in OBS). Then import it.",
    )


def _video(container: InputContainer, stream: VideoStream, start: float) -> dict[str, Any]:
    times = []
    for packet in islice(container.demux(stream), _RATE_SAMPLE):
        if packet.pts is not None:
            times.append(packet.pts)
    container.seek(container.start_time or 0, backward=True)
    try:
        frame = next(container.decode(stream), None)
    except av.FFmpegError:
        frame = None
    if frame is None:
        raise ForgeError(
            "bad_media",
            "The recording's first picture cannot be decoded: it is damaged, or larger than 8K.",
            hint="If it plays elsewhere, convert it to H.264 first, then import it.",
        )
    rotation = int(frame.rotation) % 360
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width, height = displayed_size(frame.width, frame.height, aspect, rotation)
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
        "hdr": transfer(frame.color_trc),
        "vfr": _is_variable(sorted(times)[:-_REORDER]),
        "start_time": round(float(begin) - start, 6),
    }


def displayed_size(width: int, height: int, aspect: Fraction, rotation: int) -> tuple[int, int]:
    """The size in square pixels of an upright picture, at least 1 × 1.

    ``aspect`` is that of a coded pixel, ``rotation`` is in degrees, 0 to 359. Raises ForgeError
    for a picture that nobody can display.
    """
    if not Fraction(1, _MAX_ASPECT) <= aspect <= _MAX_ASPECT:
        aspect = Fraction(1)
    size = max(1, round(width * aspect)), height
    if size[0] * size[1] > MAX_PIXELS:
        raise too_large(*size)
    # ffmpeg turns a picture of any other angle within the size that it has.
    return size[::-1] if rotation % 180 == 90 else size


def _is_variable(times: list[int]) -> bool:
    steps = [after - before for before, after in pairwise(times)]
    # One tick of jitter is rounding to the container's clock, more is a variable rate.
    return bool(steps) and max(steps) - min(steps) > max(1, 0.1 * (sum(steps) / len(steps)))


def _track(stream: AudioStream) -> Track:
    flags = stream.disposition
    aside = Disposition.comment | Disposition.visual_impaired | Disposition.hearing_impaired
    # None for a codec that PyAV has no decoder for, though its types say otherwise.
    context = stream.codec_context
    return Track(
        index=stream.index,
        channels=context.channels if context is not None else 0,
        default=bool(flags & Disposition.default),
        aside=bool(flags & aside),
    )


def _audio(container: InputContainer, chosen: Track, why: str, start: float) -> dict[str, Any]:
    stream = cast("AudioStream", container.streams[chosen.index])
    base = stream.time_base or Fraction(0)
    return {
        "index": stream.index,
        "track": 1 + container.streams.audio.index(stream),
        "chosen": why,
        "language": stream.metadata.get("language"),
        "title": stream.metadata.get("title"),
        "codec": stream.codec_context.name,
        "sample_rate": stream.codec_context.sample_rate,
        "channels": stream.codec_context.channels,
        "duration": None if stream.duration is None else round(float(stream.duration * base), 6),
        "start_time": round(float((stream.start_time or 0) * base) - start, 6),
    }
