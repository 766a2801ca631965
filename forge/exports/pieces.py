"""Where a clip is cut into pieces, so that a kill costs one piece and not the clip.

Each piece is encoded by a fresh ffmpeg from its own seek, in all of the export's formats. So what
a piece contains does not depend on who encoded the ones before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from forge.captions.timeline import Part, Timeline

#: A longer clip is made in pieces: a shorter one is no loss. Seconds of source.
WHOLE = 60.0
#: The longest piece, seconds of source. Each costs a start of ffmpeg and, on average, half a GOP
#: that is decoded twice.
LONGEST = 30.0
#: About as many scenes go into one piece, over all formats: each has filters of its own, which
#: take 6 MB. A piece of the clip in which they come thick has more.
MOST_SCENES = 60


@dataclass(frozen=True)
class Piece:
    """What one run of ffmpeg makes: for each format the kept frames, as parts of its clip.

    A format whose list is empty has no frame in it.
    """

    number: int
    parts: tuple[tuple[Part, ...], ...]

    def frames(self, place: int) -> int:
        """How many frames the format at that place gets."""
        return sum(part.last - part.first for part in self.parts[place])


def pieces(times: Sequence[Timeline], scenes: int = 1) -> list[Piece]:
    """The pieces of a clip, in order, for the same clip on one or several grids of frames.

    They are equally long before anything is cut out. One of which nothing is kept is left out.
    ``scenes`` is how many there are in the clip, over all formats.
    """
    length = max(Fraction(time.parts[-1].last) / time.fps for time in times)
    count = math.ceil(length / Fraction(LONGEST)) if length > WHOLE else 1
    count = max(count, math.ceil(scenes / MOST_SCENES))
    found: list[Piece] = []
    for number in range(count):
        begin, end = length * number / count, length * (number + 1) / count
        parts = tuple(_inside(time, begin, end) for time in times)
        if any(parts):
            found.append(Piece(len(found), parts))
    return found


def _inside(time: Timeline, begin: Fraction, end: Fraction) -> tuple[Part, ...]:
    """The kept parts between two moments of the clip, cuts not left out, on its grid."""
    first, last = round(begin * time.fps), round(end * time.fps)
    clipped = ((max(part.first, first), min(part.last, last)) for part in time.parts)
    return tuple(Part(one, other) for one, other in clipped if one < other)
