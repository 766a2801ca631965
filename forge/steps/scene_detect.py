"""Where the picture changes: cuts, and how much it moves.

The scout is read whole; where it leaves doubt, the recording's own pictures decide. What was seen
is kept every half minute of the recording, so that a kill costs no more.

Trap: the scout has 30 pictures a second at most. In a faster recording, a flash of one single
picture that it leaves out leaves no doubt, and the cut that PySceneDetect sees in it is missed: 26
of 67 cuts, in 80 s of 60 pictures a second with such a flash every second. Packets that are larger
than their neighbours would tell of half of those where the picture is clean, and of none in noise,
where a change of brightness costs next to nothing; only decoding every picture would tell of all.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import cv2
from av.video.reformatter import VideoReformatter
from scenedetect import AdaptiveDetector, FrameTimecode
from scenedetect.common import Timecode
from scenedetect.scene_manager import compute_downscale_factor

from forge.errors import ForgeError
from forge.media.closeup import Closeup
from forge.media.doubts import Doubts, Span
from forge.media.scenes import Picture, PictureMeter, join_cuts, scenes_between, spread
from forge.media.seekable import seekable
from forge.media.source import check_unchanged
from forge.spec import Report, Spec

#: PySceneDetect's own: a frame is a cut when it changes by 15 or more, and three times as much as
#: the two before and the two after it. Frames between cuts: fewer make no scene.
THRESHOLD, CHANGE, SHORTEST = 3.0, 15.0, 15
#: What the scout shows of such a frame. It is small, compressed, and has every second frame of a
#: fast recording, so that neighbours differ more. Found with two streams full of muzzle flashes:
#: with 12.0 all 63 cuts of full pictures are among what is doubted, with 12.5 some are lost.
_DOUBTED_RATIO, _DOUBTED_CHANGE = 1.2, 12.0
#: Frames to each side that a ratio is made of, and of the scout around a doubt.
_WINDOW, _AROUND = 2, 3
#: Stretches with less than this between them are looked at as one. Seconds.
_APART = 0.25
_REPORT_EVERY = 2.0
#: Seconds of the recording between checkpoints: half a minute is read in a second or two.
_SAVE_EVERY = 30.0

#: From a stretch to the cuts in it, in seconds.
Look = Callable[[Span], list[float]]


@dataclass
class _State:
    """All that the scout's frames up to ``last`` left behind."""

    detector: AdaptiveDetector
    meter: PictureMeter
    #: None when the recording cannot be asked: what the detector finds is all there is then.
    doubts: Doubts | None
    cuts: list[float] = field(default_factory=list)
    first: float = 0.0
    last: FrameTimecode | None = None

    @classmethod
    def new(cls, duration: float, *, asked: bool) -> _State:
        meter = PictureMeter(duration)
        if not asked:
            return cls(_detector(THRESHOLD, CHANGE), meter, None)
        doubts = Doubts(_WINDOW, _AROUND, _APART)
        return cls(_detector(_DOUBTED_RATIO, _DOUBTED_CHANGE), meter, doubts)

    def take(self, timecode: FrameTimecode, picture: Picture, look: Look) -> float:
        """One frame more; returns its time in seconds."""
        found = [float(each.seconds) for each in self.detector.process_frame(timecode, picture)]
        seconds = float(timecode.seconds)
        if self.doubts is None:
            self.cuts.extend(found)
        elif (span := self.doubts.add(seconds, bool(found))) is not None:
            self.cuts.extend(look(span))
        self.meter.add(seconds, picture)
        self.first = seconds if self.last is None else self.first
        self.last = timecode
        return seconds

    def finish(self, look: Look) -> None:
        """After the last frame."""
        if self.doubts is not None and (span := self.doubts.finish()) is not None:
            self.cuts.extend(look(span))

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
    fade through black, in seconds from the start of the recording. Hard cuts are those that
    PySceneDetect's adaptive detector finds on all of the recording's frames, in full. With the
    parameter ``gone``, for a recording that is not there any more, they are those of the scout:
    of a fast recording some are missing, and times are those of its frames. ``motion`` is the mean
    change of brightness between the scout's frames, cuts left out.

    Raises ForgeError for a recording that is gone, or has changed, without that parameter: what
    the scout shows must not pass for what the recording does.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    duration = float(probe["duration"])
    scout, checkpoint = spec.input("scout.mp4"), spec.checkpoint / "state.pickle"
    asked = not spec.params.get("gone")
    if asked:
        check_unchanged(spec.source, int(probe["size"]))
    state = _State.load(checkpoint) or _State.new(duration, asked=asked)
    reported = saved = float(state.last.seconds) if state.last else 0.0

    def tell(seconds: float) -> None:
        report(min(1.0, seconds / duration) if duration > 0 else 0.0)

    tell(reported)
    with closing(_Recording(spec, probe, lambda *_, **__: tell(reported))) as recording:
        for timecode, picture in _frames(scout, state.last):
            seconds = state.take(timecode, picture, recording.cuts)
            if seconds - reported >= _REPORT_EVERY:
                reported = seconds
                tell(seconds)
            if seconds - saved >= _SAVE_EVERY:
                saved = seconds
                state.save(checkpoint)
        if state.last is None:
            raise ForgeError("bad_media", "The recording's picture holds no frames.")
        state.finish(recording.cuts)
    meter, end = state.meter, max(duration, float(state.last.seconds))
    black = meter.black()
    hard = spread(state.cuts, state.first, SHORTEST / float(probe["video"]["fps"] or 30))
    cuts = join_cuts(hard, black, meter.fades(), end)
    result = {
        "cuts": cuts,
        "scenes": scenes_between(cuts, end),
        "black": black,
        "motion": meter.motion(),
    }
    text = json.dumps(result, allow_nan=False, separators=(",", ":"))
    (spec.outputs / "scenes.json").write_text(text, "utf-8")
    return {"cuts": len(cuts)}


class _Recording:
    """The recording's own frames, opened at the first doubt."""

    def __init__(self, spec: Spec, probe: dict[str, Any], report: Report) -> None:
        self._spec, self._probe, self._report = spec, probe, report
        self._closeup: Closeup | None = None

    def close(self) -> None:
        """Closes what was opened."""
        if self._closeup is not None:
            self._closeup.close()

    def cuts(self, span: Span) -> list[float]:
        """The cuts among the frames from ``span[0]`` to ``span[1]``, but for the first three."""
        if self._closeup is None:
            spec = self._spec
            source = seekable(spec.source, self._probe, spec.checkpoint, self._report)
            self._closeup = Closeup(source, lambda: self._report(0.0))
        detector, converter = _detector(THRESHOLD, CHANGE), VideoReformatter()
        times: list[float] = []
        found: list[float] = []
        for time, frame in self._closeup.frames(*span):
            full = cast("Picture", converter.reformat(frame, format="bgr24").to_ndarray())
            clock = Fraction(1, 90_000)
            timecode = FrameTimecode(Timecode(round(time / clock), clock), fps=30.0)
            times.append(time)
            if detector.process_frame(timecode, _shrunk(full)):
                # It is told when the window behind it is complete. The first frame has nothing to
                # differ from, so a ratio that its change of 0 is part of says nothing.
                place = len(times) - 1 - _WINDOW
                found += [round(times[place], 6)] if place > _WINDOW else []
        return found


def _detector(ratio: float, change: float) -> AdaptiveDetector:
    """Finds frames whatever their distance: what is too near is left out at the end."""
    return AdaptiveDetector(
        adaptive_threshold=ratio, min_content_val=change, window_width=_WINDOW, min_scene_len=0
    )


def _shrunk(picture: Picture) -> Picture:
    """As PySceneDetect's own SceneManager has it, to about 256 pixels of the longer side."""
    height, width = picture.shape[:2]
    factor = compute_downscale_factor(max(width, height))
    if factor <= 1:
        return picture
    size = max(1, round(width / factor)), max(1, round(height / factor))
    return cast("Picture", cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR))


def _frames(path: Path, after: FrameTimecode | None) -> Iterator[tuple[FrameTimecode, Picture]]:
    """Every frame of the scout as BGR with its own time, or every one behind ``after``.

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
