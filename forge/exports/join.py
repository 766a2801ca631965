"""From finished pieces to one MP4, without touching a frame."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from forge.durable import disk_error
from forge.errors import ForgeError
from forge.exports.picture import ticks


def join(
    pieces: Sequence[tuple[Path, int]], fps: Fraction, sound: Path | None, target: Path
) -> None:
    """Writes ``target``: the pictures of ``pieces`` (file and frames), one after the other.

    The pieces begin at 0, at ``fps``, and were made by the same encoder with the same options.
    ``sound`` is an MP4 with one sound track. The index comes first, so that the file plays while
    it is fetched. Raises ForgeError when a piece has not the frames that it should have, or when
    the disk cannot take the file.
    """
    try:
        _join(pieces, fps, sound, target)
    except av.FFmpegError as error:
        raise disk_error(OSError(error.errno, error.strerror)) from error


def _join(
    pieces: Sequence[tuple[Path, int]], fps: Fraction, sound: Path | None, target: Path
) -> None:
    with ExitStack() as stack:
        out = stack.enter_context(
            av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"})
        )
        opened = [stack.enter_context(av.open(str(path))) for path, _ in pieces]
        picture = out.add_stream_from_template(opened[0].streams.video[0])
        picture.time_base = Fraction(1, ticks(fps))
        tracks = [_pictures(opened, [frames for _, frames in pieces], fps)]
        streams: list[Any] = [picture]
        if sound is not None:
            heard = stack.enter_context(av.open(str(sound)))
            streams.append(out.add_stream_from_template(heard.streams.audio[0]))
            tracks.append(packet for packet in heard.demux(audio=0) if packet.size)
        marked = [_marked(track, place) for place, track in enumerate(tracks)]
        for _, place, packet in heapq.merge(*marked, key=lambda each: each[:2]):
            packet.stream = streams[place]
            out.mux(packet)


def _pictures(opened: Sequence[Any], counts: Sequence[int], fps: Fraction) -> Iterator[Any]:
    frame = Fraction(ticks(fps)) / fps
    offset = 0
    for container, count in zip(opened, counts, strict=True):
        found = 0
        for packet in container.demux(video=0):
            if not packet.size:
                continue
            found += 1
            packet.pts += offset
            packet.dts += offset
            yield packet
        if found != count:
            raise ForgeError(
                "piece_damaged",
                f"A piece of the clip has {found} frames instead of {count}.",
                hint="Retry the export.",
                permanent=False,
            )
        offset += int(count * frame)


def _marked(track: Iterator[Any], place: int) -> Iterator[tuple[float, int, Any]]:
    """Packets with when they are decoded, in seconds, so that tracks can be merged."""
    for packet in track:
        yield float((packet.dts or 0) * (packet.time_base or 0)), place, packet
