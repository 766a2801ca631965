"""Cutting a recording into the windows that Whisper hears, at pauses.

Whisper always works on 30 s, however little is said in them. A window therefore leaves out
the long silences, and holds the speech of up to 30 s that is *heard*, which may be minutes of
the source. Positions are sample numbers of the source; a span is half open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from forge.speech.audio import SAMPLE_RATE

Span = tuple[int, int]
#: A span in seconds.
Seconds = tuple[float, float]


@dataclass(frozen=True)
class Limits:
    """The rules of a cut, in samples.

    ``window`` is the most that is heard in one go (Whisper's own 30 s). ``pad`` is what is kept
    of a silence next to speech; a pause up to ``join``, at least twice ``pad``, is kept whole,
    because the model punctuates by it (on made talk 17.6 % of the words were wrong, and 18.9 % when
    pauses of a second were cut out). A window ends before a silence of ``apart``, however
    short it is, and otherwise after at least the share ``fill`` of its limit where it can:
    with little to hear at once the model makes more errors (on sentences between silences 16 %
    instead of 13 % when every silence of 30 s ended a window). The first window of a recording
    holds no more than ``first``, so that somebody who waits soon sees words.
    """

    window: int = 30 * SAMPLE_RATE
    first: int = 12 * SAMPLE_RATE
    pad: int = round(0.4 * SAMPLE_RATE)
    join: int = 2 * SAMPLE_RATE
    apart: int = 300 * SAMPLE_RATE
    fill: float = 0.6


LIMITS = Limits()


@dataclass(frozen=True)
class Window:
    """What the model hears in one go, and the speech in it.

    ``parts`` are the pieces of the source that are played one after the other, ``speech`` the
    spans of speech inside them. Both ascend and do not overlap.
    """

    parts: tuple[Span, ...]
    speech: tuple[Span, ...]

    @property
    def length(self) -> int:
        """How many samples are heard."""
        return sum(end - start for start, end in self.parts)

    @property
    def start(self) -> int:
        """Where the first speech begins: no other window of a plan has the same."""
        return self.speech[0][0]

    @property
    def end(self) -> int:
        """Where the last speech ends: the next window takes up from here."""
        return self.speech[-1][1]

    @property
    def spoken(self) -> int:
        """In how many samples somebody speaks."""
        return sum(end - start for start, end in self.speech)

    def speech_heard(self) -> tuple[Seconds, ...]:
        """When there is speech in what is heard, in seconds from its begin."""
        spans: list[Seconds] = []
        offset = 0
        for low, high in self.parts:
            spans += (
                ((start - low + offset) / SAMPLE_RATE, (end - low + offset) / SAMPLE_RATE)
                for start, end in self.speech
                if low <= start < high
            )
            offset += high - low
        return tuple(spans)

    def part_at(self, sample: int) -> tuple[Span, int]:
        """The part that plays at ``sample`` of what is heard, and where it begins there."""
        offset = 0
        for start, end in self.parts:
            if sample < offset + end - start:
                return (start, end), offset
            offset += end - start
        start, end = self.parts[-1]
        return (start, end), offset - (end - start)


def plan(
    speech: Iterable[Span], total: int, *, after: int = 0, limits: Limits = LIMITS
) -> Iterator[Window]:
    """Cuts ``speech``, ascending and disjoint, of a recording of ``total`` samples.

    Every sample of speech is in exactly one window, in order, and no window is longer than
    the limit. A window ends in the longest of the pauses that its later part could end in;
    only speech without any pause for the whole limit is cut in the middle.

    ``after`` is the :attr:`Window.end` of the last window that is already done: the plan goes
    on as the undisturbed plan would have, because nothing else of the past matters to it.
    """
    source = iter(speech)
    pending: list[Span] = []
    ended = False
    usual = limits
    while True:
        limits = usual if after else replace(usual, window=min(usual.first, usual.window))
        while not ended and not _settled(pending, after, limits):
            start, end = next(source, (total, total))
            ended = start >= total
            if max(start, after) < end:
                pending.append((max(start, after), end))
        if not pending:
            return
        if _length(pending[:1], after, pending[0][1], limits) > limits.window:
            start, end = pending[0]
            middle = start - _lead(start, after, limits) + limits.window
            pending[:1] = [(start, middle), (middle, end)]
            count = 1
        else:
            count = _cut(pending, after, total, limits)
        behind = pending[count][0] if count < len(pending) else None
        taken, pending = pending[:count], pending[count:]
        yield Window(_parts(taken, after, behind, total, limits), tuple(taken))
        after = taken[-1][1]


def _settled(pending: Sequence[Span], after: int, limits: Limits) -> bool:
    """Whether more speech could not change where the next window ends."""
    if not pending:
        return False
    if len(pending) > 1 and pending[-1][0] - pending[-2][1] >= limits.apart:
        return True
    return _length(pending, after, pending[-1][1], limits) > limits.window


def _cut(pending: Sequence[Span], after: int, total: int, limits: Limits) -> int:
    """How many of the pending spans the next window takes; at least one."""
    best, longest = 1, -1
    for count in range(1, len(pending) + 1):
        behind = pending[count][0] if count < len(pending) else None
        parts = _parts(pending[:count], after, behind, total, limits)
        length = sum(end - start for start, end in parts)
        if length > limits.window:
            break
        pause = (total if behind is None else behind) - pending[count - 1][1]
        if behind is None or pause >= limits.apart:
            return count
        if length < limits.fill * limits.window:
            best = count
        elif pause >= longest:
            best, longest = count, pause
    return best


def _parts(
    taken: Sequence[Span], after: int, behind: int | None, total: int, limits: Limits
) -> tuple[Span, ...]:
    """What is heard of ``taken``, between the speech before it and the speech ``behind`` it."""
    start = taken[0][0] - _lead(taken[0][0], after, limits)
    parts: list[Span] = []
    for (_, end), (following, _) in pairwise(taken):
        if following - end > limits.join:
            parts.append((start, end + limits.pad))
            start = following - limits.pad
    end = taken[-1][1]
    tail = total - end if behind is None else (behind - end) // 2
    room = limits.window - sum(end - start for start, end in parts) - (end - start)
    return (*parts, (start, end + max(min(limits.pad, tail, room), 0)))


def _lead(start: int, after: int, limits: Limits) -> int:
    """How much silence before the first speech is heard: at most half of what there is."""
    return min(limits.pad, (start - after) // 2 if after else start)


def _length(taken: Sequence[Span], after: int, behind: int, limits: Limits) -> int:
    return sum(end - start for start, end in _parts(taken, after, behind, behind, limits))
