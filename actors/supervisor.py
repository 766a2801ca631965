"""The supervisor: decides what runs, and follows it to its end.

Messages in: :class:`Cancel`. Messages out: to workers (:class:`~actors.worker.RunStep`) and to
the ledger (claims, ends of attempts, cancels, reclaims). It wakes when the ledger says that
something changed, when a step ends, and when a pause is over; it never polls a job.
It dies when the system stops: running steps are told to stop, and their jobs given back.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

import trio

from actors.kernel import ActorDied, Mailbox, Reply
from actors.ledger import Ledger
from actors.worker import Ended, RunStep, Stop, Worker
from forge.errors import ForgeError
from forge.model import Job
from forge.pipeline import RESOURCES, STEPS, Plan, Resource, artifact_key, plan
from forge.store import jobs, leases
from forge.store.board import Card, board, next_retry
from forge.store.leases import Fence
from forge.store.results import StepResult, record

#: How often leases are looked at, in seconds, when nothing else happens.
LEASE_CHECK_SECONDS = 15.0


@dataclass(frozen=True)
class Cancel:
    """Cancel a job; answers with the job as it is then, or None when there is none."""

    job_id: str
    reply: Reply[Job | None]


@dataclass
class _Held:
    """What this boot knows of a job it owns, beyond its row.

    ``ended`` are steps that ended under this claim: a board that was read a moment ago may still
    show them as ready.
    """

    running: dict[str, Stop] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    error: ForgeError | None = None


class Supervisor:
    """Claims jobs, hands their steps to workers, and ends their attempts."""

    def __init__(
        self,
        boot: str,
        ledger: Ledger,
        workers: Mapping[str, Worker],
        *,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
        resources: Mapping[Resource, int] = RESOURCES,
    ) -> None:
        self.mailbox: Mailbox[Cancel] = Mailbox(64, rank=3, name="supervisor")
        self.boot = boot
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._jitter = jitter
        self._resources = resources
        self._held: dict[str, _Held] = {}
        self._slots = count(1)
        self._stopping = trio.Event()

    async def serve(self) -> None:
        """The actor's body: until :meth:`stop`, then until every running step has ended."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._listen)
            async with trio.open_nursery() as runs:
                await self._schedule(runs)
                for held in self._held.values():
                    for stop in held.running.values():
                        stop.set("shutdown")
            for card in await self._ledger.run(board, self.boot, self._clock()):
                if card.fence is not None:
                    await self._give_back(card.fence, card)
            nursery.cancel_scope.cancel(reason="the supervisor stopped")

    def stop(self) -> None:
        """Starts no more steps, stops the running ones, and gives their jobs back."""
        self._stopping.set()
        self._ledger.changed.set()

    async def cancel(self, job_id: str) -> Job | None:
        """Asks for a job to be cancelled; the job as it is then, or None when there is none."""
        return await self.mailbox.ask(lambda reply: Cancel(job_id, reply))

    async def _listen(self) -> None:
        while True:
            message = await self.mailbox.receive()
            try:
                job = await self._ledger.run(jobs.request_cancel, message.job_id, self._clock())
            except ActorDied as error:
                message.reply.fail(error)
                raise
            held = self._held.get(message.job_id)
            for stop in held.running.values() if held else ():
                stop.set("cancel")
            self._ledger.changed.set()
            message.reply.set(job)

    async def _schedule(self, runs: trio.Nursery) -> None:
        while not self._stopping.is_set():
            changed = self._ledger.wait_changed()
            now = self._clock()
            await self._ledger.run(leases.reclaim, self.boot, now, keep=set(self._held))
            for card in await self._ledger.run(board, self.boot, now):
                if self._stopping.is_set():
                    return
                await self._advance(card, runs)
            retry_at = await self._ledger.run(next_retry, now)
            pause = LEASE_CHECK_SECONDS if retry_at is None else max(retry_at - now, 0.0)
            with trio.move_on_after(min(pause, LEASE_CHECK_SECONDS)):
                await changed.wait()

    async def _advance(self, card: Card, runs: trio.Nursery) -> None:
        held = self._held.get(card.job_id) if card.fence else None
        running = set(held.running) if held else set()
        ended = held.ended if held else set()
        if card.cancel_requested and card.fence is not None:
            if not running:
                await self._ledger.run(leases.acknowledge_cancel, card.fence, self._clock())
                self._held.pop(card.job_id, None)
            return
        todo = plan(card.unsettled, card.outcomes, card.pursued)
        startable = {
            name: inputs
            for name, inputs in todo.ready.items()
            if name not in running | ended | card.failed and self._is_free(name)
        }
        fence = card.fence
        if fence is None:
            if not (startable or todo.pointless or todo.blocked):
                return
            fence = await self._claim(card)
            if fence is None:
                return
        held = self._held.setdefault(card.job_id, _Held())
        for name, reason in todo.pointless.items():
            done = StepResult("", (), skipped=reason)
            await self._ledger.run(record, fence, card.vod_id, name, done, self._clock())
        for name, inputs in startable.items():
            if self._is_free(name):
                stop = held.running[name] = Stop()
                runs.start_soon(self._run_step, card, fence, name, dict(inputs), stop)
        if not held.running and not todo.pointless:
            await self._rest(card, fence, todo, held)

    async def _rest(self, card: Card, fence: Fence, todo: Plan, held: _Held) -> None:
        """Nothing of this job runs: it ends, or waits for others."""
        left = set(todo.ready) - card.failed
        if not card.unsettled:
            self._held.pop(card.job_id, None)
        elif card.failed:
            error = held.error or ForgeError("unknown", "A step failed.", permanent=False)
            await self._end_attempt(fence, error)
        elif todo.blocked and not left and not todo.waiting:
            step, missing = next(iter(todo.blocked.items()))
            await self._end_attempt(
                fence,
                ForgeError(
                    "upstream_failed",
                    f"The step {step} needs the result of {missing}, which failed or was"
                    " cancelled.",
                    hint="Retry the job that failed; this one goes on after it.",
                ),
            )
        else:
            await self._ledger.run(leases.renew, fence, self._clock())

    async def _end_attempt(self, fence: Fence, error: ForgeError) -> None:
        self._held.pop(fence.job_id, None)
        await self._ledger.run(leases.end_attempt, fence, error, self._clock(), self._jitter())

    async def _claim(self, card: Card) -> Fence | None:
        owner = f"{self.boot}:{next(self._slots)}"
        self._held.pop(card.job_id, None)
        return await self._ledger.run(leases.claim, card.job_id, owner, self._clock())

    def _is_free(self, name: str) -> bool:
        running = [step for held in self._held.values() for step in held.running]
        used = Counter(STEPS[step].resource for step in running)
        resource = STEPS[name].resource
        return name not in running and used[resource] < self._resources[resource]

    async def _run_step(
        self, card: Card, fence: Fence, name: str, inputs: Mapping[str, str], stop: Stop
    ) -> None:
        params = dict(card.payload.get("params", {}).get(name, {}))
        if name == "hash":
            params["fingerprint"] = card.fingerprint
        key = artifact_key(STEPS[name], card.fingerprint, inputs, params)
        ended: Ended
        try:
            ended = await self._workers[name].mailbox.ask(
                lambda reply: RunStep(
                    fence=fence,
                    vod_id=card.vod_id,
                    source=card.source,
                    duration=card.duration,
                    key=key,
                    inputs=inputs,
                    params=params,
                    payload=card.payload,
                    stop=stop,
                    reply=reply,
                )
            )
        except ActorDied as error:
            crash = ForgeError("worker_crashed", f"The {error}.", permanent=False)
            ended = Ended("failed", crash)
            await self._ledger.run(leases.fail_step, fence, name, crash, self._clock())
        held = self._held.get(fence.job_id)
        if held is not None and held.running.get(name) is stop:
            del held.running[name]
            held.ended.add(name)
            if ended.how == "failed":
                held.error = held.error or ended.error
            elif ended.how == "lost":
                for other in held.running.values():
                    other.set("the lease was lost")
        self._ledger.changed.set()

    async def _give_back(self, fence: Fence, card: Card) -> None:
        if card.cancel_requested:
            await self._ledger.run(leases.acknowledge_cancel, fence, self._clock())
        else:
            await self._ledger.run(leases.release, fence, self._clock())
