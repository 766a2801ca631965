"""Everything about an export that is decided before ffmpeg starts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter, ValidationError

from forge.captions.styles import Style
from forge.captions.timeline import Timeline, timeline
from forge.captions.words import Word, clip_words
from forge.errors import ForgeError
from forge.layout.presets import Output, named, output
from forge.layout.scenes import Composition, Scene, scenes
from forge.media.splices import Spans
from forge.model import Captions, Cut, Keyframe, Layout, Rect, Zone
from forge.spec import Spec


@dataclass(frozen=True)
class Wanted:
    """The parts of a clip that decide how it looks and sounds."""

    start: float
    end: float
    composition: Composition
    captions: Captions
    cuts: Sequence[Cut]


@dataclass(frozen=True)
class Format:
    """One of the files that an export makes."""

    output: Output
    time: Timeline
    scenes: Sequence[Scene]
    words: Sequence[Word]
    burn: bool


@dataclass(frozen=True)
class Plan:
    """A whole export. ``displayed`` is the recording's size; ``spoken`` is in source seconds."""

    wanted: Wanted
    displayed: tuple[int, int]
    rgb: bool
    formats: Sequence[Format]
    spoken: Spans


def make_plan(spec: Spec, probe: dict[str, Any]) -> Plan:
    """Reads and checks the parameters. Raises ForgeError when the clip makes no sense.

    ``params`` are ``clip`` and ``presets``; in those of older versions there is one ``preset``.
    """
    presets = spec.params.get("presets") or [spec.params.get("preset", "9:16")]
    outputs = [output(named(preset), probe["video"]) for preset in dict.fromkeys(presets)]
    wanted = _wanted(spec.params["clip"])
    Style.named(wanted.captions.style)
    transcript = spec.inputs.get("transcript.json") if probe["audio"] is not None else None
    said = [] if transcript is None else json.loads(transcript.read_text("utf-8"))["words"]
    video = probe["video"]
    displayed = (int(video["width"]), int(video["height"]))
    formats = []
    for each in outputs:
        time = clip_timeline(wanted, float(probe["duration"]), each.fps)
        words = clip_words(said, time, wanted.captions.words)
        formats.append(
            Format(
                each,
                time,
                scenes(wanted.composition, time, displayed, each),
                words,
                wanted.captions.enabled and bool(words),
            )
        )
    rgb = str(video.get("pix_fmt")).startswith(
        ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr")
    )
    return Plan(wanted, displayed, rgb, formats, _spoken(said, wanted))


def clip_timeline(wanted: Wanted, duration: float, fps: Fraction) -> Timeline:
    """The clip on a grid of frames. ``duration`` is the recording's. Raises ForgeError."""
    start, end = wanted.start, min(wanted.end, duration)
    if not 0 <= start < end:
        raise ForgeError(
            "clip_outside",
            f"The clip has no length inside the recording, which lasts {duration:.1f} s.",
            hint="Move the clip's start and end into the recording.",
        )
    try:
        return timeline(start, end, [(cut.start, cut.end) for cut in wanted.cuts], fps)
    except ValueError:
        raise ForgeError(
            "all_cut",
            "Every part of the clip is cut away.",
            hint="Undo a cut, or skip the clip.",
        ) from None


def _wanted(clip: Mapping[str, Any]) -> Wanted:
    try:
        composition = Composition(
            TypeAdapter(Layout).validate_python(clip.get("layout") or "single"),
            TypeAdapter(list[Zone]).validate_python(clip.get("zones") or []),
            TypeAdapter(Rect | None).validate_python(clip.get("pip")),
            TypeAdapter(list[Keyframe]).validate_python(clip.get("keyframes") or []),
        )
        return Wanted(
            float(clip["start"]),
            float(clip["end"]),
            composition,
            Captions.model_validate(clip.get("captions") or {}),
            TypeAdapter(list[Cut]).validate_python(clip.get("cuts") or []),
        )
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise ForgeError("bad_clip", f"The clip cannot be read: {error}"[:500]) from error


def _spoken(words: Sequence[Mapping[str, Any]], wanted: Wanted) -> Spans:
    """When words are spoken, near the clip, in order."""
    found = [(float(word["start"]), float(word["end"])) for word in words]
    return sorted(span for span in found if span[1] > wanted.start and span[0] < wanted.end)
