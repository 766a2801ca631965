"""Whether a chat log is this recording's: told by its times, once the length is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from forge.errors import ForgeError
from forge.scoring.chat import Log, cut_shift

#: Seconds after the recording's end in which chat may still answer what happened before it.
AFTERMATH = 60.0


@dataclass(frozen=True)
class ChatSpan:
    """When a log begins and ends, in its own seconds, and how many messages it has.

    ``start`` and ``length`` are those of :class:`~forge.scoring.chat.Log`.
    """

    first: float
    last: float
    count: int
    start: float = 0.0
    length: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ChatSpan:
        return cls(**data)


def span_of(log: Log) -> ChatSpan | None:
    """The span of a log; None for one that has no message."""
    if not log.messages:
        return None
    first, last = log.messages[0].time, log.messages[-1].time
    return ChatSpan(first, last, len(log.messages), log.start, log.length)


def misfit(span: ChatSpan, duration: float) -> ForgeError | None:
    """The error ``bad_chat`` for a log that lies before or after the recording; None when it fits.

    ``duration`` in seconds. Trap: a log of another recording that overlaps this one's seconds
    fits as far as anyone can tell.
    """
    shift = cut_shift(span.first, span.start, span.length, duration)
    first, last = span.first - shift, span.last - shift
    if last >= 0 and first <= duration + AFTERMATH:
        return None
    return elsewhere(first, last, span.count, duration)


def elsewhere(first: float, last: float, count: int, duration: float) -> ForgeError:
    """The error for a log none of whose messages lies within the recording. All in seconds."""
    return ForgeError(
        "bad_chat",
        f"None of the chat log's {count} messages lies within the recording: they run"
        f" from second {first:.0f} to {last:.0f}, and it has {duration:.0f} seconds.",
        hint="Give the recording its own chat, whose times count from its beginning, or go on"
        " without one: what is done already is not done again.",
    )
