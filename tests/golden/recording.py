"""A recording that is made of numbers alone, so that every machine scores the very same one.

Four minutes with three moments: a shout that chat celebrates (0:50), laughter over each other
(2:00), a quiet sentence of joy (3:20); and what only seems one: a song, a raid, a bang.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forge.scoring.chat import Message
from forge.scoring.evidence import Evidence, Sound, read_evidence
from forge.scoring.sound import BANDS, FRAMES

DURATION = 240.0
_MOMENTS = (50.0, 120.0, 200.0)
_LAG = 7
_SCRIPT = (
    (4.0, "a", "So this is the second part of the map."),
    (14.0, "a", "I think the key was in the other house."),
    (24.0, "b", "It was below the stairs, I saw it there."),
    (40.0, "a", "Wait, hold on, there is one behind you."),
    (50.0, "a", "No way! Oh my god, that was insane!"),
    (54.0, "a", "Clip that, somebody clip that."),
    (72.0, "a", "All right, back to the road then."),
    (110.0, "b", "So I open the door and it is my own cat."),
    (117.0, "a", "Your cat?"),
    (118.5, "b", "My own cat with the key in its mouth!"),
    (124.0, "a", "Ha ha ha."),
    (140.0, "a", "We have to sort the chest some day."),
    (160.0, "b", "The music here is quite nice."),
    (197.0, "a", "This is honestly the best day of my life."),
    (201.0, "a", "I love this so much, thank you all."),
    (220.0, "a", "Let us look at the tower next."),
)


def made() -> Evidence:
    """The same values every time: numpy's seeded bit streams do not change between versions."""
    chance = np.random.default_rng(7)
    return read_evidence(
        DURATION,
        transcript=_transcript(),
        loudness={"momentary": _loudness(chance).tolist()},
        scenes={
            "cuts": [33.2, 49.1, 52.8, 90.0, 91.5, 93.0, 180.4],
            "black": [[150.0, 151.0]],
            "motion": np.round(6 + 3 * chance.random(int(DURATION)), 2).tolist(),
        },
        sound=_sound(chance),
        messages=_messages(chance),
    )


def _transcript() -> dict[str, Any]:
    words: list[dict[str, Any]] = []
    segments, turns = [], []
    for start, speaker, text in _SCRIPT:
        first, time = len(words), start
        for word in text.split():
            words.append({"word": word, "start": round(time, 2), "end": round(time + 0.25, 2)})
            time += 0.3
        segments.append({"words": [first, len(words)]})
        turns.append({"speaker": speaker, "start": start, "end": round(time, 2)})
    return {"words": words, "segments": segments, "turns": turns}


def _loudness(chance: np.random.Generator) -> np.ndarray[Any, Any]:
    levels = np.full(int(DURATION * 10), -34.0)  # The game.
    levels[640:700] = levels[1290:1390] = levels[2280:2330] = -62.0  # Its menu.
    for word in _transcript()["words"]:
        levels[int(10 * word["start"]) : int(10 * word["end"]) + 4] = -28.0
    levels[500:540] = -14.0
    levels[1240:1265] = -19.0
    levels[800:804] = -12.0  # A bang.
    levels[1600:1850] = -20.0  # A song.
    return np.round(levels + 2 * chance.random(len(levels)), 1)


def _sound(chance: np.random.Generator) -> Sound:
    seconds = int(DURATION)
    level, pitch = np.full(seconds * FRAMES, -10.0), np.zeros(seconds * FRAMES)
    onset = chance.random(seconds * FRAMES)
    bands = chance.random((seconds, BANDS))
    music = np.zeros(seconds)
    for word in _transcript()["words"]:
        frames = slice(int(word["start"] * FRAMES), int(word["end"] * FRAMES))
        loud = 50.0 <= word["start"] < 54.0
        level[frames], pitch[frames] = (22.0, 230.0) if loud else (10.0, 120.0)
    at = np.arange(4 * FRAMES) / FRAMES  # Laughter: even notes.
    frames = slice(124 * FRAMES, 128 * FRAMES)
    level[frames], pitch[frames] = 10 + 8 * np.sin(2 * np.pi * 5 * at), 260.0
    for second in (50, 80, 124):
        onset[second * FRAMES] = 15.0
    bands[160:185] += 9.0
    level[160 * FRAMES : 185 * FRAMES] = 14.0
    music[160:185] = 0.9
    return Sound(level + chance.random(len(level)), pitch, onset, -level / 10, bands, music)


def _messages(chance: np.random.Generator) -> list[Message]:
    found = [
        Message(float(time), f"viewer{number % 60}", "what game is this")
        for number, time in enumerate(np.sort(chance.uniform(0, DURATION, 60)))
    ]
    for moment, text, people in zip(_MOMENTS, ("KEKW", "LUL LUL", "W"), (40, 25, 8), strict=True):
        delays = np.sort(chance.exponential(2.0, people))
        found += [Message(moment + _LAG + d, f"fan{n}", text) for n, d in enumerate(delays)]
    found += [Message(95 + n / 4, f"raider{n}", "raid hello") for n in range(45)]
    return found
