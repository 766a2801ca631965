"""What is kept of a recording once it was measured: enough to score it again, and to say why.

Measuring reads the sound and every word; this does not. So new weights take no second, however
long the recording is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from forge.scoring.boundaries import Boundaries, find_boundaries
from forge.scoring.chatters import moved, unique_chatters
from forge.scoring.evidence import Evidence, Series
from forge.scoring.lexicon import HYPE, LAUGHTER, Hit
from forge.scoring.said import Intensity, hits
from forge.scoring.signals import measure

#: Seconds over which people are counted when a reason names their number.
CROWD = 10


@dataclass(frozen=True)
class Said:
    """A phrase or a whole sentence, when it is said, and how exciting it is (see lexicon)."""

    text: str
    start: float
    end: float
    weight: float


@dataclass(frozen=True)
class Kept:
    """Raw ``signals`` (one value a second) and what the clips and their reasons are made from.

    ``lag`` is the seconds by which chat was moved, None without chat; ``chatters`` how many
    people wrote at all, and ``crowd`` how many did within ten seconds, moved like the signals.
    """

    duration: float
    signals: Mapping[str, Series]
    lag: int | None
    chatters: int
    crowd: Series
    boundaries: Boundaries
    sentences: tuple[Said, ...]
    phrases: tuple[Said, ...]
    laughs: tuple[Said, ...]
    cuts: tuple[float, ...]

    @property
    def seconds(self) -> int:
        """The number of one-second bins."""
        return max(1, int(np.ceil(self.duration)))

    def as_json(self) -> dict[str, Any]:
        """JSON-able; :meth:`from_json` gives back an equal value."""
        return {
            "duration": self.duration,
            "chat_lag": self.lag,
            "chatters": self.chatters,
            "crowd": self.crowd.tolist(),
            "signals": {name: values.tolist() for name, values in self.signals.items()},
            "boundaries": {
                "starts": self.boundaries.starts.tolist(),
                "start_values": self.boundaries.start_values.tolist(),
                "ends": self.boundaries.ends.tolist(),
                "end_values": self.boundaries.end_values.tolist(),
            },
            "sentences": [_row(said) for said in self.sentences],
            "phrases": [_row(said) for said in self.phrases],
            "laughs": [_row(said) for said in self.laughs],
            "cuts": list(self.cuts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Kept:
        """The inverse of :meth:`as_json`. Raises KeyError for anything else."""
        edges = data["boundaries"]
        return cls(
            duration=float(data["duration"]),
            signals={name: np.array(values) for name, values in data["signals"].items()},
            lag=data["chat_lag"],
            chatters=int(data["chatters"]),
            crowd=np.array(data["crowd"], dtype=float),
            boundaries=Boundaries(
                *(
                    np.array(edges[name], dtype=float)
                    for name in ("starts", "start_values", "ends", "end_values")
                )
            ),
            sentences=tuple(Said(*row) for row in data["sentences"]),
            phrases=tuple(Said(*row) for row in data["phrases"]),
            laughs=tuple(Said(*row) for row in data["laughs"]),
            cuts=tuple(data["cuts"]),
        )


def keep(evidence: Evidence, intensity: Intensity) -> Kept:
    """Measures everything; ``intensity`` gives a sentence's sentiment, -1 to 1.

    Values are rounded to four digits, so that what was written down scores as what was measured.
    """
    signals, lag = measure(evidence, intensity)
    phrases = hits(evidence, HYPE)
    words = evidence.words or ()
    weight = {hit.first: hit.weight for hit in phrases}
    messages = evidence.messages or ()
    crowd = (
        moved(unique_chatters(messages, evidence.seconds + lag, window=CROWD), lag)
        if messages
        else np.zeros(0)
    )
    return Kept(
        duration=evidence.duration,
        signals={name: np.round(values, 4) for name, values in signals.items()},
        lag=lag if messages else None,
        chatters=len({message.user for message in messages}),
        crowd=crowd,
        boundaries=find_boundaries(evidence),
        sentences=tuple(
            Said(
                sentence.text,
                words[sentence.first].start,
                words[sentence.last - 1].end,
                sum(weight.get(place, 0.0) for place in range(sentence.first, sentence.last)),
            )
            for sentence in evidence.sentences
        ),
        phrases=tuple(_said(evidence, hit) for hit in phrases),
        laughs=tuple(_said(evidence, hit) for hit in hits(evidence, LAUGHTER)),
        cuts=evidence.cuts or (),
    )


def without(kept: Kept, names: Collection[str]) -> Kept:
    """The same recording, had these signals not been measured. What is gone counts as unknown."""
    left = {name: values for name, values in kept.signals.items() if name not in names}
    return replace(kept, signals=left)


def _said(evidence: Evidence, hit: Hit) -> Said:
    words = evidence.words or ()
    return Said(hit.phrase, words[hit.first].start, words[hit.last - 1].end, hit.weight)


def _row(said: Said) -> list[str | float]:
    return [said.text, said.start, said.end, said.weight]
