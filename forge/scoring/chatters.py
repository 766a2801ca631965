"""How many people write at once, and how long after the fact they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from forge.scoring.chat import Message
from forge.scoring.evidence import Series

#: Chat follows its cause by 5 to 15 s: stream delay, reading, typing. This is the guess when
#: the recording itself does not tell.
DEFAULT_LAG = 6
MAX_LAG = 20
#: Seconds over which people count as writing at once.
WINDOW = 5
#: Seconds around a moment that count as the usual chat.
BASELINE = 300
#: A correlation of ``_SIGNIFICANT / sqrt(seconds)`` is hardly chance: the standard error is
#: about 1.7 / sqrt(seconds) for values smoothed over three seconds. The bounds are for very
#: short and very long recordings.
_SIGNIFICANT = 5.0
_LEAST, _MOST = 0.1, 0.5


def unique_chatters(
    messages: Sequence[Message], seconds: int, lag: int = 0, window: int = WINDOW
) -> Series:
    """How many different people wrote within ``window`` s from each second on, ``lag`` s later.

    People, not messages: one person who floods, or a bot, counts once. Value t describes what
    the recording showed at second t.
    """
    counts = np.zeros(seconds)
    present: Counter[str] = Counter()
    order = sorted(messages, key=lambda message: message.time)
    enter = leave = 0
    for second in range(seconds):
        begin = second + lag
        while enter < len(order) and order[enter].time < begin + window:
            present[order[enter].user] += 1
            enter += 1
        while leave < enter and order[leave].time < begin:
            present[order[leave].user] -= 1
            if present[order[leave].user] == 0:
                del present[order[leave].user]
            leave += 1
        counts[second] = len(present)
    return counts


def above_usual(counts: Series) -> Series:
    """People beyond the usual number of the five minutes around, at least 0.

    The usual is the median, so that a burst does not hide itself, and a chat that fills up
    over the evening does not outdo its own beginning.
    """
    half = BASELINE // 2
    padded = np.pad(counts, half, mode="reflect" if len(counts) > half else "edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    return np.maximum(0.0, counts - np.median(around, axis=1))


def moved(counts: Series, lag: int) -> Series:
    """The counts from ``lag`` on, so that second t tells what the recording showed at t."""
    return counts[lag:]


def estimate_lag(messages: Sequence[Message], excitement: Series) -> int | None:
    """Seconds by which chat follows ``excitement`` (one value a second), 0 to 20.

    The lag with the highest correlation between the two, both taken above their own average;
    None when no lag stands out: too little chat, a flat signal, or nothing in common.
    """
    seconds = len(excitement)
    if len({message.user for message in messages}) < 5 or seconds < 2 * MAX_LAG:
        return None
    # Beginnings, not levels: a burst of chat goes on long after its cause ended.
    chat = np.maximum(0.0, np.diff(_per_second(messages, seconds + MAX_LAG), prepend=0.0))
    cause = _smooth(np.asarray(excitement, dtype=float))
    cause = cause - cause.mean()
    best, best_lag = 0.0, None
    for lag in range(MAX_LAG + 1):
        answer = _smooth(chat[lag : lag + seconds])
        answer = answer - answer.mean()
        scale = float(np.linalg.norm(cause) * np.linalg.norm(answer))
        correlation = float(cause @ answer) / scale if scale > 0 else 0.0
        if correlation > best:
            best, best_lag = correlation, lag
    needed = min(_MOST, max(_LEAST, _SIGNIFICANT / seconds**0.5))
    return best_lag if best >= needed else None


def _per_second(messages: Sequence[Message], seconds: int) -> Series:
    who: list[set[str]] = [set() for _ in range(seconds)]
    for message in messages:
        if 0 <= message.time < seconds:
            who[int(message.time)].add(message.user)
    return np.array([float(len(users)) for users in who])


def _smooth(values: Series) -> Series:
    return np.convolve(values, np.array([0.25, 0.5, 0.25]), mode="same")
