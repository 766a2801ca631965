"""The bus loses no state event, keeps only the latest progress, and never waits.

Rules of this file: no clock, no threads; a slow client is one that does not take.
"""

from __future__ import annotations

import trio
from trio.testing import wait_all_tasks_blocked

from actors.bus import BACKLOG_LIMIT, Bus


def state(seq: int) -> dict[str, object]:
    return {"seq": seq, "type": "JOB_CHANGED"}


async def test_state_events_come_once_and_in_order() -> None:
    bus = Bus()
    with bus.subscribe() as client:
        for seq in (1, 2, 3):
            bus.publish([state(seq)])
        assert [event["seq"] for event in await client.take()] == [1, 2, 3]
        bus.publish([state(4)])
        assert [event["seq"] for event in await client.take()] == [4]


async def test_progress_is_conflated_by_job() -> None:
    bus = Bus()
    with bus.subscribe() as client:
        bus.publish([state(7)])
        for percent in range(50):
            bus.progress({"id": "a", "progress": percent})
            bus.progress({"id": "b", "progress": percent})
        events = (await client.take())[1:]
    assert [(event["id"], event["progress"], event["seq"]) for event in events] == [
        ("a", 49, 7),
        ("b", 49, 7),
    ]


async def test_a_client_that_fell_behind_is_told_to_start_over() -> None:
    bus = Bus()
    with bus.subscribe() as slow:
        for seq in range(1, BACKLOG_LIMIT + 11):
            bus.publish([state(seq)])
        events = await slow.take()
    assert events[0] == {"seq": BACKLOG_LIMIT + 10, "type": "RESYNC"}
    assert events[-1]["seq"] == BACKLOG_LIMIT + 10
    assert len(events) <= BACKLOG_LIMIT + 1


async def test_take_waits_for_news(nursery: trio.Nursery) -> None:
    bus = Bus()
    taken: list[dict[str, object]] = []
    with bus.subscribe() as client:

        async def take() -> None:
            taken.extend(await client.take())

        nursery.start_soon(take)
        await wait_all_tasks_blocked()
        assert not taken
        bus.publish([state(1)])
        await wait_all_tasks_blocked()
    assert [event["seq"] for event in taken] == [1]


async def test_nothing_goes_to_a_client_that_left() -> None:
    bus = Bus()
    with bus.subscribe() as client:
        pass
    bus.publish([state(1)])
    with trio.move_on_after(0) as patience:
        await client.take()
    assert patience.cancelled_caught
