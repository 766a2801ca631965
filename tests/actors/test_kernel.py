"""Mailboxes, replies and supervision, on the mock clock.

Rules of this file: no real time passes (autojump_clock), no threads, no sleeping to wait for
others (wait_all_tasks_blocked).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from actors.kernel import ActorDied, Mailbox, Reply, supervise


@dataclass
class Double:
    number: int
    reply: Reply[int]


def mailbox(capacity: float = 1) -> Mailbox[Double]:
    return Mailbox(capacity, rank=1, name="doubler")


async def doubler(box: Mailbox[Double]) -> None:
    while True:
        message = await box.receive()
        if message.number < 0:
            raise ValueError("negative")
        message.reply.set(2 * message.number)


async def test_an_ask_gets_its_answer(nursery: trio.Nursery) -> None:
    box = mailbox()
    nursery.start_soon(doubler, box)
    assert await box.ask(lambda reply: Double(21, reply)) == 42
    nursery.cancel_scope.cancel()


async def test_an_asker_that_gave_up_does_not_hurt_the_actor(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    box = mailbox()
    with trio.move_on_after(1) as patience:
        await box.ask(lambda reply: Double(1, reply))
    assert patience.cancelled_caught
    nursery.start_soon(doubler, box)
    assert await box.ask(lambda reply: Double(2, reply)) == 4
    nursery.cancel_scope.cancel()


async def test_nobody_waits_for_a_dead_actor(nursery: trio.Nursery) -> None:
    box = mailbox()
    caught: list[BaseException] = []

    async def ask() -> None:
        try:
            await box.ask(lambda reply: Double(1, reply))
        except ActorDied as error:
            caught.append(error)

    nursery.start_soon(ask)
    nursery.start_soon(ask)  # One is queued, one waits for room.
    await wait_all_tasks_blocked()
    box.close()
    await wait_all_tasks_blocked()
    assert len(caught) == 2
    with pytest.raises(ActorDied):
        await box.ask(lambda reply: Double(1, reply))


async def test_who_sends_to_a_full_mailbox_waits_for_room(nursery: trio.Nursery) -> None:
    box = mailbox(capacity=1)
    await box.tell(Double(1, Reply()))
    second = Double(2, Reply())
    nursery.start_soon(box.tell, second)
    await wait_all_tasks_blocked()
    assert (await box.receive()).number == 1
    assert await box.receive() is second


async def test_only_the_first_answer_counts() -> None:
    reply: Reply[int] = Reply()
    reply.set(1)
    reply.set(2)
    reply.fail(ValueError())
    assert await reply.get() == 1


async def test_a_crashed_actor_is_started_again(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    box = mailbox()
    crashes: list[str] = []
    nursery.start_soon(
        lambda: supervise("doubler", lambda: doubler(box), on_crash=lambda n, e: crashes.append(n))
    )
    await box.tell(Double(-1, Reply()))
    assert await box.ask(lambda reply: Double(4, reply)) == 8
    assert crashes == ["doubler"]
    nursery.cancel_scope.cancel()


async def test_too_many_crashes_end_the_supervisor(autojump_clock: MockClock) -> None:
    runs = 0

    async def crash() -> None:
        nonlocal runs
        runs += 1
        raise ValueError("again")

    with pytest.raises(ValueError, match="again"):
        await supervise("crasher", crash, on_crash=lambda n, e: None, intensity=3)
    assert runs == 4


async def test_crashes_that_are_far_apart_are_no_fault(autojump_clock: MockClock) -> None:
    runs = 0

    async def crash_daily() -> None:
        nonlocal runs
        runs += 1
        if runs < 10:
            await trio.sleep(24 * 3600)
            raise ValueError("again")

    await supervise("daily", crash_daily, on_crash=lambda n, e: None, intensity=3, period=60)
    assert runs == 10
