"""From raw signals to one curve: ranks within the recording, weights, and peaks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from forge.errors import ForgeError
from forge.scoring.evidence import Series

#: How much each signal counts when all are there. Chat and loudness are people's own reactions;
#: picture signals tell least, because games move all the time.
DEFAULT_WEIGHTS: dict[str, float] = {
    "loudness": 0.25,
    "hype": 0.26,
    "chat": 0.25,
    "reactions": 0.07,
    "speech_rate": 0.05,
    "motion": 0.07,
    "cuts": 0.05,
}
#: A chat of fewer people says proportionally less.
_FULL_CHAT = 20
#: Signals answer to one event some seconds apart; each holds its value this long on both sides.
HOLD = 2


def rank(values: Series) -> Series:
    """Each second's percentile within the recording, 0 to 1, among seconds that are not zero.

    0 stays 0 and the highest value becomes 1. Zeros are left out of the ranking, so that one
    signal's rare strong hit and its rare weak one stay apart.
    """
    positive = np.sort(values[values > 0])
    if positive.size == 0:
        return np.zeros(len(values))
    places = np.searchsorted(positive, values, side="right") / positive.size
    return np.where(values > 0, places, 0.0)


def resolve_weights(
    signals: Mapping[str, Series], chatters: int, wanted: Mapping[str, Any] | None = None
) -> tuple[dict[str, float], float]:
    """The weights in use, those of existing signals, summing to 1 (or none without signals);
    and the part of all weight that they had before, 0 to 1: how much is known at all.

    ``wanted`` replaces single defaults. Raises ForgeError ``bad_weights`` for an unknown name
    or a number that is negative or not finite, or when nothing is left to weigh.
    """
    chosen = dict(DEFAULT_WEIGHTS)
    for name, value in (wanted or {}).items():
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if name not in chosen or not usable or not math.isfinite(value) or value < 0:
            raise ForgeError(
                "bad_weights",
                f"{name}: {value} is no weight of a signal.",
                hint=f"Use numbers from 0 up for: {', '.join(sorted(chosen))}.",
            )
        chosen[name] = float(value)
    everything = sum(chosen.values())
    chosen["chat"] *= min(1.0, chatters / _FULL_CHAT)
    present = {name: chosen[name] for name in signals if chosen.get(name, 0.0) > 0}
    total = sum(present.values())
    if signals and not total:
        raise ForgeError(
            "bad_weights",
            "The weights leave no signal of this recording to score by.",
            hint="Give at least one signal that the recording has a weight above 0.",
        )
    known = total / everything if everything else 0.0
    return {name: weight / total for name, weight in present.items()}, known


def contributions(ranks: Mapping[str, Series], weights: Mapping[str, float]) -> dict[str, Series]:
    """Each signal's part in the fused curve. Ranks are squared: the upper tail is what counts."""
    return {name: weight * _hold(ranks[name] ** 2) for name, weight in weights.items()}


def fuse(parts: Mapping[str, Series], seconds: int) -> Series:
    """The sum of the parts, lightly smoothed; 0 to 1 for every second."""
    total = np.zeros(seconds)
    for values in parts.values():
        total = total + values
    return np.clip(smooth(total), 0.0, 1.0)


def smooth(values: Series) -> Series:
    """A binomial mean of five seconds; the recording's edges count as if they went on."""
    kernel = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    return np.convolve(np.pad(values, 2, mode="edge"), kernel, mode="valid")


def peaks(values: Series, apart: int, limit: int) -> list[int]:
    """Up to ``limit`` seconds with the highest values, at least ``apart`` seconds between them.

    Highest first, the earlier one of equals first; zeros are no peaks. The middle of a flat
    top is taken.
    """
    order = np.argsort(-values, kind="stable")
    free = np.ones(len(values), dtype=bool)
    found: list[int] = []
    for second in order.tolist():
        if len(found) == limit or values[second] <= 0:
            break
        if free[second]:
            found.append(second + (_plateau(values, second) - 1) // 2)
            free[max(0, second - apart) : second + apart + 1] = False
    return found


def _plateau(values: Series, first: int) -> int:
    """How many seconds from ``first`` on share its value, at most the held five."""
    length = 1
    while (
        length < 2 * HOLD + 1
        and first + length < len(values)
        and math.isclose(values[first + length], values[first])
    ):
        length += 1
    return length


def _hold(values: Series) -> Series:
    padded = np.pad(values, HOLD)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HOLD + 1)
    held: Series = windows.max(axis=1)
    return held
