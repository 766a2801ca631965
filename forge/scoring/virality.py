"""The whole of scoring as one function: evidence in, ``virality.json`` out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from forge.scoring.boundaries import find_boundaries
from forge.scoring.candidates import Candidate, choose, limit
from forge.scoring.evidence import Evidence, Series
from forge.scoring.explain import Findings, reasons, shares, title
from forge.scoring.fusion import contributions, fuse, peaks, rank, resolve_weights
from forge.scoring.signals import Intensity, measure

#: Seconds between two peaks of the fused curve, and of a single signal.
_APART, _APART_SINGLE = 8, 20
#: A single signal's peak is a moment of its own only in its top tenth.
_TOP = 0.9


def score(
    evidence: Evidence, intensity: Intensity, weights: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """``{signals, weights, chat_lag, clips}``, as JSON-able values.

    ``signals`` are ranks 0 to 1, one a second; ``weights`` those in use; ``chat_lag`` the
    seconds by which chat was moved back, or None without chat. Clips come best first, each with
    start, end, title, score (0 to 100), reasons and parts (shares of the score, summing to 1;
    empty when the recording gave no signal at all).

    ``intensity`` gives a sentence's sentiment, -1 to 1. The same evidence gives the same
    result. Raises ForgeError ``bad_weights``.
    """
    signals, lag = measure(evidence, intensity)
    ranks = {name: rank(values) for name, values in signals.items()}
    chatters = len({message.user for message in evidence.messages or ()})
    used, known = resolve_weights(signals, chatters, weights)
    parts = contributions(ranks, used)
    fused = fuse(parts, evidence.seconds)
    clips = choose(
        fused, evidence.duration, _seeds(fused, ranks, used, evidence), find_boundaries(evidence)
    )
    findings = Findings(evidence, signals, parts, lag)
    # Ranks always reach the top of their own scale. The fewer signals there were to agree, the
    # less a high score should promise; the square root keeps one good signal worth something.
    trust = math.sqrt(known)
    return {
        "signals": {
            name: [round(float(value), 4) for value in values] for name, values in ranks.items()
        },
        "weights": {name: round(weight, 6) for name, weight in used.items()},
        "chat_lag": lag if "chat" in signals else None,
        "clips": [_describe(findings, clip, trust) for clip in clips],
    }


def _describe(findings: Findings, clip: Candidate, trust: float) -> dict[str, Any]:
    parts = shares(findings, clip)
    return {
        "start": round(clip.start, 3),
        "end": round(clip.end, 3),
        "title": title(findings.evidence, clip),
        "score": round(100 * clip.strength * trust, 1),
        "reasons": reasons(findings, clip, parts),
        "parts": parts,
    }


def _seeds(
    fused: Series, ranks: Mapping[str, Series], weights: Mapping[str, float], evidence: Evidence
) -> list[int]:
    """Where clips may grow: fused peaks, single signals' peaks, then evenly spread seconds.

    The first two kinds compete by the height of the fused curve. The last kind is only for
    recordings in which little happens, so that everyone gets a few clips to look at.
    """
    wanted = limit(evidence.duration)
    found = peaks(fused, _APART, 3 * wanted)
    for name in weights:
        single = np.where(ranks[name] >= _TOP, ranks[name] * (0.5 + fused), 0.0)
        found += peaks(single, _APART_SINGLE, wanted)
    found = sorted(dict.fromkeys(found), key=lambda second: (-fused[second], second))
    floor = max(1, min(3, int(evidence.duration // 20)))
    spread = [int(evidence.duration * (place + 0.5) / floor) for place in range(floor)]
    return found + spread
