"""A worker: one per step kind, one step at a time.

Messages in: :class:`~actors.assignment.RunStep` (rendezvous: the supervisor hands over only to an
idle worker). Messages out: to the ledger (start, progress, result, failure), to the janitor (room
on the disk), to the bus (progress).
It answers each message with an :class:`~actors.assignment.Ended`. It dies when the system stops;
its child process dies with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import trio

from actors.assignment import Ended, RunStep
from actors.bus import Bus
from actors.heartbeat import Heartbeat, LeaseLost
from actors.janitor import Janitor
from actors.kernel import ActorDied, Mailbox
from actors.ledger import Ledger
from actors.process import Child
from forge import failpoints
from forge.consequences import with_consequences
from forge.disk.needs import step_bytes
from forge.durable import disk_error
from forge.errors import ForgeError
from forge.library import Library
from forge.pipeline import Step
from forge.spec import Spec
from forge.store import attempts, results
from forge.store.faults import PASSING
from forge.store.results import StepResult

#: A warm child that has had nothing to do for this many seconds is let go with its model.
IDLE_SECONDS = 120.0


class Worker:
    """Turns messages into child processes, and their outputs into artifacts."""

    def __init__(
        self,
        step: Step,
        library: Library,
        ledger: Ledger,
        bus: Bus,
        janitor: Janitor,
        *,
        clock: Callable[[], float] = time.time,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.step = step
        self.mailbox: Mailbox[RunStep] = Mailbox(0, rank=3, name=f"worker {step.name}")
        self._library = library
        self._ledger = ledger
        self._bus = bus
        self._janitor = janitor
        self._clock = clock
        self._environment = environment
        self._child: Child | None = None

    async def serve(self) -> None:
        """The actor's body."""
        async with trio.open_nursery() as nursery:
            try:
                while True:
                    message = None
                    with trio.move_on_after(IDLE_SECONDS):
                        message = await self.mailbox.receive()
                    if message is None:
                        await self._drop_child()
                    else:
                        await self._handle(message, nursery)
            except trio.ClosedResourceError:
                return  # The mailbox was closed: the system stops.
            finally:
                await self._drop_child()

    async def _handle(self, message: RunStep, nursery: trio.Nursery) -> None:
        ended = Ended("stopped")
        try:
            async with trio.open_nursery() as attempts:

                async def attempt() -> None:
                    nonlocal ended
                    ended = await self._attempt(message, nursery)
                    attempts.cancel_scope.cancel(reason="the step ended")

                attempts.start_soon(attempt)
                await message.stop.event.wait()
                attempts.cancel_scope.cancel(reason=message.stop.reason)
        except BaseException:
            await self._drop_child()
            message.reply.fail(ActorDied(f"{self.mailbox.name} has ended"))
            raise
        if ended.how == "stopped" or not self.step.warm:
            await self._drop_child()
        message.reply.set(ended)

    async def _attempt(self, message: RunStep, nursery: trio.Nursery) -> Ended:
        # Until the rows say who refers to what: see forge.holds.
        fence = message.fence
        staging = self._library.staging_name(fence.job_id, self.step.name, fence.attempt)
        with self._library.holds.hold(message.key, staging, *message.inputs.values()):
            return await self._held_attempt(message, nursery)

    async def _held_attempt(self, message: RunStep, nursery: trio.Nursery) -> Ended:
        staged: Path | None = None
        failpoints.reach("received", self.step.name)
        try:
            start = partial(attempts.start_step, key=message.key)
            if not await self._write(start, message, self.step.name):
                return Ended("lost")
            failpoints.reach("started", self.step.name)
            reused = self._library.files(message.key, self.step.makes)
            if reused is not None:
                self._library.touch(message.key)
                said = self._library.said(message.key)
                return await self._settle(
                    message, StepResult(message.key, reused, said, reused=True)
                )
            self._library.check(message.inputs)
            need = step_bytes(self.step.name, message.seconds, message.probe)
            await self._janitor.require(need)
            staged = self._library.stage(
                message.fence.job_id, self.step.name, message.fence.attempt
            )
            failpoints.reach("staged", self.step.name)
            started = trio.current_time()
            said = await self._run_child(message, staged, nursery)
            done = await self._collect(message, said, staged, trio.current_time() - started)
            return await self._settle(message, done)
        except LeaseLost:
            await self._drop_child()
            return Ended("lost")
        except OSError as error:
            failure = disk_error(error)
        except ForgeError as error:
            failure = error
        finally:
            if staged is not None:
                self._library.discard(staged, message.key)
        # After the staging is gone: on a full disk, that is the room in which to say so.
        return await self._fail(message, failure)

    async def _run_child(
        self, message: RunStep, staged: Path, nursery: trio.Nursery
    ) -> dict[str, Any]:
        if self._child is None or not self._child.alive:
            self._child = await Child.spawn(
                self.step.name, nursery, self._environment, records=self._library.children
            )
        failpoints.reach("spawned", self.step.name)
        spec = Spec(
            step=self.step.name,
            source=Path(message.source),
            outputs=staged,
            checkpoint=self._library.checkpoint(message.key),
            inputs={name: self._library.file(key, name) for name, key in message.inputs.items()},
            params=message.params,
            duration=message.duration,
        )
        heartbeat = Heartbeat(
            self._ledger,
            self._bus,
            message.fence,
            spec,
            clock=self._clock,
        )
        try:
            return await self._child.run(spec, self.step.stall_after, heartbeat)
        except trio.Cancelled:
            await self._drop_child()
            raise

    async def _collect(
        self, message: RunStep, said: Mapping[str, Any], staged: Path, seconds: float
    ) -> StepResult:
        failpoints.reach("answered", self.step.name)
        match said["type"]:
            case "skipped":
                return StepResult(message.key, (), skipped=str(said["reason"]), seconds=seconds)
            case "error":
                raise ForgeError.from_json(said["error"])
        commit = partial(self._library.commit, staged, message.key, self.step.makes)
        commit = partial(commit, said["result"], step=self.step.name)
        files = await trio.to_thread.run_sync(commit)
        failpoints.reach("filed", self.step.name)
        return StepResult(message.key, files, said["result"], seconds=seconds)

    async def _settle(self, message: RunStep, done: StepResult) -> Ended:
        follow = partial(
            with_consequences, done, self.step.name, self._library, message.inputs, message.payload
        )
        done = await trio.to_thread.run_sync(follow)
        recorded = await self._ledger.run(
            results.record, message.fence, message.vod_id, self.step.name, done, self._clock()
        )
        return Ended("settled" if recorded else "lost")

    async def _fail(self, message: RunStep, error: ForgeError) -> Ended:
        try:
            recorded = await self._write(attempts.fail_step, message, self.step.name, error)
        except ForgeError as refusal:
            if refusal.code not in PASSING:
                raise
            return Ended("failed", error)  # The supervisor writes it down when that goes again.
        return Ended("failed", error) if recorded else Ended("lost")

    async def _write(self, function: Callable[..., bool], message: RunStep, *args: Any) -> bool:
        return await self._ledger.run(function, message.fence, *args, self._clock())

    async def _drop_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            with suppress(OSError):
                await child.kill()
