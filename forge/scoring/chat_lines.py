"""Chat logs of one message a line: tables, and the plain text that IRC clients taught everybody."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from typing import Any

#: Seconds of the recording, who wrote, and what.
Line = tuple[float, str, str]

#: What the columns are called: plainly, and by chat-downloader and by tables made of JSON.
_COLUMNS = {
    "time": ("time", "time_in_seconds", "content_offset_seconds", "offset", "time_text"),
    "user": ("user", "username", "author", "author_id", "author_name", "author_display_name"),
    "message": ("message", "body", "text"),
}
#: ``1:23`` or ``0:01:23.5``; digits are bounded, because Python refuses to read thousands.
_CLOCK = r"(-?)(?:(\d{1,6}):)?(\d{1,6}):(\d{1,6}(?:\.\d{0,9})?)"
#: ``[0:01:23] ann: hi``, ``[0:01:23] <ann> hi``, and ``1:23 | (Moderator) ann: hi``.
_SPOKEN = re.compile(
    rf"\s{{0,9}}[\[(]?{_CLOCK}[\])]?\s{{0,9}}(?:[|-]\s{{0,9}})?(?:\([^)]{{0,200}}\)\s{{0,9}})?"
    r"(?:<([^>]{1,60})>|([^\s:<*][^:]{0,60}):(?=\s|$))\s?(.*)",
    re.DOTALL,
)
#: A day or a header that only logs of a wall clock have: TwitchDownloader's UTC, Chatterino's.
_DATED = re.compile(r"\s{0,9}(?:[\[(]?\d{4}-\d\d-\d\d[ T]\d\d:\d\d|# Start logging at )")
#: So many lines may precede the first message, for a title or notices.
_PREAMBLE = 50


def is_dated(text: str) -> bool:
    """Whether the lines carry the time of day, which does not tell the recording's seconds."""
    return any(_DATED.match(line) for line in text[:4096].splitlines()[:_PREAMBLE])


def read_table(text: str) -> Iterator[Line] | None:
    """The usable rows of CSV, by comma, semicolon or tab; None when the columns are missing."""
    first = text[:4096].splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    rows = _rows(text, delimiter)
    header = [cell.strip().lower() for cell in next(rows, [])]
    places = []
    for names in _COLUMNS.values():
        found = [header.index(name) for name in names if name in header]
        if not found:
            return None
        places.append(found[0])
    return _cells(rows, *places)


def _cells(rows: Iterator[list[str]], time: int, user: int, message: int) -> Iterator[Line]:
    for row in rows:
        if len(row) <= max(time, user, message):
            continue
        seconds = seconds_of(row[time])
        if seconds is not None:
            yield seconds, row[user].strip() or f"at {seconds}", row[message]


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows, each read by itself: a message is one line, so a quote that nobody closed ends
    with it. A line that the csv module refuses (a field beyond its limit) is left out.
    """
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        try:
            yield next(csv.reader((line,), delimiter=delimiter), [])
        except csv.Error:
            continue


def read_text(text: str) -> Iterator[Line] | None:
    """The messages of a text log; None when none of its first lines is one.

    Joins, bans and lines without a time are left out.
    """
    lines = text.splitlines()
    if not any(_SPOKEN.match(line) for line in lines[:_PREAMBLE]):
        return None
    return _messages(lines)


def _messages(lines: list[str]) -> Iterator[Line]:
    for line in lines:
        match = _SPOKEN.match(line)
        if match is not None:
            nick, user = match.group(5), match.group(6)
            yield _total(match), (nick or user).strip(), match.group(7)


def seconds_of(text: str) -> float | None:
    """Seconds from ``83``, ``83.5``, ``1:23`` or ``0:01:23.5``, with a sign if need be."""
    match = re.fullmatch(rf"\s*{_CLOCK}\s*", text)
    return number(text) if match is None else _total(match)


def _total(match: re.Match[str]) -> float:
    sign, hours, minutes, seconds = match.group(1, 2, 3, 4)
    total = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    return -total if sign else total


def number(value: Any) -> float | None:
    """A finite number, or None."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
