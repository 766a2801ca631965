"""In which order words stand on a line when some of them are read from right to left.

Each word is set by itself, so all that is left of the Unicode bidirectional algorithm is the
order of whole words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby


def visual_order(backwards: Sequence[bool], line_backwards: bool) -> list[int]:
    """Places of the words from the left edge on; ``backwards`` says it of each word.

    Words of one direction keep together: in a line from right to left, a name in Latin letters
    is still read from left to right.
    """
    groups = [
        (own, [place for place, _ in group])
        for own, group in groupby(enumerate(backwards), key=lambda each: each[1])
    ]
    if line_backwards:
        groups.reverse()
    return [place for own, group in groups for place in (reversed(group) if own else group)]
