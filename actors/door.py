"""The whole of FORGE in one block: lock, system, API; used by ``run`` and inside ``clip``."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any

from filelock import FileLock, Timeout

from actors.api.server import Limits, listen, run_api
from actors.system import System, run_system
from forge import exits
from forge.config import Settings
from forge.durable import disk_error
from forge.errors import ForgeError
from forge.library import Library

log = logging.getLogger("forge")

#: Seconds that a start waits for the data folder: a command that only looks has it for a moment.
LOOK_SECONDS = 1.0


@asynccontextmanager
async def occupy(
    settings: Settings, *, port: int, limits: Limits | None = None
) -> AsyncIterator[tuple[System, str]]:
    """Runs everything on a data folder while the block runs; yields the system and its URL.

    The URL is the one for clients on this machine.
    Raises ForgeError when another FORGE holds the folder, or the port is taken.
    """
    library = Library(settings.data)
    library.prepare()
    lock = FileLock(library.lock)
    try:
        lock.acquire(timeout=LOOK_SECONDS)
    except Timeout:
        note = server_note(library)
        where = f" at {note['url']} (process {note['pid']})" if note else ""
        raise ForgeError(
            "already_running",
            f"FORGE is already running on {settings.data}{where}.",
            hint="Use that one, stop it, or choose another folder with --data.",
        ) from None
    try:
        library.server.unlink(missing_ok=True)  # Of a server that was killed.
        listener = listen(settings, port)
        async with (
            run_system(settings, library) as system,
            run_api(system, listener, limits=limits or Limits()) as url,
        ):
            _announce(library, url, settings.tls_cert)
            try:
                yield system, url
            finally:
                library.server.unlink(missing_ok=True)
    finally:
        lock.release()


@contextmanager
def locked(library: Library) -> Iterator[bool]:
    """Keeps every FORGE off the data folder while the block runs; False when one has it already.

    For what takes a moment: a FORGE that starts meanwhile waits only so long.
    """
    library.prepare()
    lock = FileLock(library.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def is_free(library: Library) -> bool:
    """Whether no FORGE runs on this data folder right now."""
    with locked(library) as free:
        return free


def server_note(library: Library) -> dict[str, Any] | None:
    """Where the running server said it is: ``url`` and ``pid``."""
    with suppress(OSError, ValueError):
        note = json.loads(library.server.read_text("utf-8"))
        if isinstance(note, dict) and {"url", "pid"} <= note.keys():
            return note
    return None


def _announce(library: Library, url: str, certificate: Path | None) -> None:
    note: dict[str, Any] = {"url": url, "pid": os.getpid()}
    if certificate is not None:
        note["certificate"] = str(certificate.absolute())
    part = library.server.with_suffix(".part")
    try:
        part.write_text(json.dumps(note), "utf-8")
        part.replace(library.server)
    except OSError as error:
        raise disk_error(error) from error


def exit_after(seconds: float) -> Timer:
    """Ends the process hard if it still runs after ``seconds``: a stop must never hang.

    This is safe at any instant: what is lost is what a SIGKILL would lose.
    """

    def leave() -> None:
        log.error("The stop took longer than %s s; ending now.", seconds)
        os._exit(exits.BUSY)

    timer = Timer(seconds, leave)
    timer.daemon = True
    timer.start()
    return timer
