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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

import trio

from actors.kernel import ActorDied, Mailbox, Reply
from actors.ledger import Ledger
from actors.outage import passing
from actors.worker import Ended, RunStep, Stop, Worker
from forge import failpoints
from forge.errors import ForgeError
from forge.jobs import LEASE_SECONDS
from forge.model import Job
from forge.pipeline import RESOURCES, STEPS, Outcomes, Plan, Resource, artifact_key, plan
from forge.store import jobs, leases
from forge.store.board import Card, board, end_blocked, survey
from forge.store.leases import Fence
from forge.store.results import StepResult, record

#: How often leases are looked at, in seconds, when nothing else happens.
LEASE_CHECK_SECONDS = 15.0
#: After how many seconds a job table that could not be written is tried again.
FULL_DISK_SECONDS = 5.0

#: What a job's plan is made from: its unsettled steps, the outcomes, and what others pursue.
Basis = tuple[frozenset[str], Outcomes, frozenset[str]]


@dataclass(frozen=True)
class Cancel:
    """Cancel a job; answers with the job as it is then, or None when there is none."""

    job_id: str
    reply: Reply[Job | None]


@dataclass
class _Held:
    """What this boot knows of a job it owns, beyond its row.

    ``ended`` are steps that ended under this claim: a board that was read a moment ago may still
    show them as ready. ``failures`` says why some of them failed, in the order they did.
    """

    running: dict[str, Stop] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    failures: dict[str, ForgeError] = field(default_factory=dict)


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
        self.mailbox: Mailbox[Cancel] = Mailbox(64, rank=4, name="supervisor")
        self.boot = boot
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._jitter = jitter
        self._resources = resources
        self._held: dict[str, _Held] = {}
        self._plans: dict[str, tuple[Basis, Plan]] = {}
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
            with passing("Running jobs could not be given back; the next start does that"):
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
            except ForgeError as error:  # The disk's: whoever asked may ask again.
                message.reply.fail(error)
                continue
            held = self._held.get(message.job_id)
            for name, stop in held.running.items() if held else ():
                failpoints.reach("cancel_asked", name)
                stop.set("cancel")
            self._ledger.changed.set()
            message.reply.set(job)

    async def _schedule(self, runs: trio.Nursery) -> None:
        while not self._stopping.is_set():
            changed = self._ledger.wait_changed()
            pause = FULL_DISK_SECONDS
            with passing("The job table cannot be written for now"):
                pause = await self._round(runs)
            with trio.move_on_after(pause):
                await changed.wait()

    async def _round(self, runs: trio.Nursery) -> float:
        """Looks at every job once; returns for how many seconds there is nothing to do."""
        now = self._clock()
        cards, retry_at = await self._ledger.run(survey, self.boot, now, set(self._held))
        self._plans = {card.job_id: self._planned(card) for card in cards}
        for card in cards:
            if self._stopping.is_set():
                return 0.0
            await self._advance(card, runs)
        await self._renew([card for card in cards if card.job_id in self._held], now)
        pause = LEASE_CHECK_SECONDS if retry_at is None else max(retry_at - now, 0.0)
        return min(pause, LEASE_CHECK_SECONDS)

    async def _advance(self, card: Card, runs: trio.Nursery) -> None:
        held = self._held.get(card.job_id) if card.fence else None
        running = set(held.running) if held else set()
        ended = held.ended if held else set()
        if card.cancel_requested and card.fence is not None:
            if not running:
                await self._ledger.run(leases.acknowledge_cancel, card.fence, self._clock())
                self._held.pop(card.job_id, None)
            return
        await self._write_failures(card, held)
        _, todo = self._plans[card.job_id]
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
            for name in startable:
                failpoints.reach("claimed", name)
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

    async def _write_failures(self, card: Card, held: _Held | None) -> None:
        """Writes down what a worker could not: it crashed, or the disk was full."""
        if held is None or card.fence is None:
            return
        for name, error in list(held.failures.items()):  # Others fail meanwhile.
            if name in card.unsettled - card.failed:
                await self._ledger.run(leases.fail_step, card.fence, name, error, self._clock())

    async def _rest(self, card: Card, fence: Fence, todo: Plan, held: _Held) -> None:
        """Nothing of this job runs: it ends, or waits for others."""
        left = set(todo.ready) - card.failed
        if not card.unsettled:
            self._held.pop(card.job_id, None)
        elif card.failed:
            unknown = ForgeError("unknown", "A step failed.", permanent=False)
            error = next(iter(held.failures.values()), unknown)
            await self._end_attempt(fence, error)
        elif todo.blocked and not left and not todo.waiting:
            step, missing = next(iter(todo.blocked.items()))
            error = ForgeError(
                "upstream_failed",
                f"The step {step} needs the result of {missing}, which failed or was cancelled.",
                hint="Retry the job that failed; this one goes on after it.",
            )
            await self._ledger.run(
                end_blocked, card, fence, missing, error, self._clock(), self._jitter()
            )
            self._held.pop(fence.job_id, None)

    async def _renew(self, cards: Iterable[Card], now: float) -> None:
        """Renews the leases of jobs that wait for others, long before they end."""
        due = [
            card.fence
            for card in cards
            if card.fence is not None
            and not self._held[card.job_id].running
            and (card.lease_until or now) < now + LEASE_SECONDS / 2
        ]
        if due:
            await self._ledger.run(leases.renew_all, due, now)

    def _planned(self, card: Card) -> tuple[Basis, Plan]:
        """What the job can do now. Most of a full board is as it was a moment ago."""
        basis = (card.unsettled, card.outcomes, card.pursued)
        known = self._plans.get(card.job_id)
        return known if known and known[0] == basis else (basis, plan(*basis))

    async def _end_attempt(self, fence: Fence, error: ForgeError) -> None:
        await self._ledger.run(leases.end_attempt, fence, error, self._clock(), self._jitter())
        self._held.pop(fence.job_id, None)

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
            ended = Ended("failed", ForgeError("worker_crashed", f"The {error}.", permanent=False))
        held = self._held.get(fence.job_id)
        if held is not None and held.running.get(name) is stop:
            del held.running[name]
            held.ended.add(name)
            if ended.how == "settled":
                failpoints.reach("settled", name)
            if ended.error is not None:
                held.failures[name] = ended.error
            elif ended.how == "lost":
                for other in held.running.values():
                    other.set("the lease was lost")
        self._ledger.changed.set()

    async def _give_back(self, fence: Fence, card: Card) -> None:
        for name in card.unsettled:
            failpoints.reach("giving_back", name)
        if card.cancel_requested:
            await self._ledger.run(leases.acknowledge_cancel, fence, self._clock())
        else:
            await self._ledger.run(leases.release, fence, self._clock())
