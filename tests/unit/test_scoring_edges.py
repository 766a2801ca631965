"""Where a clip may begin and end, and for what reason.

Rules of this file: pure values, times in seconds, no files. A place is asked for by its kind; what
stillness takes off its value is asked in test_scoring_stillness.py.
"""

from __future__ import annotations

import numpy as np
import pytest

from forge.scoring.boundaries import ANSWERED, BARE, SEEN, SENTENCE, find_boundaries, silences
from forge.scoring.evidence import Evidence, read_evidence
from forge.scoring.stillness import closing, opening, still


def places(evidence: Evidence, kind: float) -> tuple[list[float], list[float]]:
    """Where clips may start and end for this reason, whatever stillness takes off."""
    found, stretches = find_boundaries(evidence), still(evidence)
    starts = found.start_values + opening(found.starts, stretches)
    ends = found.end_values + closing(found.ends, stretches)
    return (
        found.starts[np.isclose(starts, kind, atol=0.001)].tolist(),
        found.ends[np.isclose(ends, kind, atol=0.001)].tolist(),
    )


def test_places_next_to_words_keep_their_distance() -> None:
    evidence = read_evidence(
        20.0,
        transcript={
            "words": [
                {"word": "one.", "start": 5.0, "end": 5.9},
                {"word": "two.", "start": 6.0, "end": 8.5},
                {"word": "three.", "start": 12.0, "end": 12.5},
            ],
            "segments": [],
        },
    )
    starts, ends = places(evidence, SENTENCE)
    assert starts == pytest.approx([0.0, 4.65, 5.9, 11.65])
    assert ends == pytest.approx([6.0, 8.95, 12.95, 20.0])
    assert not any(6 < place < 8.5 for place in places(evidence, BARE)[0])


def test_a_pause_is_shown_before_the_words_and_after_them() -> None:
    said = [("one.", 5.0, 5.9), ("two.", 6.0, 8.5), ("three.", 12.0, 12.5), ("four.", 22.0, 23.0)]
    words = [{"word": word, "start": start, "end": end} for word, start, end in said]
    evidence = read_evidence(30.0, transcript={"words": words, "segments": []})
    assert places(evidence, SEEN)[0] == pytest.approx([2.0, 9.0, 19.0])
    # Nine seconds after the third word nothing answers it any more.
    assert places(evidence, ANSWERED)[1] == pytest.approx([11.65])


def test_black_is_not_shown_at_the_edges() -> None:
    scenes = {"cuts": [10.5], "black": [[10.0, 11.0]], "motion": []}
    found = find_boundaries(read_evidence(30.0, scenes=scenes))
    assert found.start_values[found.starts == 11.0] > BARE
    assert found.end_values[found.ends == 10.0] > BARE
    assert 10.5 not in found.starts


def test_silence_is_found_by_level_and_length() -> None:
    levels = np.full(200, -20.0)
    levels[50:70] = -60.0  # Quiet windows end at 5.1 to 7.0 s; the first begins at 4.7 s.
    levels[100:101] = -60.0
    (span,) = silences(Evidence(20.0, loudness=levels))
    assert span == pytest.approx((4.7, 7.0))
    assert silences(Evidence(20.0, loudness=np.full(200, -120.7))) == [(0.0, 20.0)]
