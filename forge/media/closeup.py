"""Full pictures of a few stretches of a recording, and nothing decoded besides that is not needed.

A stretch costs the decoding from the keyframe before it. On the way, pictures of which nothing
else is made are left out; in the stretch, none is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from forge.errors import ForgeError
from forge.media.container import allow_decoding, open_recording
from forge.media.seekable import Seekable
from forge.media.skipping import disposables

#: An index names keyframes by the time of their decoding, which comes before that of their
#: display, so a seek aims this much earlier. Seconds.
_EARLIER = 0.5
#: Packets between two signs of life.
_BREATH = 256
#: Half of what the copies' clocks round to, and a little. Seconds.
_TICK = 1e-4


class Closeup:
    """Reads stretches of ``source``, best in the order of their times; close it after use.

    ``alive`` is called now and then while pictures are decoded. Raises ForgeError when the
    recording cannot be read or must not be decoded.
    """

    def __init__(self, source: Seekable, alive: Callable[[], None]) -> None:
        self._source = source
        self._alive = alive
        try:
            self._container: InputContainer = open_recording(source.path)
        except av.FFmpegError as error:
            raise _unreadable(error) from error
        stream = self._container.streams[source.video]
        assert isinstance(stream, VideoStream)
        self._stream = stream
        allow_decoding(stream)
        stream.thread_type = "AUTO"
        self._disposable = disposables(stream)
        self._packets: Iterator[Packet[VideoStream]] = iter(())
        #: Up to here packets were taken; those of pictures before it may be gone. Seconds.
        self._taken: float | None = None

    def close(self) -> None:
        """Closes the recording."""
        self._container.close()

    def frames(self, start: float, end: float) -> Iterator[tuple[float, VideoFrame]]:
        """Every picture from ``start`` to ``end``, both included, in order, with its own time.

        Times are seconds from the recording's start. What is damaged is left out.
        """
        self._go(start)
        for number, packet in enumerate(self._packets, 1):
            if number % _BREATH == 0:
                self._alive()
            if packet.pts is not None:
                time = self._seconds(packet.pts)
                self._taken = time if self._taken is None else max(self._taken, time)
                inside = start - _TICK <= time <= end + _TICK
                if not inside and self._disposable(packet):
                    continue
            elif packet.size == 0:
                self._taken = None  # The end: the decoder takes nothing more before a seek.
            for frame in self._decode(packet):
                if frame.pts is None:
                    continue
                time = self._seconds(frame.pts)
                if time > end + _TICK:
                    return
                if time >= start - _TICK:
                    yield time, frame

    def _decode(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        try:
            return [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
        except av.error.InvalidDataError:
            return []

    def _seconds(self, pts: int) -> float:
        return float(pts * (self._stream.time_base or 0)) - self._source.start

    def _go(self, start: float) -> None:
        """On from where the last stretch ended, or from the keyframe before this one."""
        base = self._stream.time_base or Fraction(1)
        target = int((max(start - _EARLIER, 0.0) + self._source.start) / base)
        if self._taken is not None and self._taken < start - _TICK:
            index = self._stream.index_entries
            place = index.search_timestamp(target)
            if place < 0 or self._seconds(index[place].timestamp) <= self._taken:
                return
        try:
            self._container.seek(target, stream=self._stream, backward=True)
        except av.FFmpegError as error:
            raise _unreadable(error) from error
        self._packets = self._container.demux(self._stream)
        self._taken = None


def _unreadable(error: av.FFmpegError) -> ForgeError:
    return ForgeError(
        "bad_media",
        f"The recording cannot be read any more ({error.strerror or error}).",
        hint="Check that the file is still there and whole, then retry the job.",
        permanent=False,
    )
