"""Words get a speaker who speaks then, and labels follow the order of appearance.

Rules: no clock, no files, no model; the expected speaker is found by looking at every turn.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from forge.speech.speakers import REACH, Turn, assign, in_order
from forge.speech.words import Word

seconds = st.integers(0, 600).map(lambda tenths: tenths / 10)
raw_turns = st.lists(
    st.builds(
        lambda label, start, length: (label, start, start + length),
        st.sampled_from(["x", "b", "q"]),
        seconds,
        st.integers(0, 80).map(lambda tenths: tenths / 10),
    ),
    max_size=25,
)
words = st.lists(
    st.builds(lambda start: Word("a", start, start + 0.3, 1.0), seconds), min_size=1, max_size=10
)


def overlap(turn: Turn, word: Word) -> float:
    """Seconds that a turn and a word share; negative is the distance between them."""
    return min(turn.end, word.end) - max(turn.start, word.start)


@given(raw_turns)
def test_labels_count_up_in_order_of_appearance(raw: list[tuple[str, float, float]]) -> None:
    turns = in_order(raw)
    seen = list(dict.fromkeys(turn.speaker for turn in turns))
    assert seen == [f"SPEAKER_{number:02d}" for number in range(len(seen))]
    assert all(a.start <= b.start for a, b in pairwise(turns))
    assert len(turns) == sum(end > start for _, start, end in raw)


@given(raw_turns, words)
def test_a_word_goes_to_the_largest_overlap_or_the_nearest_turn(
    raw: list[tuple[str, float, float]], found: list[Word]
) -> None:
    turns = in_order(raw)
    for word, given_word in zip(assign(found, turns), found, strict=True):
        assert (word.word, word.start, word.end) == (
            given_word.word,
            given_word.start,
            given_word.end,
        )
        shares: dict[str, float] = {}
        for turn in turns:
            if overlap(turn, word) > 0:
                shares[turn.speaker] = shares.get(turn.speaker, 0.0) + overlap(turn, word)
        if shares:
            assert word.speaker is not None
            assert shares[word.speaker] == max(shares.values())
        elif word.speaker is None:
            assert all(overlap(turn, word) < -REACH for turn in turns)
        else:
            least = min(-overlap(turn, word) for turn in turns)
            assert least <= REACH
            mine = min(-overlap(turn, word) for turn in turns if turn.speaker == word.speaker)
            assert mine == least
