"""Parsing of ffmpeg's ``-progress`` output: key=value lines, one block per report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressPoint:
    """How far ffmpeg is: ``seconds`` of output written, ``speed`` in seconds per second."""

    seconds: float
    speed: float | None
    finished: bool


class ProgressReader:
    """Feeds on lines and gives a point at the end of each block.

    Values that ffmpeg does not know yet are ``N/A``; a block without a time repeats the last
    one, as does one whose time steps back (ffmpeg names now one stream's time, now the other's).
    Lines that are no key=value pair are ignored.
    """

    def __init__(self) -> None:
        self._seconds = 0.0
        self._speed: float | None = None

    def feed(self, line: str) -> ProgressPoint | None:
        key, separator, value = line.strip().partition("=")
        if not separator:
            return None
        value = value.strip()
        if key == "out_time_us":
            microseconds = _number(value)
            if microseconds is not None:
                self._seconds = max(self._seconds, microseconds / 1e6)
        elif key == "speed":
            self._speed = _number(value.removesuffix("x"))
        elif key == "progress":
            return ProgressPoint(self._seconds, self._speed, value == "end")
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None
