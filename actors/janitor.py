"""The janitor: keeps the data folder tidy, and within its limits.

Messages in: :class:`MakeRoom`. Messages out: to the ledger (what rows refer to, upkeep of the
log). It sweeps when it starts, every hour, and when somebody needs room; what it may take away,
and why it never takes what is used, is in :mod:`forge.disk.retention` and :mod:`forge.holds`.
It dies when the system stops, between two files. Its faults cost space, never the system.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import trio

from actors.deletion import clear
from actors.kernel import ActorDied, Mailbox, Reply
from actors.ledger import Ledger
from forge.disk import retention, usage
from forge.disk.eviction import entries, evict
from forge.disk.retention import Entry, References
from forge.disk.space import Limits, Room, over_quota, too_full
from forge.errors import ForgeError
from forge.holds import Watch
from forge.library import Library, Shelf
from forge.store import references, upkeep

log = logging.getLogger("forge")

#: Seconds between two sweeps.
PERIOD = 3600.0


@dataclass(frozen=True)
class MakeRoom:
    """Free what may go at once; answers with why there is still no room, or None.

    ``need`` are the bytes that somebody wants to write, ``new`` says that it is something new,
    for which the quota counts.
    """

    need: int
    new: bool
    reply: Reply[ForgeError | None]


class Janitor:
    """Sweeps the data folder, measures it, and says whether there is room."""

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        limits: Limits,
        *,
        keep: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``keep`` is for how many seconds unfinished work stays that nobody goes on with."""
        self.mailbox: Mailbox[MakeRoom] = Mailbox(16, rank=2, name="janitor")
        self.limits = limits
        self._library = library
        self._ledger = ledger
        self._keep = keep
        self._clock = clock
        self._stopping = False
        self._scope = trio.CancelScope()

    async def serve(self) -> None:
        """The actor's body, until :meth:`stop`."""
        with trio.CancelScope() as self._scope:
            while not self._stopping:
                try:
                    await self._ledger.run(upkeep.tend)
                    await self.sweep()
                except ForgeError as error:
                    log.warning("The janitor could not do its work: %s", error)
                await self._listen(trio.current_time() + PERIOD)

    def stop(self) -> None:
        """Ends the work between two files, and refuses messages."""
        self._stopping = True
        # In this order: a mailbox that is closed under its reader is an error there.
        self._scope.cancel(reason="the system stops")
        self.mailbox.close()

    async def room(self) -> Room:
        """How much is used and free now. Raises ForgeError when that can't be seen."""
        return await trio.to_thread.run_sync(usage.measure, self._library)

    async def require(self, need: int) -> None:
        """Returns when ``need`` bytes may be written by work that is under way.

        Raises ``disk_full`` when they may not, after the janitor freed what it could.
        """
        total, free = await trio.to_thread.run_sync(usage.disk, self._library)
        if too_full(Room(total, free), self.limits, need) is not None:
            await self._make_room(need, new=False)

    async def admit(self, need: int = 0) -> None:
        """Returns when something new may be started that writes ``need`` bytes at first.

        Raises ``quota_exceeded`` or ``disk_full``, after the janitor freed what it could.
        """
        if self.limits.quota is None:
            await self.require(need)
        elif self._objection(await self.room(), need, new=True) is not None:
            await self._make_room(need, new=True)

    async def _make_room(self, need: int, *, new: bool) -> None:
        error: ForgeError | None = await self.mailbox.ask(lambda reply: MakeRoom(need, new, reply))
        if error is not None:
            raise error

    async def _listen(self, until: float) -> None:
        while True:
            message = None
            with trio.move_on_at(until):
                message = await self.mailbox.receive()
            if message is None:
                return
            try:
                message.reply.set(await self._free(message))
            except ForgeError as error:
                message.reply.fail(error)
            except BaseException:
                message.reply.fail(ActorDied("janitor has ended"))
                raise

    async def _free(self, message: MakeRoom) -> ForgeError | None:
        objection = self._objection(await self.room(), message.need, new=message.new)
        if objection is None or await self.sweep(in_need=True) == 0:
            return objection  # Somebody else's request has made room by now, or nothing can.
        return self._objection(await self.room(), message.need, new=message.new)

    def _objection(self, room: Room, need: int, *, new: bool) -> ForgeError | None:
        over = over_quota(room, self.limits, need) if new else None
        return over or too_full(room, self.limits, need)

    async def sweep(self, *, in_need: bool = False) -> int:
        """Takes away what may go, and says how many entries that were.

        ``in_need``, artifacts that no row refers to get no grace.
        """
        with self._library.holds.watch() as watch:  # Before the references are read.
            known = await self._references()
            grace = 0.0 if in_need else retention.ARTIFACT_GRACE
            now = self._clock()
            rules: dict[Shelf, Callable[[list[Entry]], list[str]]] = {
                "artifacts": lambda found: retention.artifacts_to_drop(found, known, now, grace),
                "checkpoints": lambda found: retention.checkpoints_to_drop(
                    found, known, now, self._keep
                ),
                "uploads": lambda found: retention.uploads_to_drop(found, known, now, self._keep),
                "staging": lambda found: retention.staging_to_drop(found, now),
            }
            trash: list[Path] = []
            for shelf, rule in rules.items():
                trash += await self._evict(shelf, rule, watch)
        for path in trash:
            await clear(path)
        return len(trash)

    async def _references(self) -> References:
        known, sources = await self._ledger.run(references.read)
        uploads = map(self._library.upload_of, sources)
        return replace(known, uploads=frozenset(filter(None, uploads)))

    async def _evict(
        self, shelf: Shelf, rule: Callable[[list[Entry]], list[str]], watch: Watch
    ) -> list[Path]:
        found = await trio.to_thread.run_sync(entries, self._library, shelf)
        trash = []
        for name in rule(found):
            move = partial(evict, self._library, shelf, name, watch)
            trash.append(await trio.to_thread.run_sync(move))
        return [path for path in trash if path is not None]
