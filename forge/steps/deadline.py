"""The wall-clock limit of one spec: exactly one of the step and the clock has the last word."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Timer


class Deadline:
    """Calls ``expire`` in a thread after ``seconds``, unless :meth:`met` was called before.

    The clock stands still while the machine sleeps. A step that holds Python's interpreter lock
    holds the timer up, too; the parent's own limit is for that.
    """

    def __init__(self, seconds: float, expire: Callable[[], None]) -> None:
        self._expire = expire
        self._lock = Lock()
        self._over = False
        # A thread cannot wait longer than this; a month is as good as no limit.
        self._timer = Timer(min(seconds, 30 * 86_400.0), self._ring)
        self._timer.daemon = True
        self._timer.start()

    def met(self) -> bool:
        """Ends the wait; False when ``expire`` was faster, and has the word."""
        self._timer.cancel()
        return self._take()

    def _take(self) -> bool:
        with self._lock:
            first, self._over = not self._over, True
        return first

    def _ring(self) -> None:
        if self._take():
            self._expire()
