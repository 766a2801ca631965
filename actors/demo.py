"""Making the demo recording for a browser: beside the steps, in a child of its own."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import trio

from actors.group import Group
from forge.errors import ForgeError

#: Seconds that it may take: a minute on two cores, and a slow machine's patience.
LIMIT = 600.0


async def make_demo(folder: Path, records: Path, ffmpeg: str | None) -> dict[str, Any]:
    """Writes the demo into ``folder``: ``{video, chat, facecam}``. Raises ForgeError.

    The child is recorded in ``records`` while it lives. When this is cancelled, it is killed
    with everything it started.
    """
    group = await Group.start(
        "forge.demo_process",
        str(folder),
        environment={"FORGE_FFMPEG": ffmpeg} if ffmpeg else {},
        records=records,
        stderr=DEVNULL,
    )
    said = b""
    try:
        with trio.move_on_after(LIMIT):
            async for piece in group.stdout:
                said += piece
    finally:
        await group.kill()
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
