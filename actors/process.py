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
from subprocess import PIPE
from typing import Any

import trio

from forge.errors import ForgeError
from forge.steps.spec import Spec

#: The longest line that a child may write: a result with every clip of a long recording.
LINE_LIMIT = 8 * 1024 * 1024
#: How much of the child's log is kept for the error message, in lines.
TAIL_LINES = 40

OnProgress = Callable[[float, float | None], Awaitable[None]]


class Child:
    """A process that runs one kind of step, one spec at a time."""

    def __init__(self, kind: str, process: trio.Process, nursery: trio.Nursery) -> None:
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
        self._drained = trio.Event()
        nursery.start_soon(self._drain, process.stderr)

    @classmethod
    async def spawn(
        cls, kind: str, nursery: trio.Nursery, environment: Mapping[str, str] | None = None
    ) -> Child:
        """Starts the child; its log is drained by a task in ``nursery`` until it ends."""
        process = await trio.lowlevel.open_process(
            [sys.executable, "-m", "forge.steps", kind],
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
            env={**os.environ, **(environment or {}), "PYTHONUNBUFFERED": "1"},
        )
        return cls(kind, process, nursery)

    @property
    def alive(self) -> bool:
        """Whether another spec can be sent. It only turns false when the death was noticed."""
        return self._alive

    async def run(self, spec: Spec, stall_after: float, on_progress: OnProgress) -> dict[str, Any]:
        """Sends one spec and returns the child's last word on it (result, skipped or error).

        Raises ForgeError when the child dies or says nothing for ``stall_after`` seconds; it is
        killed then. When this is cancelled the child is in the middle of the spec: kill it.
        """
        line = json.dumps(spec.as_json()) + "\n"
        try:
            await self._stdin.send_all(line.encode())
            while True:
                with trio.move_on_after(stall_after) as patience:
                    message = await self._next_message()
                if patience.cancelled_caught:
                    raise ForgeError(
                        "stalled",
                        f"The step {self.kind} made no progress for {stall_after:.0f} s"
                        " and was stopped.",
                        hint="Retry the job; if it stalls again, the recording may be damaged.",
                        permanent=False,
                    )
                if message["type"] != "progress":
                    return message
                fraction = float(message["fraction"])
                if not math.isfinite(fraction):
                    raise EOFError("a progress that is no number")
                await on_progress(fraction, message["speed"])
        except (trio.BrokenResourceError, trio.ClosedResourceError, EOFError) as error:
            raise await self._death() from error
        except ForgeError:
            await self.kill()
            raise

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
