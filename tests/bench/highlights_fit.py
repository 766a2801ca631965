"""What weights and what calibration made streams ask for, by logistic regression.

The weights in :mod:`forge.scoring.weights` are these, rounded, and moved towards each other: made
streams are no ground to trust one signal with half of everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from highlights_measures import Found, Truth, judge

from forge.scoring.calibration import agreed
from forge.scoring.fusion import curves
from forge.scoring.kept import Kept, without
from forge.scoring.virality import choice
from forge.scoring.weights import BRAKE, DEFAULT_WEIGHTS

Matrix = np.ndarray[Any, np.dtype[np.float64]]
SIGNALS = [name for name in DEFAULT_WEIGHTS if name != BRAKE]
CHAT = ("chat", "emotes")
WORDS = ("hype", "sentiment", "speech_rate", "interruptions", "pitch", "shout")
SOUND = ("loudness", "onset", "change", "laughter", "music")
#: What recordings lack: nothing, a chat, words, both and a sound file, or all that is heard.
LACKS = ((), CHAT, WORDS, (*CHAT, *WORDS, *SOUND[1:]), (*WORDS, *SOUND))


def fit_weights(streams: Sequence[tuple[Kept, Sequence[Truth]]]) -> dict[str, float]:
    """Weights, none below 0, by which seconds in a highlight are told from the others."""
    rows, labels = [], []
    for kept, truths in streams:
        parts = curves(kept.signals, {n: 1.0 for n in SIGNALS if n in kept.signals})
        silent = np.zeros(kept.seconds)
        rows.append(np.stack([parts.get(name, silent) for name in SIGNALS], axis=1))
        label = np.zeros(kept.seconds)
        for truth in truths:
            label[int(truth.peak) - 1 : int(truth.span[1]) + 1] = 1.0
        labels.append(label)
    found = _descend(np.concatenate(rows), np.concatenate(labels))
    total = found.sum()
    return {name: round(float(w / total), 3) for name, w in zip(SIGNALS, found, strict=True)}


def fit_calibration(streams: Sequence[tuple[Kept, Sequence[Truth]]]) -> tuple[float, float]:
    """Offset and slope of the logistic curve over a clip's agreed strength."""
    given, hit = [], []
    for kept, truths in streams:
        for lacking in LACKS:
            found = choice(without(kept, lacking))
            clips = [Found((clip.start, clip.end), 0.0) for clip in found.clips]
            hit += [float(shown) for _, shown in judge(clips, truths).judged]
            given += [agreed(clip.strength, found.known) for clip in found.clips]
    features = np.stack((np.ones(len(given)), np.array(given)), axis=1)
    curve = np.zeros(2)
    for _ in range(50):  # Newton's steps; convex, and far more than it takes.
        likely = 1 / (1 + np.exp(-features @ curve))
        slope = (features * (likely * (1 - likely))[:, None]).T @ features
        curve += np.linalg.solve(slope + 1e-6 * np.eye(2), features.T @ (np.array(hit) - likely))
    return round(float(curve[0]), 2), round(float(curve[1]), 2)


def _descend(features: Matrix, labels: Matrix) -> Matrix:
    """Logistic regression by projected gradient descent, with a light ridge."""
    weights, offset = np.zeros(features.shape[1]), -3.0
    for _ in range(4000):
        error = 1 / (1 + np.exp(-(features @ weights + offset))) - labels
        gradient = (features.T @ error + 2.0 * weights) / len(labels)
        weights = np.maximum(0.0, weights - 2.0 * gradient)
        offset -= 2.0 * float(error.mean())
    return weights
