"""The sound of a clip: cut out of the recording, brought to the platforms' loudness, encoded.

The loudness is measured on the encoded sound that ships, so what is reported is what is in the
file. All of it touches the sound only and takes a small part of the time that the picture does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from forge.captions.timeline import Timeline
from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.gain import Setting, best_try, first_setting, good, next_setting
from forge.media.loudness import Summary, parse_summary
from forge.steps.spec import Report

SAMPLE_RATE = 48_000
#: At every cut the sound fades out and in for this long, seconds: a hard cut clicks.
FADE = 0.01
#: Corrections after the first try. Ordinary sound needs none or one; sound that is all peaks
#: and pauses, where the limiter works hard, needs the others.
CORRECTIONS = 5


@dataclass(frozen=True)
class Mix:
    """An encoded sound track (AAC in MP4) and what was measured on it."""

    path: Path
    summary: Summary


def cut_graph(index: int, timeline: Timeline, lead: float = 0.0) -> str:
    """The filters from input stream ``index``, sought to ``lead`` seconds before the clip, to
    ``[cut]``.

    Stereo floats at 48 kHz, exactly as long as the picture: gaps and a late start are filled
    with silence, a track that ends early is padded.
    """
    edges = [
        (_sample(part.first, timeline), _sample(part.last, timeline)) for part in timeline.parts
    ]
    count = len(edges)
    skipped = round(lead * SAMPLE_RATE)
    whole = (
        f"[0:{index}]aresample={SAMPLE_RATE}:async=1:first_pts=0:min_hard_comp=0.05,"
        f"aformat=sample_fmts=flt:channel_layouts=stereo,apad,"
        f"atrim=start_sample={skipped}:end_sample={skipped + edges[-1][1]},asetpts=PTS-STARTPTS"
    )
    heads = [f"[part{number}]" for number in range(count)]
    chains = [f"{whole},asplit={count}{''.join(heads)}"]
    for number, (first, last) in enumerate(edges):
        length = (last - first) / SAMPLE_RATE
        fade = min(FADE, length / 2)
        chains.append(
            f"[part{number}]atrim=start_sample={first}:end_sample={last},asetpts=PTS-STARTPTS,"
            f"afade=t=in:d={fade:.6f},afade=t=out:st={length - fade:.6f}:d={fade:.6f}[kept{number}]"
        )
    kept = "".join(f"[kept{number}]" for number in range(count))
    chains.append(f"{kept}concat=n={count}:v=0:a=1[cut]")
    return ";".join(chains)


def level_filters(setting: Setting) -> str:
    """Gain, then a limiter that works at four times the rate, where peaks between samples show.

    Without ``level=false`` the limiter would raise everything to its ceiling again; without
    ``latency=true`` it would delay the sound by its attack time.
    """
    limit = 10 ** (max(setting.ceiling, -20.0) / 20)
    return (
        f"volume={setting.gain:.3f}dB,aresample={4 * SAMPLE_RATE},"
        f"alimiter=limit={limit:.6f}:attack=5:release=50:level=false:latency=true,"
        f"aresample={SAMPLE_RATE}"
    )


def mix(
    source: Path,
    index: int,
    timeline: Timeline,
    *,
    lead: float,
    loudness: float | None,
    known: bool,
    scratch: Path,
    report: Report,
    share: float,
) -> Mix:
    """Makes the clip's sound track in the folder ``scratch``.

    Reading starts ``lead`` seconds before the clip (see :mod:`forge.media.seek`).
    ``loudness`` is what the stored measurement says about the clip, None for silence; when
    ``known`` is false there is no stored measurement, and the clip is measured first.
    ``share`` is the part of the progress bar, from 0, that this fills.
    """

    def progress(fraction: float, *, speed: float | None = None) -> None:
        # The sound's speed, a hundred times real time, would promise too much.
        report(fraction)

    step = share / (CORRECTIONS + 2)
    raw = scratch / "cut.wav"
    length = timeline.spans[-1][1] - timeline.start
    ffmpeg.run(
        [
            *ffmpeg.source_args(source, seek=timeline.start - lead, length=length + lead),
            *("-filter_complex", cut_graph(index, timeline, lead), "-map", "[cut]"),
            *("-map_metadata", "-1", "-c:a", "pcm_f32le", "-f", "wav", "cut.wav"),
        ],
        duration=timeline.duration,
        report=progress,
        span=(0.0, step),
        cwd=scratch,
    )
    if not known:
        summary = measure(raw, timeline.duration)
        loudness = None if summary.silent else summary.integrated
    tries: list[tuple[Setting, Summary]] = []
    setting = first_setting(loudness)
    while True:
        done = step * (1 + len(tries))
        path = scratch / f"sound{len(tries)}.m4a"
        ffmpeg.run(
            [
                *ffmpeg.source_args(raw),
                *("-af", level_filters(setting), "-c:a", "aac", "-b:a", "192k"),
                *("-map_metadata", "-1", "-f", "mp4", path.name),
            ],
            duration=timeline.duration,
            report=progress,
            span=(done, done + step),
            cwd=scratch,
        )
        tries.append((setting, measure(path, timeline.duration)))
        if good(tries[-1][1]) or len(tries) > CORRECTIONS:
            break
        setting = next_setting(tries)
    best = best_try(tries)
    return Mix(scratch / f"sound{best}.m4a", tries[best][1])


def measure(path: Path, duration: float) -> Summary:
    """Integrated loudness and true peak of a file of FORGE's own making.

    Less than one gating block (0.4 s) of sound counts as silence.
    """
    log = ffmpeg.run(
        [
            *ffmpeg.source_args(path),
            *("-vn", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"),
        ],
        duration=duration,
    )
    summary = parse_summary(log)
    if summary is None:
        raise ForgeError(
            "not_measured",
            "ffmpeg did not report the loudness of the clip.",
            hint="Retry the export; if it fails again, check FORGE_FFMPEG.",
            permanent=False,
        )
    return summary


def _sample(frame: int, timeline: Timeline) -> int:
    return math.floor(frame * SAMPLE_RATE / timeline.fps + 0.5)
