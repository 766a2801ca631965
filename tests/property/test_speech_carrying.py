"""Whose embedding serves for the next chunk, whatever is said in both.

Rules of this file: no model, no files; hypothesis plays the segmentation.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from forge.speech.carrying import carried

SHIFT = 2
talks = arrays.arrays(bool, st.tuples(st.integers(1, 6), st.just(3), st.just(10)))


@given(talks)
def test_only_every_other_chunk_carries_and_only_what_was_heard_before(
    activity: NDArray[np.bool_],
) -> None:
    for (chunk, voice), same in carried(activity, SHIFT).items():
        assert chunk % 2 == 1
        before, now = activity[chunk - 1, same, SHIFT:], activity[chunk, voice, :-SHIFT]
        assert (before & now).sum() >= 0.8 * (before | now).sum() > 0


@given(talks, st.permutations(range(3)))
def test_the_order_of_the_voices_in_a_chunk_does_not_matter(
    activity: NDArray[np.bool_], order: list[int]
) -> None:
    shuffled = activity[:, order, :]
    assert {key[0] for key in carried(shuffled, SHIFT)} == {
        key[0] for key in carried(activity, SHIFT)
    }


def talk(*chunks: tuple[str, ...]) -> NDArray[np.bool_]:
    """Chunks of voices, each a row of frames: ``#`` is speech."""
    return np.array([[[mark == "#" for mark in voice] for voice in chunk] for chunk in chunks])


def test_a_voice_is_known_again_under_another_number() -> None:
    activity = talk(("..####....", "........##"), ("......##..", "####......"))
    assert carried(activity, SHIFT) == {(1, 0): 1, (1, 1): 0}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("######....", "......####", "one speaks until the other begins"),
        ("####......", "....######", "they never speak at the same time"),
        ("......####", "..######..", "they agree on less than four fifths"),
        ("...#......", ".#.....###", "more was said since than before"),
    ],
)
def test_a_voice_that_may_be_another_is_listened_to(before: str, after: str, why: str) -> None:
    assert carried(talk((before,), (after,)), SHIFT) == {}, why
