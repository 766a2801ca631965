"""The event stream: what was missed, then what happens."""

from __future__ import annotations

import json
from typing import Any

import trio
from quart import Blueprint, websocket

from actors.api.context import system
from actors.bus import BATCH_SECONDS
from forge.store import events

routes = Blueprint("live", __name__)


@routes.websocket("/ws")
async def live() -> None:
    """HELLO with the current seq, the events after ``since``, then everything new.

    State events come once and in order; progress is the latest of each job, about ten events a
    second in all. What the client sends is read and ignored.
    """
    with system().bus.subscribe() as subscription:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_drain)
            nursery.start_soon(_leave_on_closing, nursery.cancel_scope)
            seq = await _greet(websocket.args.get("since", type=int))
            while True:
                for event in await subscription.take():
                    # What was replayed may lie in the outbox too; progress and RESYNC repeat seq.
                    if event["seq"] > seq or event["type"] in ("JOB_PROGRESS", "RESYNC"):
                        seq = max(seq, event["seq"])
                        await websocket.send(event.text)
                await trio.sleep(BATCH_SECONDS)


async def _greet(since: int | None) -> int:
    """Sends HELLO and what was missed; the seq up to which the client knows everything."""
    seq = await system().ledger.run(events.last_seq)
    await _send({"type": "HELLO", "seq": seq})
    if since is not None:
        missed = await system().ledger.run(events.since, since)
        resync: list[dict[str, Any]] = [{"seq": seq, "type": "RESYNC"}]
        for event in resync if missed is None else missed:
            await _send(event)
            seq = max(seq, event["seq"])
    return seq


async def _send(event: dict[str, Any]) -> None:
    await websocket.send(json.dumps(event, ensure_ascii=False))


async def _leave_on_closing(scope: trio.CancelScope) -> None:
    await system().bus.closing.wait()
    scope.cancel(reason="the server stops")


async def _drain() -> None:
    while True:
        await websocket.receive()
