"""The kernel: mailboxes, one-shot replies, and supervision. It imports nothing of ours.

Actors are async functions that own a :class:`Mailbox`. Ranks order them: a message may only be
sent to a lower rank. What stops a system of actors from deadlocking is that rule, not luck.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import trio

T = TypeVar("T")
M = TypeVar("M")


class ActorDied(Exception):
    """The actor that was asked ended before it answered."""


class Reply(Generic[T]):
    """One answer, for one asker.

    Setting never blocks and never fails, whether the asker still waits or not, so a caller that
    gave up can't hurt the actor. Only the first answer counts.
    """

    def __init__(self) -> None:
        self._done = trio.Event()
        self._value: T | None = None
        self._error: BaseException | None = None

    def set(self, value: T) -> None:
        """Answers; nothing happens when there is an answer already."""
        if not self._done.is_set():
            self._value = value
            self._done.set()

    def fail(self, error: BaseException) -> None:
        """Answers with an exception, which :meth:`get` raises in the asker."""
        if not self._done.is_set():
            self._error = error
            self._done.set()

    async def get(self) -> T:
        """Waits for the answer; raises what the actor failed with, or ActorDied."""
        await self._done.wait()
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # set() put a T there


class Mailbox(Generic[M]):
    """A bounded queue of messages for one actor.

    ``capacity`` 0 is a rendezvous: a send waits until the actor takes the message. When the
    actor dies, :meth:`close` fails every reply in what is still queued, so nobody waits for a
    dead actor.
    """

    def __init__(self, capacity: float, *, rank: int, name: str) -> None:
        self.rank = rank
        self.name = name
        self._send, self._receive = trio.open_memory_channel[M](capacity)
        self._replies: set[Reply[Any]] = set()
        self._closed = False

    async def tell(self, message: M) -> None:
        """Queues, waiting for room. Raises ActorDied when closed."""
        try:
            await self._send.send(message)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            raise ActorDied(f"{self.name} has ended") from None

    async def ask(self, make: Callable[[Reply[T]], M]) -> T:
        """Sends a message that carries a reply, and waits for the answer."""
        reply: Reply[T] = Reply()
        self._replies.add(reply)
        try:
            if self._closed:
                raise ActorDied(f"{self.name} has ended")
            await self.tell(make(reply))
            return await reply.get()
        finally:
            self._replies.discard(reply)

    async def receive(self) -> M:
        """The next message; only the owning actor calls this."""
        return await self._receive.receive()

    def close(self) -> None:
        """Refuses new messages and fails every asker that still waits."""
        self._closed = True
        self._receive.close()
        for reply in self._replies:
            reply.fail(ActorDied(f"{self.name} has ended"))


async def supervise(
    name: str,
    body: Callable[[], Awaitable[None]],
    *,
    on_crash: Callable[[str, BaseException], None],
    intensity: int = 3,
    period: float = 60.0,
    pause: float = 0.5,
) -> None:
    """Runs ``body`` and starts it again when it crashes.

    More than ``intensity`` crashes within ``period`` seconds are a fault that restarting does
    not mend: the last exception then ends the supervisor too, and with it the system. A body
    that returns is finished and not restarted.
    """
    crashes: deque[float] = deque()
    while True:
        try:
            await body()
            return
        except Exception as error:
            now = trio.current_time()
            crashes.append(now)
            while crashes and crashes[0] < now - period:
                crashes.popleft()
            on_crash(name, error)
            if len(crashes) > intensity:
                raise
        await trio.sleep(pause * 2 ** (len(crashes) - 1))
