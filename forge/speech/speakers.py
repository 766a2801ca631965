"""Who says a word: joining the words of a transcript with the turns of a diarization."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from forge.speech.words import Word

#: A word outside all turns belongs to a turn that is at most this many seconds away.
REACH = 0.5


@dataclass(frozen=True)
class Turn:
    """A stretch of speech of one speaker, in seconds. Turns of several speakers may overlap."""

    speaker: str
    start: float
    end: float

    def as_json(self) -> dict[str, Any]:
        """The shape in transcript.json."""
        return {"speaker": self.speaker, "start": self.start, "end": self.end}


def in_order(turns: Sequence[tuple[str, float, float]]) -> list[Turn]:
    """Turns (label, start, end) by start, with labels SPEAKER_00, SPEAKER_01 … as they appear.

    Times are rounded to milliseconds; a turn that is empty then is left out.
    """
    names: dict[str, str] = {}
    ordered: list[Turn] = []
    for label, start, end in sorted(turns, key=lambda turn: (turn[1], turn[2], turn[0])):
        low, high = round(max(start, 0.0), 3), round(end, 3)
        if low < high:
            name = names.setdefault(label, f"SPEAKER_{len(names):02d}")
            ordered.append(Turn(name, low, high))
    return ordered


def assign(words: Sequence[Word], turns: Sequence[Turn]) -> list[Word]:
    """The words with their speakers; ``turns`` ascend by start.

    A word is said by the speaker whose turns overlap it most, by the one who began first when
    that is even; without any overlap by the nearest turn within REACH, else by nobody.
    """
    starts = [turn.start for turn in turns]
    longest = max((turn.end - turn.start for turn in turns), default=0.0)
    return [replace(word, speaker=_speaker(word, turns, starts, longest)) for word in words]


def _speaker(
    word: Word, turns: Sequence[Turn], starts: Sequence[float], longest: float
) -> str | None:
    # One more second, so that rounding cannot hide a turn at exactly REACH.
    first = bisect_left(starts, word.start - REACH - longest - 1)
    last = bisect_left(starts, word.end + REACH + 1)
    shares: dict[str, float] = {}
    nearest: tuple[float, str] | None = None
    for turn in turns[first:last]:
        overlap = min(turn.end, word.end) - max(turn.start, word.start)
        if overlap > 0:
            shares[turn.speaker] = shares.get(turn.speaker, 0.0) + overlap
        elif -overlap <= REACH and (nearest is None or -overlap < nearest[0]):
            nearest = (-overlap, turn.speaker)
    if shares:
        return max(shares, key=lambda speaker: shares[speaker])
    return nearest[1] if nearest else None
