"""Keyframes to scenes: which panels are painted on which frames of the clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forge.captions.timeline import Timeline
from forge.layout.crop import Crop
from forge.layout.presets import Output
from forge.layout.zones import Panel, panels
from forge.model import Keyframe, Layout, Rect, Zone


@dataclass(frozen=True)
class Scene:
    """Panels that stand still, on frames ``[first, last)`` of the clip with its cuts left out."""

    first: int
    last: int
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Composition:
    """What a clip shows before its first keyframe, and its keyframes."""

    layout: Layout
    zones: Sequence[Zone]
    pip: Rect | None = None
    keyframes: Sequence[Keyframe] = ()

    def at(self, second: float) -> Composition:
        """What is shown at a time of the source: the last keyframe that is not after it."""
        found = [each for each in self.keyframes if each.at <= second]
        if not found:
            return self
        last = max(found, key=lambda each: each.at)
        return Composition(last.layout, last.zones, last.pip)


def scenes(
    composition: Composition, time: Timeline, source: tuple[int, int], output: Output
) -> list[Scene]:
    """The clip's scenes in order, without gaps. Two that follow each other differ.

    A keyframe takes effect at the frame nearest to it. ``source`` is the displayed size of the
    recording. Raises ForgeError when a layout that is shown needs a facecam zone and has none;
    what is cut away may be as it likes.
    """
    if output.whole:
        everything = Panel(Crop(0, 0, *output.size), 0, 0, *output.size)
        return [Scene(0, time.frames, (everything,))]
    found: list[Scene] = []
    kept = 0
    for part in time.parts:
        edges = [part.first]
        for keyframe in sorted(composition.keyframes, key=lambda each: each.at):
            frame = round((keyframe.at - time.start) * time.fps)
            if edges[-1] < frame < part.last:
                edges.append(frame)
        for first, last in zip(edges, [*edges[1:], part.last], strict=True):
            # Half a frame on, so that rounding does not show the one before.
            shown = composition.at(time.start + float((first + 0.5) / time.fps))
            place = tuple(panels(shown.zones, shown.layout, source, output.size, shown.pip))
            begin, end = (kept + frame - part.first for frame in (first, last))
            if found and found[-1].panels == place:
                found[-1] = Scene(found[-1].first, end, place)
            else:
                found.append(Scene(begin, end, place))
        kept += part.last - part.first
    return found
