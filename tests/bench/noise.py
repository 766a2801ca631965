"""Ten minutes in which nobody speaks, and everything else of a stream is heard.

All of it is made here from sines and random numbers: music (chords, a choir without words,
drums and bass, chopped vocals), game sounds (bleeps, shots, engines), crowds, applause, wind and
hiss. Where a voice is used it runs backwards, in scraps or in a crowd, so nothing can be
understood: what a transcription writes is invented, word for word.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pcm import open_wav
from voices import RATE, VOICES, Sound, say

Scene = Callable[[np.random.Generator, int], NDArray[np.float64]]
#: The first two formants, in hertz, of a, e, i, o, u.
VOWELS = ((800, 1200), (500, 1900), (300, 2300), (450, 800), (320, 700))


def write_noise(path: Path, seconds: int = 600, seed: int = 3) -> None:
    """Writes a 16 kHz mono WAV: the scenes in turn, 20 s each, with half a second of fade."""
    chance = np.random.default_rng(seed)
    count = 20 * RATE
    fade = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (RATE / 2))
    with open_wav(path) as file:
        for number in range(seconds // 20):
            scene = SCENES[number % len(SCENES)](chance, count)
            level = chance.uniform(0.08, 0.5) / (np.abs(scene).max() + 1e-9)
            file.writeframes((scene * fade * level * 32_000).astype("<i2").tobytes())


def pink(chance: np.random.Generator, count: int) -> Sound:
    """Noise with the same power in every octave; its standard deviation is 1."""
    return np.asarray(_shaped(chance, count, lambda f: 1 / np.sqrt(np.maximum(f, 20))), np.float32)


def _shaped(
    chance: np.random.Generator,
    count: int,
    gain: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """White noise through a filter that is given by its gain at each frequency."""
    bins = np.fft.rfft(chance.standard_normal(count))
    sound = np.fft.irfft(bins * gain(np.fft.rfftfreq(count, 1 / RATE)), count)
    return np.asarray(sound / sound.std())


def _peak(centre: float, width: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda f: 1 / (1 + ((f - centre) / width) ** 2)


def _time(count: int) -> NDArray[np.float64]:
    return np.arange(count) / RATE


def _tone(hertz: float, count: int, partials: int = 8, vibrato: float = 0.0) -> NDArray[np.float64]:
    time = _time(count)
    phase = 2 * np.pi * hertz * time + vibrato * hertz / 20 * np.sin(2 * np.pi * 5.3 * time)
    tone = sum(np.sin(k * phase) / k for k in range(1, partials + 1) if k * hertz < 7000)
    return np.asarray(tone)


def _chord(chance: np.random.Generator) -> list[float]:
    root = 110 * 2 ** (chance.integers(0, 12) / 12)
    return [root * 2 ** (step / 12) for step in (0, chance.choice((3, 4)), 7, 12)]


def _pads(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    bar = 2 * RATE
    bars = [sum(_tone(hertz, bar, 5) for hertz in _chord(chance)) for _ in range(count // bar)]
    return np.concatenate(bars)


def _sung(hertz: float, count: int, vowel: tuple[int, int]) -> NDArray[np.float64]:
    """A vowel on one note: what is nearest to speech without being any."""
    bins = np.fft.rfft(_tone(hertz, count, 30, vibrato=0.15))
    f = np.fft.rfftfreq(count, 1 / RATE)
    return np.fft.irfft(bins * sum(_peak(formant, 90)(f) for formant in vowel), count)


def _choir(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    sound = np.zeros(count)
    position = 0
    while position < count:
        length = min(int(chance.uniform(0.25, 1.2) * RATE), count - position)
        vowel = VOWELS[chance.integers(len(VOWELS))]
        swell = np.sin(np.pi * np.arange(length) / length) ** 0.5
        for hertz in _chord(chance)[:3]:
            sound[position : position + length] += swell * _sung(hertz, length, vowel)
        position += length + int(chance.uniform(0, 0.3) * RATE)
    return sound


def _drums(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    sound = np.zeros(count)
    beat = int(RATE * 60 / 128 / 2)
    for number, start in enumerate(range(0, count - beat, beat)):
        time = _time(beat)
        hat = 0.2 * chance.standard_normal(beat) * np.exp(-60 * time)
        kick = np.sin(2 * np.pi * 55 * time + 6 * np.exp(-30 * time)) * np.exp(-9 * time)
        snare = 0.6 * chance.standard_normal(beat) * np.exp(-18 * time)
        bass = 0.4 * _tone(55 * 2 ** (chance.choice((0, 3, 5, 7)) / 12), beat, 4)
        sound[start : start + beat] += hat + bass + (kick if number % 4 in (0, 1) else 0)
        sound[start : start + beat] += snare if number % 4 == 2 else 0
    return sound


def _bleeps(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    sound = np.zeros(count)
    for start in chance.integers(0, count - RATE, 90):
        length = int(chance.uniform(0.05, 0.5) * RATE)
        time = _time(length)
        sweep = chance.uniform(250, 1800) * time + chance.uniform(-900, 1800) * time**2
        wave = np.sign(np.sin(2 * np.pi * sweep)) * np.exp(-6 * time)
        sound[start : start + length] += 0.4 * wave
    return sound


def _shots(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    sound = 0.03 * pink(chance, count).astype(np.float64)
    for start in chance.integers(0, count - RATE, 60):
        time = _time(RATE)
        blast = _shaped(chance, RATE, _peak(chance.uniform(80, 900), 400))
        sound[start : start + RATE] += chance.uniform(0.2, 1) * blast * np.exp(-7 * time)
    return sound


def _engine(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    speed = 60 + 40 * np.sin(2 * np.pi * _time(count) / 7) + 15 * np.sin(2 * np.pi * _time(count))
    phase = 2 * np.pi * np.cumsum(speed) / RATE
    motor = sum(np.sin(k * phase + k) / k**0.7 for k in range(1, 25))
    return np.asarray(motor) + 0.4 * pink(chance, count)


def _crowd(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Many voices at once: each a row of vowels with its own melody, none with a word."""
    sound = 0.15 * _shaped(chance, count, _peak(900, 700))
    for _ in range(14):
        pitch, position = chance.uniform(90, 280), int(chance.uniform(0, RATE))
        while position < count - RATE:
            length = int(chance.uniform(0.12, 0.35) * RATE)
            vowel = VOWELS[chance.integers(len(VOWELS))]
            tone = _sung(pitch * chance.uniform(0.85, 1.2), length, vowel)
            sound[position : position + length] += 0.02 * tone * np.hanning(length)
            position += length + int(chance.exponential(0.3) * RATE)
    return sound


def _backwards(chance: np.random.Generator) -> NDArray[np.float64]:
    """Somebody says something, from its end to its begin."""
    text = "Every morning the people of the village carry water over the hill to their garden."
    sound, _ = say(text, VOICES[chance.integers(len(VOICES))], int(chance.integers(130, 200)))
    return sound[::-1].astype(np.float64)


def _murmur(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    """A full hall before the show: nine people talk at once, backwards."""
    sound = 0.01 * pink(chance, count).astype(np.float64)
    for _ in range(9):
        position = int(chance.uniform(0, 2 * RATE))
        while position < count:
            said = _backwards(chance)[: count - position] * chance.uniform(0.2, 1)
            sound[position : position + len(said)] += said
            position += len(said) + int(chance.exponential(0.5) * RATE)
    return sound


def _chops(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Dance music with scraps of a backward voice, each played several times on the beat."""
    music = _drums(chance, count)
    sound = 0.3 * music / np.abs(music).max()
    voice = _backwards(chance)
    beat = int(RATE * 60 / 128 / 2)
    for start in range(0, count - 4 * beat, beat):
        if start // beat % 4 == 0:
            length = int(chance.uniform(0.6, 1.8) * beat)
            begin = chance.integers(0, len(voice) - length)
            scrap = voice[begin : begin + length] * np.hanning(length) ** 0.3
        if chance.random() < 0.7:
            sound[start : start + length] += scrap
    return sound


def _cheering(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    swell = 0.4 + 0.6 * np.abs(np.sin(2 * np.pi * _time(count) / 9)) ** 2
    roar = _shaped(chance, count, _peak(1000, 600)) + 0.5 * _shaped(chance, count, _peak(500, 200))
    return roar * swell + 0.3 * _crowd(chance, count)


def _applause(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    sound = np.zeros(count)
    clap = np.exp(-250 * _time(RATE // 20))
    for start in chance.integers(0, count - RATE, 4000):
        body = chance.standard_normal(len(clap)) * clap
        sound[start : start + len(clap)] += chance.uniform(0.2, 1) * body
    return sound


def _wind(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    gust = 0.3 + np.abs(_shaped(chance, count, lambda f: (f < 0.5).astype(float)))
    return _shaped(chance, count, _peak(400, 250)) * gust


def _battle(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    parts = (_drums, _shots, _pads, _crowd)
    sounds = [part(chance, count) for part in parts]
    return np.asarray(sum(sound / np.abs(sound).max() for sound in sounds))


SCENES: tuple[Scene, ...] = (
    *(_pads, _murmur, _drums, pink, _chops, _bleeps, _crowd, _shots, _choir, _engine, _cheering),
    *(_applause, _wind, _battle),
)
