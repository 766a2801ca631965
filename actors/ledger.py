"""The ledger: the only owner of the database.

Messages in: :class:`Transact`, a function of ``forge.store`` to run in one transaction.
Messages out: none; it answers with the one-shot reply, hands committed events to the bus, and
sets :attr:`Ledger.changed`. It dies when its mailbox is closed, last of all actors, after every
transaction that was begun is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import trio

from actors.bus import Bus
from actors.kernel import Mailbox, Reply
from forge import failpoints
from forge.store import events
from forge.store.connection import transaction

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Transact:
    """Run ``work`` in a transaction and answer with what it returns."""

    work: Callable[[sqlite3.Connection], Any]
    reply: Reply[Any]


class Ledger:
    """Runs store functions, one at a time, in a thread."""

    def __init__(self, db: sqlite3.Connection, bus: Bus) -> None:
        self.mailbox: Mailbox[Transact] = Mailbox(32, rank=1, name="ledger")
        self.changed = trio.Event()
        """Set after a transaction that left events; whoever waits takes a new one first."""
        self._db = db
        self._bus = bus
        self._seq = events.last_seq(db)
        bus.seq = self._seq
        # One thread at a time: the connection must never be used by two.
        self._thread = trio.CapacityLimiter(1)

    async def run(
        self,
        function: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Asks the ledger to run a store function in a transaction of its own.

        Raises what the function raises, with nothing changed, and ActorDied after shutdown.
        ForgeError ``disk_full`` or ``disk_error`` says that the database could not be written
        this time: the same may go well when there is space again.
        """

        def work(db: sqlite3.Connection) -> T:
            return function(db, *args, **kwargs)

        return await self.mailbox.ask(lambda reply: Transact(work, reply))

    async def serve(self) -> None:
        """The actor's body: one transaction after the other, until the mailbox is closed."""
        while True:
            try:
                message = await self.mailbox.receive()
            except trio.ClosedResourceError:
                return
            # A transaction that was begun ends, whatever is being cancelled.
            with trio.CancelScope(shield=True):
                await self._transact(message)

    async def _transact(self, message: Transact) -> None:
        work = partial(_in_transaction, self._db, message.work, self._seq)
        try:
            value, news = await trio.to_thread.run_sync(work, limiter=self._thread)
        except Exception as error:
            message.reply.fail(error)
            return
        message.reply.set(value)
        if news:
            self._seq = news[-1]["seq"]
            self._bus.publish(news)
            self.changed.set()

    def wait_changed(self) -> trio.Event:
        """A fresh event that the next change sets."""
        self.changed = trio.Event()
        return self.changed

    def close(self) -> None:
        """Closes the database, after the actor has ended; every commit is on the disk already."""
        with suppress(sqlite3.OperationalError):  # On a full disk the log stays as it is.
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()


def _in_transaction(
    db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], seq: int
) -> tuple[T, list[dict[str, Any]]]:
    with transaction(db):
        value = work(db)
        news = events.since(db, seq)
    if news is None:
        news = [{"seq": events.last_seq(db), "type": "RESYNC"}]
    for event in news:
        if event["type"] == "STEP_CHANGED" and event["step"]["status"] == "completed":
            failpoints.reach("recorded", event["step"]["name"])
    return value, news
