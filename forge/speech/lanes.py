"""Several pieces of work side by side, each handed over as soon as it is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Work = TypeVar("Work")
Done = TypeVar("Done")


def as_finished(
    work: Iterable[Work], do: Callable[[Work], Done], lanes: int
) -> Iterator[tuple[Work, Done]]:
    """Does ``work`` on ``lanes`` threads; yields each piece with its result when it is done.

    ``work`` is drawn from the caller's thread, one piece ahead of what the lanes do, so that
    a lane never waits for it. Results come in any order. What ``do`` raises is raised here;
    nothing new is begun then, and what is under way is waited for.
    """
    with ThreadPoolExecutor(lanes) as pool:
        running: dict[Future[Done], Work] = {}
        try:
            for piece in work:
                running[pool.submit(do, piece)] = piece
                if len(running) > lanes:
                    yield from _finished(running)
            while running:
                yield from _finished(running)
        finally:
            for future in running:
                future.cancel()


def _finished(running: dict[Future[Done], Work]) -> Iterator[tuple[Work, Done]]:
    """Waits for at least one piece, and takes out all that are done."""
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in [future for future in running if future in done]:
        yield running.pop(future), future.result()
