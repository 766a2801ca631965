"""The render step: one clip, from the recording to finished videos, one for each format.

The picture is made in pieces, each by one ffmpeg that seeks to it, decodes only its frames,
crops before it scales, burns the captions, and encodes every format from the same decode. What
is finished lies at the checkpoint: a kill costs one piece. The sound is cut, levelled and encoded
beside it. In the end both are joined without touching a frame.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

from forge.captions.burning import write_captions
from forge.captions.fonts import font_chain
from forge.captions.layout import caption_layout
from forge.captions.linter import missing_letters
from forge.captions.styles import Style
from forge.captions.subtitles import srt, subtitles, vtt
from forge.exports import picture
from forge.exports.files import file_name
from forge.exports.film import Film
from forge.exports.handoff import write_handoff
from forge.exports.join import join
from forge.exports.plan import Format, Plan, make_plan
from forge.exports.track import Tracks, tracks
from forge.media.excerpt import excerpt
from forge.media.mixdown import Mix
from forge.media.seek import leads
from forge.media.source import check_unchanged
from forge.spec import Report, Spec

#: The part of the progress bar for the pictures; the rest is joining.
FILM_SHARE = 0.97
_SCRATCH = "scratch"


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``clip.mp4`` and a file for each further format, subtitles, and the cut list.

    ``params`` are ``clip`` (``start``, ``end`` in source seconds, ``zones``, ``layout``, ``pip``,
    ``keyframes``, ``captions``, ``cuts``), ``presets``, and ``recording`` (``name`` and ``path``,
    for the cut list). The files' names are in :mod:`forge.exports.files`. Subtitles exist when
    words are heard in the clip, which takes ``transcript.json`` and sound; captions are burned
    when the clip wants them, too. Returns what was made of the first format, and in ``formats``
    the same of each: ``loudness`` (LUFS) and ``true_peak`` (dBTP) are measured on the finished
    sound, and None when it is silent or there is none. ``missing_letters`` are those that were
    burned as empty boxes, because no caption font has them; mostly "".

    Raises ForgeError for a clip that lies outside the recording, is cut away completely, or
    does not fit its layout, and when the recording is gone or is another one by now.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    plan = make_plan(spec, probe)
    check_unchanged(spec.source, int(probe["size"]))
    write_handoff(spec, probe, plan)
    scratch = spec.outputs / _SCRATCH
    scratch.mkdir()
    try:
        span = (plan.wanted.start, plan.wanted.end)
        readable, probe = excerpt(spec, probe, span, scratch, report)
        lacking = [_write_captions(each, plan, spec.outputs) for each in plan.formats if each.burn]
        heard = _encode(readable, probe, plan, scratch, report)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    presets = [each.output.preset for each in plan.formats]
    for each in plan.formats:
        if each.words:
            _write_subtitles(each, presets, spec.outputs)
    report(1.0)
    made = [_facts(each, heard.get(each.time.fps)) for each in plan.formats]
    missing = "".join(dict.fromkeys("".join(lacking)))
    return {**made[0], "formats": made, "missing_letters": missing}


class _Progress:
    """The pictures' progress, told again whenever the sound beside them gets on.

    Both work at once: the one that is slower keeps the lease, and progress never runs backwards.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._lock = Lock()
        self._reached = 0.0
        self._speed: float | None = None

    def pictures(self, fraction: float, *, speed: float | None = None) -> None:
        with self._lock:
            self._reached, self._speed = max(self._reached, fraction), speed
            self._report(self._reached, speed=speed)

    def sound(self, fraction: float, *, speed: float | None = None) -> None:
        # The sound's speed, a hundred times real time, would promise too much.
        with self._lock:
            self._report(self._reached, speed=self._speed)


def _encode(spec: Spec, probe: dict[str, Any], plan: Plan, scratch: Path, report: Report) -> Tracks:
    """Makes the pictures with the sound beside them, and joins them."""
    presets = [each.output.preset for each in plan.formats]
    progress = _Progress(report)
    with ThreadPoolExecutor(1) as beside:

        def check() -> None:
            if sound.done():
                sound.result()  # Without its sound, the picture is not worth going on with.

        film = Film(spec.source, plan, probe["video"], spec.outputs, spec.checkpoint, check)
        starts = [plan.wanted.start, *film.begins()]
        clip, *places = leads(spec.source, int(probe["video"]["index"]), starts)
        sound: Future[Tracks] = beside.submit(
            tracks, spec, probe, plan, clip, scratch, progress.sound
        )
        film.encode(places, progress.pictures, (0.0, FILM_SHARE))
        heard = sound.result()
    share = (1.0 - FILM_SHARE) / len(presets)
    for place, each in enumerate(plan.formats):
        mix = heard.get(each.time.fps)
        target = spec.outputs / file_name("mp4", each.output.preset, presets)
        join(film.made(place), each.time.fps, None if mix is None else mix.path, target)
        report(FILM_SHARE + share * (place + 1))
    return heard


def _write_captions(each: Format, plan: Plan, outputs: Path) -> str:
    """Writes what is burned, and returns the letters that no font has."""
    time, captions = each.time, plan.wanted.captions
    folder = outputs / picture.folder_of(each)
    folder.mkdir()
    layout = caption_layout(each.words, time.duration, captions, each.output.size, time.fps)
    write_captions(layout, folder)
    fonts = font_chain(Style.named(captions.style).font_files())
    return missing_letters(layout.cues, fonts)


def _write_subtitles(each: Format, presets: Sequence[str], outputs: Path) -> None:
    found = subtitles(each.words, each.time.duration, float(each.time.fps))
    for kind, text in (("srt", srt(found)), ("vtt", vtt(found))):
        name = file_name(kind, each.output.preset, presets)  # type: ignore[arg-type]
        (outputs / name).write_text(text, "utf-8", newline="\n")


def _facts(each: Format, mix: Mix | None) -> dict[str, Any]:
    heard = mix is not None and not mix.summary.silent
    return {
        "preset": each.output.preset,
        "duration": round(each.time.duration, 6),
        "width": each.output.width,
        "height": each.output.height,
        "fps": round(float(each.time.fps), 6),
        "loudness": mix.summary.integrated if mix and heard else None,
        "true_peak": mix.summary.true_peak if mix and heard else None,
        "captions": each.burn,
        "words": len(each.words),
    }
