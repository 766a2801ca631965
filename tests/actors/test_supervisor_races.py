"""What comes between two steps of the supervisor: cancels, crashes, ends.

Rules of this file: the world of ``scripted.py``. What has to come at a certain moment comes from
inside the ledger's answer of that moment, never from a pause.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio

from actors.kernel import ActorDied
from forge.library import Library
from forge.store import board, jobs, leases, projects
from tests.actors.scripted import ANALYZE, INGEST, World, world

Answer = Callable[[Any], Awaitable[None]]


def at(here: World, function: Callable[..., Any], then: Answer) -> list[tuple[Any, ...]]:
    """Runs ``then`` with what ``function`` returned, before the actor that asked hears of it.

    Returns the arguments of every call, as they come.
    """
    run, calls = here.ledger.run, list[tuple[Any, ...]]()

    async def run_and_then(asked: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        value = await run(asked, *args, **kwargs)
        if asked is function:
            calls.append(args)
            await then(value)
        return value

    here.ledger.run = run_and_then  # type: ignore[method-assign]
    return calls


async def nothing(_: Any) -> None:
    pass


async def test_a_cancel_between_a_claim_and_its_first_step_reaches_the_step(
    library: Library,
) -> None:
    async with world(library, hanging={"probe", "hash"}) as here:
        await here.until_true(lambda: {"probe", "hash"} <= here.running)
        await here.supervisor.cancel(INGEST)
        await here.until(INGEST, "cancelled")

        async def cancel(fence: leases.Fence | None) -> None:
            assert fence is not None
            await here.supervisor.cancel(fence.job_id)

        at(here, leases.claim, cancel)
        await here.ledger.run(jobs.retry, INGEST, here.now)
        job = await here.until(INGEST, "cancelled")
        assert job.attempt == 1


async def test_a_supervisor_that_crashed_stops_what_ran_and_does_it_again(
    library: Library,
) -> None:
    async with world(library, hanging={"proxy"}, expects_crash=True) as here:
        await here.until_true(lambda: "proxy" in here.running)
        await here.until_quiet()

        async def crash(_: Any) -> None:
            if not here.crashes:
                here.hanging.clear()
                raise RuntimeError("a fault in the supervisor")

        at(here, board.survey, crash)
        here.ledger.changed.set()
        assert (await here.until(INGEST, "completed")).attempt == 2
        await here.until(ANALYZE, "completed")
        assert here.started.count("proxy") == 2
        assert here.started.count("audio") == 1


async def test_whoever_asked_a_supervisor_that_crashed_is_told(library: Library) -> None:
    async with world(library, hanging={"proxy"}, expects_crash=True) as here:
        await here.until_true(lambda: "proxy" in here.running)

        async def crash(_: Any) -> None:
            if not here.crashes:
                raise RuntimeError("a fault in the supervisor")

        at(here, jobs.request_cancel, crash)
        with trio.fail_after(20), pytest.raises(ActorDied):
            await here.supervisor.cancel(INGEST)
        await here.until(INGEST, "cancelled")


async def test_jobs_that_have_ended_are_forgotten(library: Library) -> None:
    async with world(library) as here:
        rounds = at(here, board.survey, nothing)
        await here.until(INGEST, "completed")
        await here.until(ANALYZE, "completed")
        here.ledger.changed.set()
        await here.until_quiet()
        await here.ledger.run(projects.add_project, "q", "wakes the supervisor up", here.now)
        here.ledger.changed.set()
        await here.until_quiet()
        assert any(kept for *_, kept in rounds)
        assert rounds[-1][-1] == frozenset()
