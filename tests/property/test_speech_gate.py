"""The gate is consistent, whatever the model writes.

Rules of this file: no model, no files; hypothesis plays the model, with times that may be absurd.
"""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from forge.speech.gate import NOTHING, Decoded, Doubt, choose, doubts, longest_gap, loops
from forge.speech.words import Heard

words = st.builds(
    lambda text, start, length: Heard(text, start, start + length, 0.5),
    st.sampled_from([" go", " no", " the", " boss", ",", " "]),
    st.floats(0, 35),
    st.floats(0, 5),
)
decodings = st.builds(
    lambda found, logprob, no_speech: Decoded(tuple(found), logprob, no_speech),
    st.lists(words, max_size=30),
    st.floats(-3, 0),
    st.floats(0, 1),
)
spans = st.lists(st.floats(0.01, 5), max_size=12).map(
    lambda lengths: tuple(
        zip(
            list(accumulate(lengths))[0 : len(lengths) // 2 * 2 : 2],
            list(accumulate(lengths))[1::2],
            strict=True,
        )
    )
)


@given(decodings, decodings, spans)
def test_a_choice_is_one_of_the_two_or_nothing_and_never_of_noise(
    first: Decoded, again: Decoded, speech: tuple[tuple[float, float], ...]
) -> None:
    chosen = choose(first, again, speech)
    assert chosen in (first, again, NOTHING)
    if chosen is not NOTHING:
        assert not doubts(chosen, speech) & {Doubt.UNSURE, Doubt.UNSPOKEN}


@given(decodings, spans)
def test_a_gap_is_never_longer_than_the_speech(
    decoded: Decoded, speech: tuple[tuple[float, float], ...]
) -> None:
    total = sum(end - start for start, end in speech)
    assert 0 <= longest_gap(decoded.words, speech) <= total + 1e-6
    assert abs(longest_gap((), speech) - total) < 1e-6


@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8),
    st.integers(4, 9),
    st.lists(st.sampled_from("xyz"), max_size=3),
)
def test_a_phrase_that_follows_itself_is_a_loop(
    phrase: list[str], rounds: int, before: list[str]
) -> None:
    assert loops(" ".join([*before, *phrase * rounds]))
