"""What a step is going to write: about so much, rather too much.

Pure arithmetic on what the probe found. The figures are rounded up from measurements on a game
with and without grain, at 360 to 1080 lines, 30 and 60 pictures a second, x264 and AV1
(``tests/bench/disk_needs.py`` prints them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forge.media.proxy import PROXY_RATE, fit

#: Bytes that a step writes for a second of its material.
_PER_SECOND = {
    "audio": 33_000,  # 16 kHz mono WAV, and the curves.
    "transcription": 2_000,
    "diarization": 2_000,
    "scene_detect": 500,
    "signals": 1_000,
    "scoring": 1_000,
    "render": 2_000_000,  # A 1080x1920 clip takes up to 1.2 MB.
}
#: What every step may write besides: small files, and the database's rows.
_AT_LEAST = 1 << 20
#: A recording of which nothing is known counts as this: a busy game.
_UNKNOWN = {"width": 1920, "height": 1080, "fps": 60.0}
_UNKNOWN_RATE = 2_000_000.0
#: The proxy's sound: 128 kbit/s.
_PROXY_SOUND = 17_000
#: Bytes of the proxy for each of its pixels: of a smooth recording, and the more the richer the
#: recording is, in bytes for each of its own pixels.
_PROXY, _PROXY_RICHER = 0.0165, 0.085
#: Bytes of the scout in a second, in the same way. Its size is always about the same.
_SCOUT, _SCOUT_RICHER = 105_000, 1_500_000
#: The richest that these hold for: grain that fills a lossless recording does not all survive.
_RICHEST = 0.35
#: A clip's part of a recording whose clock jumps is copied with about so much around it, seconds.
_AROUND = 60.0
_INDEXED = {"mp4", "matroska"}


def step_bytes(step: str, duration: float | None, probe: Mapping[str, Any] | None = None) -> int:
    """About what ``step`` writes for ``duration`` seconds of material, at its peak.

    ``probe`` is what the probe found in the recording. Both count as none as long as they are not
    known: the probe comes first and writes little. Without a probe, the picture is taken for a
    busy game in 1080p60.
    """
    seconds = max(duration or 0.0, 0.0)
    facts = probe or {}
    found = _PER_SECOND.get(step, 0) * seconds
    if step == "proxy":
        found = _proxy_rate(facts) * seconds
    return _AT_LEAST + int(found + _copied(step, seconds, facts))


def _proxy_rate(probe: Mapping[str, Any]) -> float:
    """Bytes a second of both copies; the proxy is there twice when it is put together."""
    video = {**_UNKNOWN, **(probe.get("video") or {})}
    width, height = fit(int(video["width"]), int(video["height"]))
    rate = _rate(probe) or _UNKNOWN_RATE
    # Of sixty pictures a second, the copies keep thirty, and nearly all that is in them.
    pictures = min(float(video["fps"]), PROXY_RATE)
    pixels = max(1.0, float(video["width"]) * float(video["height"]) * pictures)
    rich = min(rate / pixels, _RICHEST)
    proxy = width * height * PROXY_RATE * (_PROXY + _PROXY_RICHER * rich)
    return 2 * (proxy + _PROXY_SOUND) + _SCOUT + _SCOUT_RICHER * rich


def _copied(step: str, seconds: float, probe: Mapping[str, Any]) -> float:
    """Bytes of the recording that are copied, because it cannot be sought in."""
    if not probe or _INDEXED & set(str(probe.get("container")).split(",")):
        return 0.0
    if step == "render":
        return (seconds + _AROUND) * _rate(probe) if probe.get("jumps") else 0.0
    return {"proxy": 1.0, "scene_detect": 1.0, "audio": 0.1}.get(step, 0.0) * _size(probe)


def _rate(probe: Mapping[str, Any]) -> float:
    """Bytes a second of the recording itself; 0 when that is not known."""
    duration = float(probe.get("duration") or 0.0)
    return _size(probe) / duration if duration > 0 else 0.0


def _size(probe: Mapping[str, Any]) -> float:
    return float(probe.get("size") or 0.0)
