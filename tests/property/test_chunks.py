"""Chunks of a recording, whatever its length, rate and keyframes.

Rules of this file: pure planning, no file is read; what is checked is what the proxy relies on: no
picture is left out or made twice, and a kill never costs more than the longest chunk.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from forge.media.chunks import BEHIND, LONGEST, SECONDS, SOONER, plan

KEYS = st.lists(st.floats(0.01, 5000, allow_nan=False), max_size=60).map(sorted)
RATES = st.sampled_from([Fraction(30), Fraction(30000, 1001), Fraction(25, 2), Fraction(1)])


@given(st.floats(0, 5000, allow_nan=False), RATES, KEYS)
def test_chunks_cover_the_grid_and_none_is_long(
    duration: float, rate: Fraction, keyframes: list[float]
) -> None:
    planned = plan(duration, rate, keyframes)
    assert planned[0].first == 0
    for before, after in pairwise(planned):
        assert before.count is not None
        assert before.count > 0
        assert after.first == before.first + before.count
        assert before.count / rate <= LONGEST + 1e-9
        # Behind a keyframe, far enough for ffmpeg's seek, when there is one nearby.
        # The first one is for somebody who waits, and so it is short.
        length, longest = SECONDS, LONGEST
        if before.first == 0:
            length, longest = SECONDS / SOONER, LONGEST / SOONER
            assert before.count / rate <= longest + 1e-9
        most = min(length * 1.3, longest - 1 / rate)
        near = [k for k in keyframes if length / 2 < k + BEHIND - before.start < most]
        behind = [after.start - k for k in keyframes if k <= after.start - BEHIND + 1e-9]
        assert not near or min(behind) <= BEHIND + 1 / rate + 1e-9
    assert planned[-1].count is None
    assert duration - planned[-1].start <= LONGEST
