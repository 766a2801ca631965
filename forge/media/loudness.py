"""Loudness after ITU-R BS.1770-4: reading what FFmpeg's ebur128 measures, and gating it again.

The recording is measured once; the loudness of any part of it is then arithmetic on the stored
momentary values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Seconds from one momentary value to the next.
HOP = 0.1
#: Length of the window of one value, seconds: a gating block of BS.1770-4.
BLOCK = 0.4
#: What stands for silence (ebur128's own lowest value), LUFS or dBTP.
SILENCE = -120.7
#: BS.1770-4: blocks below this are silence; blocks this far below the rest are pauses.
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
#: EBU Tech 3342: the same for the loudness range.
RANGE_GATE = -20.0


@dataclass(frozen=True)
class Summary:
    """What ``ebur128=peak=true`` says at its end: LUFS, LU, dBTP; all finite.

    ``integrated`` is -70 for silence, the absolute gate, and ``true_peak`` then ``SILENCE``.
    """

    integrated: float
    range: float
    true_peak: float

    @property
    def silent(self) -> bool:
        return self.integrated <= ABSOLUTE_GATE


def momentary_value(text: str) -> float:
    """A value of ebur128's metadata (``lavfi.r128.M``, ``lavfi.r128.S``) in LUFS, to 0.01 LU.

    What is not a finite number, or below silence, is ``SILENCE``.
    """
    return round(max(SILENCE, _finite(text)), 2)


def parse_summary(log: str) -> Summary | None:
    """The last summary in ffmpeg's log, or None when there is none.

    The filter needs ``peak=true``, else there is no true peak to read.
    """
    _, found, text = log.rpartition("Summary:")
    if not found:
        return None
    values = dict(re.findall(r"^\s*(?:\[info\]\s*)?(I|LRA|Peak):\s+(\S+) ", text, re.MULTILINE))
    if not values.keys() >= {"I", "LRA", "Peak"}:
        return None
    return Summary(
        max(ABSOLUTE_GATE, _finite(values["I"])),
        max(0.0, _finite(values["LRA"])),
        max(SILENCE, _finite(values["Peak"])),
    )


def _finite(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return SILENCE
    return value if math.isfinite(value) else SILENCE


def integrated(momentary: Iterable[float]) -> float | None:
    """Integrated loudness in LUFS of overlapping 400 ms blocks, one every 100 ms.

    Both gates of BS.1770-4. None when every block is silent or there is none.
    """
    powers = [10 ** (value / 10) for value in momentary if value > ABSOLUTE_GATE]
    if not powers:
        return None
    gate = sum(powers) / len(powers) * 10 ** (RELATIVE_GATE / 10)
    loud = [power for power in powers if power > gate]
    return 10 * math.log10(sum(loud) / len(loud))


def loudness_range(short_term: Iterable[float]) -> float:
    """Loudness range in LU of overlapping windows of 3 s (EBU Tech 3342, section 3).

    The spread between the 10th and the 95th percentile of what is not silence, nor 20 LU below
    the rest. 0 when there is nothing else.
    """
    values = [value for value in short_term if value > ABSOLUTE_GATE]
    if not values:
        return 0.0
    powers = [10 ** (value / 10) for value in values]
    gate = 10 * math.log10(sum(powers) / len(powers)) + RANGE_GATE
    loud = sorted(value for value in values if value >= gate)
    return loud[round(0.95 * (len(loud) - 1))] - loud[round(0.10 * (len(loud) - 1))]


def blocks(
    momentary: Sequence[float], hop: float, spans: Iterable[tuple[float, float]]
) -> list[float]:
    """The blocks that lie wholly inside ``spans`` (seconds of source).

    Block ``i`` ends at ``(i + 1) * hop``. A span too short for one gives the block around it.
    """
    found: list[float] = []
    for start, end in spans:
        first = math.ceil((start + BLOCK) / hop - 1e-6) - 1
        last = math.floor(end / hop + 1e-6) - 1
        if first > last:
            first = last = round(((start + end) / 2 + BLOCK / 2) / hop) - 1
        found += momentary[max(0, first) : max(0, last + 1)]
    return found
