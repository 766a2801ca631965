"""A process group: a Python child in a session of its own, and whatever that starts.

It is recorded in the data folder while it lives, so that the next FORGE finds it if this one is
killed, and it ends by itself when its stdin closes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE

import trio

from forge import children
from forge.errors import ForgeError


class Group:
    """A running group. Whoever started it must :meth:`kill` it, also when the child has ended."""

    def __init__(self, process: trio.Process, mark: str, records: Path | None) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.pid = process.pid
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.stderr = process.stderr
        self._process = process
        self._mark = mark
        self._records = records
        self._killed = False

    @classmethod
    async def start(
        cls,
        module: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        records: Path | None = None,
        stderr: int = PIPE,
    ) -> Group:
        """Starts ``python -m module``, with ``environment`` beside FORGE's own.

        Raises ForgeError when the system refuses, and OSError when the child cannot be recorded
        in the folder ``records``: then it does not run.
        """
        mark = children.new_mark()
        try:
            process = await trio.lowlevel.open_process(
                [sys.executable, "-m", module, *arguments],
                stdin=PIPE,
                stdout=PIPE,
                stderr=stderr,
                start_new_session=True,
                env={**_inherited(), **(environment or {}), children.VARIABLE: mark},
            )
        except OSError as error:
            raise ForgeError(
                "not_started",
                f"The system did not start another process: {error.strerror or error}.",
                hint="Close other programs. If FORGE was updated while it ran, start it again.",
                permanent=False,
            ) from error
        group = cls(process, mark, records)
        try:
            # No await since it exists: whatever happens next, it is written down.
            if records is not None:
                children.record(records, mark, process.pid)
        except BaseException:
            await group.kill()
            if group.stderr is not None:
                await group.stderr.aclose()
            raise
        return group

    async def kill(self) -> int:
        """Kills what is left of the group and returns its child's exit status. It may be repeated.

        This cannot be cancelled.
        """
        with trio.CancelScope(shield=True):
            if not self._killed:
                self._killed = True
                # Before it is reaped, so that its process group's number is still its own.
                if hasattr(os, "killpg"):
                    # Nothing of it is left; macOS says "not permitted" when all are zombies.
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(self.pid, signal.SIGKILL)
                else:
                    self._process.kill()
            status = await self._process.wait()
            if self._records is not None:
                children.forget(self._records, self._mark)
            await self.stdin.aclose()
            await self.stdout.aclose()
        return status


def _inherited() -> dict[str, str]:
    # A step reads recordings that may be hostile, and has no use for the password.
    return {name: value for name, value in os.environ.items() if name != "FORGE_PASSWORD"}
