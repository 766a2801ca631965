"""Clips and their reasons.

Rules of this file: pure values, times in seconds, no files. The recordings here are made so that
the right answer is plain to a person: one loud moment with words around it, a silence, a cut. What
is asked is what a viewer would notice.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from forge.scoring.boundaries import SENTENCE, Boundaries, find_boundaries
from forge.scoring.calibration import chance
from forge.scoring.candidates import bins, choose, limit, longest
from forge.scoring.chat import Message
from forge.scoring.evidence import Evidence, read_evidence
from forge.scoring.kept import Kept, keep
from forge.scoring.virality import rescore, score
from forge.scoring.weights import DEFAULT_WEIGHTS

TALK = "we walk along the old road and look at trees."


def calm(text: str) -> float:
    return 0.0


def stream(
    duration: float = 240.0,
    moment: float = 120.0,
    said: str = "Let's go! That was insane!",
    **changes: Any,
) -> Evidence:
    """Calm sentences every ten seconds, and one moment that is loud, spoken and chatted about."""
    words: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    lines = [(float(start), TALK) for start in range(2, int(duration) - 8, 10)]
    lines = [line for line in lines if abs(line[0] - moment) > 6] + [(moment, said)]
    for start, text in sorted(lines):
        first = len(words)
        for place, word in enumerate(text.split()):
            begin = start + 0.4 * place
            words.append({"word": word, "start": begin, "end": begin + 0.35})
        segments.append({"words": [first, len(words)]})
    loudness = np.full(int(duration * 10), -28.0)
    loudness[int(moment * 10) + 1 : int(moment * 10) + 31] = -13.0
    messages = [Message(t, f"viewer{t % 5}", "hm") for t in range(3, int(duration), 9)]
    messages += [Message(moment + 7 + i * 0.1, f"fan{i}", "POG") for i in range(41)]
    given: dict[str, Any] = {
        "transcript": {"words": words, "segments": segments},
        "loudness": {"momentary": loudness.tolist()},
        "scenes": {"cuts": [30.0, 90.0, 200.0], "motion": [1.0] * int(duration)},
        "messages": messages,
    }
    return read_evidence(duration, **(given | changes))


WITHOUT = [
    {},
    {"messages": None},
    {"transcript": None},
    {"loudness": None},
    {"messages": None, "loudness": None},
    {"transcript": None, "loudness": None, "scenes": None},
    {"messages": None, "scenes": None},
]


@pytest.mark.parametrize("changes", WITHOUT)
def test_the_moment_comes_first_whatever_is_missing(changes: dict[str, Any]) -> None:
    best = score(stream(**changes), calm)["clips"][0]
    assert best["start"] <= 119
    assert best["end"] >= 124
    assert 8 <= best["end"] - best["start"] <= 45


def test_the_reasons_are_what_happened() -> None:
    best = score(stream(), calm)["clips"][0]
    assert "says “let's go” at 2:00" in best["reasons"]
    # The 41 fans, and the viewer whose turn it was anyway.
    assert any("42 people wrote within 10 s" in reason for reason in best["reasons"])
    assert "2.8 times as loud as usual at 2:00" in best["reasons"]  # 15 LU are 2 ** 1.5.
    assert best["title"] == "Let's go! That was insane!"
    assert sum(best["parts"].values()) == pytest.approx(1)
    assert best["score"] > 70


def test_a_feeling_is_quoted() -> None:
    kept = keep(stream(said="I love this so much!"), lambda text: 0.9 if "love" in text else 0.0)
    reasons = rescore(kept, {"sentiment": 9})["clips"][0]["reasons"]
    assert "strong feelings in “I love this so much!”" in reasons


def test_clips_begin_and_end_between_sentences() -> None:
    evidence = stream()
    assert evidence.words is not None
    starts = {evidence.words[s.first].start for s in evidence.sentences}
    ends = {evidence.words[s.last - 1].end for s in evidence.sentences}
    best = score(evidence, calm)["clips"][0]
    # The three seconds before the first word show what it is about.
    assert any(0 <= start - best["start"] <= 3.0001 for start in starts)
    assert any(0 <= best["end"] - end <= 0.4501 for end in ends)


def test_nothing_at_all_still_gives_clips() -> None:
    result = score(Evidence(240.0), calm)
    assert result["signals"] == {}
    assert len(result["clips"]) == 3
    for clip in result["clips"]:
        assert (clip["score"], clip["parts"]) == (0.0, {})
        assert clip["reasons"]


def test_a_very_short_recording_is_one_clip() -> None:
    (clip,) = score(Evidence(5.25), calm)["clips"]
    assert (clip["start"], clip["end"]) == (0.0, 5.25)


def test_a_minute_gives_two_and_four_minutes_three() -> None:
    assert len(score(stream(60.0, 30.0), calm)["clips"]) >= 2
    assert len(score(stream(), calm)["clips"]) >= 3
    assert (limit(60), limit(3600), limit(4 * 3600)) == (8, 20, 56)
    assert (longest(5), longest(60), longest(3600)) == (5, 20, 90)


def test_weights_change_what_wins() -> None:
    evidence = stream(loudness={"momentary": [-28.0] * 500 + [-13.0] * 30 + [-28.0] * 1870})
    quiet = score(evidence, calm, {"loudness": 0})["clips"][0]
    only = {name: 0 for name in DEFAULT_WEIGHTS if name != "loudness"}
    loud = score(evidence, calm, only)["clips"][0]
    assert quiet["start"] < 121 < quiet["end"]
    assert loud["start"] < 51 < loud["end"]


def test_a_short_moment_is_a_short_clip() -> None:
    fused = np.full(240, 0.1)
    fused[120:124] = 1.0
    places = np.arange(0.0, 240.0, 4.0)
    edges = Boundaries(*[places, np.full(60, SENTENCE)] * 2)
    best = choose(fused, 240.0, [121], edges)[0]
    assert best.start < 120 < 124 < best.end <= best.start + 12


def test_what_leads_up_to_a_moment_belongs_to_it() -> None:
    fused = np.full(240, 0.1)
    fused[112:134] = 0.45
    fused[120:126] = 1.0
    places = np.array([112.0, 116.0, 130.0, 134.0])
    edges = Boundaries(*[places, np.full(4, SENTENCE)] * 2)
    best = choose(fused, 240.0, [122], edges)[0]
    assert (best.start, best.end) == (112.0, 130.0)


def test_a_weaker_neighbour_is_not_praised_for_the_same_moment() -> None:
    fused = np.full(120, 0.1)
    fused[60:64] = 1.0
    fused[66] = 0.4
    edges = find_boundaries(Evidence(120.0))
    first, *rest = choose(fused, 120.0, [61, 80, 40], edges)
    assert first.strength > 0.8
    assert all(clip.strength < 0.5 for clip in rest)


def test_the_middle_of_a_second_decides() -> None:
    assert bins((1.4, 3.6), 10) == (1, 4)
    assert bins((1.6, 3.4), 10) == (2, 3)
    assert bins((9.9, 10.0), 10) == (9, 10)
    assert bins((0.0, 0.2), 1) == (0, 1)


def test_two_equal_moments_side_by_side_are_one_clip() -> None:
    fused = np.full(240, 0.1)
    fused[100:103] = fused[112:115] = 1.0
    edges = find_boundaries(Evidence(240.0))
    best = choose(fused, 240.0, [101, 113], edges)[0]
    assert best.start < 101 < 114 < best.end <= best.start + 45


def test_clips_do_not_overlap() -> None:
    rising = np.abs(np.sin(np.arange(600.0) / 7)) ** 3
    seeds = np.argsort(-rising, kind="stable").tolist()
    clips = sorted(
        choose(rising, 600.0, seeds, find_boundaries(Evidence(600.0))), key=lambda c: c.start
    )
    assert len(clips) > 3
    assert all(one.end <= two.start for one, two in itertools.pairwise(clips))


def test_what_is_kept_scores_as_what_was_measured() -> None:
    kept = keep(stream(), calm)
    written = json.loads(json.dumps(kept.as_json(), allow_nan=False))
    weights = {"chat": 0.4, "music": 0.0}
    assert rescore(Kept.from_json(written), weights) == rescore(kept, weights)
    assert rescore(kept) == score(stream(), calm)


def test_the_curve_that_chose_the_clips_comes_with_them() -> None:
    found = rescore(keep(stream(), calm))
    curve = found["highlight"]
    assert len(curve) == 240
    assert all(0.0 <= value <= 1.0 for value in curve)
    best = found["clips"][0]
    assert best["start"] < curve.index(max(curve)) < best["end"]


def test_music_is_named_where_it_takes_something_off() -> None:
    measured = keep(stream(), calm)
    music = np.zeros(240)
    music[115:126] = 1.0
    kept = replace(measured, signals={**measured.signals, "music": music})
    best = max(rescore(kept)["clips"], key=lambda clip: clip["start"] < 120 < clip["end"])
    (said,) = (reason for reason in best["reasons"] if "music" in reason)
    assert said == "music counts 48 % against it"  # Half, by the part that has no music.
    assert best["score"] < rescore(measured)["clips"][0]["score"]
    assert "music" not in best["parts"]


def test_more_agreement_promises_more() -> None:
    assert chance(0.0, 1.0) < 0.01
    assert chance(0.5, 0.3) < chance(0.5, 0.9) < chance(0.7, 0.9)
