"""Making the demo recording for a browser: beside the steps, in a child of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any

import trio

from forge import children
from forge.errors import ForgeError

#: Seconds that it may take: a minute on two cores, and a slow machine's patience.
LIMIT = 600.0


async def make_demo(folder: Path, records: Path, ffmpeg: str | None) -> dict[str, Any]:
    """Writes the demo into ``folder``: ``{video, chat, facecam}``. Raises ForgeError.

    The child is recorded in ``records`` while it lives. When this is cancelled, it is killed
    with everything that it started.
    """
    mark = children.new_mark()
    environment = {name: value for name, value in os.environ.items() if name != "FORGE_PASSWORD"}
    process = await trio.lowlevel.open_process(
        [sys.executable, "-m", "forge.demo_process", str(folder)],
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
        env={
            **environment,
            **({"FORGE_FFMPEG": ffmpeg} if ffmpeg else {}),
            children.VARIABLE: mark,
        },
    )
    assert process.stdout is not None
    assert process.stdin is not None
    said = b""
    try:
        children.record(records, mark, process.pid)
        with trio.move_on_after(LIMIT):
            async for piece in process.stdout:
                said += piece
    finally:
        with trio.CancelScope(shield=True):
            # Before it is reaped, so that its process group's number is still its own.
            if hasattr(os, "killpg"):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            await process.wait()
            await process.stdin.aclose()
            await process.stdout.aclose()
            children.forget(records, mark)
    return _read(said)


def _read(said: bytes) -> dict[str, Any]:
    try:
        made: dict[str, Any] = json.loads(said)
    except ValueError:
        raise ForgeError(
            "demo_failed",
            "The demo could not be made: its process ended before it was done.",
            hint="`forge doctor` says what is wrong with this installation.",
        ) from None
    if "error" in made:
        raise ForgeError.from_json(made["error"])
    return made
