"""Named instants at which a test kills FORGE, so that each one is proven to be survivable.

``FORGE_FAILPOINT=name:step`` arms one: the server is killed with SIGKILL when that step gets
there. Nothing else is touched, so what happens next is what happens after any kill. Unarmed, a
failpoint is one look at a variable.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import dataclass
from typing import Literal

from forge.errors import ForgeError

VARIABLE = "FORGE_FAILPOINT"


@dataclass(frozen=True)
class Failpoint:
    """``side`` is the process that gets there; ``stake`` is what a kill there could break."""

    side: Literal["server", "child"]
    stake: str


#: Every step of every kind passes these, in this order.
ON_EVERY_PATH: dict[str, Failpoint] = {
    "claimed": Failpoint("server", "The job has an owner, and nothing of it runs yet."),
    "received": Failpoint("server", "The worker has the step; the database does not say so."),
    "started": Failpoint("server", "The step counts as running, and there is nothing on disk."),
    "staged": Failpoint("server", "An empty staging folder has no process that belongs to it."),
    "spawned": Failpoint("server", "A child lives that nobody has told anything."),
    "spec_sent": Failpoint("server", "The child may or may not have read what it shall do."),
    "spec_read": Failpoint("child", "The child knows what to do and has loaded nothing."),
    "reported": Failpoint("child", "Work is under way: half-written files, a running ffmpeg."),
    "renewed": Failpoint("server", "The lease was just renewed: it outlives its owner."),
    "outputs_written": Failpoint("child", "All files are written, and nobody was told."),
    "answered": Failpoint("server", "The result is known; its files may not be on the disk."),
    "flushed": Failpoint("server", "The files are on the disk, and not in their place."),
    "renamed": Failpoint("server", "The artifacts are in place; their checkpoint is, too."),
    "filed": Failpoint("server", "Artifacts are in place that no row of the database names."),
    "recording": Failpoint("server", "The result is written, and its transaction is not closed."),
    "recorded": Failpoint("server", "The result is committed, and nobody has heard of it."),
    "settled": Failpoint("server", "The step has ended; what follows from it did not start."),
}

#: Only some steps, or some days, pass these.
ON_SOME_PATHS: dict[str, Failpoint] = {
    "checkpointed": Failpoint("child", "A piece of a long step is safe, and was not reported."),
    "cancel_asked": Failpoint("server", "A cancel is recorded, and the step still runs."),
    "giving_back": Failpoint("server", "The steps have stopped; their jobs still have an owner."),
}

FAILPOINTS = {**ON_EVERY_PATH, **ON_SOME_PATHS}

_armed: tuple[str, str] | None = None


def arm(text: str) -> None:
    """Arms ``name:step``, or nothing for an empty text.

    Raises ForgeError for a name that is not in the list: a misspelt failpoint would let a test
    pass that proves nothing.
    """
    global _armed
    name, _, step = text.partition(":")
    if text and not (name in FAILPOINTS and step):
        raise ForgeError(
            "bad_failpoint",
            f"{VARIABLE} is {text!r}, which is no failpoint.",
            hint=f"Give NAME:STEP with one of: {', '.join(FAILPOINTS)}.",
        )
    _armed = (name, step) if text else None


def reach(name: str, step: str) -> None:
    """Says that ``step`` has come to the failpoint ``name``; kills the server if that is armed."""
    if _armed is not None and _armed == (name, step):
        _kill_server(FAILPOINTS[name].side)


def _kill_server(side: Literal["server", "child"]) -> None:
    kill = getattr(signal, "SIGKILL", signal.SIGTERM)  # On Windows this ends a process as hard.
    os.kill(os.getpid() if side == "server" else os.getppid(), kill)
    # A child's work stands still here until its lifeline ends it, as it must after any kill.
    threading.Event().wait()


try:
    arm(os.environ.get(VARIABLE, ""))
except ForgeError as error:  # Read on import, where nobody is there yet to say it in one line.
    sys.exit(str(error))
