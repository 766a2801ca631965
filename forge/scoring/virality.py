"""The whole of scoring in two functions: evidence in, what is kept; and that in, clips out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forge.scoring.agreement import confirmed
from forge.scoring.calibration import chance
from forge.scoring.candidates import Candidate, choose, limit
from forge.scoring.evidence import Evidence, Series
from forge.scoring.explain import Findings, claims, reasons, shares
from forge.scoring.fusion import braked, curves, fuse, peaks, rank
from forge.scoring.kept import Kept, keep
from forge.scoring.said import Intensity
from forge.scoring.titles import title
from forge.scoring.weights import BRAKE, resolve_weights

#: Seconds between two peaks of the fused curve, and of a single signal.
_APART, _APART_SINGLE = 8, 20
#: A single signal's peak is a moment of its own only in its top tenth.
_TOP = 0.9


def score(
    evidence: Evidence, intensity: Intensity, weights: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """:func:`rescore` of what is measured now; ``intensity`` is a sentence's sentiment, -1 to 1.

    The same evidence gives the same result. Raises ForgeError ``bad_weights``.
    """
    return rescore(keep(evidence, intensity), weights)


def rescore(kept: Kept, weights: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """``{signals, highlight, weights, chat_lag, clips}``, as JSON-able values, of what was kept.

    ``signals`` are ranks 0 to 1, one a second, and ``highlight`` is the curve that the clips were
    chosen by, 0 to 1, one a second too; ``weights`` are those in use in this recording (see
    agreement), summing to 1 but for the brake, ``music``; ``chat_lag`` the seconds by which chat
    was moved back, or None without chat. Clips come best first, each with start, end, title,
    score (0 to 100), reasons and parts (shares of the score, summing to 1; empty when the
    recording gave no signal at all).

    Raises ForgeError ``bad_weights``.
    """
    found = choice(kept, weights)
    findings = Findings(kept, found.parts, braked(kept.signals, found.weights))
    clips: list[dict[str, Any]] = []
    for clip in found.clips:
        taken = {other["title"] for other in clips}
        clips.append(_describe(findings, clip, found.known, taken))
    return {
        "signals": {name: np.round(values, 4).tolist() for name, values in found.ranks.items()},
        "highlight": np.round(found.curve, 4).tolist(),
        "weights": {name: round(weight, 6) for name, weight in found.weights.items()},
        "chat_lag": kept.lag,
        "clips": clips,
    }


@dataclass(frozen=True)
class Choice:
    """The clips, best first, and what they were chosen by: ranks, weights, the curve, its parts.

    ``known`` is the part of all weight that the recording has signals for.
    """

    clips: list[Candidate]
    ranks: dict[str, Series]
    weights: dict[str, float]
    parts: dict[str, Series]
    curve: Series
    known: float


def choice(kept: Kept, weights: Mapping[str, Any] | None = None) -> Choice:
    """Which clips, before they are described. Raises ForgeError ``bad_weights``."""
    ranks = {name: rank(values) for name, values in kept.signals.items()}
    given, known = resolve_weights(kept.signals, kept.chatters, weights)
    held = curves(kept.signals, given)
    used = confirmed(held, given)
    parts = {name: used[name] * curve for name, curve in held.items()}
    fused = fuse(parts, kept.seconds)
    clips = choose(fused, kept.duration, _seeds(fused, ranks, used, kept), kept.boundaries)
    return Choice(clips, ranks, used, parts, fused, known)


def _describe(
    findings: Findings, clip: Candidate, known: float, taken: Collection[str]
) -> dict[str, Any]:
    parts = shares(findings, clip)
    claimed = claims(findings, clip, parts)
    happens = claimed[0].happens if claimed else "Moment"
    return {
        "start": round(clip.start, 3),
        "end": _within(clip.end, findings.kept.duration),
        "title": title(findings.kept, clip, happens, taken),
        "score": round(100 * chance(clip.strength, known), 1) if parts else 0.0,
        "reasons": reasons(findings, clip, claimed),
        "parts": parts,
    }


def _within(time: float, duration: float) -> float:
    """Whole milliseconds, and never beyond the recording's end, which rounding could be."""
    rounded = round(time, 3)
    return rounded if rounded <= duration else round(rounded - 0.001, 3)


def _seeds(
    fused: Series, ranks: Mapping[str, Series], weights: Mapping[str, float], kept: Kept
) -> list[int]:
    """Where clips may grow: fused peaks, single signals' peaks, then evenly spread seconds.

    The first two kinds compete by the height of the fused curve. The last kind is only for
    recordings in which little happens, so that everyone gets a few clips to look at.
    """
    wanted = limit(kept.duration)
    found = peaks(fused, _APART, 3 * wanted)
    for name in weights:
        if name != BRAKE:
            single = np.where(ranks[name] >= _TOP, ranks[name] * (0.5 + fused), 0.0)
            found += peaks(single, _APART_SINGLE, wanted)
    found = sorted(dict.fromkeys(found), key=lambda second: (-fused[second], second))
    floor = max(1, min(3, int(kept.duration // 20)))
    spread = [int(kept.duration * (place + 0.5) / floor) for place in range(floor)]
    return found + spread
