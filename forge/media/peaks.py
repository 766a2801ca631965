"""The waveform to draw: the lowest and the highest sample of each stretch, at several zooms.

The files have the binary form of BBC's audiowaveform (version 2), which waveform libraries read:
little-endian, a header of 24 bytes, then a lowest and a highest value of one signed byte each.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

#: Pairs a second, from the finest to the coarsest zoom; each is made from the one before. Four
#: hours are 2.9 MB, 290 kB and 29 kB.
ZOOMS = (100, 10, 1)
FILES = tuple(f"peaks_{zoom}.dat" for zoom in ZOOMS)
_VERSION, _EIGHT_BITS, _CHANNELS = 2, 1, 1
#: Samples that are read at once.
_BLOCK = 100 * 16_000
_WAV_HEADER = 44

Pairs = np.ndarray[Any, np.dtype[np.int8]]


def write_peaks(wav: Path, rate: int, folder: Path) -> None:
    """Writes FILES for a bit-exact mono WAV of 16-bit samples.

    The last pair of each file may cover less than its stretch. The WAV's size counts, not its
    header, which overflows at 4 GB. ``rate`` must be a multiple of 100.
    """
    samples: np.ndarray[Any, np.dtype[np.int16]] = np.zeros(0, "<i2")
    if wav.stat().st_size >= _WAV_HEADER + 2:
        count = (wav.stat().st_size - _WAV_HEADER) // 2
        samples = np.memmap(wav, "<i2", "r", offset=_WAV_HEADER, shape=(count,))
    blocks = [
        _fold((samples[start : start + _BLOCK] >> 8).astype(np.int8).repeat(2), rate // ZOOMS[0])
        for start in range(0, len(samples), _BLOCK)
    ]
    pairs: Pairs = np.concatenate(blocks) if blocks else np.zeros(0, np.int8)
    for zoom, finer, name in zip(ZOOMS, (ZOOMS[0], *ZOOMS), FILES, strict=False):
        pairs = _fold(pairs, finer // zoom)
        header = (_VERSION, _EIGHT_BITS, rate, rate // zoom, len(pairs) // 2, _CHANNELS)
        (folder / name).write_bytes(struct.pack("<iIiiIi", *header) + pairs.tobytes())


def _fold(pairs: Pairs, factor: int) -> Pairs:
    """``factor`` pairs to one; what is left over at the end makes one of its own."""
    if not len(pairs):
        return pairs
    lows, highs = pairs[0::2], pairs[1::2]
    starts = np.arange(0, len(lows), factor)
    folded = np.empty(2 * len(starts), np.int8)
    folded[0::2] = np.minimum.reduceat(lows, starts)
    folded[1::2] = np.maximum.reduceat(highs, starts)
    return folded
