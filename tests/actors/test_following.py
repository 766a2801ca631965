"""What a terminal shows of jobs that are followed.

Rules of this file: events are written down here in the order in which a server sends them; what
is printed is read. No server, no clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from actors.following import Bars, follow

FULL = {"code": "disk_full", "message": "The disk [is] full.", "hint": "Free some space."}


def job(status: str, attempt: int = 1, error: dict[str, Any] | None = None) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    return {"id": "j", "status": status, "attempt": attempt, "error": error, "steps": steps}


def progress(eta: float | None, total: float | None = None) -> dict[str, Any]:
    return {
        "type": "JOB_PROGRESS",
        "id": "j",
        "progress": 5.0,
        "step": "proxy",
        "step_progress": 10.0,
        "speed": 2.0,
        "eta": eta,
        "total_eta": total,
    }


async def shown(events: Iterable[dict[str, Any]], *, terminal: bool = False) -> str:
    """All that is printed while a job is followed through these events to its end."""
    out = StringIO()
    console = Console(file=out, force_terminal=terminal, width=100, color_system=None)

    async def stream() -> AsyncIterator[dict[str, Any]]:
        for event in events:
            yield event

    async def fetch(_: str) -> dict[str, Any]:
        raise AssertionError("nobody said that events were left out")

    with Bars(console) as bars:
        arriving = stream()
        await follow(arriving, [job("pending")], bars, fetch)
        await arriving.aclose()  # type: ignore[attr-defined] # It is a generator.
    return out.getvalue()


def changed(*args: Any) -> dict[str, Any]:
    return {"type": "JOB_CHANGED", "job": job(*args)}


async def test_why_a_job_is_tried_again_is_said_once_for_each_try() -> None:
    text = await shown(
        [
            changed("processing", 1),
            changed("pending", 1, FULL),
            changed("pending", 1, FULL),
            changed("processing", 2),
            changed("pending", 2, FULL),
            changed("completed", 3),
        ]
    )
    assert text.count("The disk [is] full. Free some space.") == 2
    assert text.count("tries again by itself") == 2


async def test_a_job_that_goes_well_says_nothing_of_tries() -> None:
    assert await shown([changed("processing", 1), changed("completed", 1)]) == ""


@pytest.mark.parametrize(
    ("eta", "words"), [(7.0, "0:07 left"), (247.0, "4:07 left"), (3753.0, "1:02:33 left")]
)
async def test_time_left_is_told_in_hours_when_it_takes_hours(eta: float, words: str) -> None:
    text = await shown([progress(eta), changed("completed", 1)], terminal=True)
    assert words in text


WHOLE = "The whole analysis"


async def test_the_time_left_in_all_is_told_while_more_than_a_step_is_left() -> None:
    text = await shown([progress(7.0, 725.0), changed("completed", 1)], terminal=True)
    assert "12:05 left" in text.partition(WHOLE)[2]
    only = await shown([progress(7.0), changed("completed", 1)], terminal=True)
    assert WHOLE not in only
    unknown = await shown([progress(None, None), changed("completed", 1)], terminal=True)
    assert WHOLE not in unknown


def test_two_jobs_take_as_long_as_the_longer_of_them() -> None:
    """And nothing is said while one of them cannot tell, or has told nothing yet."""

    def last(*events: dict[str, Any]) -> str | None:
        """The last picture's line for everything; the steps' own bars stand above it."""
        out = StringIO()
        with Bars(Console(file=out, force_terminal=True, width=100, color_system=None)) as bars:
            for event in events:
                (bars.moved if "type" in event else bars.became)(event)
        _, found, rest = out.getvalue().rpartition(WHOLE)
        return rest.partition("\n")[0] if found and "proxy" not in rest else None

    running = [{**job("processing"), "id": name} for name in ("one", "two")]
    one, two = {**progress(7.0, 725.0), "id": "one"}, {**progress(3000.0), "id": "two"}
    assert last(*running, one) is None
    both = last(*running, one, two, running[0])
    assert both is not None
    assert "5%" in both
    assert "50:00 left" in both
    ended = {**running[1], "status": "completed"}
    rest = last(*running, one, two, ended)
    assert rest is not None
    assert "52%" in rest
    assert "12:05 left" in rest
    assert last(*running, one, two, ended, {**one, "eta": None, "total_eta": None}) is None
    assert last(*running, one, two, {**running[0], "status": "pending"}) is None
    assert last(*running, one, two, ended, {**running[0], "status": "completed"}) is None
