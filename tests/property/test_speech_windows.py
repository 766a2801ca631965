"""Windows cover all speech, once, in order, within the limit, whatever the speech is.

Rules: no clock, no files, no model; spans are made up by hypothesis, in samples; the limits are
scaled down so that small examples reach every branch.
"""

from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from forge.speech.windows import Limits, Span, plan

LIMITS = Limits(window=300, pad=4, join=10, apart=300)


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Span], int]:
    """Spans of speech with pauses between them, and the length of the recording."""
    pause = st.one_of(st.integers(1, 30), st.integers(1, 800))
    speech = st.one_of(st.integers(1, 60), st.integers(1, 900))
    pieces = draw(st.lists(st.tuples(pause, speech), max_size=30))
    lead = draw(st.integers(0, 20))
    edges = list(accumulate([lead, *(length for piece in pieces for length in piece)]))
    spans = list(zip(edges[1::2], edges[2::2], strict=True))
    return spans, edges[-1] + draw(st.integers(0, 50))


def merged(spans: list[Span]) -> list[Span]:
    """The same samples, in as few spans as possible."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


@given(recordings())
def test_every_sample_of_speech_is_in_exactly_one_window(recording: tuple[list[Span], int]) -> None:
    spans, total = recording
    windows = list(plan(spans, total, limits=LIMITS))
    assert merged([span for window in windows for span in window.speech]) == spans


@given(recordings())
def test_windows_are_bounded_ordered_and_inside_the_recording(
    recording: tuple[list[Span], int],
) -> None:
    spans, total = recording
    parts = [part for window in plan(spans, total, limits=LIMITS) for part in window.parts]
    assert all(0 <= start < end <= total for start, end in parts)
    assert all(before[1] <= after[0] for before, after in pairwise(parts))
    for window in plan(spans, total, limits=LIMITS):
        assert window.length <= LIMITS.window
        for start, end in window.speech:
            assert any(low <= start and end <= high for low, high in window.parts)


@given(recordings())
def test_speech_is_cut_only_when_it_has_no_pause_for_a_whole_window(
    recording: tuple[list[Span], int],
) -> None:
    spans, total = recording
    whole = set(spans)
    for window in plan(spans, total, limits=LIMITS):
        for start, end in window.speech:
            if (start, end) not in whole:
                origin = next(span for span in spans if span[0] <= start < span[1])
                assert origin[1] - origin[0] + LIMITS.pad > LIMITS.window


@given(recordings(), st.data())
def test_a_resumed_plan_goes_on_as_the_undisturbed_one(
    recording: tuple[list[Span], int], data: st.DataObject
) -> None:
    spans, total = recording
    windows = list(plan(spans, total, limits=LIMITS))
    if windows:
        done = data.draw(st.integers(1, len(windows)))
        again = plan(spans, total, after=windows[done - 1].end, limits=LIMITS)
        assert list(again) == windows[done:]


@given(recordings(), st.integers(0, 10_000))
def test_every_heard_sample_comes_from_a_part(recording: tuple[list[Span], int], at: int) -> None:
    spans, total = recording
    for window in plan(spans, total, limits=LIMITS):
        (start, end), offset = window.part_at(at)
        assert (start, end) in window.parts
        if at < window.length:
            assert offset <= at < offset + end - start
