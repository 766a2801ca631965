"""Signals of the voices: how high, how loud, how fast, laughing, and taking each other's word.

No model says *shout* or *laugh* here: each is told by what phonetics knows of it, against what
is usual in this recording.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from forge.scoring.evidence import Evidence, Series, Sound, second_of
from forge.scoring.sound import FRAMES

Indices = np.ndarray[tuple[int], np.dtype[np.int_]]

#: A second with fewer voiced frames than this (160 ms) has no pitch worth a number.
_LEAST_VOICED = 8
#: Nobody's voice is further from its usual height, in semitones: an octave slip, or a whistle.
_POSSIBLE = 16.0
#: Shouting against speaking: about an octave higher and up to 20 dB louder (Rostolland 1982).
#: This much of each is a whole shout; the first 3 dB and 2 semitones are lively talk.
_SHOUT_LEVEL, _SHOUT_PITCH = (3.0, 12.0), (2.0, 9.0)
#: The part of a second that must be shouted to count as all of it: 200 ms.
_SHOUT_FRAMES = 10
#: Laughter comes in notes 140 to 300 ms apart (Bachorowski et al. 2001: 4.4 a second).
_NOTE_LAGS = np.arange(7, 16)
#: Frames around a second's middle in which the notes are looked for: 1.6 s, six notes or more.
_LAUGH_REACH = 40
#: Below this swing of level (dB) there are no notes, only a tone; from the second on it is whole.
_LAUGH_SWING = (3.0, 8.0)
#: Notes this regular are laughter; four of five seconds of speech stay below the first.
_LAUGH_LIKENESS = (0.45, 0.8)
#: Seconds over which music must go on: a laugh or a long vowel is sung for a moment, too.
_LASTING = 9
_SPEECH_REACH = 1.5
#: Seconds by which a diarizer's turns may begin too late and end too early (its usual collar).
_BLURRED = 0.25


def main_speaker(evidence: Evidence) -> str | None:
    """Who speaks most of the time; None when nobody told the speakers apart."""
    spoken: dict[str, float] = defaultdict(float)
    for turn in evidence.turns:
        spoken[turn.speaker] += turn.end - turn.start
    return max(sorted(spoken), key=spoken.__getitem__, default=None)


def speaking(evidence: Evidence, sound: Sound) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each frame, whether the main speaker talks alone in it (or anybody, when unknown).

    Where two talk at once, the higher voice is measured, and it would seem the main one's shout.
    """
    frames = np.zeros(len(sound.level), dtype=bool)
    main = main_speaker(evidence)
    spans = [(t.start, t.end) for t in evidence.turns if t.speaker == main] or [
        (word.start, word.end) for word in evidence.words or ()
    ]
    for begin, end in spans:
        frames[int(begin * FRAMES) : int(end * FRAMES) + 1] = True
    for turn in evidence.turns:
        if turn.speaker != main:
            begin, end = max(0.0, turn.start - _BLURRED), turn.end + _BLURRED
            frames[int(begin * FRAMES) : int(end * FRAMES) + 1] = False
    return frames


def pitch(evidence: Evidence, sound: Sound) -> Series:
    """Semitones by which the main speaker's voice is above its own usual height, at least 0."""
    heights = _semitones(evidence, sound)
    values = np.zeros(evidence.seconds)
    for second, part in _by_second(heights, evidence.seconds):
        voiced = part[np.isfinite(part)]
        if voiced.size >= _LEAST_VOICED:
            values[second] = max(0.0, float(np.quantile(voiced, 0.75)))
    return values


def shout(evidence: Evidence, sound: Sound) -> Series:
    """How much of a shout the second holds, 0 to 1: a voice both louder and higher than usual."""
    heights = _semitones(evidence, sound)
    voiced = np.isfinite(heights)
    if not voiced.any():
        return np.zeros(evidence.seconds)
    louder = sound.level - np.median(sound.level[voiced])
    degree = np.where(voiced, _part(louder, _SHOUT_LEVEL) * _part(heights, _SHOUT_PITCH), 0.0)
    values = np.zeros(evidence.seconds)
    for second, part in _by_second(degree, evidence.seconds):
        values[second] = float(np.sort(part)[-_SHOUT_FRAMES:].sum()) / _SHOUT_FRAMES
    return values


def laughing(evidence: Evidence, sound: Sound) -> Series:
    """How much each second sounds like laughter, 0 to 1.

    Even notes of a voice, with few words in them. Music with a beat has even notes, too; where
    somebody listened for music, its share is taken off.
    """
    values = np.zeros(evidence.seconds)
    seconds = min(evidence.seconds, len(sound.level) // FRAMES)
    if seconds == 0:
        return values
    middles = np.arange(seconds) * FRAMES + FRAMES // 2
    level = np.maximum(sound.level, np.median(sound.level) - 20.0)
    notes = _around(level, middles)
    notes = notes - notes.mean(axis=1, keepdims=True)
    voiced = _around((sound.pitch > 0).astype(float), middles).mean(axis=1)
    values[:seconds] = (
        _part(_evenness(notes), _LAUGH_LIKENESS)
        * _part(notes.std(axis=1), _LAUGH_SWING)
        * np.minimum(1.0, 4 * voiced)
    )
    return values * (1.0 - _spoken_share(evidence)) * (1.0 - music(evidence, sound))


def music(evidence: Evidence, sound: Sound) -> Series:
    """How much music or singing there is around each second, 0 to 1; 0 when nobody listened."""
    values = np.zeros(evidence.seconds)
    heard = np.zeros(0) if sound.music is None else sound.music
    values[: len(heard)] = heard[: len(values)]
    padded = np.pad(values, _LASTING // 2, mode="edge")
    return np.convolve(padded, np.ones(_LASTING) / _LASTING, mode="valid").clip(0.0, 1.0)


def _around(frames: Series, middles: Indices) -> Series:
    """One row for each middle: the frames around it, the recording's edges going on."""
    padded = np.pad(frames, _LAUGH_REACH, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _LAUGH_REACH)
    rows: Series = windows[middles]
    return rows


def _evenness(notes: Series) -> Series:
    """How alike each row is to itself a note later and unlike half a note later, up to 1.

    Without the second half, a tone that merely ends would be like itself, too.
    """
    length = notes.shape[1]
    spectrum = np.fft.rfft(notes, 2 * length)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[:, :length]
    likeness *= length / np.arange(length, 0, -1)
    likeness /= np.maximum(likeness[:, :1], 1e-9)
    later = likeness[:, _NOTE_LAGS]
    even: Series = np.minimum(later, later - likeness[:, _NOTE_LAGS // 2]).max(axis=1)
    return even


def interruptions(evidence: Evidence) -> Series:
    """How often another person takes the word or speaks at once, a second, over five seconds.

    A change of speaker without a pause counts once, one into the other's turn twice.
    """
    values = np.zeros(evidence.seconds)
    latest: dict[str, float] = {}
    for turn in evidence.turns:
        others = [end for speaker, end in latest.items() if speaker != turn.speaker]
        gap = turn.start - max(others, default=-np.inf)
        weight = 2.0 if gap < -0.1 else 1.0 if gap < 0.4 else 0.0
        values[second_of(turn.start, evidence)] += weight
        latest[turn.speaker] = max(turn.end, latest.get(turn.speaker, 0.0))
    return np.convolve(values, np.ones(5), mode="same") / 5 if len(values) >= 5 else values


def speech_rate(evidence: Evidence) -> Series:
    """The main speaker's words a second, over the three seconds around each second's middle.

    Everybody's, when nobody told the speakers apart.
    """
    starts = np.array([word.start for word in evidence.words or ()])
    main = main_speaker(evidence)
    if main is not None:
        own = np.zeros(len(starts), dtype=bool)
        for turn in evidence.turns:
            if turn.speaker == main:
                first, last = np.searchsorted(starts, (turn.start, turn.end))
                own[first:last] = True
        starts = starts[own]
    return rate_of(starts.tolist(), evidence.seconds, _SPEECH_REACH)


def rate_of(times: list[float], seconds: int, reach: float) -> Series:
    """Events a second, counted over ``reach`` seconds to both sides of each second's middle."""
    middles = np.arange(seconds) + 0.5
    ordered = np.sort(np.array(times, dtype=float))
    begin = np.searchsorted(ordered, middles - reach, side="left")
    end = np.searchsorted(ordered, middles + reach, side="right")
    return (end - begin) / (2 * reach)


def _semitones(evidence: Evidence, sound: Sound) -> Series:
    """Each frame's semitones above the main speaker's median; NaN where they have no voice."""
    voiced = speaking(evidence, sound) & (sound.pitch > 0)
    heights = np.full(len(sound.pitch), np.nan)
    if voiced.any():
        usual = np.median(sound.pitch[voiced])
        heights[voiced] = 12 * np.log2(sound.pitch[voiced] / usual)
        heights[np.abs(heights) > _POSSIBLE] = np.nan
    return heights


def _spoken_share(evidence: Evidence) -> Series:
    """The part of each second that words fill, 0 to 1."""
    times = np.arange(evidence.seconds + 1, dtype=float)
    filled = np.zeros(evidence.seconds)
    for word in evidence.words or ():
        first, last = int(word.start), min(int(word.end), evidence.seconds - 1)
        for second in range(first, last + 1):
            filled[second] += min(word.end, times[second + 1]) - max(word.start, times[second])
    return np.clip(filled, 0.0, 1.0)


def _by_second(frames: Series, seconds: int) -> list[tuple[int, Series]]:
    whole = min(seconds, len(frames) // FRAMES)
    return list(enumerate(frames[: whole * FRAMES].reshape(whole, FRAMES)))


def _part(values: Series, between: tuple[float, float]) -> Series:
    low, high = between
    return np.clip((values - low) / (high - low), 0.0, 1.0)
