"""A step's heartbeat: its child's progress, which renews the lease and moves the bars.

There is no timer behind it. A child that makes no progress sends none, and loses its lease.
"""

from __future__ import annotations

from collections.abc import Callable

import trio

from actors.bus import Bus
from actors.ledger import Ledger
from forge import failpoints
from forge.jobs import RENEW_SECONDS
from forge.remaining import total_left
from forge.spec import Spec
from forge.store import pacing
from forge.store.leases import Fence
from forge.store.pacing import Beat


class LeaseLost(Exception):
    """The job has another owner by now, or none."""


class Heartbeat:
    """Passes a child's progress on: to the bus at once, to the ledger every few seconds."""

    def __init__(
        self,
        ledger: Ledger,
        bus: Bus,
        fence: Fence,
        spec: Spec,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._ledger = ledger
        self._bus = bus
        self._fence = fence
        self._step = spec.step
        self._seconds = spec.seconds
        self._clock = clock
        self._started = trio.current_time()
        self._written = self._started
        self._job: Beat | None = None

    async def __call__(self, fraction: float, speed: float | None) -> None:
        """Takes one progress report. Raises LeaseLost when the job is no longer ours."""
        now = trio.current_time()
        job = self._job
        if job is None or now - self._written >= RENEW_SECONDS:
            self._written = now
            known = None if job is None else job.expected
            job = await self._ledger.run(
                pacing.beat, self._fence, self._step, fraction, speed, self._clock(), known
            )
            if job is None:
                raise LeaseLost
            self._job = job
            failpoints.reach("renewed", self._step)
        eta = time_left(fraction, speed, self._seconds, now - self._started)
        self._bus.progress(
            {
                "id": self._fence.job_id,
                "progress": round(job.progress, 2),
                "step": self._step,
                "step_progress": round(100 * fraction, 2),
                "speed": speed,
                "eta": eta,
                "total_eta": total_left(job.steps, job.expected, self._step, eta),
            }
        )


def time_left(
    fraction: float, speed: float | None, seconds: float | None, elapsed: float
) -> float | None:
    """Seconds left of a step, from its speed when it has one, else from its pace so far.

    ``speed`` is in seconds of source per second, ``seconds`` are what the step works on:
    all of the recording, or a clip.
    """
    left = min(max(1.0 - fraction, 0.0), 1.0)
    if speed and seconds:
        return round(left * seconds / speed, 1)
    return round(elapsed * left / fraction, 1) if fraction > 0.01 else None
