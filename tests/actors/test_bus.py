"""The bus loses no state event, keeps only the latest progress, and never waits.

Rules of this file: no threads, and no clock but trio's own mock; a slow client is one that does
not take.
"""

from __future__ import annotations

import json

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from actors.bus import BACKLOG_LIMIT, PROGRESS_LIMIT, PROGRESS_RATE, Bus


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
    with pytest.raises(trio.ClosedResourceError):
        await client.take()


async def test_every_client_gets_everything_at_its_own_pace() -> None:
    bus = Bus()
    with bus.subscribe() as first, bus.subscribe() as second:
        bus.publish([state(1)])
        bus.progress({"id": "a", "progress": 10})
        assert [event["seq"] for event in await first.take()] == [1, 1]
        bus.progress({"id": "a", "progress": 20})
        bus.publish([state(2)])
        with bus.subscribe() as late:
            bus.publish([state(3)])
            assert [event["seq"] for event in await late.take()] == [3]
        events = await second.take()
    assert [event["seq"] for event in events] == [1, 2, 3, 1]
    assert events[-1]["progress"] == 20


async def test_an_event_is_written_once_for_all_clients() -> None:
    bus = Bus()
    with bus.subscribe() as one, bus.subscribe() as other:
        bus.publish([{"seq": 1, "type": "JOB_CHANGED", "job": {"name": "Zoë"}}])
        (here,), (there,) = await one.take(), await other.take()
    assert json.loads(here.text) == here
    assert here.text is there.text


async def test_progress_of_a_job_that_ended_is_not_told_any_more() -> None:
    bus = Bus()
    with bus.subscribe() as client:
        bus.progress({"id": "a", "progress": 99})
        bus.progress({"id": "b", "progress": 50})
        bus.publish([{"seq": 1, "type": "JOB_COMPLETED", "id": "a", "result": {}}])
        events = await client.take()
    assert [(event["type"], event["id"]) for event in events] == [
        ("JOB_COMPLETED", "a"),
        ("JOB_PROGRESS", "b"),
    ]


async def test_many_jobs_report_less_often_but_their_states_do_not_wait(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    bus = Bus()
    jobs = [f"job {number}" for number in range(4 * PROGRESS_RATE)]
    with bus.subscribe() as client:
        for percent in (1, 2):
            for job in jobs:
                bus.progress({"id": job, "progress": percent})
            if percent == 1:
                assert len(await client.take()) == len(jobs)
        began = trio.current_time()

        async def change_a_state() -> None:
            await trio.sleep(1.0)
            bus.publish([state(1)])

        nursery.start_soon(change_a_state)
        assert [event["type"] for event in await client.take()] == ["JOB_CHANGED"]
        assert trio.current_time() == pytest.approx(began + 1.0)
        assert {event["progress"] for event in await client.take()} == {2}
        assert trio.current_time() == pytest.approx(began + 4.0)


async def test_the_progress_of_very_many_jobs_is_bounded() -> None:
    bus = Bus()
    with bus.subscribe() as client:
        for number in range(2 * PROGRESS_LIMIT):
            bus.progress({"id": f"job {number}", "progress": 1})
        events = await client.take()
    assert len(events) == PROGRESS_LIMIT
    assert events[-1]["id"] == f"job {2 * PROGRESS_LIMIT - 1}"
