"""The process in which a kind of step runs: a spec on its stdin, its answers on its stdout.

It is a group of its own (:mod:`actors.group`), so that it can be killed with everything it
started, and never outlives FORGE, however FORGE ends.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import trio

from actors.group import Group
from forge import failpoints
from forge.confinement import time_limit, took_too_long
from forge.errors import ForgeError
from forge.pipeline import STEPS
from forge.spec import Spec

#: The longest line that a child may write: a result with every clip of a long recording.
LINE_LIMIT = 8 * 1024 * 1024
#: How much of the child's log is kept for the error message, in lines.
TAIL_LINES = 40

#: How much longer than its own limit a child may take, in seconds.
LIMIT_GRACE = 30.0

OnProgress = Callable[[float, float | None], Awaitable[None]]


class Child:
    """A process that runs one kind of step, one spec at a time."""

    def __init__(self, kind: str, group: Group, nursery: trio.Nursery) -> None:
        assert group.stderr is not None
        self.kind = kind
        self.pid = group.pid
        self._group = group
        self._buffer = bytearray()
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._alive = True
        self._drained = trio.Event()
        nursery.start_soon(self._drain, group.stderr)

    @classmethod
    async def spawn(
        cls,
        kind: str,
        nursery: trio.Nursery,
        environment: Mapping[str, str] | None = None,
        *,
        records: Path | None = None,
    ) -> Child:
        """Starts the child; its log is drained by a task in ``nursery`` until it ends.

        ``records`` and what is raised are those of :meth:`~actors.group.Group.start`.
        """
        environment = {**(environment or {}), "PYTHONUNBUFFERED": "1"}
        group = await Group.start("forge.steps", kind, environment=environment, records=records)
        return cls(kind, group, nursery)

    @property
    def alive(self) -> bool:
        """Whether another spec can be sent. It only turns false when the death was noticed."""
        return self._alive

    async def run(self, spec: Spec, stall_after: float, on_progress: OnProgress) -> dict[str, Any]:
        """Sends one spec and returns the child's last word on it (result, skipped or error).

        Raises ForgeError when the child dies, says nothing for ``stall_after`` seconds, or works
        beyond its wall-clock limit; it is killed then. When this is cancelled the child is in
        the middle of the spec: kill it.
        """
        line = json.dumps(spec.as_json()) + "\n"
        allowed = time_limit(STEPS[self.kind], spec.seconds)
        # The child ends itself in time; this is for one that cannot.
        deadline = trio.current_time() + allowed + LIMIT_GRACE
        try:
            with trio.move_on_after(stall_after) as patience:
                await self._group.stdin.send_all(line.encode())
            if patience.cancelled_caught:  # It may be longer than what a pipe holds.
                raise self._stalled(stall_after)
            failpoints.reach("spec_sent", spec.step)
            while True:
                with trio.move_on_after(stall_after) as patience:
                    message = await self._next_message()
                if trio.current_time() > deadline:
                    raise took_too_long(self.kind, allowed)
                if patience.cancelled_caught:
                    raise self._stalled(stall_after)
                if message["type"] != "progress":
                    return await self._last_word(message)
                fraction = float(message["fraction"])
                if not math.isfinite(fraction):
                    raise EOFError("a progress that is no number")
                await on_progress(fraction, message["speed"])
        except (trio.BrokenResourceError, trio.ClosedResourceError, EOFError) as error:
            raise await self._death() from error
        except ForgeError:
            await self.kill()
            raise

    def _stalled(self, stall_after: float) -> ForgeError:
        return ForgeError(
            "stalled",
            f"The step {self.kind} made no progress for {stall_after:.0f} s and was stopped.",
            hint="Retry the job; if it stalls again, the recording may be damaged.",
            permanent=False,
        )

    async def _last_word(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["type"] == "error" and message["error"]["code"] == "took_too_long":
            await self.kill()  # It ends itself, but nobody must send it another spec meanwhile.
        return message

    async def kill(self) -> int:
        """Kills the child with everything it started; its exit status, when it is gone."""
        self._alive = False
        return await self._group.kill()

    async def _death(self) -> ForgeError:
        status = await self.kill()
        with trio.move_on_after(2.0):
            await self._drained.wait()
        log = " | ".join(line for line in list(self._tail)[-3:] if line.strip())
        return ForgeError(
            "step_died",
            f"The process of the step {self.kind} ended unexpectedly (status {status})"
            + (f": {log[-400:]}" if log else "."),
            hint="If the machine ran out of memory, close other programs; then retry the job.",
            permanent=False,
        )

    async def _next_message(self) -> dict[str, Any]:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LINE_LIMIT:
                raise EOFError("a line without an end")
            chunk = await self._group.stdout.receive_some(65536)
            if not chunk:
                raise EOFError("the child closed its output")
            self._buffer += chunk
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        try:
            message = json.loads(line)
        except ValueError as error:
            raise EOFError("a line that is no message") from error
        if not isinstance(message, dict) or "type" not in message:
            raise EOFError("a line that is no message")
        return message

    async def _drain(self, stream: trio.abc.ReceiveStream) -> None:
        text = b""
        try:
            async for chunk in stream:
                *lines, text = (text + chunk).split(b"\n")
                self._tail.extend(line.decode("utf-8", "replace")[-1000:] for line in lines)
                text = text[-4096:]
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass  # The child was killed while it was writing.
        finally:
            self._drained.set()
            with trio.CancelScope(shield=True):
                await stream.aclose()
