"""Sounds of made streams: voices, laughs, bangs, crowds, jingles and music, at 16 kHz.

Nothing here knows how FORGE measures sound: each is made from what the thing itself is.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from forge.media import voice

RATE = 16_000
Wave = np.ndarray[tuple[int], np.dtype[np.float32]]


@lru_cache(maxsize=4096)
def speech(text: str, who: str, rate: int, pitch: int, lively: int) -> Wave:
    """A sentence by eSpeak NG, without the silence at its ends."""
    samples, rate_made = voice.speak(text, voice=who, rate=rate, pitch=pitch, liveliness=lively)
    places = np.arange(0, len(samples), rate_made / RATE)
    made = np.interp(places, np.arange(len(samples)), samples)
    heard = np.flatnonzero(np.abs(made) > 0.01)
    return made[heard[0] : heard[-1] + 1].astype(np.float32) if heard.size else made[:0]


def strained(samples: Wave, gain: float) -> Wave:
    """A voice at the limit: louder, and its upper harmonics fuller by soft clipping."""
    return np.tanh(2.0 * gain * samples).astype(np.float32) * 0.5


def laugh(chance: np.random.Generator, seconds: float) -> Wave:
    """Breathy notes of a falling voice, four to five and a half a second, with a breath between."""
    out = np.zeros(int(seconds * RATE), np.float32)
    height = chance.uniform(180, 380)
    time, note = 0.0, 1.0 / chance.uniform(4.0, 5.5)
    while time + note < seconds:
        count = int(note * chance.uniform(0.5, 0.65) * RATE)
        at = np.arange(count) / RATE
        tone = sum(np.sin(2 * np.pi * height * k * at) / k**1.2 for k in range(1, 9))
        breath = chance.standard_normal(count) * 0.5
        place = np.arange(count) / count
        part = (tone + breath) * np.sin(np.pi * place) ** 0.7
        start = int(time * RATE)
        out[start : start + count] += part[: len(out) - start].astype(np.float32) * 0.12
        height *= chance.uniform(0.95, 1.01)
        time += note * chance.uniform(0.94, 1.06) + (note * 2 if chance.random() < 0.06 else 0)
    return out


def bang(chance: np.random.Generator, seconds: float, dull: int = 12) -> Wave:
    """A blow or a shot: noise that dies away; the larger ``dull``, the lower it sounds."""
    count = int(seconds * RATE)
    noise = np.convolve(chance.standard_normal(count), np.ones(dull) / dull**0.5, mode="same")
    return (noise * np.exp(-6 * np.arange(count) / count)).astype(np.float32)


def crowd(chance: np.random.Generator, seconds: float) -> Wave:
    """Many voices at once: coloured noise that swells and ebbs."""
    count = int(seconds * RATE)
    noise = np.convolve(chance.standard_normal(count), np.hanning(9), mode="same")
    place = np.arange(count) / count
    return (noise * np.minimum(1, 6 * place) * (1 - place) ** 1.2 * 0.3).astype(np.float32)


def music(chance: np.random.Generator, seconds: float, drums: bool = True) -> Wave:
    """Chords over a bass, with a beat if wanted; tempo and key by chance."""
    out = np.zeros(int(seconds * RATE), np.float32)
    beat = int(RATE * 60 / chance.uniform(85, 150))
    root = chance.uniform(110, 190)
    steps = [0, 5, 7, 9, 3]
    for place, start in enumerate(range(0, len(out), beat)):
        count = min(beat, len(out) - start)
        at = np.arange(count) / RATE
        base = root * 2 ** (steps[(place // 4) % len(steps)] / 12)
        tones = sum(
            np.sin(2 * np.pi * base * ratio * k * at) / k**1.5
            for ratio in (0.5, 1.0, 1.26, 1.5, 2.0)
            for k in range(1, 6)
        )
        out[start : start + count] += (0.06 * tones * np.exp(-1.5 * at)).astype(np.float32)
        if drums:
            hit = bang(chance, 0.12, 3 if place % 2 else 20)[:count]
            out[start : start + len(hit)] += 0.25 * hit
    return out


def jingle(chance: np.random.Generator) -> Wave:
    """The alert of a new follower: a few bell tones."""
    notes = []
    for height in chance.choice([523.0, 659.0, 784.0, 1046.0], size=3):
        at = np.arange(int(0.22 * RATE)) / RATE
        notes.append(np.sin(2 * np.pi * height * at) * np.exp(-9 * at))
    return (0.5 * np.concatenate(notes)).astype(np.float32)


def room(chance: np.random.Generator, seconds: float) -> Wave:
    """What is always there: a fan's hiss and the game's low hum, slowly louder and softer."""
    count = int(seconds * RATE)
    swell = np.interp(
        np.arange(count), np.linspace(0, count, 60), chance.uniform(0.5, 1.5, 60)
    ).astype(np.float32)
    at = np.arange(count, dtype=np.float32) / RATE
    hum = np.sin(2 * np.pi * 50 * at, dtype=np.float32) * np.float32(0.006)
    hiss = chance.standard_normal(count, dtype=np.float32) * np.float32(0.003)
    return (hum + hiss) * swell
