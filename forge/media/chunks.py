"""Where a recording is cut into chunks, so that a kill costs one chunk and not the recording.

Each chunk is encoded by a fresh ffmpeg from its own seek, and holds pictures of one grid that
counts from the recording's start. So what a chunk contains does not depend on who encoded the
ones before it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

#: A kill costs at most one chunk: see LONGEST. Each chunk costs a start of ffmpeg, a tenth of a
#: second, against the ten seconds that its encoding takes on two cores.
SECONDS = 30.0
#: A cut is moved by up to half a chunk to lie just behind a keyframe, so that nothing is decoded
#: twice. The last chunk may be as long.
LONGEST = 45.0
#: The first chunk is so much shorter, because somebody waits for the first picture.
SOONER = 5
#: How far behind a keyframe a cut lies: ffmpeg seeks 0.13 s before the time that is asked for
#: when pictures are stored in another order than they are shown. Seconds.
BEHIND = 0.25


@dataclass(frozen=True)
class Chunk:
    """Pictures ``first`` to ``first + count`` of the proxy; without ``count``, to the end.

    ``rate`` is the proxy's, in pictures a second. The chunk begins where the recording does when
    ``first`` is 0: only then nothing is sought.
    """

    first: int
    count: int | None
    rate: Fraction

    @property
    def start(self) -> float:
        """Seconds from the recording's start."""
        return float(self.first / self.rate)

    @property
    def end(self) -> float | None:
        """Seconds from the recording's start; None at its end."""
        return None if self.count is None else float((self.first + self.count) / self.rate)


def plan(duration: float, rate: Fraction, keyframes: Sequence[float]) -> list[Chunk]:
    """The chunks of a recording of ``duration`` seconds, in order and without gaps.

    ``keyframes`` are the times in seconds, in order, at which decoding can begin, as far as they
    are known. A kill costs at most LONGEST seconds, whatever they are.
    """
    chunks: list[Chunk] = []
    first = 0
    while duration - float(first / rate) > LONGEST:
        begin = float(first / rate)
        length, longest = (SECONDS, LONGEST) if first else (SECONDS / SOONER, LONGEST / SOONER)
        wanted = begin + length - BEHIND
        place = bisect_left(keyframes, wanted)
        near = [
            time
            for time in keyframes[max(0, place - 1) : place + 1]
            if length / 2 <= time + BEHIND - begin < longest - 1 / rate
        ]
        time = min(near, key=lambda time: abs(time - wanted), default=wanted)
        after = math.ceil((time + BEHIND) * rate)
        chunks.append(Chunk(first, after - first, rate))
        first = after
    return [*chunks, Chunk(first, None, rate)]
