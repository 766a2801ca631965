"""Chat logs as users download them: the JSON shapes of Twitch downloaders, CSV, plain text."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from forge.errors import ForgeError
from forge.scoring.chat_lines import Line, is_dated, number, read_table, read_text

_HINT = (
    "FORGE reads the JSON that Twitch chat downloaders write (with a list named comments), CSV with"
    " the columns time, user, message, and text with lines like [0:01:23] user: message."
)
#: Names of the time, in seconds of the recording, and of who wrote, in the downloaders' shapes:
#: TwitchDownloader and tcd, Twitch's own GraphQL (twitch-dl, yt-dlp), chat-downloader.
_TIMES = ("content_offset_seconds", "contentOffsetSeconds", "time_in_seconds")
_AUTHORS = ("_id", "id", "name", "login", "display_name", "displayName")
#: The most a chat log may hold; the largest seen of a day-long stream is a tenth of this.
MAX_BYTES = 512 * 1024 * 1024
#: Seconds by which a downloader's times may be off where it cut a recording.
_ROUNDED = 5.0


@dataclass(frozen=True)
class Message:
    """One line of chat; ``time`` in seconds from the start of the recording.

    ``user`` is whatever identifies the author within this log; it is never stored.
    """

    time: float
    user: str
    text: str


@dataclass(frozen=True)
class Log:
    """A chat log with the times as they stand in it, its ``messages`` in their order.

    A log that was cut out of a longer one, and says so, has ``start`` and ``length``, the cut's in
    seconds of that one.
    """

    messages: list[Message]
    start: float = 0.0
    length: float = 0.0


def parse_chat(data: bytes, duration: float | None = None) -> list[Message]:
    """The messages in order of time, as they lie in a recording of ``duration`` seconds.

    A log that was cut out of a longer one keeps that one's times. They count from the cut when
    the recording was cut as well. Raises what :func:`read_chat` raises.
    """
    log = read_chat(data)
    shift = 0.0
    if duration is not None and log.messages:
        shift = cut_shift(log.messages[0].time, log.start, log.length, duration)
    if not shift:
        return log.messages
    return [Message(m.time - shift, m.user, m.text) for m in log.messages]


def cut_shift(first: float, start: float, length: float, duration: float) -> float:
    """By how many seconds the times of a cut log are moved, so that they fit the recording.

    ``first`` is the log's first time. 0.0 for a recording that is longer than the cut, which is
    the whole one then, and for a log whose times count from the cut already.
    """
    cut = start > 0 and duration <= length + _ROUNDED and first >= start - _ROUNDED
    return start if cut else 0.0


def read_chat(data: bytes) -> Log:
    """What a chat log holds.

    The format is told by the content, not the name. Single lines without a usable time are
    left out (logs hold notices and deleted users), but raises ForgeError ``bad_chat`` when
    nothing is readable, and when the times are those of a clock on the wall. Times before the
    start become negative, not wrong.
    """
    if len(data) > MAX_BYTES:
        raise _bad(f"The chat log is larger than {MAX_BYTES // 2**20} MB.")
    text = _decoded(data).strip()
    if not text:
        raise _bad("The chat log is empty.")
    # Lines of plain text may begin with a bracket, too.
    like_json = text[0] == "{" or (text[0] == "[" and text[1:64].lstrip()[:1] in tuple('{["]'))
    found = _from_json(text) if like_json else Log(_from_lines(text))
    return replace(found, messages=sorted(found.messages, key=lambda message: message.time))


def _decoded(data: bytes) -> str:
    """UTF-8 unless a byte order mark says UTF-16, which PowerShell redirects into."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _from_json(text: str) -> Log:
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
    start = number(_inside(log, "video", "start")) or 0.0
    length = (number(_inside(log, "video", "end")) or 0.0) - start
    return Log(found, start, length)


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
    if not isinstance(log, dict | list):
        return None
    if isinstance(log, list):
        pages = [_inside(page, "data", "video", "comments", "edges") for page in log]
        if not any(isinstance(page, list) for page in pages):
            return log
        edges = [edge for page in pages if isinstance(page, list) for edge in page]
        return [_inside(edge, "node") for edge in edges]
    if any(name in log for name in _TIMES):
        return [log]
    comments = _inside(log, "comments")
    return comments if isinstance(comments, list) else None


def _inside(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _comment(comment: Any) -> Message | None:
    if not isinstance(comment, dict):
        return None
    times = (number(comment.get(name)) for name in _TIMES)
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


def _from_lines(text: str) -> list[Message]:
    if is_dated(text):
        raise ForgeError(
            "bad_chat",
            "The chat log has the time of day, which does not tell the recording's seconds.",
            hint="Save it with times relative to the video, or as JSON.",
        )
    lines: Iterable[Line] | None = read_table(text) or read_text(text)
    if lines is None:
        raise _bad("The chat log is neither JSON, nor a table, nor text with a time on each line.")
    found = [Message(*line) for line in lines]
    if not found:
        raise _bad("No line of the chat log has a readable time (seconds, or h:mm:ss).")
    return found


def _bad(message: str) -> ForgeError:
    return ForgeError("bad_chat", message, hint=_HINT)
