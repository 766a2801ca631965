"""The sound of a clip: cut out of the recording, brought to the platforms' loudness, encoded.

The loudness is measured on the encoded sound that ships, so what is reported is what is in the
file. All of it touches the sound only and takes a small part of the time that the picture does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forge.captions.timeline import Timeline
from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.gain import Setting, best_try, first_setting, good, next_setting
from forge.media.loudness import Summary, parse_summary
from forge.media.splices import SAMPLE_RATE, Spans, sample, splice
from forge.spec import Report

#: Corrections after the first try. Ordinary sound needs none or one; sound that is all peaks
#: and pauses, where the limiter works hard, needs the others.
CORRECTIONS = 5


@dataclass(frozen=True)
class Mix:
    """An encoded sound track (AAC in MP4) and what was measured on it."""

    path: Path
    summary: Summary


def clip_graph(index: int, samples: int, lead: float = 0.0) -> str:
    """The filters from input stream ``index``, sought to ``lead`` seconds before the clip, to
    ``[clip]``.

    Stereo floats at 48 kHz, exactly ``samples`` long: gaps and a late start are filled with
    silence, a track that ends early is padded.
    """
    skipped = round(lead * SAMPLE_RATE)
    return (
        f"[0:{index}]aresample={SAMPLE_RATE}:async=1:first_pts=0:min_hard_comp=0.05,"
        f"aformat=sample_fmts=flt:channel_layouts=stereo,apad,"
        f"atrim=start_sample={skipped}:end_sample={skipped + samples},asetpts=PTS-STARTPTS[clip]"
    )


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


def decode(
    source: Path, index: int, time: Timeline, lead: float, target: Path, report: Report
) -> None:
    """Writes the clip's sound, before anything is cut out of it, to ``target``, headerless.

    Reading starts ``lead`` seconds before the clip (see :mod:`forge.media.seek`).
    """
    samples = sample(time.parts[-1].last, time)
    length = samples / SAMPLE_RATE
    ffmpeg.run(
        [
            *ffmpeg.source_args(source, seek=time.start - lead, length=length + lead),
            *("-filter_complex", clip_graph(index, samples, lead), "-map", "[clip]"),
            *("-map_metadata", "-1", "-c:a", "pcm_f32le", "-f", "f32le", f"file:{target}"),
        ],
        duration=length,
        report=report,
    )


def mix(
    decoded: Path,
    time: Timeline,
    spoken: Spans,
    *,
    loudness: float | None,
    known: bool,
    scratch: Path,
    report: Report,
) -> Mix:
    """Makes the clip's sound track in the folder ``scratch``, of what :func:`decode` wrote.

    ``spoken`` is when words are spoken, in source seconds. ``loudness`` is what the stored
    measurement says about the clip, None for silence; when ``known`` is false there is no
    stored measurement, and the clip is measured first. ``report`` hears of each of the runs, from
    0 to 1 again and again.
    """
    raw = scratch / "cut.raw"
    splice(decoded, raw, time, spoken)
    if not known:
        summary = _measured(_raw_args(raw), time.duration, report)
        loudness = None if summary.silent else summary.integrated
    tries: list[tuple[Setting, Summary]] = []
    setting = first_setting(loudness)
    while True:
        path = scratch / f"sound{len(tries)}.m4a"
        ffmpeg.run(
            [
                *_raw_args(raw),
                *("-af", level_filters(setting), "-c:a", "aac", "-b:a", "192k"),
                *("-map_metadata", "-1", "-f", "mp4", f"file:{path}"),
            ],
            duration=time.duration,
            report=report,
        )
        tries.append((setting, measure(path, time.duration, report)))
        if good(tries[-1][1]) or len(tries) > CORRECTIONS:
            break
        setting = next_setting(tries)
    best = best_try(tries)
    return Mix(scratch / f"sound{best}.m4a", tries[best][1])


def _raw_args(path: Path) -> list[str]:
    """Input options for a headerless file of FORGE's own making."""
    return ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", f"file:{path}"]


def measure(path: Path, duration: float, report: Report | None = None) -> Summary:
    """Integrated loudness and true peak of a file of FORGE's own making.

    Less than one gating block (0.4 s) of sound counts as silence.
    """
    return _measured(ffmpeg.source_args(path), duration, report)


def _measured(source: Sequence[str], duration: float, report: Report | None) -> Summary:
    log = ffmpeg.run(
        [*source, *("-vn", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")],
        duration=duration,
        report=report,
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
