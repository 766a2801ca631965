"""Heartbeats: what the bus and the ledger hear of a child's progress.

Rules of this file: the mock clock; the ledger is a recorder with the real one's one method.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import trio
from trio.testing import MockClock

from actors.bus import Bus
from actors.heartbeat import Heartbeat, LeaseLost, time_left
from actors.ledger import Ledger
from forge.jobs import RENEW_SECONDS
from forge.remaining import Open
from forge.spec import Spec
from forge.store.leases import Fence
from forge.store.pacing import Beat

FENCE = Fence("job", "boot:1", 1)
PROXY = Spec("proxy", Path("vod.mp4"), Path("out"), Path("checkpoint"), duration=100.0)


class Recorder:
    def __init__(self, answer: float | None) -> None:
        self.answer = None if answer is None else Beat(answer, (), {})
        self.fractions: list[float] = []

    async def run(self, function: Any, fence: Fence, step: str, fraction: float, *_: Any) -> Any:
        self.fractions.append(fraction)
        return self.answer


def heartbeat(recorder: Recorder, bus: Bus, spec: Spec | None = None) -> Heartbeat:
    ledger = cast(Ledger, recorder)
    return Heartbeat(ledger, bus, FENCE, spec or PROXY, clock=lambda: 0.0)


async def test_the_ledger_hears_less_often_than_the_bus(mock_clock: MockClock) -> None:
    recorder, bus = Recorder(42.0), Bus()
    beat = heartbeat(recorder, bus)
    with bus.subscribe() as client:
        for tick in range(10):
            await beat(tick / 10, 2.0)
            mock_clock.jump(RENEW_SECONDS / 2)
        (event,) = await client.take()
    assert recorder.fractions == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert event["step_progress"] == 90.0
    assert event["progress"] == 42.0
    assert event["eta"] == 5.0


async def test_a_render_is_as_long_as_its_clip_however_long_the_recording_is() -> None:
    clip = {"clip": {"start": 7200.0, "end": 7220.0}}
    render, bus = replace(PROXY, duration=14_400.0, params=clip), Bus()
    with bus.subscribe() as client:
        await heartbeat(Recorder(0.0), bus, render)(0.5, 2.0)
        (event,) = await client.take()
    assert event["eta"] == 5.0


async def test_what_follows_is_added_to_what_is_left_of_the_step() -> None:
    recorder, bus = Recorder(10.0), Bus()
    steps = [Open("proxy", True, 0.5), Open("scoring", False)]
    recorder.answer = Beat(10.0, steps, {"proxy": 1000.0, "scoring": 7.0})
    with bus.subscribe() as client:
        await heartbeat(recorder, bus)(0.5, 2.0)
        (event,) = await client.take()
    assert event["eta"] == 25.0
    assert event["total_eta"] == 32.0


async def test_a_lost_lease_stops_the_step() -> None:
    with pytest.raises(LeaseLost):
        await heartbeat(Recorder(None), Bus())(0.5, None)
    await trio.lowlevel.checkpoint()


@pytest.mark.parametrize(
    ("fraction", "speed", "seconds", "elapsed", "left"),
    [
        (0.5, 2.0, 100.0, 99.0, 25.0),
        (0.5, None, 100.0, 10.0, 10.0),
        (0.5, 2.0, None, 10.0, 10.0),
        (0.0, None, None, 10.0, None),
        (1.0, 2.0, 100.0, 10.0, 0.0),
        (1.5, None, None, 10.0, 0.0),
    ],
)
def test_time_left(
    fraction: float, speed: float | None, seconds: float | None, elapsed: float, left: float | None
) -> None:
    assert time_left(fraction, speed, seconds, elapsed) == left
