"""A clip's part of a recording whose clock jumps, copied into a container with one clock.

The copy holds what the clip needs, from a keyframe before it to a little behind it, however long
the recording is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import av
from av.container import Flags, InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from forge.durable import disk_error
from forge.media.container import open_recording
from forge.media.jumps import REPORT_EVERY, Clock, Mark, mend, zero
from forge.spec import Report, Spec

#: So much is read before and behind the clip, seconds: the sound of a picture lies up to a second
#: away from it in a transport stream, and an export looks at some frames more than it shows.
MARGIN = 5.0
#: A picture that is shown so many seconds after it is decoded got its time from a clock beyond a
#: jump, because its own packet gave none.
_FARTHEST = 10.0


def excerpt(
    spec: Spec, probe: dict[str, Any], span: tuple[float, float], folder: Path, report: Report
) -> tuple[Spec, dict[str, Any]]:
    """A step's spec and probe, on a copy of ``span`` when the recording's clock jumps.

    ``span`` is in seconds of the recording, and so are the times in the copy, which lies in
    ``folder``: the recording's first packets stand in front, because ffmpeg and PyAV count from a
    file's first time stamp. Raises ForgeError when the disk cannot take it.
    """
    if not probe.get("jumps"):
        return spec, probe
    tracks = [("video", probe["video"]), ("audio", probe["audio"])]
    wanted = [int(track["index"]) for _, track in tracks if track is not None]
    copy = folder / "excerpt.mkv"
    mark = _before(_marks(spec.source, wanted, probe, report), span[0] - MARGIN)
    with open_recording(spec.source) as container:
        # Program streams do not give a time to each picture.
        container.flags |= cast("Any", Flags.gen_pts).value
        try:
            with av.open(
                str(copy), "w", format="matroska", options={"avoid_negative_ts": "disabled"}
            ) as out:
                _Copy(container, out, wanted, report).fill(mark, span[1] + MARGIN)
        except av.FFmpegError as error:
            raise disk_error(OSError(error.errno, error.strerror)) from error
    places: Mapping[str, Any] = {
        kind: {**track, "index": wanted.index(int(track["index"]))}
        for kind, track in tracks
        if track is not None
    }
    return replace(spec, source=copy), {**probe, **places}


def _marks(
    source: Path, wanted: Sequence[int], probe: Mapping[str, Any], report: Report
) -> list[Mark]:
    """The probe's marks; older probes left none, so all packets are read again, but not copied."""
    known = probe.get("marks")
    if known is not None:
        return [Mark.from_json(row) for row in known]
    with open_recording(source) as container:
        found = mend(container, wanted, lambda _: report(0.0))
        return [Mark(0.0, 0, -zero(container, wanted))] if found is None else found.marks


def _before(marks: Sequence[Mark], time: float) -> Mark:
    return marks[max(0, bisect_right([mark.time for mark in marks], time) - 1)]


class _Copy:
    """Packets on their way from a recording to a file with one clock. ``wanted``: picture first."""

    def __init__(
        self,
        container: InputContainer,
        out: OutputContainer,
        wanted: Sequence[int],
        report: Report,
    ) -> None:
        self._container = container
        self._out = out
        self._wanted: dict[int, Stream] = {
            index: out.add_stream_from_template(container.streams[index]) for index in wanted
        }
        self._video = wanted[0]
        self._report = report
        self._latest: dict[int, int] = {}

    def fill(self, mark: Mark, end: float) -> None:
        """Copies from ``mark`` on, until the picture has come to ``end`` seconds."""
        begin = Clock(-zero(self._container, list(self._wanted)))
        if mark.byte:
            waited = set(self._wanted)
            for packet in self._packets():
                if packet.stream_index in waited:
                    waited.remove(packet.stream_index)
                    self._take(packet, begin)
                if not waited:
                    break
            self._container.seek(mark.byte, unsupported_byte_offset=True)
            begin = Clock(mark.offset)
        started = not mark.byte
        for number, packet in enumerate(self._packets()):
            if number % REPORT_EVERY == 0:
                self._report(0.0)
            picture = packet.stream_index == self._video
            started = started or (picture and packet.is_keyframe)
            if started or not picture:
                time = self._take(packet, begin)
                if picture and time is not None and time > end:
                    break

    def _packets(self) -> Iterator[Packet[Any]]:
        streams = [self._container.streams[index] for index in self._wanted]
        # What can be read is what counts; the errors that are left are those of writing.
        with suppress(av.FFmpegError):
            yield from self._container.demux(*streams)

    def _take(self, packet: Packet[Any], clock: Clock) -> float | None:
        """Writes a packet on the recording's clock; returns when it is decoded."""
        time, base = clock.place(packet), packet.time_base
        if time is None or base is None or not packet.size:
            return time
        index = packet.stream_index
        dts = round(time / base)
        pts = dts if packet.pts is None else packet.pts + round(clock.offset / base)
        if (pts - dts) * base > _FARTHEST:
            pts = dts
        # What a jump makes overlap a little would be refused.
        dts = max(dts, self._latest.get(index, dts))
        self._latest[index] = dts
        packet.dts, packet.pts = dts, max(pts, dts)
        packet.stream = self._wanted[index]
        self._out.mux(packet)
        return time
