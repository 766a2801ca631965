"""The bus: events to every client, without waiting for any of them.

Messages in: :meth:`Bus.publish` (state events, never lost) and :meth:`Bus.progress` (conflated).
Messages out: none; subscribers come and take. It owns no task and dies with the system.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import trio

Event = dict[str, Any]

#: State events that a subscriber may be behind before it is told to fetch everything again.
BACKLOG_LIMIT = 1000
#: Seconds between two batches to one subscriber: at most 10 progress events a second and job.
BATCH_SECONDS = 0.1


class Subscription:
    """One client's outbox: every state event in order, and the latest progress of each job."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._states: deque[Event] = deque()
        self._progress: dict[str, Event] = {}
        self._wake = trio.Event()
        self._overrun = False

    def _put_state(self, event: Event) -> None:
        if len(self._states) >= BACKLOG_LIMIT:
            self._states.clear()
            self._overrun = True
        self._states.append(event)
        self._wake.set()

    def _put_progress(self, event: Event) -> None:
        self._progress[event["id"]] = event
        self._wake.set()

    async def take(self) -> list[Event]:
        """Everything new, at least one event; a client that fell behind gets a RESYNC first."""
        await self._wake.wait()
        self._wake = trio.Event()
        events: list[Event] = []
        if self._overrun:
            self._overrun = False
            events.append({"seq": self._bus.seq, "type": "RESYNC"})
        events.extend(self._states)
        events.extend(self._progress.values())
        self._states.clear()
        self._progress.clear()
        return events


class Bus:
    """Fans events out. Neither method waits, whatever the subscribers do."""

    def __init__(self) -> None:
        self.seq = 0
        self.closing = trio.Event()
        """Set when the server stops: whoever streams to a client says goodbye."""
        self._subscriptions: set[Subscription] = set()

    def publish(self, events: list[Event]) -> None:
        """Hands on state events that are committed already, in the order of their seq."""
        for event in events:
            self.seq = max(self.seq, event["seq"])
            for subscription in self._subscriptions:
                subscription._put_state(event)

    def progress(self, event: Mapping[str, Any]) -> None:
        """Hands on progress, which may be replaced by newer progress of the same job."""
        stamped = {"seq": self.seq, "type": "JOB_PROGRESS", **event}
        for subscription in self._subscriptions:
            subscription._put_progress(stamped)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """A subscription for as long as the block runs."""
        subscription = Subscription(self)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
