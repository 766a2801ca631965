"""Where in a recording decoding can begin, and what to do with one that cannot be sought.

MP4 and Matroska name their keyframes in an index. Transport streams have none, and their clocks
may jump; recordings whose recorder was killed have lost theirs. Those are copied, untouched, into
an MP4 first: that costs reading them once, and the decoding, which is the dear part, can then go
on from anywhere. Each step makes the copy that it needs, and drops it: half a second of a CPU for
four minutes, where the proxy takes a minute. One copy for all would stay on the disk, as large as
the recording, and the first words would wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.container import open_recording
from forge.spec import Report

#: An index that ends more than this part of the recording before its end is not the whole index.
_COVERED = 0.9
#: In an indexed container, nothing shorter than this is sought in. Seconds.
_SHORT = 60.0
_INDEXED = {"mp4", "matroska"}
COPIES = _PICTURE, _SOUND = "indexed.mp4", "sound.copy"


@dataclass(frozen=True)
class Seekable:
    """A file with the recording's picture in which ffmpeg can seek.

    ``video`` is the picture's stream in it, ``start`` where its clock stands at the recording's
    start. ``keyframes`` are seconds from the recording's start. ``copied`` says that it is a copy
    of ours, without sound.
    """

    path: Path
    video: int
    start: float
    keyframes: list[float] = field(default_factory=list)
    copied: bool = False

    def input(self, seek: float | None, options: Sequence[str] = ()) -> list[str]:
        """ffmpeg's input options: times count from the recording's start, wherever it begins.

        ``seek`` is in such seconds. Decoding begins at the last keyframe before it, and what
        lies between is decoded, too: cutting is for the filter graph. ``options`` are those of
        the decoder. The clock is set by hand, because ffmpeg's own zero is the first packet of
        the streams that are asked for.
        """
        clock = ["-copyts", "-noaccurate_seek", "-itsoffset", f"{-self.start:.6f}"]
        clock += ["-seek_timestamp", "1"] if self.copied else []
        return [*clock, *options, *ffmpeg.source_args(self.path.absolute(), seek=seek)]


def whole_clock(probe: Mapping[str, Any]) -> list[str]:
    """An output that comes to nothing, for a command that wants one stream of a recording.

    ffmpeg sets a transport stream's clock to 0 at the first packet of the streams that are asked
    for. Whoever wants the sound alone, on the recording's clock, must ask for the picture, too.
    Empty for containers whose clock is their own: they need not read what nobody wants.
    """
    if _INDEXED & set(str(probe["container"]).split(",")):
        return []
    streams = [probe["video"]["index"]] + ([probe["audio"]["index"]] if probe["audio"] else [])
    tracks = [word for index in streams for word in ("-map", f"0:{int(index)}")]
    return [*tracks, "-c", "copy", "-f", "null", "-"]


def seekable(path: Path, probe: Mapping[str, Any], folder: Path, report: Report) -> Seekable:
    """The recording itself, or a copy of its picture in ``folder`` that can be sought in.

    Raises ForgeError when the copy fails.
    """
    found = _indexed(path, probe)
    if found is not None:
        return found
    copy = folder / _PICTURE
    if not copy.exists():
        _copy(path, probe, "video", copy, ("mp4", "matroska"), report)
    with open_recording(copy) as container:
        keyframes = _keyframes(container, 0, float(probe["duration"])) or []
        return Seekable(copy, 0, 0.0, keyframes, copied=True)


def seekable_sound(
    path: Path, probe: Mapping[str, Any], folder: Path, report: Report
) -> tuple[Seekable, int]:
    """The recording itself, or a copy of its sound in ``folder``; and the sound's stream in it.

    Raises ForgeError when the copy fails.
    """
    found = _indexed(path, probe)
    if found is not None:
        return found, int(probe["audio"]["index"])
    copy = folder / _SOUND
    if not copy.exists():
        # In MP4 and Matroska a stream of AAC has one form; in a transport stream each packet says
        # its own, and it may change where recordings were joined.
        transport = "mpegts" in str(probe["container"]).split(",")
        _copy(path, probe, "audio", copy, ("mpegts",) if transport else ("matroska",), report)
    return Seekable(copy, 0, 0.0, copied=True), 0


def _indexed(path: Path, probe: Mapping[str, Any]) -> Seekable | None:
    video, duration = int(probe["video"]["index"]), float(probe["duration"])
    with open_recording(path) as container:
        if not _names(container) & _INDEXED:
            return None
        start = (container.start_time or 0) / av.time_base
        found = [] if duration <= _SHORT else _keyframes(container, video, duration)
        return None if found is None else Seekable(path, video, start, found)


def _names(container: InputContainer) -> set[str]:
    return set(container.format.name.split(","))


def _keyframes(container: InputContainer, video: int, duration: float) -> list[float] | None:
    """Times of keyframes by the container's index; None when it has none, or half of one."""
    stream = container.streams[video]
    start = container.start_time or 0
    # Matroska reads its index at the first seek.
    container.seek(start, backward=True)
    base = stream.time_base
    if not isinstance(stream, VideoStream) or base is None:
        return None
    begin = start / av.time_base
    index = stream.index_entries
    if not len(index):
        return None
    last = float(index[len(index) - 1].timestamp * base) - begin
    if last < duration * _COVERED - _SHORT:
        return None
    # Hours have a million entries, so nothing is reckoned for those that are no keyframes.
    times = (float(entry.timestamp * base) - begin for entry in index if entry.is_keyframe)
    return sorted(time for time in times if time > 0)


def _copy(
    path: Path,
    probe: Mapping[str, Any],
    kind: str,
    copy: Path,
    forms: Sequence[str],
    report: Report,
) -> None:
    """Copies the picture or the sound into the first of the containers that takes it.

    It has another name until it is whole. ffmpeg mends jumps of a transport stream's clock on the
    way, just as when it decodes.
    """
    part = copy.with_suffix(".part")
    for form in forms:
        try:
            ffmpeg.run(
                [
                    *ffmpeg.source_args(path.absolute()),
                    *("-map", f"0:{int(probe[kind]['index'])}", "-c", "copy"),
                    *("-map_metadata", "-1", "-video_track_timescale", "90000"),
                    *("-muxdelay", "0", "-muxpreload", "0"),
                    *("-f", form, f"file:{part.absolute()}"),
                    *whole_clock(probe),
                ],
                duration=float(probe["duration"]),
                report=report,
                span=(0.0, 0.0),
            )
        except ForgeError as error:
            # Some codecs of old containers do not go into MP4; a full disk is another matter.
            if error.code != "ffmpeg_failed" or form == forms[-1]:
                raise
        else:
            break
    part.replace(copy)
