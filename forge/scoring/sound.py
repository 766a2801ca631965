"""What the sound itself tells, frame by frame: level, pitch, onsets, colour.

Pure arithmetic on samples, block by block, so that hours need little memory, and a block that was
measured before a kill need not be measured again. What the frames mean (a shout, a laugh) is
decided by the signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from forge.scoring.evidence import Series, Sound

Samples = np.ndarray[tuple[int], np.dtype[np.float32]]
#: The share of music or singing, 0 to 1, in each whole second of the samples it is given.
MusicMeter = Callable[[Samples], Series]
#: The samples from one position up to another; fewer at the recording's ends.
Reader = Callable[[int, int], Samples]

RATE = 16_000
#: A frame every 20 ms: laughter's four to six notes a second stay apart.
HOP = 320
FRAMES = RATE // HOP
#: 64 ms: four periods of a 70 Hz voice, which the autocorrelation needs to be sure of it.
WINDOW = 1024
_FFT = 2 * WINDOW
_LOWEST, _HIGHEST = 70.0, 500.0
#: Boersma (1993) calls a frame voiced from a normalized autocorrelation of 0.45 on.
_VOICED = 0.45
#: The first peak this close to the highest is the period; later ones are its multiples.
_NEARLY = 0.9
BANDS = 24
_FLOOR = 1e-7
#: An onset is a rise against the frame 60 ms before: attacks take less, vibrato more.
_RISE = 3
#: Seconds in one block: large enough for numpy, small enough for memory and for a kill.
BLOCK = 30
#: What a block's first and last frames look at beyond it, in samples.
_BEFORE, _AFTER = (WINDOW - HOP) // 2 + _RISE * HOP, WINDOW


class Block(NamedTuple):
    """What was measured on one block; the fields are those of :class:`Sound`."""

    level: Series
    pitch: Series
    onset: Series
    bright: Series
    bands: Series
    music: Series


def measure_block(read: Reader, number: int, music: MusicMeter | None = None) -> Block:
    """The frames of block ``number``: 30 s of samples (float32, -1 to 1, 16 kHz, one channel).

    Frame i is the 64 ms around (i + 0.5) * 20 ms of the block. A block depends on nothing but
    the samples, and a last second that is cut short counts as if silence followed.
    """
    start = number * BLOCK * RATE
    piece = read(start, start + BLOCK * RATE)
    piece = _padded(piece, -(-len(piece) // RATE) * RATE)
    before = read(max(0, start - _BEFORE), start)
    lead = np.concatenate((np.zeros(_BEFORE - len(before), np.float32), before))
    end = start + len(piece)
    framed = np.concatenate((lead, piece, _padded(read(end, end + _AFTER), _AFTER)))
    windows = np.lib.stride_tricks.sliding_window_view(framed, WINDOW)[::HOP]
    windows = windows[: len(piece) // HOP + _RISE]
    spectrum = np.fft.rfft(windows * _HANN, _FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    bands = 10 * np.log10(power @ _MEL + _FLOOR)
    onset = np.maximum(0.0, bands[_RISE:] - bands[:-_RISE]).mean(axis=1)
    if number == 0:
        onset[: 2 * _RISE] = 0.0  # That the recording begins is no event in it.
    power, bands = power[_RISE:], bands[_RISE:]
    level = 10 * np.log10(power.sum(axis=1) + _FLOOR)
    high = 10 * np.log10(power[:, _HIGH].sum(axis=1) + _FLOOR)
    by_second = bands.reshape(-1, FRAMES, BANDS).mean(axis=1)
    heard = np.zeros(0) if music is None else music(piece)
    return Block(level, _pitch(power), onset, high - level, by_second, heard)


def join_blocks(blocks: Sequence[Block]) -> Sound:
    """The whole recording's sound from all its blocks, in order."""
    if not blocks:
        nothing = np.zeros(0)
        return Sound(nothing, nothing, nothing, nothing, np.zeros((0, BANDS)))
    columns = [np.concatenate(column) for column in zip(*blocks, strict=True)]
    level, pitch, onset, bright, bands, music = columns
    return Sound(level, pitch, onset, bright, bands, music if len(music) else None)


def count_blocks(length: int) -> int:
    """How many blocks so many samples have; the last one may be short."""
    return -(-length // (BLOCK * RATE))


def _padded(samples: Samples, length: int) -> Samples:
    return np.concatenate((samples, np.zeros(length - len(samples), np.float32)))


def _pitch(power: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Series:
    """Hertz of each frame's voice, 0 where there is none, by autocorrelation.

    P. Boersma (1993), Accurate short-term analysis of the fundamental frequency: the signal's
    autocorrelation divided by the window's own.
    """
    correlation = np.fft.irfft(power)[:, : _LAGS[-1] + 2]
    energy = np.maximum(correlation[:, :1], _FLOOR)
    likeness = correlation / energy / _WINDOW_ITSELF
    inner = likeness[:, _LAGS]
    # A period is a peak: neither the slope from lag 0 nor a plateau.
    peak = (inner >= likeness[:, _LAGS - 1]) & (inner > likeness[:, _LAGS + 1])
    inner = np.where(peak, inner, 0.0)
    best = inner.max(axis=1)
    first = np.argmax(inner >= _NEARLY * best[:, None], axis=1)
    return np.where((best >= _VOICED) & (energy[:, 0] > 1e-4), RATE / _LAGS[first], 0.0)


def _mel_bank() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Triangles evenly spread on the mel scale (O'Shaughnessy, 2595 log10(1 + f/700))."""
    edges = np.linspace(_mel(60.0), _mel(7600.0), BANDS + 2)
    hertz = 700 * (10 ** (edges / 2595) - 1)
    bins = np.arange(_FFT // 2 + 1) * RATE / _FFT
    up = (bins[:, None] - hertz[None, :-2]) / np.diff(hertz)[None, :-1]
    down = (hertz[None, 2:] - bins[:, None]) / np.diff(hertz)[None, 1:]
    return np.maximum(0.0, np.minimum(up, down)).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


_HANN = np.hanning(WINDOW).astype(np.float32)
_MEL = _mel_bank()
#: Above 1 kHz: the part that a raised voice gains most in.
_HIGH = slice(round(1000 * _FFT / RATE), None)
_LAGS = np.arange(int(RATE / _HIGHEST), int(RATE / _LOWEST) + 1)
_WINDOW_ITSELF = ((lambda own: own / own[0])(np.fft.irfft(np.abs(np.fft.rfft(_HANN, _FFT)) ** 2)))[
    : _LAGS[-1] + 2
].astype(np.float32)
