"""What the supervisor and a worker say to each other about one step of a claimed job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import trio

from actors.kernel import Reply
from forge.errors import ForgeError
from forge.media.source import check_unchanged
from forge.pipeline import STEPS, artifact_key
from forge.store.board import Card
from forge.store.leases import Fence


class Stop:
    """Tells a running step to stop, and why. The first reason stays."""

    def __init__(self) -> None:
        self.event = trio.Event()
        self.reason = ""

    def set(self, reason: str) -> None:
        """Tells it; the worker hears of it at its next checkpoint."""
        self.reason = self.reason or reason
        self.event.set()


@dataclass(frozen=True)
class Ended:
    """How a step ended: with a result, an error, because it was told to, or lost its lease."""

    how: Literal["settled", "failed", "stopped", "lost"]
    error: ForgeError | None = None


@dataclass(frozen=True)
class RunStep:
    """Run one step of a claimed job. Answered once, also when ``stop`` is set meanwhile."""

    fence: Fence
    vod_id: str
    source: str
    duration: float | None
    probe: Mapping[str, Any] | None
    key: str
    inputs: Mapping[str, str]
    params: Mapping[str, Any]
    payload: Mapping[str, Any]
    stop: Stop
    reply: Reply[Ended]

    @property
    def seconds(self) -> float | None:
        """How much material the step makes: the recording's length, or a clip's in each format."""
        clip = self.params.get("clip")
        if clip is None:
            return self.duration
        formats = len(self.params.get("presets") or [None])
        return formats * (float(clip["end"]) - float(clip["start"]))


async def parameters(card: Card, step: str) -> dict[str, Any]:
    """What a step of the job on ``card`` is told, but for its inputs.

    Trap: an artifact's key holds all of it, so whatever is in here and does not change the output
    makes work that was done already be done again.
    """
    params = dict(card.payload.get("params", {}).get(step, {}))
    if step == "hash":
        params["fingerprint"] = card.fingerprint
    # In a thread: a disk that is not connected may take its time to say so.
    look = partial(trio.to_thread.run_sync, abandon_on_cancel=True)
    if STEPS[step].frugal and await look(_is_gone, card):
        params["gone"] = True
    return params


def _is_gone(card: Card) -> bool:
    try:
        check_unchanged(Path(card.source), card.size)
    except ForgeError:
        return True
    return False


def assign(
    card: Card,
    fence: Fence,
    step: str,
    inputs: Mapping[str, str],
    params: Mapping[str, Any],
    stop: Stop,
    reply: Reply[Ended],
) -> RunStep:
    """The message for one step of the job on ``card``, with the key that its artifacts will have.

    ``inputs`` are artifact names to keys.
    """
    return RunStep(
        fence=fence,
        vod_id=card.vod_id,
        source=card.source,
        duration=card.duration,
        probe=card.probe,
        key=artifact_key(STEPS[step], card.fingerprint, inputs, params),
        inputs=inputs,
        params=params,
        payload=card.payload,
        stop=stop,
        reply=reply,
    )
