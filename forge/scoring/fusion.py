"""From raw signals to one curve: ranks within the recording, their sum, and peaks."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from forge.scoring.evidence import Series
from forge.scoring.weights import BRAKE

#: A value this high is extraordinary anywhere; a recording's best that is lower counts for less.
#: LU, dB, dB, (part), semitones, (part), a second, words a second, (lexicon), (VADER), people.
ENOUGH: dict[str, float] = {
    "loudness": 6.0,
    "onset": 6.0,
    "change": 6.0,
    "shout": 0.3,
    "pitch": 4.0,
    "laughter": 0.5,
    "interruptions": 0.4,
    "speech_rate": 4.0,
    "hype": 1.5,
    "sentiment": 0.5,
    "chat": 4.0,
    "emotes": 3.0,
}
#: What is reached once in so many seconds is as surprising as can be.
RARE = 200.0
#: Signals answer to one event some seconds apart; each holds its value this long on both sides.
HOLD = 2
#: Laughter answers to something: the clip needs the joke, which was told in these seconds before.
CAUSE = {"laughter": 6}


def rank(values: Series) -> Series:
    """Each second's place within the recording: the part of all seconds that are lower.

    Above 0 up to 1, which only a highest value that is alone reaches; 0 stays 0.
    """
    ordered = np.sort(values)
    places = (np.searchsorted(ordered, values, side="left") + 1) / max(1, len(values))
    return np.where(values > 0, places, 0.0)


def surprise(ranks: Series) -> Series:
    """How rare each second is, 0 to 1: the logarithm of one in how many seconds reaches it.

    Logarithms of such probabilities add up (R. A. Fisher's method of combining tests), so a
    signal that is high all the time and one that is heard twice an hour speak one language.
    """
    reached = 1.0 - ranks + 1.0 / max(1, len(ranks))
    rarity = -np.log(np.clip(reached, 1e-9, 1.0)) / np.log(RARE)
    return np.where(ranks > 0, np.minimum(1.0, rarity), 0.0)


def notable(name: str, values: Series) -> Series:
    """How much each second of a raw signal stands out, 0 to 1: rare here, and enough anywhere."""
    enough = np.minimum(1.0, values / ENOUGH[name]) if name in ENOUGH else 1.0
    return surprise(rank(values)) * enough


def curves(signals: Mapping[str, Series], weights: Mapping[str, float]) -> dict[str, Series]:
    """Each weighed signal's curve, 0 to 1, from its raw values; music takes off all others'.

    Music that goes on through the whole recording tells nothing: the brake is weaker by the
    part of it that has music.
    """
    free = 1.0 - braked(signals, weights)
    return {
        name: _hold(notable(name, signals[name]), CAUSE.get(name, HOLD)) * free
        for name in weights
        if name != BRAKE
    }


def braked(signals: Mapping[str, Series], weights: Mapping[str, float]) -> Series | float:
    """The part, 0 to 1, that music takes off each second."""
    if not weights.get(BRAKE):
        return 0.0
    music = signals[BRAKE]
    taken: Series = weights[BRAKE] * music * (1.0 - music.mean())
    return taken


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


def _hold(values: Series, cause: int) -> Series:
    """Each value, held ``cause`` seconds before it and ``HOLD`` after it."""
    padded = np.pad(values, (HOLD, cause))
    windows = np.lib.stride_tricks.sliding_window_view(padded, HOLD + cause + 1)
    held: Series = windows.max(axis=1)
    return held
