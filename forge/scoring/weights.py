"""How much each signal counts: the defaults, and what a user may change.

No numpy here: the server checks weights before a job takes them along.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from forge.errors import ForgeError

#: How much each signal counts when all are there; ``music`` is how hard music brakes, 0 to 1.
#: People's own reactions tell most: what they say, how they say it, what chat does. Pictures
#: tell least, because games move all the time.
DEFAULT_WEIGHTS: dict[str, float] = {
    "loudness": 0.10,
    "onset": 0.03,
    "change": 0.03,
    "shout": 0.04,
    "pitch": 0.11,
    "laughter": 0.13,
    "interruptions": 0.08,
    "speech_rate": 0.03,
    "hype": 0.11,
    "sentiment": 0.08,
    "chat": 0.06,
    "emotes": 0.14,
    "motion": 0.03,
    "cuts": 0.03,
    "music": 0.5,
}
#: What speaks against a moment, and is no part of its score.
BRAKE = "music"
#: A chat of fewer people says proportionally less.
_FULL_CHAT = 20
#: Far more than anybody means, far less than a sum could overflow by.
_MOST = 1000.0
_FROM_CHAT = ("chat", "emotes")


def check_weights(wanted: Mapping[str, Any]) -> dict[str, float]:
    """Single weights that replace defaults, as numbers.

    Raises ForgeError ``bad_weights`` for an unknown name or a number outside 0 to 1000 (the
    brake: to 1).
    """
    for name, value in wanted.items():
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        most = 1 if name == BRAKE else _MOST
        if name not in DEFAULT_WEIGHTS or not usable or not 0 <= value <= most:
            names = ", ".join(sorted(DEFAULT_WEIGHTS))
            raise ForgeError(
                "bad_weights",
                f"{name}: {value} is no weight of a signal.",
                hint=f"Use numbers from 0 to {_MOST:g} (music: to 1) for: {names}.",
            )
    return {name: float(value) for name, value in wanted.items()}


def resolve_weights(
    signals: Collection[str], chatters: int, wanted: Mapping[str, Any] | None = None
) -> tuple[dict[str, float], float]:
    """The weights in use, those of existing signals, summing to 1 (or none without signals), and
    the brake; and the part of all weight that they had before, 0 to 1: how much is known at all.

    ``wanted`` replaces single defaults. Raises ForgeError ``bad_weights`` as
    :func:`check_weights` does, and when nothing is left to weigh.
    """
    chosen = DEFAULT_WEIGHTS | check_weights(wanted or {})
    brake = chosen.pop(BRAKE)
    everything = sum(chosen.values())
    for name in _FROM_CHAT:
        chosen[name] *= min(1.0, chatters / _FULL_CHAT)
    present = {name: chosen[name] for name in signals if chosen.get(name, 0.0) > 0}
    total = sum(present.values())
    if set(signals) - {BRAKE} and not total:
        raise ForgeError(
            "bad_weights",
            "The weights leave no signal of this recording to score by.",
            hint="Give at least one signal that the recording has a weight above 0.",
        )
    known = total / everything if everything else 0.0
    used = {name: weight / total for name, weight in present.items()}
    if BRAKE in signals:
        used[BRAKE] = brake
    return used, known
