"""The cut list of a clip for other editors: OpenTimelineIO, and Final Cut Pro's XML.

It names the original recording, with one clip for each span that is kept, in frames of the
recording: nothing is rendered, and nothing is lost. Layouts and captions are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from forge.exports.fcpxml import fcpxml
from forge.exports.plan import Plan, clip_timeline
from forge.layout.presets import FASTEST, rate
from forge.steps.spec import Spec


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


def write_handoff(spec: Spec, probe: Mapping[str, Any], plan: Plan) -> None:
    """Writes ``clip.otio`` and ``clip.fcpxml``."""
    found = cut_list(spec, probe, plan)
    (spec.outputs / "clip.otio").write_text(otio(found), "utf-8", newline="\n")
    (spec.outputs / "clip.fcpxml").write_text(fcpxml(found), "utf-8", newline="\n")


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


def otio(found: CutList) -> str:
    """The cut list as OpenTimelineIO's JSON, with a picture track and a sound track."""
    from opentimelineio import opentime, schema

    fps = float(found.fps)

    def span(first: int, last: int) -> Any:
        return opentime.TimeRange(
            opentime.RationalTime(first, fps), opentime.RationalTime(last - first, fps)
        )

    def clip(first: int, last: int) -> Any:
        media = schema.ExternalReference(found.url, span(0, found.length))
        media.name = found.recording
        return schema.Clip(found.recording, media, span(first, last))

    kinds = [schema.TrackKind.Video]
    kinds += [] if found.audio_rate is None else [schema.TrackKind.Audio]
    timeline = schema.Timeline(found.title)
    timeline.metadata["forge"] = {
        "frame_rate": str(found.fps),
        "variable_frame_rate": bool(found.note),
        "note": found.note,
    }
    for kind in kinds:
        clips = [clip(*each) for each in found.spans]
        if found.note and kind == schema.TrackKind.Video:
            first = found.spans[0][0]
            clips[0].markers.append(schema.Marker(found.note, span(first, first + 1)))
        timeline.tracks.append(schema.Track(kind, clips, kind=kind))
    return str(timeline.to_json_string()) + "\n"
