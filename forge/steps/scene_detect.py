"""Where the picture changes: hard cuts, and how much it moves, from the scout.

What was seen is kept every half minute of the recording, so that a kill costs no more.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
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
THRESHOLD = 3.0
#: The threshold is a ratio of a frame's change to its neighbours'. Where every second frame is left
#: out, neighbours differ up to twice as much and a cut as much as before. With a larger exponent
#: more of the flicker is found that full pictures show, and keyframes are taken for cuts.
_SPARSENESS = 0.5
#: Seconds between cuts. A float, because a count of frames would mean another time at 60 fps.
MIN_SCENE = 0.6
_REPORT_EVERY = 2.0
#: Seconds of the recording between checkpoints: half a minute is read in under half a second.
_SAVE_EVERY = 30.0


@dataclass
class _State:
    """All that the frames up to ``last`` left behind."""

    detector: AdaptiveDetector
    meter: PictureMeter
    cuts: list[float] = field(default_factory=list)
    last: FrameTimecode | None = None

    def take(self, timecode: FrameTimecode, picture: Picture) -> float:
        """One frame more; returns its time in seconds."""
        found = self.detector.process_frame(timecode, picture)
        self.cuts.extend(float(cut.seconds) for cut in found)
        self.meter.add(float(timecode.seconds), picture)
        self.last = timecode
        return float(timecode.seconds)

    def save(self, path: Path) -> None:
        """Leaves it for the next attempt. Not flushed: an older or broken one costs time only."""
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps(self))
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> _State | None:
        """What an earlier attempt left. Only this step writes there, so a pickle is no risk."""
        try:
            state = pickle.loads(path.read_bytes())
        except Exception:  # None, half of one, or one that another PySceneDetect wrote.
            return None
        return state if isinstance(state, cls) else None


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``scenes.json``: ``{cuts: [t], scenes: [{start, end}], black: [[start, end]],
    motion: [0 to 255, one a second]}``.

    A cut is the time of the first frame of the new scene, or of a frame in the second half of a
    fade through black, in seconds from the start of the recording: the scout keeps its frames'
    own times, so this holds for variable frame rates and late starts. A cut to a frame that the
    scout leaves out is found at the next one. ``motion`` is the mean change of brightness
    between frames, cuts left out.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    duration = float(probe["duration"])
    scout, checkpoint = spec.input("scout.mp4"), spec.checkpoint / "state.pickle"
    state = _State.load(checkpoint) or _State(_detector(scout, probe), PictureMeter(duration))
    reported = saved = float(state.last.seconds) if state.last else 0.0
    report(min(1.0, reported / duration) if duration > 0 else 0.0)
    for timecode, picture in _frames(scout, state.last):
        seconds = state.take(timecode, picture)
        if seconds - reported >= _REPORT_EVERY:
            reported = seconds
            report(min(1.0, seconds / duration) if duration > 0 else 0.0)
        if seconds - saved >= _SAVE_EVERY:
            saved = seconds
            state.save(checkpoint)
    cuts, meter = state.cuts, state.meter
    if state.last is None:
        raise ForgeError("bad_media", "The recording's picture holds no frames.")
    cuts.extend(float(cut.seconds) for cut in state.detector.post_process(state.last))
    end = max(duration, float(state.last.seconds))
    black = meter.black()
    cuts = join_cuts(cuts, black, meter.fades(), end)
    result = {
        "cuts": cuts,
        "scenes": scenes_between(cuts, end),
        "black": black,
        "motion": meter.motion(),
    }
    text = json.dumps(result, allow_nan=False, separators=(",", ":"))
    (spec.outputs / "scenes.json").write_text(text, "utf-8")
    return {"cuts": len(cuts)}


def _detector(scout: Path, probe: dict[str, Any]) -> AdaptiveDetector:
    kept = _kept(scout, float(probe["video"]["fps"]))
    return AdaptiveDetector(
        adaptive_threshold=THRESHOLD * kept**_SPARSENESS, min_scene_len=MIN_SCENE
    )


def _kept(path: Path, fps: float) -> float:
    """The share of the recording's frames that the scout has, by their rates; at most 1."""
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate
    return min(1.0, float(rate) / fps) if rate and fps > 0 else 1.0


def _frames(path: Path, after: FrameTimecode | None) -> Iterator[tuple[FrameTimecode, Picture]]:
    """Every frame as BGR with its own time, or every one behind ``after``.

    PySceneDetect's reader counts from the first frame, which moves all cuts of a recording
    whose picture starts late, so the frames are read here.
    """
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        converter = VideoReformatter()  # A frame's own conversion would set one up each time.
        rate = video.average_rate or video.guessed_rate or 30
        last = None if after is None else int(after.pts)
        if last is not None:
            container.seek(last, stream=video)
        for frame in container.decode(video):
            if frame.pts is None or frame.time_base is None:
                continue
            if last is not None and frame.pts <= last:
                continue  # Between the keyframe before it and the checkpoint.
            timecode = FrameTimecode(Timecode(frame.pts, frame.time_base), fps=rate)
            picture = converter.reformat(frame, format="bgr24")
            yield timecode, cast("Picture", picture.to_ndarray())
