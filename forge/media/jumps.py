"""Transport streams whose clock jumps: broadcasts, and recordings that were joined byte by byte.

ffmpeg mends a jump while it reads from the start, but nobody can seek across one: the same time
may come twice, or never. So the probe reads all packets once, mends the jumps as ffmpeg does, and
leaves marks: places from which the mended clock goes on. Whoever must seek begins at one
(:mod:`forge.media.excerpt`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet

#: Containers whose packets carry the clock of a broadcast.
CLOCKED = {"mpegts", "mpeg"}
#: ffmpeg's ``dts_delta_threshold``: a longer silence, or a step back, is a jump of the clock.
#: Seconds.
_FORWARD, _BACKWARD = 10.0, 0.1
#: Packets between two calls that say how far the reading is.
REPORT_EVERY = 20_000
#: Marks lie at least so far apart, seconds: four hours then have 700, and a reader goes through
#: so much more than it wants.
_MARK_EVERY = 20.0
#: Around a jump, packets of both clocks lie between each other: no mark is so near to one. Seconds.
_CALM = 5.0


@dataclass(frozen=True)
class Mark:
    """A keyframe from which reading can begin.

    ``time`` is in seconds of the recording, ``byte`` its place in the file; ``offset`` is what
    comes to the container's own times from there on, to make seconds of the recording of them.
    """

    time: float
    byte: int
    offset: float

    def as_json(self) -> list[float]:
        """A row of ``marks`` in ``probe.json``."""
        return [round(self.time, 6), self.byte, round(self.offset, 6)]

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> Mark:
        """The inverse of :meth:`as_json`."""
        return cls(float(row[0]), int(row[1]), float(row[2]))


class Clock:
    """One clock for packets that come in the order in which they lie in the file.

    The rules are those of ``ts_discontinuity_detect`` in ffmpeg's ``ffmpeg_demux.c``, because the
    copies for the studio are made by ffmpeg: an offset for all streams changes when a packet is
    not where its own stream's last one lets expect it.
    """

    def __init__(self, offset: float) -> None:
        self.offset = offset
        self.jumps = 0
        self._latest: dict[int, float] = {}
        self._expected: dict[int, float] = {}
        self._last: float | None = None

    def place(self, packet: Packet[Any]) -> float | None:
        """When a packet is decoded, in seconds; None when neither it nor its stream tells.

        Afterwards ``offset`` holds for its presentation time, too.
        """
        index = packet.stream_index
        if packet.dts is None or packet.time_base is None:
            return self._expected.get(index)
        time = float(packet.dts * packet.time_base) + self.offset
        known = index in self._expected
        # A stream's first packet may come long after those of another one, and lie before them.
        expected = self._expected[index] if known else self._last
        if expected is not None:
            ahead = time - expected
            back = known and time + _BACKWARD < self._latest[index]
            if abs(ahead) > _FORWARD or back:
                self.jumps += 1
                self.offset -= ahead
                time = expected
        self._last = self._latest[index] = time
        self._expected[index] = time + float((packet.duration or 0) * packet.time_base)
        return time

    @property
    def end(self) -> float:
        """Where the last packet of any stream ends, seconds."""
        return max(self._expected.values(), default=0.0)


@dataclass(frozen=True)
class Mended:
    """A recording whose jumps are mended: how long it lasts, and where to begin to read it."""

    duration: float
    marks: list[Mark]


def zero(container: InputContainer, streams: Sequence[int]) -> float:
    """Where the container's clock stands when the first of these streams begins, seconds.

    That is ffmpeg's zero of a transport stream of which it is asked for these streams.
    """
    found = [
        float(stream.start_time * stream.time_base)
        for stream in (container.streams[index] for index in streams)
        if stream.start_time is not None and stream.time_base is not None
    ]
    return min(found, default=(container.start_time or 0) / av.time_base)


def mend(
    container: InputContainer, wanted: Sequence[int], read: Callable[[int], None]
) -> Mended | None:
    """The recording on one clock, by these streams; None when its clock never jumps.

    The first of ``wanted`` is the picture. Goes through all of their packets, and decodes none.
    ``read`` is told the place in bytes now and then.
    """
    begin = -zero(container, wanted)
    clock = Clock(begin)
    marks, jumps, calm = [Mark(0.0, 0, begin)], 0, 0.0
    try:
        for number, packet in enumerate(container.demux(*(container.streams[i] for i in wanted))):
            if number % REPORT_EVERY == 0 and packet.pos is not None:
                read(packet.pos)
            time = clock.place(packet)
            if time is None:
                continue
            if clock.jumps > jumps:
                jumps, calm = clock.jumps, time + _CALM
                while len(marks) > 1 and marks[-1].time > time - _CALM:
                    marks.pop()
            if packet.stream_index == wanted[0] and packet.is_keyframe and time >= calm:
                _mark(marks, packet, time, clock.offset)
    except av.FFmpegError:
        pass  # What can be read is what counts.
    return Mended(clock.end, marks) if jumps else None


def _mark(marks: list[Mark], packet: Packet[Any], decoded: float, offset: float) -> None:
    time = decoded
    if packet.pts is not None and packet.time_base is not None:
        time = float(packet.pts * packet.time_base) + offset
    if packet.pos is not None and time >= marks[-1].time + _MARK_EVERY:
        marks.append(Mark(time, packet.pos, offset))
