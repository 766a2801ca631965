"""Stretches of a recording that deserve a closer look, gathered while its small copy is read."""

from __future__ import annotations

from collections import deque

Span = tuple[float, float]


class Doubts:
    """Turns doubtful pictures of a copy into stretches of time that hold their neighbourhood.

    Whoever doubts does so ``behind`` pictures late. A stretch reaches ``around`` pictures of the
    copy to both sides of what was doubted. Stretches with less than ``apart`` seconds between
    them become one: to look at them separately would cost more.
    """

    def __init__(self, behind: int, around: int, apart: float) -> None:
        self._recent: deque[float] = deque(maxlen=behind + around + 1)
        self._wait = around - behind
        self._left = 0
        self._apart = apart
        self._open: Span | None = None

    def add(self, seconds: float, doubtful: bool) -> Span | None:
        """One picture more, at ``seconds``; ``doubtful`` tells of the one that many behind it.

        Returns a stretch that is complete, as (first picture, last picture), in seconds.
        """
        self._recent.append(seconds)
        done = None
        if self._open and not self._left and self._recent[0] - self._open[1] > self._apart:
            done, self._open = self._open, None
        if doubtful:
            self._open = self._open or (self._recent[0], seconds)
            self._left = self._wait + 1
        if self._open and self._left:
            self._open = (self._open[0], seconds)
            self._left -= 1
        return done

    def finish(self) -> Span | None:
        """The last stretch, at the end of the copy."""
        done, self._open = self._open, None
        return done
