"""What stillness costs a clip's edges, and that it is not what clips begin or end with.

Rules of this file: values only, no files, times in seconds. Costs are held against the plainest
way to compute them; whole recordings are made so that the right edge is plain to a person, with
pauses of any length around one moment.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.scoring.boundaries import ANSWERED, LEAD, TAIL, find_boundaries
from forge.scoring.evidence import Evidence, Span, read_evidence
from forge.scoring.stillness import BREATH, closing, gaps, opening, still
from forge.scoring.virality import score

DURATION = 100.0
TIMES = st.floats(0, DURATION)
SPANS = st.lists(st.tuples(TIMES, st.floats(0, 9)).map(lambda s: (s[0], s[0] + s[1])), max_size=12)
TALK = "We walk along the old road and look at trees."


@given(SPANS, TIMES)
def test_a_gap_is_where_no_span_is(spans: list[Span], time: float) -> None:
    inside = [(min(a, DURATION), min(b, DURATION)) for a, b in spans]
    found = gaps(inside, DURATION)
    assert all(end - begin > BREATH for begin, end in found)
    if any(begin < time < end for begin, end in found):
        assert not any(begin < time < end for begin, end in inside)
    elif not any(begin <= time <= end for begin, end in [*inside, *found]):
        before = max((end for _, end in inside if end < time), default=0.0)
        after = min((begin for begin, _ in inside if begin > time), default=DURATION)
        assert after - before <= BREATH


@given(SPANS, st.lists(TIMES, min_size=1, max_size=20))
def test_costs_are_what_a_person_would_add_up(spans: list[Span], times: list[float]) -> None:
    stretches = gaps([(min(a, DURATION), min(b, DURATION)) for a, b in spans], DURATION)
    times = sorted(times)
    began = opening(np.array(times), stretches)
    ended = closing(np.array(times), stretches)
    for time, first, last in zip(times, began, ended, strict=True):
        cost = 0.0
        for begin, end in stretches:
            if end > time:
                seen = max(begin, time)
                cost += min(5.0, max(0.0, end - seen - 1)) * max(0.0, 1 - (seen - time) / 12)
        assert first == pytest.approx(1.5 * cost, abs=1e-9)
        tail = max((time - begin for begin, end in stretches if begin <= time <= end), default=0)
        assert last == pytest.approx(min(5.0, max(0.0, tail - 1)), abs=1e-9)


def spoken(lines: list[tuple[float, str]], **changes: Any) -> Evidence:
    """Sentences of words 0.4 s apart, over quiet; the shouted ones are loud."""
    words: list[dict[str, Any]] = []
    segments = []
    levels = np.full(1600, -55.0)
    for start, text in lines:
        first = len(words)
        for place, word in enumerate(text.split()):
            begin = start + 0.4 * place
            words.append({"word": word, "start": begin, "end": begin + 0.35})
        segments.append({"words": [first, len(words)]})
        loud = -14.0 if "!" in text else -28.0
        levels[int(10 * start) + 2 : int(10 * (start + 0.4 * len(text.split())))] = loud
    given_: dict[str, Any] = {
        "transcript": {"words": words, "segments": segments},
        "loudness": {"momentary": levels.tolist()},
    }
    return read_evidence(160.0, **(given_ | changes))


def recording(before: float, after: float) -> Evidence:
    """A greeting, a pause, the moment from 80 to 91 s, a pause; calm talk around it all."""
    early = [(float(start), TALK) for start in range(2, 60, 5)]
    greeting = 80 - before - 1.2
    moment = [(80.0, " ".join(4 * ["Oh my god! I can't believe it!"]))]
    late = [(91.0 + after + 5 * place, TALK) for place in range(10)]
    return spoken([*early, (greeting, "Welcome back everyone."), *moment, *late])


@settings(max_examples=40, deadline=None)
@given(st.floats(3.5, 10.0), st.floats(0.3, 9.0))
def test_a_clip_begins_with_what_happens_and_ends_with_it(before: float, after: float) -> None:
    made = recording(before, after)
    best = score(made, lambda text: 0.0)["clips"][0]
    words = made.words or ()
    assert best["start"] <= 80.0
    assert best["end"] >= 91.0
    said = [word for word in words if word.start >= best["start"] - 0.001]
    assert said[0].start - best["start"] <= BREATH + 0.001
    last = max(word.end for word in words if word.end <= best["end"] + 0.001)
    assert best["end"] - last <= BREATH + 0.001
    # The greeting belongs to what came before: nobody begins with it, and then waits.
    greeting = 80 - before - 1.2
    assert not greeting - 0.5 < best["start"] < greeting + 0.01


def test_a_bang_without_a_word_is_something_that_happens() -> None:
    lines = [(float(start), TALK) for start in range(2, 150, 12)]
    quiet = spoken(lines)
    levels = (quiet.loudness if quiet.loudness is not None else np.zeros(0)).copy()
    levels[691:721] = -20.0  # From 69 to 72 s: a window of 400 ms counts at its middle.
    banged = spoken(lines, loudness={"momentary": levels.tolist()})
    assert any(begin < 69.5 < end for begin, end in still(quiet))
    assert not any(begin < 69.5 < end for begin, end in still(banged))
    (end,) = (end for begin, end in still(banged) if begin < 68 < end)
    (begin,) = (begin for begin, end in still(banged) if begin < 73 < end)
    assert (begin, end) == pytest.approx((72, 69), abs=0.1)
    edges = find_boundaries(banged)
    place = int(np.argmin(np.abs(edges.starts - (end - LEAD))))
    assert edges.starts[place] == pytest.approx(end - LEAD, abs=0.001)
    # A clip may begin here, and better than while nobody knows yet that something comes.
    assert edges.start_values[place] > edges.start_values[:place][edges.starts[:place] > 66].max()
    place = int(np.argmin(np.abs(edges.ends - (begin + TAIL))))
    assert edges.ends[place] == pytest.approx(begin + TAIL, abs=0.001)
    assert edges.end_values[place] == ANSWERED


def test_a_picture_that_moves_is_something_that_happens() -> None:
    motion = [3.0] * 160
    motion[68:71] = [20.0] * 3
    lines = [(float(start), TALK) for start in range(2, 150, 12)]
    made = spoken(lines, scenes={"cuts": [], "motion": motion})
    assert any(begin < 67.9 < end for begin, end in still(made))
    assert not any(begin < 69.5 < end for begin, end in still(made))


def test_nothing_is_still_where_nobody_speaks() -> None:
    assert still(read_evidence(60.0)) == []
    assert still(read_evidence(60.0, transcript={"words": [], "segments": []})) == []
