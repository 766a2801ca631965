"""Where the picture changes: hard cuts, and how much it moves, from the scout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import av
from av.video.reformatter import VideoReformatter
from scenedetect import AdaptiveDetector, FrameTimecode
from scenedetect.common import Timecode

from forge.errors import ForgeError
from forge.media.scenes import Picture, PictureMeter, join_cuts, scenes_between
from forge.steps.spec import Report, Spec

#: The best of PySceneDetect's own parameter sweep over three data sets is a threshold of 3.5;
#: its default of 3.0 finds more of the cuts between similar game scenes, and a false cut costs
#: little here: cuts are one hint among several.
_THRESHOLD = 3.0
#: Seconds between cuts. A float, because a count of frames would mean another time at 60 fps.
_MIN_SCENE = 0.6
_REPORT_EVERY = 2.0


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``scenes.json``: ``{cuts: [t], scenes: [{start, end}], black: [[start, end]],
    motion: [0 to 255, one a second]}``.

    A cut is the time of the first frame of the new scene, or the middle of a fade through
    black, in seconds from the start of the recording: the scout keeps every source frame's own
    time, so this holds for variable frame rates and late starts. ``motion`` is the mean change
    of brightness between frames, cuts left out.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    duration = float(probe["duration"])
    detector = AdaptiveDetector(adaptive_threshold=_THRESHOLD, min_scene_len=_MIN_SCENE)
    meter = PictureMeter(duration)
    cuts: list[float] = []
    reported = 0.0
    timecode = None
    for timecode, picture in _frames(spec.input("scout.mp4")):
        seconds = float(timecode.seconds)
        found = detector.process_frame(timecode, picture)
        cuts.extend(float(cut.seconds) for cut in found)
        meter.add(seconds, picture)
        if seconds - reported >= _REPORT_EVERY:
            reported = seconds
            report(min(1.0, seconds / duration) if duration > 0 else 0.0)
    if timecode is None:
        raise ForgeError("bad_media", "The recording's picture holds no frames.")
    cuts.extend(float(cut.seconds) for cut in detector.post_process(timecode))
    end = max(duration, float(timecode.seconds))
    black = meter.black()
    cuts = join_cuts(cuts, black, end)
    result = {
        "cuts": cuts,
        "scenes": scenes_between(cuts, end),
        "black": black,
        "motion": meter.motion(),
    }
    text = json.dumps(result, allow_nan=False, separators=(",", ":"))
    (spec.outputs / "scenes.json").write_text(text, "utf-8")
    return {"cuts": len(cuts)}


def _frames(path: Path) -> Iterator[tuple[FrameTimecode, Picture]]:
    """Every frame as BGR with its own time.

    PySceneDetect's reader counts from the first frame, which moves all cuts of a recording
    whose picture starts late, so the frames are read here.
    """
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        converter = VideoReformatter()  # A frame's own conversion would set one up each time.
        rate = video.average_rate or video.guessed_rate or 30
        for frame in container.decode(video):
            if frame.pts is None or frame.time_base is None:
                continue
            timecode = FrameTimecode(Timecode(frame.pts, frame.time_base), fps=rate)
            picture = converter.reformat(frame, format="bgr24")
            yield timecode, cast("Picture", picture.to_ndarray())
