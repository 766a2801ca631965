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


def progress(eta: float | None) -> dict[str, Any]:
    return {
        "type": "JOB_PROGRESS",
        "id": "j",
        "step": "proxy",
        "step_progress": 10.0,
        "speed": 2.0,
        "eta": eta,
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
