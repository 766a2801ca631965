"""How times and sentences are written, and which sentences belong to a clip."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from forge.scoring.candidates import Candidate
from forge.scoring.kept import Said


def clock(seconds: float) -> str:
    """``0:35``, ``12:03`` or ``1:02:03``."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def shorten(text: str, length: int) -> str:
    """Text cut at a word so that it fits, with an ellipsis when something is missing."""
    text = " ".join(text.split())
    if len(text) > length:
        cut = text[: length - 1].rsplit(" ", 1)[0]
        return cut.rstrip(",;:-. ") + "…"
    return text.rstrip(",;:- ").removesuffix(".")


def within(said: Sequence[Said], clip: Candidate) -> Sequence[Said]:
    """What is said from beginning to end inside the clip; ``said`` ascends."""
    first = bisect_left(said, clip.start - 0.01, key=lambda each: each.start)
    last = bisect_left(said, clip.end, key=lambda each: each.start)
    return [each for each in said[first:last] if each.end <= clip.end + 0.01]
