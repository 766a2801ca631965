"""What is said and what happens in a made evening: drawn from a seed, as artifacts hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

PEOPLE = ("SPEAKER_00", "SPEAKER_01", "SPEAKER_02")
SYLLABLES = (
    *("no", "way", "that", "was", "so", "close", "wait", "what", "let", "me"),
    *("see", "the", "other", "one", "right", "here", "come", "on"),
)


@dataclass(frozen=True)
class Scale:
    """How large the project is: seconds, and how many of each thing."""

    seconds: int
    words: int
    cuts: int
    clips: int


def talk(scale: Scale, chance: np.random.Generator) -> dict[str, Any]:
    """A transcript: sentences of a dozen words, three people taking turns."""
    every = scale.seconds / scale.words
    words: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    speaker = PEOPLE[0]
    while len(words) < scale.words:
        first = len(words)
        for _ in range(min(int(chance.integers(4, 20)), scale.words - first)):
            start = round(len(words) * every, 3)
            said = SYLLABLES[int(chance.integers(len(SYLLABLES)))]
            words.append(
                {
                    "word": said,
                    "start": start,
                    "end": round(start + 0.8 * every, 3),
                    "probability": 0.9,
                    "speaker": speaker,
                }
            )
        words[-1]["word"] += "."
        begin, end = words[first]["start"], words[-1]["end"]
        text = " ".join(word["word"] for word in words[first:])
        segments.append(
            {
                "start": begin,
                "end": end,
                "text": text,
                "speaker": speaker,
                "words": [first, len(words)],
            }
        )
        turns.append({"speaker": speaker, "start": begin, "end": end})
        if chance.random() < 0.4:
            speaker = PEOPLE[int(chance.choice(len(PEOPLE), p=[0.6, 0.3, 0.1]))]
    return {
        "model": "tiny.en",
        "note": None,
        "language": "en",
        "duration": float(scale.seconds),
        "words": words,
        "segments": segments,
        "turns": turns,
    }


def moments(scale: Scale, chance: np.random.Generator) -> list[dict[str, Any]]:
    """As many clips as asked for, best first, none upon another."""
    room = scale.seconds / scale.clips
    found = []
    for place in range(scale.clips):
        start = round(place * room + float(chance.random()) * room / 4, 3)
        length = min(0.7 * room, float(chance.uniform(12, 44)))
        shares = chance.dirichlet((2, 1, 1))
        found.append(
            {
                "start": start,
                "end": round(start + length, 3),
                "title": " ".join(chance.choice(SYLLABLES, 4)).capitalize(),
                "score": round(float(chance.beta(2, 3)) * 95, 1),
                "reasons": ["loud for this recording", "“no way” is said", "chat is busy"],
                "parts": dict(zip(("loudness", "hype", "chat"), shares.tolist(), strict=True)),
            }
        )
    return sorted(found, key=lambda clip: -float(clip["score"]))


def wander(seconds: int, chance: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A curve that rises and falls, 0 to 1, one value a second."""
    rough = chance.random(seconds + 20) ** 4
    smooth = np.convolve(rough, np.hanning(21)[:21] / np.hanning(21).sum(), mode="valid")[:seconds]
    curve: np.ndarray[Any, np.dtype[np.float64]] = np.round(smooth / smooth.max(), 4)
    return curve
