"""One supervised child process group, in which a kind of step runs.

The child lives in a session of its own, so that it can be killed with everything it started. It
dies by itself when its stdin closes, so it never outlives FORGE, however FORGE ends.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from subprocess import PIPE
from typing import Any

import trio

from forge import children, failpoints
from forge.confinement import time_limit, took_too_long
from forge.errors import ForgeError
from forge.pipeline import STEPS
from forge.steps.spec import Spec

#: The longest line that a child may write: a result with every clip of a long recording.
LINE_LIMIT = 8 * 1024 * 1024
#: How much of the child's log is kept for the error message, in lines.
TAIL_LINES = 40

#: How much longer than its own limit a child may take, in seconds.
LIMIT_GRACE = 30.0

OnProgress = Callable[[float, float | None], Awaitable[None]]


def _inherited() -> dict[str, str]:
    # A step reads recordings that may be hostile, and has no use for the password.
    return {name: value for name, value in os.environ.items() if name != "FORGE_PASSWORD"}


class Child:
    """A process that runs one kind of step, one spec at a time."""

    def __init__(
        self,
        kind: str,
        process: trio.Process,
        nursery: trio.Nursery,
        reaped: Callable[[], None] = lambda: None,
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self.kind = kind
        self.pid = process.pid
        self._process = process
        self._stdin = process.stdin
        self._stdout = process.stdout
        self._buffer = bytearray()
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._alive = True
        self._reaped = reaped
        self._drained = trio.Event()
        nursery.start_soon(self._drain, process.stderr)

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

        It is recorded in the folder ``records`` until it was reaped, so that the next FORGE
        finds it if this one is killed (see :mod:`forge.children`).
        """
        mark = children.new_mark()
        process = await trio.lowlevel.open_process(
            [sys.executable, "-m", "forge.steps", kind],
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
            env={
                **_inherited(),
                **(environment or {}),
                "PYTHONUNBUFFERED": "1",
                children.VARIABLE: mark,
            },
        )
        if records is None:
            return cls(kind, process, nursery)
        child = cls(kind, process, nursery, partial(children.forget, records, mark))
        try:
            # No await since it exists: whatever happens next, it is written down.
            children.record(records, mark, process.pid)
        except OSError:
            await child.kill()
            raise
        return child

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
                await self._stdin.send_all(line.encode())
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

    async def kill(self) -> None:
        """Kills the child with everything it started, and waits until it is gone."""
        with trio.CancelScope(shield=True):
            if self._alive:
                self._alive = False
                # Before it is reaped, so that its process group's number is still its own.
                if hasattr(os, "killpg"):
                    with suppress(ProcessLookupError):  # Nothing of it is left.
                        os.killpg(self.pid, signal.SIGKILL)
                else:
                    self._process.kill()
            await self._process.wait()
            self._reaped()
            await self._stdin.aclose()
            await self._stdout.aclose()

    async def _death(self) -> ForgeError:
        await self.kill()
        with trio.move_on_after(2.0):
            await self._drained.wait()
        log = " | ".join(line for line in list(self._tail)[-3:] if line.strip())
        status = self._process.returncode
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
            chunk = await self._stdout.receive_some(65536)
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
