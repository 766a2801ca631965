"""Made speech whose every word has a known time: streams of talk, and talk between silences.

Sentences of several voices, at known places, over game noise or silence.
"""

from __future__ import annotations

import random
import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from noise import pink
from pcm import open_wav
from voices import RATE, VOICES, Sound, say

SENTENCES = (
    "Good evening everybody, the river level is where we stopped last week.",
    "I promised to finish the water temple before midnight.",
    "Can somebody in chat tell me how to open the silver gate?",
    "That jump was much longer than it looked from here.",
    "My brother called this afternoon and he wants to play with us on Friday.",
    "Watch the big spider, it spits when you stand still for too long.",
    "Three arrows left, and the dragon still has half of its health.",
    "If we lose this round, I am going to eat a raw onion.",
    "Please do not tell me the ending of the second season.",
    "The old captain hides his treasure under the wooden bridge.",
    "Somebody gave me fifty coins, thank you so much, my friend.",
    "I think the sound of the engine is a little too loud.",
    "We have to turn the wheel twice and then pull the red lever.",
    "Who put a piano in the middle of a battlefield?",
    "Let me drink some coffee before we start the next chapter.",
    "The doctor said that my wrist needs another month of rest.",
    "Everybody run to the left side, he is going to explode!",
    "Nobody has ever finished this stage without losing a life.",
    "When I was twelve, this game took me a whole summer.",
    "Look at the score board, we are only seven points behind.",
    "There is a secret door behind the painting of the queen.",
    "You were right, the yellow potion makes the armor stronger.",
    "One more question, and then we go back into the cave.",
    "Unbelievable, he caught the knife with his bare hands!",
    "The weather outside is terrible, so we will stay here all night.",
    "First we collect the wood, and then we build a small boat.",
    "I do not trust this merchant, his prices change every minute.",
    "Give me ten seconds, my keyboard is upside down.",
    "That was the funniest accident that I have seen this year.",
    "The next tournament begins in March, and tickets are cheap.",
)


@dataclass
class Spoken:
    """What is said in a recording: words with the second in which each begins, where that is
    known, and when there is any speech at all.
    """

    words: list[tuple[str, float | None]] = field(default_factory=list)
    speech: list[tuple[float, float]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(word for word, _ in self.words)


def talk(path: Path, seconds: float, seed: int = 1) -> Spoken:
    """A stream: several voices, sentence after sentence, over quiet game noise."""
    chance = random.Random(seed)
    said = Spoken()
    backing = 0.004 * pink(np.random.default_rng(seed), 30 * RATE)
    with open_wav(path) as file:
        position = 0
        while position < seconds * RATE:
            gap = chance.choice((0.3, 0.5, 0.8, 1.2, 2.0, 4.0, 9.0))
            sound = _utterance(said, chance, (position / RATE) + gap, 0.25 * chance.uniform(0.6, 1))
            piece = np.concatenate([np.zeros(round(gap * RATE), np.float32), sound])
            room = np.resize(np.roll(backing, -position), len(piece))
            position += _append(file, piece + room)
    return said


def between_silences(path: Path, seed: int = 2) -> Spoken:
    """Forty sentences; before each 3 to 45 seconds of silence, digital or with a faint hiss."""
    chance = random.Random(seed)
    noise = np.random.default_rng(seed)
    said = Spoken()
    with open_wav(path) as file:
        position = 0
        for number in range(40):
            gap = chance.choice((3.0, 5.0, 8.0, 14.0, 27.0, 31.0, 45.0)) + chance.random()
            sound = _utterance(said, chance, position / RATE + gap, 0.3)
            piece = np.concatenate([np.zeros(round(gap * RATE), np.float32), sound])
            if number % 2:
                piece += 0.0006 * noise.standard_normal(len(piece)).astype(np.float32)
            position += _append(file, piece)
        _append(file, np.zeros(20 * RATE, np.float32))
    return said


def _utterance(said: Spoken, chance: random.Random, start: float, gain: float) -> Sound:
    sound, words = say(
        chance.choice(SENTENCES), chance.choice(VOICES), chance.choice((150, 165, 180))
    )
    said.words += [(word, None if at is None else start + at) for word, at in words]
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    said.speech.append((start + loud[0] / RATE, start + loud[-1] / RATE))
    return np.asarray(gain * sound, np.float32)


def _append(file: wave.Wave_write, samples: Sound) -> int:
    file.writeframes((np.clip(samples, -1, 1) * 32_000).astype("<i2").tobytes())
    return len(samples)
