"""Work side by side: all of it, never too much at once, and errors come out.

Rules of this file: no clock and no sleep; threads meet at barriers and events, which fail after
a minute instead of hanging.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Event, Lock

import pytest

from forge.speech.lanes import as_finished

MINUTE = 60.0


def test_every_piece_is_done_once_and_comes_with_its_result() -> None:
    done = dict(as_finished(range(50), lambda piece: piece * 2, 3))
    assert done == {piece: piece * 2 for piece in range(50)}


def test_lanes_work_at_the_same_time_and_no_more_than_that() -> None:
    together, lock = Barrier(2, timeout=MINUTE), Lock()
    at_work = most = 0

    def do(piece: int) -> int:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        together.wait()  # Breaks unless two pieces are under way.
        with lock:
            at_work -= 1
        return piece

    assert sorted(piece for piece, _ in as_finished(range(8), do, 2)) == list(range(8))
    assert most == 2


def test_a_slow_piece_does_not_hold_back_the_others() -> None:
    go_on = Event()

    def do(piece: int) -> bool:
        return piece > 0 or go_on.wait(MINUTE)

    finished = as_finished(range(4), do, 2)
    assert [next(finished)[0] for _ in range(3)] == [1, 2, 3]
    go_on.set()
    assert list(finished) == [(0, True)]


def test_work_is_drawn_only_one_piece_ahead() -> None:
    drawn: list[int] = []

    def work() -> Iterator[int]:
        for piece in range(20):
            drawn.append(piece)
            yield piece

    finished = as_finished(work(), lambda piece: piece, 2)
    next(finished)
    assert len(drawn) <= 4
    finished.close()  # type: ignore[attr-defined]  # a generator, by its name an iterator


def test_an_error_is_raised_and_nothing_new_is_begun() -> None:
    begun: list[int] = []

    def do(piece: int) -> None:
        begun.append(piece)
        if piece == 2:
            raise ValueError("two")

    with pytest.raises(ValueError, match="two"):
        list(as_finished(range(100), do, 1))
    assert len(begun) <= 5
