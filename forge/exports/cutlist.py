"""The cut list of a clip: the spans of the recording that it keeps, in the recording's frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from forge.exports.plan import Plan, clip_timeline
from forge.layout.presets import FASTEST, rate
from forge.spec import Spec


@dataclass(frozen=True)
class CutList:
    """Kept spans of a recording, in its frames at ``fps``: (first, one behind the last).

    ``length`` is the recording's. ``note`` says what an editor should know: that a variable
    frame rate was conformed to a constant one. ``size`` is in displayed pixels.
    """

    title: str
    recording: str
    url: str
    fps: Fraction
    size: tuple[int, int]
    length: int
    spans: Sequence[tuple[int, int]]
    audio_rate: int | None
    note: str = ""


def cut_list(spec: Spec, probe: Mapping[str, Any], plan: Plan) -> CutList:
    """The clip on the recording's own frames.

    Editors count frames from a recording's start at a constant rate. A variable one is conformed
    to 30 or 60, as most of them do it themselves.
    """
    video, audio = probe["video"], probe["audio"]
    duration = float(probe["duration"])
    fps, note = rate(video, FASTEST), ""
    if video.get("vfr"):
        fps = Fraction(60 if float(video["fps"]) > 30.5 else 30)
        note = f"Variable frame rate: conformed to {fps} frames a second"
    time = clip_timeline(plan.wanted, duration, fps)
    begin = round(Fraction(time.start) * fps)
    recording = spec.params.get("recording") or {}
    path = str(recording.get("path") or spec.source.absolute())
    return CutList(
        title=str(spec.params["clip"].get("title") or "Clip"),
        recording=str(recording.get("name") or PurePath(path).name),
        url=file_url(path),
        fps=fps,
        size=plan.displayed,
        length=max(int(duration * fps), begin + time.parts[-1].last),
        spans=[(begin + part.first, begin + part.last) for part in time.parts],
        audio_rate=None if audio is None else int(audio.get("sample_rate") or 48_000),
        note=note,
    )


def file_url(path: str) -> str:
    """An absolute path as a URL, whatever characters are in it; Windows' drives as well."""
    plain = path.replace("\\", "/") if path[1:3] == ":\\" else path
    return "file://" + quote(plain if plain.startswith("/") else f"/{plain}", safe="/:")
