"""Made streams with known highlights: what is heard, said, seen and chatted, by seed.

A highlight shows in some channels (a shout, a laugh, words, chat…), in others not; which ones
depends on the genre and on the seed, and two channels are always mute, so that no single signal
can win everywhere. Decoys are as strong as highlights in their own channel: loud adverts, raids,
microphone bumps, excited words told calmly, cut storms. In every eighth stream nothing happens.

This file takes nothing from FORGE's scoring: no lexicon, no measure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import stream_lines as lines
import stream_sound as sound
from stream_chat import Chat
from stream_sound import RATE, Wave

#: How likely a highlight of a genre shows in a channel.
GENRES: dict[str, dict[str, float]] = {
    "shooter": dict(shout=0.7, bang=0.7, crowd=0.4, words=0.6, motion=0.7, cuts=0.3, chat=0.9),
    "talk": dict(laugh=0.8, words=0.5, feeling=0.6, overlap=0.6, shout=0.3, fast=0.4, chat=0.9),
    "quiet": dict(words=0.6, feeling=0.5, laugh=0.4, motion=0.5, shout=0.3, cuts=0.3, chat=0.8),
    "horror": dict(shout=0.9, bang=0.6, motion=0.5, laugh=0.4, fast=0.4, words=0.4, chat=0.9),
    "variety": dict(laugh=0.5, shout=0.5, words=0.5, crowd=0.5, overlap=0.3, cuts=0.4, chat=0.9),
}
CHANNELS = sorted({channel for table in GENRES.values() for channel in table})
#: Decoys and how many of each there are in ten minutes.
DECOYS = {
    "advert": 1,
    "raid": 0.7,
    "giveaway": 0.8,
    "bump": 4,
    "alert": 4,
    "story": 3,
    "thanks": 4,
    "cut_storm": 2,
    "motion_flood": 3,
    "firefight": 2,
    "chuckle": 2,
    "overlap": 2,
    "reading": 2,
}
#: Seconds between two calm sentences, and how likely each is; and of people who say little.
PAUSES = ((0.4, 0.8, 1.5, 4.0), (0.4, 0.3, 0.2, 0.1))
SPARSE = ((0.8, 2.5, 5.0, 9.0), (0.3, 0.3, 0.25, 0.15))
STREAMER, GUEST = "en-us+m3", "en-us+f3"


@dataclass
class Stream:
    """A made stream; times in seconds. A highlight runs from its cause to the last reaction."""

    seed: int
    genre: str
    duration: float
    sound: Wave
    transcript: dict[str, Any]
    scenes: dict[str, Any]
    chat: dict[str, Any]
    chat_lag: float
    highlights: list[dict[str, Any]]


@dataclass
class Maker:
    """Builds one stream from left to right; a ``sparse`` one has long pauses in its talk."""

    seed: int
    minutes: float
    sparse: bool = False
    chance: np.random.Generator = field(init=False)
    turns: list[dict[str, Any]] = field(default_factory=list)
    highlights: list[dict[str, Any]] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)

    def make(self) -> Stream:
        self.chance = np.random.default_rng([2026, self.seed])
        self.genre = list(GENRES)[self.seed % len(GENRES)]
        self.duration = self.minutes * 60
        self.track = sound.room(self.chance, self.duration)
        if self.chance.random() < 0.4:
            self.put(0, 0.1 * sound.music(self.chance, self.duration * self.chance.uniform(0.3, 1)))
        self.motion = self._usual_motion()
        self.chat = Chat(self.chance, self.duration)
        self.people = 2 if self.genre == "talk" or self.chance.random() < 0.4 else 1
        self.mute = set(self.chance.choice(CHANNELS, 2, replace=False))
        self.cuts += list(self.chance.uniform(0, self.duration, int(self.minutes * 0.8)))
        time = 3.0
        for place, kind in enumerate(self._schedule()):
            time = self._talk(time, until=(place + 0.3) * self.slot + 3)
            time = self.highlight(time) if kind == "highlight" else self.decoy(kind, time)
        self._talk(time, until=self.duration - 8)
        peak = float(np.abs(self.track).max())
        return Stream(
            self.seed,
            self.genre,
            self.duration,
            np.tanh(self.track / max(1.0, peak / 2)).astype(np.float32),
            lines.transcript(self.turns, self.duration, self.chance),
            {"cuts": sorted(self.cuts), "scenes": [], "black": [], "motion": self.motion.tolist()},
            self.chat.as_log(),
            self.chat.lag,
            self.highlights,
        )

    def _schedule(self) -> list[str]:
        """Highlights and decoys in an order by chance; no two highlights in a row."""
        decoys = [
            name
            for name, rate in DECOYS.items()
            for _ in range(self.chance.poisson(rate * self.minutes / 10))
        ]
        order = list(self.chance.permutation(decoys))
        best = 0 if self.seed % 8 == 7 else max(3, round(self.minutes * 0.5))
        for place in np.sort(self.chance.choice(len(order) + 1, best, replace=False))[::-1]:
            order.insert(int(place), "highlight")
        self.slot = (self.duration - 20) / len(order)
        return [str(kind) for kind in order]

    def put(self, time: float, samples: Wave) -> None:
        first = int(time * RATE)
        part = samples[: max(0, len(self.track) - first)]
        self.track[first : first + len(part)] += part

    def say(self, time: float, text: str, who: str = STREAMER, **how: float) -> float:
        """Speaks a sentence; returns when it ends. ``gain`` above 1 is a strained voice."""
        gain = how.get("gain", 1.0)
        rate, pitch = int(how.get("rate", 165)), int(how.get("pitch", 45))
        samples = sound.speech(text, who, rate, pitch, int(how.get("lively", 45)))
        self.put(time, sound.strained(samples, gain) if gain > 1 else 0.35 * samples)
        end = time + len(samples) / RATE
        self.turns.append(
            {"speaker": who, "start": time, "end": end, "text": text, "shouted": gain > 1.5}
        )
        return end

    def _talk(self, time: float, until: float) -> float:
        pauses, likely = SPARSE if self.sparse else PAUSES
        while time < until:
            who = GUEST if self.people > 1 and self.chance.random() < 0.4 else STREAMER
            rate, pitch = self.chance.integers(150, 180), self.chance.integers(38, 54)
            time = self.say(time, self.chance.choice(lines.CALM), who, rate=rate, pitch=pitch)
            time += self.chance.choice(pauses, p=likely)
        return time

    def highlight(self, time: float) -> float:
        """Cause, peak and reactions; at least two channels tell of it."""
        chance = self.chance
        table = GENRES[self.genre]
        usable = [channel for channel in table if channel not in self.mute]
        shown = {channel for channel in usable if chance.random() < table[channel]}
        while len(shown) < min(2, len(usable)):
            shown.add(str(chance.choice(usable)))
        strength = chance.uniform(0.6, 1.0)
        start = time
        fast = 215 if "fast" in shown else 170
        time = self.say(time, chance.choice(lines.LEAD), rate=fast) + chance.uniform(0.2, 1.0)
        peak = time
        if "bang" in shown:
            self.put(peak - 0.2, 0.5 * strength * sound.bang(chance, chance.uniform(0.4, 1.2)))
        if "crowd" in shown:
            self.put(peak, strength * sound.crowd(chance, chance.uniform(4, 7)))
        if "motion" in shown:
            self.shake(peak - 2, chance.uniform(4, 8), strength)
        if "cuts" in shown:
            self.cuts += list(peak + np.sort(chance.uniform(-1, 5, chance.integers(2, 5))))
        if "chat" in shown:
            self.chat.surge(peak, int(self.chat.crowd * strength * 0.5), "cheer")
        how = dict(gain=1.2 + strength * 1.8, pitch=70 + 25 * strength, lively=80)
        calm = dict(rate=fast, pitch=50.0)
        for _ in range(chance.integers(1, 4)):
            lines_now = lines.EXCITED if "words" in shown else lines.CALM
            lines_now = lines.FEELING if "feeling" in shown and chance.random() < 0.6 else lines_now
            loud = "shout" in shown and chance.random() < 0.8
            before = time
            time = self.say(time, chance.choice(lines_now), **(how if loud else calm))
            if "overlap" in shown:
                middle = before + 0.5 * (time - before)
                time = max(time, self.say(middle, chance.choice(lines.CALM), GUEST, rate=185))
            time += chance.uniform(0.2, 0.6)
        if "laugh" in shown:
            length = chance.uniform(1.5, 4.0)
            self.put(time, (0.8 + strength) * sound.laugh(chance, length))
            if chance.random() < 0.2:
                said = {"speaker": STREAMER, "start": time, "end": time + length}
                self.turns.append(said | {"text": "Ha ha ha.", "shouted": False})
            time += length
        self.highlights.append({"start": start, "end": time, "peak": peak, "shown": sorted(shown)})
        return time + chance.uniform(1.0, 3.0)

    def decoy(self, kind: str, time: float) -> float:
        """Something that looks like a highlight to one channel."""
        chance = self.chance
        if kind == "advert":
            length = chance.uniform(15, 25)
            self.put(time, 1.2 * sound.music(chance, length))
            self.cuts += list(time + np.sort(chance.uniform(0, length, 8)))
            return time + length
        if kind == "raid":
            self.chat.surge(time, int(self.chat.crowd * 0.8), "raid", spread=20)
        elif kind == "giveaway":
            self.chat.surge(time, int(self.chat.crowd * 0.6), "join", spread=12)
        elif kind == "bump":
            self.put(time, chance.uniform(0.5, 0.9) * sound.bang(chance, 0.15, 30))
        elif kind == "alert":
            self.put(time, sound.jingle(chance))
        elif kind == "story":
            return self.say(time, chance.choice(lines.STORY), rate=160) + 0.6
        elif kind == "thanks":
            return self.say(time, chance.choice(lines.THANKS), rate=165) + 0.6
        elif kind == "cut_storm":
            self.cuts += list(time + np.sort(chance.uniform(0, 8, 6)))
        elif kind == "motion_flood":
            self.shake(time, chance.uniform(6, 14), 1.0)
        elif kind == "firefight":
            self.shake(time, 12, 0.6)
            for at in np.sort(chance.uniform(0, 12, 14)):
                self.put(time + at, 0.3 * sound.bang(chance, 0.3))
        elif kind == "chuckle":
            self.put(time, 0.5 * sound.laugh(chance, 1.0))
            return time + 1.2
        elif kind == "overlap" and self.people > 1:
            end = self.say(time, chance.choice(lines.CALM))
            return max(end, self.say(time + 1.0, chance.choice(lines.CALM), GUEST)) + 0.5
        elif kind == "reading":
            return self.say(time, chance.choice(lines.READING), rate=230) + 0.5
        return time

    def shake(self, time: float, length: float, strength: float) -> None:
        first, last = max(0, int(time)), int(time + length) + 1
        self.motion[first:last] += 18 * strength * self.chance.uniform(0.7, 1.3)

    def _usual_motion(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        seconds = int(np.ceil(self.duration))
        steps = np.zeros(seconds)
        for second in range(1, seconds):
            steps[second] = 0.85 * steps[second - 1] + self.chance.normal(0, 1.2)
        return np.clip(6 + steps, 0, 60)
