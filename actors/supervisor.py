"""The supervisor: decides what runs, and follows it to its end.

Messages in: :class:`Cancel`. Messages out: to workers (:class:`~actors.assignment.RunStep`) and
to the ledger (claims, ends of attempts, cancels, reclaims). It wakes when the ledger says that
something changed, when a step ends, and when a pause is over; it never polls a job.
It dies when the system stops: running steps are told to stop, and their jobs given back. When it
crashes they are told to stop as well, and its next life takes their jobs back as lost.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count

import trio

from actors.assignment import Ended, Stop, assign, parameters
from actors.inflight import Held, InFlight
from actors.kernel import ActorDied, Mailbox, Reply
from actors.ledger import Ledger
from actors.outage import passing
from actors.worker import Worker
from forge import failpoints
from forge.errors import ForgeError
from forge.jobs import LEASE_SECONDS
from forge.model import Job
from forge.pipeline import RESOURCES, Resource
from forge.planning import Plan, Plans
from forge.store import attempts, jobs, leases
from forge.store.board import Card, board, end_blocked, survey
from forge.store.leases import Fence
from forge.store.results import StepResult, record

#: How often leases are looked at, in seconds, when nothing else happens.
LEASE_CHECK_SECONDS = 15.0
#: After how many seconds a job table that could not be written is tried again.
FULL_DISK_SECONDS = 5.0


@dataclass(frozen=True)
class Cancel:
    """Cancel a job; answers with the job as it is then, or None when there is none."""

    job_id: str
    reply: Reply[Job | None]


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
        """``boot`` names this run of FORGE; ``clock`` gives Unix seconds, ``jitter`` 0 to 1."""
        self.mailbox: Mailbox[Cancel] = Mailbox(64, rank=4, name="supervisor")
        self._boot = boot
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._jitter = jitter
        self._inflight = InFlight(resources)
        self._plans = Plans()
        self._lives, self._slots = count(1), count(1)
        # Jobs are owned by one life, so what a crash left behind belongs to nobody.
        self._life = boot
        self._stopping = trio.Event()

    async def serve(self) -> None:
        """The actor's body: until :meth:`stop`, then until every running step has ended."""
        self._life = f"{self._boot}.{next(self._lives)}"
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._listen)
                async with trio.open_nursery() as runs:
                    await self._schedule(runs)
                    self._inflight.stop_all("shutdown")
                with passing("Running jobs could not be given back; the next start does that"):
                    for card in await self._ledger.run(board, self._life, self._clock()):
                        if card.fence is not None:
                            await self._give_back(card.fence, card)
                nursery.cancel_scope.cancel(reason="the supervisor stopped")
        finally:
            self._inflight.abandon("the supervisor ended")
        self.mailbox.close()

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
            except ForgeError as error:  # The disk's: whoever asked may ask again.
                message.reply.fail(error)
                continue
            except BaseException:
                message.reply.fail(ActorDied("supervisor has ended"))
                raise
            for name in self._inflight.stop(message.job_id, "cancel"):
                failpoints.reach("cancel_asked", name)
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
        keep = self._inflight.job_ids
        cards, retry_at = await self._ledger.run(survey, self._life, now, keep)
        self._inflight.keep([card.job_id for card in cards if card.fence is not None])
        self._plans.renew(
            {card.job_id: (card.unsettled, card.outcomes, card.pursued) for card in cards}
        )
        for card in cards:
            if self._stopping.is_set():
                return 0.0
            await self._advance(card, runs)
        await self._renew(cards, now)
        until_retry = LEASE_CHECK_SECONDS if retry_at is None else max(retry_at - now, 0.0)
        return min(until_retry, LEASE_CHECK_SECONDS)

    async def _advance(self, card: Card, runs: trio.Nursery) -> None:
        held = self._inflight.get(card.job_id) if card.fence else None
        begun = {*held.running, *held.ended} if held else set()
        if card.cancel_requested and card.fence is not None:
            # Again: a step may have started while the cancel was being written.
            if not self._inflight.stop(card.job_id, "cancel"):
                await self._ledger.run(leases.acknowledge_cancel, card.fence, self._clock())
                self._inflight.drop(card.job_id)
            return
        await self._write_failures(card, held)
        todo = self._plans[card.job_id]
        startable = {
            name: inputs
            for name, inputs in todo.ready.items()
            if name not in begun | card.failed and self._inflight.is_free(name)
        }
        if (fence := card.fence) is None:
            if not (startable or todo.pointless or todo.blocked):
                return
            fence = await self._claim(card)
            if fence is None:
                return
            for name in startable:
                failpoints.reach("claimed", name)
        held = self._inflight.hold(card.job_id)
        for name, reason in todo.pointless.items():
            done = StepResult("", (), skipped=reason)
            await self._ledger.run(record, fence, card.vod_id, name, done, self._clock())
        for name, inputs in startable.items():
            if self._inflight.is_free(name):
                stop = self._inflight.start(card.job_id, name)
                runs.start_soon(self._run_step, card, fence, name, dict(inputs), stop)
        if not held.running and not todo.pointless:
            await self._rest(card, fence, todo, held)

    async def _write_failures(self, card: Card, held: Held | None) -> None:
        """Writes down what a worker could not: it crashed, or the disk was full."""
        if held is None or card.fence is None:
            return
        for name, error in list(held.failures.items()):  # Others fail meanwhile.
            if name in card.unsettled - card.failed:
                await self._ledger.run(attempts.fail_step, card.fence, name, error, self._clock())

    async def _rest(self, card: Card, fence: Fence, todo: Plan, held: Held) -> None:
        """Nothing of this job runs: it ends, or waits for others."""
        left = set(todo.ready) - card.failed
        if card.failed:
            error = held.decisive_failure()
            await self._ledger.run(leases.end_attempt, fence, error, self._clock(), self._jitter())
        elif todo.blocked and not left and not todo.waiting:
            step, missing = next(iter(todo.blocked.items()))
            await self._ledger.run(
                end_blocked, card, fence, step, missing, self._clock(), self._jitter()
            )
        else:
            return
        self._inflight.drop(fence.job_id)

    async def _renew(self, cards: Iterable[Card], now: float) -> None:
        """Renews the leases of jobs that wait for others, long before they end."""
        due = [
            card.fence
            for card in cards
            if card.fence is not None
            and (held := self._inflight.get(card.job_id)) is not None
            and not held.running
            and (card.lease_until or now) < now + LEASE_SECONDS / 2
        ]
        if due:
            await self._ledger.run(leases.renew_all, due, now)

    async def _claim(self, card: Card) -> Fence | None:
        owner = f"{self._life}:{next(self._slots)}"
        self._inflight.drop(card.job_id)
        return await self._ledger.run(leases.claim, card.job_id, owner, self._clock())

    async def _run_step(
        self, card: Card, fence: Fence, name: str, inputs: Mapping[str, str], stop: Stop
    ) -> None:
        ended: Ended
        try:
            make = partial(assign, card, fence, name, inputs, await parameters(card, name), stop)
            ended = await self._workers[name].mailbox.ask(make)
        except ActorDied as error:
            crash = ForgeError(
                "worker_crashed",
                f"The {error}.",
                hint="This is a fault in FORGE; its log says more.",
                permanent=False,
            )
            ended = Ended("failed", crash)
        if self._inflight.end(fence.job_id, name, stop, ended) and ended.how == "settled":
            failpoints.reach("settled", name)
        self._ledger.changed.set()

    async def _give_back(self, fence: Fence, card: Card) -> None:
        for name in card.unsettled:
            failpoints.reach("giving_back", name)
        if card.cancel_requested:
            await self._ledger.run(leases.acknowledge_cancel, fence, self._clock())
        else:
            await self._ledger.run(leases.release, fence, self._clock())
