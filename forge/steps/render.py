"""The render step: one clip, from the recording to a finished vertical video.

Sound first: it is cut, levelled and encoded by itself. Then one ffmpeg pass seeks to the clip,
decodes only its frames, crops before it scales, burns the captions, encodes, and copies the
sound in.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from forge.captions import ass
from forge.captions.cues import Word, clip_words, cues
from forge.captions.metrics import font_metrics
from forge.captions.styles import Style
from forge.captions.subtitles import srt, subtitles, vtt
from forge.captions.timeline import Part, Timeline, timeline
from forge.captions.typeset import typeset
from forge.errors import ForgeError
from forge.layout.graph import display_filters, layout_graph
from forge.layout.zones import Panel, panels
from forge.media import ffmpeg
from forge.media.jumps import mended
from forge.media.loudness import blocks, integrated
from forge.media.mixdown import Mix, mix
from forge.media.proxy import proxy_rate
from forge.media.seek import lead
from forge.model import Captions, Cut, Layout, Zone
from forge.steps.spec import Report, Spec

#: Output sizes by preset.
PRESETS = {"9:16": (1080, 1920)}
#: The part of the progress bar for the sound.
SOUND_SHARE = 0.15
_SCRATCH = "scratch"


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before ffmpeg starts."""

    size: tuple[int, int]
    displayed: tuple[int, int]
    rgb: bool
    lead: float
    timeline: Timeline
    panels: list[Panel]
    style: Style
    words: list[Word]
    burn: bool


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``clip.mp4``, and ``clip.srt`` and ``clip.vtt`` when words are heard in the clip.

    ``params`` are ``clip`` (``start``, ``end`` in source seconds, ``zones``, ``layout``,
    ``captions``, ``cuts``) and ``preset``. Words exist only with ``transcript.json`` and sound;
    captions are burned when the clip wants them and there are words. Returns what was made:
    ``loudness`` (LUFS) and ``true_peak`` (dBTP) are measured on the finished sound, and None
    when it is silent or there is none.

    Raises ForgeError for a clip that lies outside the recording, is cut away completely, or
    does not fit its layout.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    scratch = spec.outputs / _SCRATCH
    scratch.mkdir()
    try:
        spec, probe = mended(spec, probe, scratch, report)
        plan = make_plan(spec, probe)
        sound = _sound(spec, probe, plan, scratch, report)
        if plan.burn:
            _write_captions(plan, scratch)
        _encode(spec, probe, plan, sound, report)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if plan.words:
        found = subtitles(plan.words, plan.timeline.duration, float(plan.timeline.fps))
        (spec.outputs / "clip.srt").write_text(srt(found), "utf-8", newline="\n")
        (spec.outputs / "clip.vtt").write_text(vtt(found), "utf-8", newline="\n")
    report(1.0)
    heard = sound is not None and not sound.summary.silent
    return {
        "duration": round(plan.timeline.duration, 6),
        "width": plan.size[0],
        "height": plan.size[1],
        "fps": round(float(plan.timeline.fps), 6),
        "loudness": sound.summary.integrated if sound and heard else None,
        "true_peak": sound.summary.true_peak if sound and heard else None,
        "captions": plan.burn,
        "words": len(plan.words),
    }


def make_plan(spec: Spec, probe: dict[str, Any]) -> Plan:
    """Reads and checks the parameters. Raises ForgeError when the clip makes no sense."""
    preset = spec.params.get("preset", "9:16")
    if preset not in PRESETS:
        raise ForgeError(
            "unknown_preset",
            f"There is no export preset {preset!r}.",
            hint=f"Choose one of: {', '.join(PRESETS)}.",
        )
    clip = spec.params["clip"]
    try:
        zones = TypeAdapter(list[Zone]).validate_python(clip.get("zones") or [])
        cuts = TypeAdapter(list[Cut]).validate_python(clip.get("cuts") or [])
        captions = Captions.model_validate(clip.get("captions") or {})
        layout = TypeAdapter(Layout).validate_python(clip.get("layout") or "full")
        start, end = float(clip["start"]), float(clip["end"])
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise ForgeError("bad_clip", f"The clip cannot be read: {error}"[:500]) from error
    video = probe["video"]
    size = PRESETS[preset]
    style = Style.named(captions.style)
    time = _timeline(start, end, cuts, probe)
    words = _words(spec, time) if probe["audio"] is not None else []
    displayed = (int(video["width"]), int(video["height"]))
    shown = panels(zones, layout, displayed, size)
    start_reading = lead(spec.source, int(video["index"]), start)
    burn = captions.enabled and bool(words)
    rgb = str(video.get("pix_fmt")).startswith(
        ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr")
    )
    return Plan(size, displayed, rgb, start_reading, time, shown, style, words, burn)


def _timeline(start: float, end: float, cuts: Sequence[Cut], probe: dict[str, Any]) -> Timeline:
    duration = float(probe["duration"])
    end = min(end, duration)
    if not 0 <= start < end:
        raise ForgeError(
            "clip_outside",
            f"The clip has no length inside the recording, which lasts {duration:.1f} s.",
            hint="Move the clip's start and end into the recording.",
        )
    try:
        return timeline(start, end, [(cut.start, cut.end) for cut in cuts], _rate(probe["video"]))
    except ValueError:
        raise ForgeError(
            "all_cut",
            "Every part of the clip is cut away.",
            hint="Undo a cut, or skip the clip.",
        ) from None


def _rate(video: dict[str, Any]) -> Any:
    """30 frames a second, or the source's rate when that is constant and lower.

    59.94 becomes 29.97, every second frame, instead of dropping one more every 17 seconds.
    """
    fps = float(video["fps"])
    if video.get("vfr"):
        return proxy_rate(30.0)
    return proxy_rate(fps / 2 if abs(fps - 60000 / 1001) < 0.01 else fps)


def _words(spec: Spec, time: Timeline) -> list[Word]:
    path = spec.inputs.get("transcript.json")
    if path is None:
        return []
    return clip_words(json.loads(path.read_text("utf-8"))["words"], time)


def _sound(
    spec: Spec, probe: dict[str, Any], plan: Plan, scratch: Path, report: Report
) -> Mix | None:
    if probe["audio"] is None:
        return None
    path = spec.inputs.get("loudness.json")
    measured = None
    if path is not None:
        data = json.loads(path.read_text("utf-8"))
        spans = plan.timeline.spans
        measured = integrated(blocks(data["momentary"], float(data["hop"]), spans))
    return mix(
        spec.source,
        int(probe["audio"]["index"]),
        plan.timeline,
        lead=plan.lead,
        loudness=measured,
        known=path is not None,
        scratch=scratch,
        report=report,
        share=SOUND_SHARE,
    )


def _write_captions(plan: Plan, scratch: Path) -> None:
    look, files = plan.style.look, plan.style.font_files
    metrics = font_metrics(files)
    placed = typeset(cues(plan.words, plan.timeline.duration), look, metrics, *plan.size)
    script = ass.script(placed, look, metrics, *plan.size)
    (scratch / "captions.ass").write_text(script, "utf-8", newline="\n")
    (scratch / "fonts").mkdir()
    for file in files:
        shutil.copyfile(file, scratch / "fonts" / file.name)


def kept_frames(parts: Sequence[Part]) -> str:
    """An ffmpeg expression that is not 0 for frame numbers ``n`` inside the parts.

    It is a balanced tree, because ffmpeg refuses expressions deeper than a hundred levels.
    """
    if len(parts) == 1:
        return f"between(n,{parts[0].first},{parts[0].last - 1})"
    middle = len(parts) // 2
    return f"({kept_frames(parts[:middle])}+{kept_frames(parts[middle:])})"


def picture_graph(index: int, plan: Plan) -> str:
    """The filters from video stream ``index``, sought to the plan's lead before the clip, to
    ``[v]``.

    The frame grid is made first, so a variable rate, a late first frame and a track that ends
    early all give exactly the frames that the timeline counts.
    """
    time = plan.timeline
    total = time.parts[-1].last
    first = [
        f"setpts=PTS-{plan.lead:.6f}/TB",
        f"fps={time.fps}:start_time=0",
        "tpad=stop=-1:stop_mode=clone",
        f"trim=end_frame={total}",
    ]
    if time.frames != total:
        first += [f"select='{kept_frames(time.parts)}'", f"setpts=N/({time.fps})/TB"]
    first += display_filters(*plan.displayed, rgb=plan.rgb)
    graph = f"[0:{index}]{','.join(first)}[shown];" + layout_graph(plan.panels, "shown", "laid")
    burn = f"ass={_SCRATCH}/captions.ass:fontsdir={_SCRATCH}/fonts" if plan.burn else "null"
    return f"{graph};[laid]{burn}[v]"


def _encode(
    spec: Spec, probe: dict[str, Any], plan: Plan, sound: Mix | None, report: Report
) -> None:
    video, time = probe["video"], plan.timeline
    length = time.spans[-1][1] - time.start
    seek = time.start - plan.lead
    # A new size in mid-recording must not start the graph, and its count of frames, again.
    args = ["-reinit_filter", "0"]
    args += ffmpeg.source_args(spec.source, seek=seek, length=length + plan.lead)
    if sound is not None:
        args += ffmpeg.source_args(sound.path)
    graph = picture_graph(int(video["index"]), plan)
    args += ["-filter_complex", graph, "-map", "[v]"]
    args += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high"]
    # The bound keeps noise and confetti within what every phone and platform plays.
    args += ["-pix_fmt", "yuv420p", "-maxrate", "12M", "-bufsize", "24M"]
    args += ["-g", str(round(2 * time.fps)), "-frames:v", str(time.frames)]
    if sound is not None:
        args += ["-map", "1:a:0", "-c:a", "copy"]
    args += ["-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn"]
    args += ["-movflags", "+faststart", "-f", "mp4", "clip.mp4"]
    done = 0.0 if sound is None else SOUND_SHARE
    ffmpeg.run(args, duration=time.duration, report=report, span=(done, 1.0), cwd=spec.outputs)
