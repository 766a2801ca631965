"""The system: its layers start in order and stop in reverse.

    ledger -> janitor -> workers -> supervisor -> (api, or whatever runs inside)

Each layer stops only when everything above it has ended, so a worker that is being stopped can
still write its last words to the ledger.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import trio

from actors.bus import Bus
from actors.janitor import Janitor
from actors.kernel import supervise
from actors.ledger import Ledger
from actors.supervisor import Supervisor
from actors.worker import Worker
from forge.children import end_orphans
from forge.config import Settings
from forge.disk.retention import DAY
from forge.disk.space import Limits
from forge.library import Library
from forge.pipeline import STEPS
from forge.store.connection import open_database

log = logging.getLogger("forge")

#: Seconds that running steps get to stop before their actors are cancelled.
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class System:
    """The running actors, for whoever is above them."""

    settings: Settings
    library: Library
    ledger: Ledger
    bus: Bus
    janitor: Janitor
    supervisor: Supervisor


def _on_crash(name: str, error: BaseException) -> None:
    log.error("%s crashed and is started again", name, exc_info=error)


@asynccontextmanager
async def run_system(
    settings: Settings, library: Library, *, child_environment: Mapping[str, str] | None = None
) -> AsyncIterator[System]:
    """Runs the actors for as long as the block does. The data directory's lock must be held.

    Processes that a killed FORGE left behind are ended before anything else.

    Leaving the block stops them in order even when the block is being cancelled: running steps
    are stopped, their jobs given back, and the database is closed last. Raises ForgeError when
    the database can't be opened.
    """
    library.prepare()
    if orphans := await trio.to_thread.run_sync(end_orphans, library.children):
        log.warning("Ended %d processes that an earlier FORGE left behind.", orphans)
    library.sweep()
    db = open_database(library.database)
    boot = str(uuid4())
    bus = Bus()
    ledger = Ledger(db, bus)
    limits = Limits(settings.quota, settings.min_free)
    janitor = Janitor(library, ledger, limits, keep=settings.keep_days * DAY)
    environment = {**({"FORGE_FFMPEG": settings.ffmpeg} if settings.ffmpeg else {})}
    environment.update(child_environment or {})
    workers = {
        name: Worker(step, library, ledger, bus, janitor, environment=environment)
        for name, step in STEPS.items()
    }
    supervisor = Supervisor(boot, ledger, workers)

    def close_workers() -> None:
        for worker in workers.values():
            worker.mailbox.close()

    try:
        async with (
            _layer({"ledger": ledger.serve}, ledger.mailbox.close),
            _layer({"janitor": janitor.serve}, janitor.stop, crashes=sys.maxsize),
            _layer({name: worker.serve for name, worker in workers.items()}, close_workers),
            _layer({"supervisor": supervisor.serve}, supervisor.stop),
        ):
            yield System(settings, library, ledger, bus, janitor, supervisor)
    finally:
        ledger.close()


@asynccontextmanager
async def _layer(
    bodies: Mapping[str, Callable[[], Awaitable[None]]],
    stop: Callable[[], None],
    *,
    crashes: int = 3,
) -> AsyncIterator[None]:
    """Runs actors for as long as the block does, then stops them: kindly, then by cancelling.

    More than ``crashes`` of one of them within a minute end the system.
    """
    scopes = {name: trio.CancelScope(shield=True) for name in bodies}
    ended = {name: trio.Event() for name in bodies}

    async def run(name: str, body: Callable[[], Awaitable[None]]) -> None:
        try:
            with scopes[name]:
                await supervise(name, body, on_crash=_on_crash, intensity=crashes)
        finally:
            ended[name].set()

    async with trio.open_nursery() as nursery:
        for name, body in bodies.items():
            nursery.start_soon(run, name, body, name=name)
        try:
            yield
        finally:
            # Shielded: the layers below must still be there while this one says its last words.
            with trio.CancelScope(shield=True):
                stop()
                with trio.move_on_after(STOP_SECONDS):
                    for event in ended.values():
                        await event.wait()
                for scope in scopes.values():
                    scope.cancel(reason="the layer stopped")
