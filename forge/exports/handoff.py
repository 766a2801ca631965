"""The cut list of a clip for other editors: OpenTimelineIO, and Final Cut Pro's XML.

It names the original recording, with one clip for each span that is kept, in frames of the
recording: nothing is rendered, and nothing is lost. Layouts and captions are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forge.exports.cutlist import CutList, cut_list
from forge.exports.fcpxml import fcpxml
from forge.exports.plan import Plan
from forge.spec import Spec


def write_handoff(spec: Spec, probe: Mapping[str, Any], plan: Plan) -> None:
    """Writes ``clip.otio`` and ``clip.fcpxml``."""
    found = cut_list(spec, probe, plan)
    (spec.outputs / "clip.otio").write_text(otio(found), "utf-8", newline="\n")
    (spec.outputs / "clip.fcpxml").write_text(fcpxml(found), "utf-8", newline="\n")


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
