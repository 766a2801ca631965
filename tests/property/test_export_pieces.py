"""Pieces of an export: every kept frame is in one of them, and none is long.

Rules of this file: pure functions; hypothesis looks for the cuts that break them.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from forge.captions.timeline import timeline
from forge.exports.picture import kept_before, ticks
from forge.exports.pieces import LONGEST, WHOLE, pieces

rates = st.sampled_from([Fraction(30), Fraction(60), Fraction(25), Fraction(24000, 1001)])
cuts = st.lists(st.tuples(st.floats(0, 600), st.floats(0, 90)), max_size=8)


@given(
    st.floats(0.5, 600),
    cuts,
    st.lists(rates, min_size=1, max_size=3, unique=True),
    st.integers(1, 400),
)
def test_every_kept_frame_is_in_one_piece(
    length: float, cut: list[tuple[float, float]], fps: list[Fraction], scenes: int
) -> None:
    spans = [(10 + max(0.2, start), 10 + start + last) for start, last in cut]
    times = [timeline(10.0, 10.0 + length, spans, rate) for rate in fps]
    found = pieces(times, scenes)
    for place, time in enumerate(times):
        covered = [
            frame
            for piece in found
            for part in piece.parts[place]
            for frame in range(part.first, part.last)
        ]
        assert covered == [frame for part in time.parts for frame in range(part.first, part.last)]
        assert sum(piece.frames(place) for piece in found) == time.frames
        done = 0
        for piece in found:
            if piece.parts[place]:
                first, last = piece.parts[place][0].first, piece.parts[place][-1].last
                assert kept_before(time, first) == done
                assert (last - first) / time.fps <= (WHOLE if len(found) == 1 else LONGEST) + 0.1
                done += piece.frames(place)


@given(rates)
def test_a_frame_is_a_whole_number_of_ticks(fps: Fraction) -> None:
    assert (ticks(fps) / fps).denominator == 1
    assert ticks(fps) >= 10_000
