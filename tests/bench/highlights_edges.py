"""How clips begin and end: for how long nothing happens, as a person who watches would count it.

Nothing here is FORGE's own idea of stillness: the words are those of the transcript, an event is
as large as the constants say, whatever else the recording holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from forge.scoring.kept import Kept

Span = tuple[float, float]

#: From here on something happens without a word: LU above the usual loudness, the likeness of
#: laughter, times the usual motion, people in chat beyond the usual number.
_LOUD, _LAUGH, _MOTION, _CHAT = 6.0, 0.5, 2.0, 4.0
#: Seconds in which viewers decide, and the silence that sets a sentence apart from the rest.
_FIRST, _APART = 5.0, 2.5
#: A sentence is alone when the silence after it begins within so many seconds of a clip.
_ALONE = 8.0


class Watched(NamedTuple):
    """Seconds of nothing in one clip: at its start, the longest stretch in its first five, the
    longest in all of it, at its end; and whether it begins with a sentence by itself.
    """

    wait: float
    early: float
    longest: float
    tail: float
    alone: bool


def still(kept: Kept, words: Sequence[Span]) -> list[Span]:
    """The stretches without a word or an event."""
    happens = np.zeros(kept.seconds, dtype=bool)
    for name, least in (("loudness", _LOUD), ("laughter", _LAUGH), ("chat", _CHAT)):
        if name in kept.signals:
            happens |= kept.signals[name] >= least
    if "motion" in kept.signals:
        happens |= kept.signals["motion"] >= _MOTION * np.median(kept.signals["motion"])
    events = [(float(second), second + 1.0) for second in np.flatnonzero(happens).tolist()]
    free, reached = [], 0.0
    for begin, end in [*sorted([*words, *events]), (kept.duration, kept.duration)]:
        if begin > reached:
            free.append((reached, begin))
        reached = max(reached, end)
    return free


def watch(clip: Span, stretches: Sequence[Span]) -> Watched:
    """What somebody who watches the clip waits for."""
    start, end = clip
    inside = [(max(a, start), min(b, end)) for a, b in stretches if a < end and b > start]
    return Watched(
        wait=next((b - a for a, b in inside if a == start), 0.0),
        early=max((min(b, start + _FIRST) - a for a, b in inside if a < start + _FIRST), default=0),
        longest=max((b - a for a, b in inside), default=0.0),
        tail=next((b - a for a, b in inside if b == end), 0.0),
        alone=any(start < a < start + _ALONE and b < end and b - a > _APART for a, b in inside),
    )


def show_edges(console: Console, title: str, rows: Mapping[str, Sequence[Watched]]) -> None:
    """Means over all clips of each method, and parts of them; the least waiting first."""
    table = Table(title=f"{title}: seconds in which nothing happens")
    columns = ("", "at first", "over 1", "over 2", "in first 5", "in all", "lone", "end", "over 1")
    for column in columns:
        table.add_column(column, justify="right" if column else "left")
    for name, clips in sorted(rows.items(), key=lambda row: np.mean([c.wait for c in row[1]])):
        wait, early, longest, tail, alone = np.array(clips, dtype=float).T
        table.add_row(
            f"[bold]{name}[/]" if name == "fused" else name,
            f"{wait.mean():.2f}",
            f"{100 * np.mean(wait > 1):.0f} %",
            f"{100 * np.mean(wait > 2):.0f} %",
            f"{early.mean():.2f}",
            f"{longest.mean():.2f}",
            f"{100 * alone.mean():.0f} %",
            f"{tail.mean():.2f}",
            f"{100 * np.mean(tail > 1):.0f} %",
        )
    console.print(table)
    console.print(
        "At first: before the first word or event. In first 5, in all: the longest stretch."
        " Lone: clips whose first sentence is set apart by 2.5 s. End: after the last one."
    )
