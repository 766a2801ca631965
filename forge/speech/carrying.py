"""Which voices of a chunk need not be listened to, because the chunk before has the same ones.

Chunks overlap by most of their length, so a voice is in several of them. Where two chunks agree
on when somebody speaks, it is the same person, and one embedding serves for both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: How much of what either chunk hears of a voice, while both hear, must be heard by both.
AGREE = 0.8
#: How much of what the later chunk hears of it must lie where both hear, and how much of a chunk
#: both must hear of it (half a second of ten): less may be no voice at all.
SHARED, LEAST = 0.5, 0.05


def carried(activity: NDArray[np.bool_], shift: int) -> dict[tuple[int, int], int]:
    """(chunk, speaker) to the speaker of the chunk before who is the same person.

    ``activity`` is (chunks, speakers, frames), each chunk ``shift`` frames behind the one before.
    Only every other chunk carries, so that nothing is handed on twice: an error does not spread.
    """
    found = {}
    for chunk in range(1, len(activity), 2):
        before, now = activity[chunk - 1, :, shift:], activity[chunk, :, :-shift]
        common = now.astype(np.int32) @ before.astype(np.int32).T
        either = now.sum(axis=1)[:, None] + before.sum(axis=1)[None] - common
        for speaker, (both, all_) in enumerate(zip(common, either, strict=True)):
            same = int(np.argmax(both))
            enough = now[speaker].sum() >= SHARED * activity[chunk, speaker].sum()
            heard = both[same] > LEAST * activity.shape[-1]
            if heard and enough and both[same] >= AGREE * all_[same]:
                found[chunk, speaker] = same
    return found
