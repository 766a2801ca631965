"""How good a list of clips is, when the true highlights are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from highlights_edges import Watched, watch

Span = tuple[float, float]

#: A clip shows a highlight when they share this part of what they cover together (IoU), as
#: QVHighlights counts its loosest hits, and the highlight's peak lies inside.
SAME = 0.3


@dataclass(frozen=True)
class Truth:
    """A highlight: from its cause to its last reaction, and where it peaks. Seconds."""

    span: Span
    peak: float


@dataclass(frozen=True)
class Found:
    """A clip as a system gave it, best first in its list; ``score`` 0 to 100."""

    span: Span
    score: float


@dataclass(frozen=True)
class Quality:
    """Of one list on one stream. ``judged`` pairs a clip's score with whether it is a highlight;
    ``watched`` says of each clip how it begins and ends.
    """

    recall_at_n: float
    recall_at_5: float
    recall_at_10: float
    hit_at_1: float
    start_errors: tuple[float, ...]
    end_errors: tuple[float, ...]
    overlap: float
    judged: tuple[tuple[float, bool], ...]
    watched: tuple[Watched, ...] = ()


def overlap(one: Span, other: Span) -> float:
    """Intersection over union of two spans."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    whole = max(one[1], other[1]) - min(one[0], other[0])
    return max(0.0, shared) / whole if whole > 0 else 0.0


def shows(clip: Found, truth: Truth) -> bool:
    """Whether a viewer of the clip sees the highlight."""
    inside = clip.span[0] <= truth.peak <= clip.span[1]
    return inside and overlap(clip.span, truth.span) >= SAME


def judge(clips: Sequence[Found], truths: Sequence[Truth], still: Sequence[Span] = ()) -> Quality:
    """``recall_at_n`` takes as many clips as there are highlights, ``recall_at_5`` five.

    ``still`` are the stretches of the stream in which nothing happens. Errors are clip minus
    truth, for highlights found among the first n, negative when early; ``overlap`` is 0 for the
    others.
    """

    def recall(first: int) -> float:
        if not truths:
            return float("nan")
        return float(np.mean([any(shows(c, truth) for c in clips[:first]) for truth in truths]))

    pairs = [
        (next((clip for clip in clips[: len(truths)] if shows(clip, truth)), None), truth)
        for truth in truths
    ]
    return Quality(
        recall(len(truths)),
        recall(5),
        recall(10),
        float(recall(1) > 0) if truths else float("nan"),
        tuple(clip.span[0] - truth.span[0] for clip, truth in pairs if clip is not None),
        tuple(clip.span[1] - truth.span[1] for clip, truth in pairs if clip is not None),
        float(np.mean([overlap(c.span, t.span) if c else 0.0 for c, t in pairs] or [np.nan])),
        tuple((clip.score, any(shows(clip, truth) for truth in truths)) for clip in clips),
        tuple(watch(clip.span, still) for clip in clips),
    )


def interval(values: Sequence[float], draws: int = 2000) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean over streams; seeded."""
    chance = np.random.default_rng(1)
    given = np.array(values)
    means = given[chance.integers(0, len(given), (draws, len(given)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def reliability(
    judged: Sequence[tuple[float, bool]], edges: Sequence[float]
) -> list[tuple[float, float, int, float, float]]:
    """For each bin of scores: its edges, how many clips, their mean score, per cent highlights."""
    rows = []
    for low, high in pairwise(edges):
        inside = [(score, hit) for score, hit in judged if low <= score < high]
        if inside:
            scores, hits = zip(*inside, strict=True)
            rows.append(
                (low, high, len(inside), float(np.mean(scores)), 100 * float(np.mean(hits)))
            )
    return rows


def calibration_error(judged: Sequence[tuple[float, bool]], edges: Sequence[float]) -> float:
    """Expected calibration error in points: mean gap of score and truth, weighted by bin size."""
    rows = reliability(judged, edges)
    return sum(n * abs(said - was) for _, _, n, said, was in rows) / max(1, len(judged))
