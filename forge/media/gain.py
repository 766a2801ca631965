"""The gain and the limit that bring a clip to the loudness that platforms play at.

Arithmetic on the stored measurement gives the first setting; measuring the finished sound, as
it comes out of the AAC encoder, corrects what limiting and encoding changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forge.media.loudness import Summary

#: What the platforms play at, LUFS; and how far off a clip may be, LU.
TARGET = -14.0
TOLERANCE = 0.3
#: The highest true peak of a finished clip, dBTP: above it, a phone's decoder clips.
MAX_TRUE_PEAK = -1.0
#: The limiter's ceiling, dB. Encoding to AAC adds up to 1 dB again.
CEILING = -2.0
#: More gain than this would lift the noise of an empty room to the level of speech.
MAX_GAIN = 30.0
#: Loudness gained per dB of gain when a limiter is at work on speech and game sound: measured
#: 0.6 to 0.8 on made streams.
LIMITED_SLOPE = 0.7


@dataclass(frozen=True)
class Setting:
    """What the clip's sound goes through: gain, then a limiter. Both in dB."""

    gain: float
    ceiling: float = CEILING


def good(result: Summary) -> bool:
    """Whether finished sound may go out as it is. Silence may."""
    near = abs(result.integrated - TARGET) <= TOLERANCE
    return result.silent or (near and result.true_peak <= MAX_TRUE_PEAK)


def first_setting(loudness: float | None) -> Setting:
    """The setting for sound of that integrated loudness; silence is left as it is."""
    return Setting(0.0 if loudness is None else _bounded(TARGET - loudness))


def next_setting(tries: Sequence[tuple[Setting, Summary]]) -> Setting:
    """A better setting, from what was tried so far (not empty, the last one not good).

    Between a try that was too quiet and one that was too loud it interpolates (regula falsi).
    Before there are both, it follows the slope of the last two tries: 1 without a limiter, but
    a limiter eats most of what single loud peaks are given. A first guess is ``LIMITED_SLOPE``.
    """
    setting, result = tries[-1]
    ceiling = setting.ceiling
    if result.true_peak > MAX_TRUE_PEAK:
        ceiling -= result.true_peak - MAX_TRUE_PEAK + 0.2
    points = sorted((each.gain, found.integrated - TARGET) for each, found in tries)
    below = [point for point in points if point[1] < 0]
    above = [point for point in points if point[1] >= 0]
    if below and above and below[-1][0] < above[0][0]:
        (low, under), (high, over) = below[-1], above[0]
        return Setting(low + (high - low) * under / (under - over), ceiling)
    limited = result.true_peak > setting.ceiling - 1.0
    slope = LIMITED_SLOPE if limited else 1.0
    if len(tries) > 1:
        before, earlier = tries[-2]
        moved = setting.gain - before.gain
        if abs(moved) > 0.05 and before.ceiling == setting.ceiling:
            slope = min(max((result.integrated - earlier.integrated) / moved, 0.2), 1.0)
    return Setting(_bounded(setting.gain + (TARGET - result.integrated) / slope), ceiling)


def best_try(tries: Sequence[tuple[Setting, Summary]]) -> int:
    """The place of the try to ship: a safe peak first, then the loudness nearest the target."""

    def badness(place: int) -> tuple[bool, float]:
        result = tries[place][1]
        return result.true_peak > MAX_TRUE_PEAK, abs(result.integrated - TARGET)

    return min(range(len(tries)), key=badness)


def _bounded(gain: float) -> float:
    return min(max(gain, -MAX_GAIN), MAX_GAIN)
