"""Chat logs as users download them: Twitch's JSON shape and plain CSV."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forge.errors import ForgeError

_HINT = (
    "FORGE reads the JSON that Twitch chat downloaders write (with a list named comments), and"
    " CSV with the columns time, user, message."
)
#: The most a chat log may hold; the largest seen of a day-long stream is a tenth of this.
MAX_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """One line of chat; ``time`` in seconds from the start of the recording.

    ``user`` is whatever identifies the author within this log; it is never stored.
    """

    time: float
    user: str
    text: str


def parse_chat(data: bytes) -> list[Message]:
    """The messages in order of time.

    The format is told by the content, not the name. Single lines without a usable time are
    left out (logs hold notices and deleted users), but raises ForgeError ``bad_chat`` when
    nothing is readable. Times before the start become negative, not wrong.
    """
    if len(data) > MAX_BYTES:
        raise _bad(f"The chat log is larger than {MAX_BYTES // 2**20} MB.")
    text = data.decode("utf-8-sig", errors="replace").strip()
    if not text:
        raise _bad("The chat log is empty.")
    found = _from_json(text) if text[0] in "{[" else _from_csv(text)
    return sorted(found, key=lambda message: message.time)


def _from_json(text: str) -> list[Message]:
    try:
        log = json.loads(text)
    except (ValueError, RecursionError):
        raise _bad("The chat log is no valid JSON: it may be cut off.") from None
    comments = log.get("comments") if isinstance(log, dict) else None
    if not isinstance(comments, list):
        raise _bad('The chat log is JSON, but has no list named "comments".')
    found = [message for comment in comments if (message := _comment(comment)) is not None]
    if comments and not found:
        raise _bad("None of the chat log's comments has a time and a text.")
    return found


def _comment(comment: Any) -> Message | None:
    if not isinstance(comment, dict):
        return None
    seconds = _number(comment.get("content_offset_seconds"))
    if seconds is None:
        return None
    author, body = comment.get("commenter"), comment.get("message")
    names = author if isinstance(author, dict) else {}
    parts = body if isinstance(body, dict) else {}
    # Users who deleted their account have no author: each of their messages counts as someone.
    user = names.get("_id") or names.get("name") or names.get("display_name")
    text = parts.get("body")
    if not isinstance(text, str):
        fragments = parts.get("fragments")
        pieces = fragments if isinstance(fragments, list) else []
        text = "".join(str(piece.get("text", "")) for piece in pieces if isinstance(piece, dict))
    return Message(seconds, str(user or comment.get("_id") or f"at {seconds}"), text)


def _from_csv(text: str) -> list[Message]:
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096].splitlines()[0], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text, newline=""), dialect)
    header = [cell.strip().lower() for cell in next(rows, [])]
    if not {"time", "user", "message"} <= set(header):
        raise _bad("The chat log is neither JSON nor CSV with the columns time, user, message.")
    time, user, body = (header.index(name) for name in ("time", "user", "message"))
    found = []
    for row in _rows(rows):
        if len(row) <= max(time, user, body):
            continue
        seconds = _clock(row[time])
        if seconds is not None:
            found.append(Message(seconds, row[user].strip() or f"at {seconds}", row[body]))
    if not found:
        raise _bad("No line of the chat log has a readable time (seconds, or h:mm:ss).")
    return found


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows; one that the csv module refuses (a field beyond its limit) is left out."""
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            continue


def _clock(text: str) -> float | None:
    """Seconds from ``83``, ``83.5``, ``1:23`` or ``0:01:23.5``, with a sign if need be."""
    match = re.fullmatch(r"\s*(-?)(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?)\s*", text)
    if match is None:
        return _number(text)
    sign, hours, minutes, seconds = match.groups()
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)
    return _number(-total if sign else total)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _bad(message: str) -> ForgeError:
    return ForgeError("bad_chat", message, hint=_HINT)
