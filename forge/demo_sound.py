"""The sound and the chat of the demo recording: a boss fight, told by two voices."""

from __future__ import annotations

import random
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from forge.media import voice
from forge.media.voice import Samples

RATE = 22_050
LENGTH = 48.0
#: When the fight is won, and how much later chat answers. Seconds.
TRIUMPH = 26.0
CHAT_LAG = 7.0


@dataclass(frozen=True)
class Line:
    """Something said at ``start``; ``gain`` is linear, 1 is the usual level."""

    start: float
    speaker: str
    text: str
    gain: float = 1.0


STREAMER, GUEST = "en-us+m3", "en-us+f3"
SCRIPT = (
    Line(0.8, STREAMER, "Okay chat, welcome back. One more try at the last boss."),
    Line(5.2, GUEST, "You have been stuck on this one for three hours."),
    Line(9.0, STREAMER, "I know, but now I have a plan. First we wait for the charge."),
    Line(14.4, GUEST, "Careful on the left, he always jumps twice."),
    Line(18.4, STREAMER, "There it is. Wait for it, wait, and now we hit back."),
    Line(22.4, STREAMER, "Come on, we only need one more hit."),
    Line(TRIUMPH, STREAMER, "Let's go! Oh my god! No way, that was insane!", 2.4),
    Line(31.2, GUEST, "How did you survive that? Please clip that!", 1.5),
    Line(35.4, STREAMER, "My hands are shaking. Give me a minute to breathe."),
    Line(40.0, STREAMER, "All right, let me save the game, and then we look at the map."),
)

_SMALL_TALK = ("hi", "hello from work", "what game is this", "first time here", "nice setup", "lol")
_CHEERS = ("LETS GOOO", "POG", "CLIP IT", "no way", "GG", "insane", "WWWW", "omg", "he did it")


def write_sound(path: Path) -> bool:
    """Writes a mono WAV and tells whether it has speech.

    Without the speech package only the game and the crowd are heard; the loud moment and the
    chat are then still there.
    """
    noise = np.random.default_rng(20)
    count = int(LENGTH * RATE)
    time = np.arange(count) / RATE
    mix = 0.006 * noise.standard_normal(count)
    mix += 0.02 * np.sin(2 * np.pi * 55 * time) * (1 + np.sin(2 * np.pi * 0.5 * time))
    for start in np.arange(14.0, TRIUMPH, 1.6):
        _add(mix, start, 0.05 * _burst(noise, 0.25))
    _add(mix, TRIUMPH - 0.4, 0.45 * _burst(noise, 1.2))
    _add(mix, TRIUMPH, 0.1 * _crowd(noise, 7.0))
    spoken = voice.available()
    if spoken:
        for line in SCRIPT:
            lively = line.gain > 1
            samples, rate = voice.speak(
                line.text,
                voice=line.speaker,
                rate=185 if lively else 165,
                pitch=70 if lively else 45,
                liveliness=80 if lively else 50,
            )
            assert rate == RATE
            _add(mix, line.start, 0.4 * line.gain * samples)
    # Soft clipping, as a streamer's limiter does it.
    pcm = (np.tanh(mix) * 32_000).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(pcm.tobytes())
    return spoken


def make_chat() -> dict[str, Any]:
    """A chat log in Twitch's download shape: small talk, and a burst after the triumph."""
    chance = random.Random(20)
    lines = [
        (second + chance.random() * 3, f"viewer{chance.randrange(60)}", chance.choice(_SMALL_TALK))
        for second in range(2, int(LENGTH), 4)
    ]
    lines += [
        (TRIUMPH + CHAT_LAG + chance.expovariate(0.6), f"viewer{person}", chance.choice(_CHEERS))
        for person in chance.sample(range(60), 42)
    ]
    return {
        "streamer": {"name": "forge_demo"},
        "video": {"length": LENGTH},
        "comments": [
            {
                "content_offset_seconds": round(time, 2),
                "commenter": {"display_name": user},
                "message": {"body": text},
            }
            for time, user, text in sorted(lines)
            if time < LENGTH
        ],
    }


def _add(mix: np.ndarray[Any, Any], start: float, samples: Samples) -> None:
    first = int(start * RATE)
    part = samples[: max(0, len(mix) - first)]
    mix[first : first + len(part)] += part


def _burst(noise: np.random.Generator, seconds: float) -> Samples:
    """A blow: noise below about 500 Hz that dies away."""
    count = int(seconds * RATE)
    rumble = np.convolve(noise.standard_normal(count), np.ones(40) / 40**0.5, mode="same")
    return np.asarray(rumble * np.exp(-4 * np.arange(count) / count), dtype=np.float32)


def _crowd(noise: np.random.Generator, seconds: float) -> Samples:
    """Cheering: noise of the middle range that swells quickly and ebbs slowly."""
    count = int(seconds * RATE)
    hiss = np.convolve(noise.standard_normal(count), np.array([1, 1, 1, -1, -1, -1]) / 2.4, "same")
    place = np.arange(count) / count
    return np.asarray(hiss * np.minimum(1, place * 8) * (1 - place) ** 1.5, dtype=np.float32)
