"""How long a job will still take: the arithmetic, on what its steps took here before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

#: Steps that run beside their job's long ones, and end before them as a rule.
BESIDE = frozenset({"hash", "audio", "scene_detect", "facecam"})
#: How many of a step's latest measurements count.
LATEST = 3
#: A recording this many times shorter says nothing: most of its time went into loading a model.
SHORTER = 10.0


@dataclass(frozen=True)
class Open:
    """A step without a result: ``fraction`` of it is done, 0 to 1."""

    name: str
    running: bool
    fraction: float = 0.0


def total_left(
    steps: Collection[Open], expected: Mapping[str, float], now: str, eta: float | None
) -> float | None:
    """Seconds until all of a job's open steps are done, at least 0.

    ``expected`` are the seconds that each step takes on such a recording on this machine, where
    that is known. ``eta`` is what is left of the running step ``now``, when that is known better.
    None when it is not known of any one of them, when nothing runs, and when only one step is
    left, whose own time says the same.
    """
    if len(steps) < 2 or not any(step.running for step in steps):
        return None
    beside = chain = 0.0
    for step in steps:
        seconds = expected.get(step.name)
        if seconds is not None and step.running:
            seconds *= 1.0 - min(max(step.fraction, 0.0), 1.0)
        if step.name == now and eta is not None:
            seconds = max(0.0, eta)
        if seconds is None:
            return None
        if step.name in BESIDE:
            beside += seconds
        else:
            chain += seconds
    return round(max(beside, chain), 1)


def median(measured: Collection[float]) -> float | None:
    """The lower median; None of nothing."""
    return sorted(measured)[(len(measured) - 1) // 2] if measured else None
