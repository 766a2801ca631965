"""Words stay in order, in their window and in their segment, whatever the model says.

Rules: no clock, no files, no model; hypothesis plays the model, with times that may be absurd.
"""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from forge.speech.audio import SAMPLE_RATE
from forge.speech.transcript import segments
from forge.speech.windows import plan
from forge.speech.words import Heard, Word, place

times = st.floats(0, 40, allow_nan=False)
heard_words = st.builds(
    lambda text, start, length: Heard(text, start, start + length, 0.5),
    st.sampled_from([" a", " done.", " What?", "-ish", ",", " ", " Mr."]),
    times,
    st.floats(0, 5),
)
spans = st.lists(st.tuples(st.integers(1, 90), st.integers(1, 60)), min_size=1, max_size=8)


@given(spans, st.lists(heard_words, max_size=30), st.booleans())
def test_placed_words_ascend_do_not_overlap_and_stay_inside(
    lengths: list[tuple[int, int]], heard: list[Heard], spaced: bool
) -> None:
    speech, position = [], 0
    for pause, length in lengths:
        start = position + pause * SAMPLE_RATE // 10
        position = start + length * SAMPLE_RATE // 10
        speech.append((start, position))
    for window in plan(speech, position + SAMPLE_RATE):
        words = place(window, heard, spaced=spaced)
        low = window.parts[0][0] / SAMPLE_RATE
        high = window.parts[-1][1] / SAMPLE_RATE
        first = window.speech[0][0] / SAMPLE_RATE
        for word in words:
            assert low - 0.001 <= word.start <= word.end <= high + 0.001
            assert word.start >= first - 0.001
            assert word.word == word.word.strip() != ""
        assert all(a.end <= b.start for a, b in pairwise(words))


words = st.builds(
    lambda text, start, length, speaker: Word(text, start, start + length, 1.0, speaker),
    st.sampled_from(["a", "done.", "What?", "Mr.", '"Go!"']),
    times,
    st.floats(0, 1),
    st.sampled_from([None, "SPEAKER_00", "SPEAKER_01"]),
)


@given(st.lists(words, max_size=40).map(lambda found: sorted(found, key=lambda word: word.start)))
def test_every_word_is_in_exactly_one_segment_of_its_speaker(found: list[Word]) -> None:
    made = segments(found)
    assert [index for segment in made for index in range(*segment["words"])] == list(
        range(len(found))
    )
    for segment in made:
        inside = found[slice(*segment["words"])]
        assert segment["text"].split() == [word.word for word in inside]
        assert {word.speaker for word in inside} - {None} <= {segment["speaker"]}
