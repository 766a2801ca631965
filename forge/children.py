"""The record of running children, for the FORGE that comes after a kill.

A child dies by itself when FORGE does, but one that is stopped, or hangs in the kernel, cannot.
So every child is written down in the data folder while it lives: its pid, its start time, and a
mark that it and everything it starts carry in their environment. The next start, which holds the
data folder's lock, kills what is still there.

A pid alone is no identity, because the system gives it to strangers later. A process is ours
when it carries the mark, or has the recorded pid and the recorded start time.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

#: The environment variable that holds the mark.
VARIABLE = "FORGE_CHILD"
#: Start times in seconds since the epoch that differ by less than this are one: the system counts
#: from its own start, which moves by a second when the clock is corrected. After a larger step of
#: the clock, or where it may be read as little as on hardened systems, one of the two still tells.
SAME_START = 1.5
#: How long killed processes may take to be gone: this many looks of this many seconds. One that
#: hangs in the kernel, on a dead network disk, stays recorded for the next start.
_LOOKS, _LOOK_SECONDS = 200, 0.05

_MARK = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Record:
    """A child that was started, at ``started`` seconds since the epoch."""

    mark: str
    pid: int
    started: float


def new_mark() -> str:
    """A mark for one child's environment."""
    return secrets.token_hex(16)


def record(folder: Path, mark: str, pid: int) -> None:
    """Writes a child down. It must be alive or not reaped yet, so its pid is still its own.

    The file is not flushed: it is for a kill of FORGE; a power cut ends the child as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"pid": pid, "started": psutil.Process(pid).create_time()}
    part = folder / f"{mark}.part"
    part.write_text(json.dumps(facts), "ascii")
    part.replace(folder / f"{mark}.json")


def forget(folder: Path, mark: str) -> None:
    """Takes the record of a child away, after it was reaped."""
    with suppress(OSError):  # A record too many is looked at and thrown away.
        (folder / f"{mark}.json").unlink()


def records(folder: Path) -> list[Record]:
    """What is recorded; what no FORGE wrote is left out."""
    found = []
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            facts = json.loads(path.read_text("ascii"))
            if _MARK.fullmatch(path.stem):
                found.append(Record(path.stem, int(facts["pid"]), float(facts["started"])))
    return found


def is_ours(known: Iterable[Record], process: psutil.Process) -> bool:
    """Whether a process that still runs is a recorded child, or was started by one."""
    known = list(known)
    try:
        if _is_gone(process):
            return False
        started = process.create_time()
        if any(
            each.pid == process.pid and abs(started - each.started) < SAME_START for each in known
        ):
            return True
        # Of other users' processes this raises; ours are never among them.
        mark = process.environ().get(VARIABLE)
    except (psutil.Error, OSError):
        return False
    return mark in {each.mark for each in known}


def end_orphans(folder: Path) -> int:
    """Kills what is left of recorded children; returns how many processes that were.

    The data folder's lock must be held, and nothing run yet: then no recorded child has a FORGE.
    A process may start another one while this looks, so it looks until it finds none.
    """
    known = records(folder)
    killed = 0
    stubborn: list[psutil.Process] = []
    while known and not stubborn:
        orphans = [each for each in psutil.process_iter() if is_ours(known, each)]
        if not orphans:
            break
        for each in orphans:
            with suppress(psutil.Error):  # It ended in the meantime.
                each.kill()
        killed += len(orphans)
        stubborn = _survivors(orphans)
    if not stubborn:
        for path in folder.glob("*"):
            path.unlink(missing_ok=True)
    return killed


def _survivors(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that are not gone after a while."""
    for _ in range(_LOOKS):
        _, processes = psutil.wait_procs(processes, timeout=_LOOK_SECONDS)
        processes = [each for each in processes if not _is_gone(each)]
        if not processes:
            break
    return processes


def _is_gone(process: psutil.Process) -> bool:
    """Whether it has ended. One that nobody has reaped yet holds nothing but its number."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
