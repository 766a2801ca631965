"""The bus: events to every client, without waiting for any of them.

Messages in: :meth:`Bus.publish` (state events, never lost) and :meth:`Bus.progress` (conflated).
Messages out: none; subscribers come and take. It owns no task and dies with the system.

Events are kept once, whoever listens. A subscriber is no more than the place up to which it has
taken, so a client that takes nothing costs nothing, and fifty of them cost no more than one.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import takewhile
from typing import Any

import trio

#: State events that a subscriber may be behind before it is told to fetch everything again.
BACKLOG_LIMIT = 1000
#: Seconds between two batches to one subscriber: at most 10 progress events a second and job.
BATCH_SECONDS = 0.1
#: Progress events a second that one subscriber gets, however many jobs there are.
PROGRESS_RATE = 10
#: Jobs whose latest progress is kept; far more than can run at once.
PROGRESS_LIMIT = 256

_ENDINGS = frozenset({"JOB_COMPLETED", "JOB_FAILED", "JOB_CANCELLED"})


class Event(dict[str, Any]):
    """One event. It goes to many clients, so nobody may change it."""

    @cached_property
    def text(self) -> str:
        """The event as JSON, made once for all clients."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))


class Subscription:
    """One client's place in the stream: every state event in order, and the latest progress."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._published = bus._published
        self._reported = bus._reported
        self._progress_at = -float("inf")
        self._closed = False

    async def take(self) -> list[Event]:
        """Everything new, at least one event.

        A client that fell behind gets a RESYNC in place of what it missed. After progress of
        ``n`` jobs the next progress is held back for ``n / PROGRESS_RATE`` seconds; state events
        are not. Raises ClosedResourceError after the subscription's block.
        """
        while not self._closed:
            bus, now = self._bus, trio.current_time()
            progress = self._progress() if now >= self._progress_at else []
            events = [*self._states(), *progress]
            if progress:
                self._progress_at = now + max(BATCH_SECONDS, len(progress) / PROGRESS_RATE)
            if events:
                return events
            if bus._reported == self._reported:
                await bus._news.wait()
            else:
                with trio.move_on_at(self._progress_at):
                    await bus._state_news.wait()
        raise trio.ClosedResourceError("the subscription has ended")

    def _states(self) -> list[Event]:
        missed = self._bus._published - self._published
        self._published = self._bus._published
        if missed > len(self._bus._states):
            return [Event(seq=self._bus.seq, type="RESYNC")]
        first = len(self._bus._states) - missed
        return [self._bus._states[place] for place in range(first, first + missed)]

    def _progress(self) -> list[Event]:
        latest = reversed(self._bus._progress.values())
        fresh = takewhile(lambda report: report[0] > self._reported, latest)
        events = [event for _, event in fresh]
        self._reported = self._bus._reported
        return events[::-1]


class Bus:
    """Fans events out. Neither method waits, whatever the subscribers do."""

    def __init__(self) -> None:
        self.seq = 0
        self.closing = trio.Event()
        """Set when the server stops: whoever streams to a client says goodbye."""
        self._states: deque[Event] = deque(maxlen=BACKLOG_LIMIT)
        self._published = 0
        # The job that reported last stands last: a reader stops at what it has seen.
        self._progress: dict[str, tuple[int, Event]] = {}
        self._reported = 0
        self._state_news = trio.Event()
        self._news = trio.Event()

    def publish(self, events: list[dict[str, Any]]) -> None:
        """Hands on state events that are committed already, in the order of their seq."""
        for event in events:
            self.seq = max(self.seq, event["seq"])
            self._states.append(Event(event))
            self._published += 1
            if event["type"] in _ENDINGS:
                self._progress.pop(event["id"], None)
        self._state_news.set()
        self._state_news = trio.Event()
        self._wake()

    def progress(self, event: Mapping[str, Any]) -> None:
        """Hands on progress, which may be replaced by newer progress of the same job."""
        self._reported += 1
        self._progress.pop(event["id"], None)
        stamped = Event(seq=self.seq, type="JOB_PROGRESS", **event)
        self._progress[event["id"]] = (self._reported, stamped)
        if len(self._progress) > PROGRESS_LIMIT:
            del self._progress[next(iter(self._progress))]
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = trio.Event()

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """A subscription to what happens from now on, for as long as the block runs."""
        subscription = Subscription(self)
        try:
            yield subscription
        finally:
            subscription._closed = True
