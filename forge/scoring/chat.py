"""Chat logs as users download them: the JSON shapes of Twitch downloaders, and plain CSV."""

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
#: Names of the time, in seconds of the recording, and of who wrote, in the downloaders' shapes:
#: TwitchDownloader and tcd, Twitch's own GraphQL (twitch-dl, yt-dlp), chat-downloader.
_TIMES = ("content_offset_seconds", "contentOffsetSeconds", "time_in_seconds")
_AUTHORS = ("_id", "id", "name", "login", "display_name", "displayName")
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
        log = _lines(text)
    comments = _comments(log)
    if comments is None:
        raise _bad('The chat log is JSON, but has no list named "comments".')
    found = [message for comment in comments if (message := _comment(comment)) is not None]
    if comments and not found:
        raise _bad("None of the chat log's comments has a time and a text.")
    return found


def _lines(text: str) -> list[Any]:
    """One JSON object a line, as loggers write that append; lines that are none are left out.

    Raises ForgeError ``bad_chat`` when already the first one is none.
    """
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except (ValueError, RecursionError):
            if not found:
                raise _bad("The chat log is no valid JSON: it may be cut off.") from None
    return found


def _comments(log: Any) -> list[Any] | None:
    """The comments: a list, an object that holds one, or Twitch's own answers, page by page."""
    if isinstance(log, list):
        pages = [_inside(page, "data", "video", "comments", "edges") for page in log]
        if not any(isinstance(page, list) for page in pages):
            return log
        edges = [edge for page in pages if isinstance(page, list) for edge in page]
        return [_inside(edge, "node") for edge in edges]
    comments = _inside(log, "comments")
    return comments if isinstance(comments, list) else None


def _inside(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _comment(comment: Any) -> Message | None:
    if not isinstance(comment, dict):
        return None
    times = (_number(comment.get(name)) for name in _TIMES)
    seconds = next((time for time in times if time is not None), None)
    if seconds is None:
        return None
    author = comment.get("commenter") or comment.get("author")
    names = author if isinstance(author, dict) else {}
    # Users who deleted their account have no author: each of their messages counts as someone.
    user = next((names[name] for name in _AUTHORS if names.get(name)), author)
    if not user or isinstance(user, dict):
        user = comment.get("_id") or comment.get("id") or f"at {seconds}"
    return Message(seconds, str(user), _text(comment.get("message")))


def _text(body: Any) -> str:
    """The words of a message that is a string, or an object with a body or with fragments."""
    if isinstance(body, str):
        return body
    text = _inside(body, "body")
    if isinstance(text, str):
        return text
    fragments = _inside(body, "fragments")
    pieces = fragments if isinstance(fragments, list) else []
    return "".join(str(piece.get("text", "")) for piece in pieces if isinstance(piece, dict))


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
