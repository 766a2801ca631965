"""The recording's sound: a 16 kHz mono WAV for the models, and its loudness over time.

One ffmpeg call decodes the audio once for both. Everything is placed on the recording's own
timeline: sample 0 is the container's first timestamp, a track that starts late is padded with
silence, and gaps inside it (dropped packets, joined recordings) are filled, so that a word's
time in the WAV is its time in the picture.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forge.errors import ForgeError, StepSkipped
from forge.media import ffmpeg
from forge.media.loudness import HOP, parse_momentary, parse_summary
from forge.media.peaks import write_peaks
from forge.media.seekable import whole_clock
from forge.steps.spec import Report, Spec

#: What Whisper, pyannote and Silero are trained on.
SAMPLE_RATE = 16_000
#: A gap of the source longer than this many seconds is filled with silence; shorter ones are
#: jitter of container timestamps. Half of ffmpeg's default, so that drift stays inaudible.
_MIN_GAP = 0.05
_MOMENTARY = "momentary.txt"
_STEADY = "steady.mka"
#: The WAV and the loudness come from the same samples: a larger difference of their lengths, in
#: seconds, means that the filter graph was restarted on the way.
_RESTARTED = 1.0


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes ``audio.wav`` (s16le), ``loudness.json`` and the waveform (:mod:`forge.media.peaks`).

    ``loudness.json`` is ``{hop, momentary, integrated, range, true_peak}``; value i of
    ``momentary`` (LUFS) is the 400 ms window that ends at (i + 1) * hop seconds. Loudness is
    measured on the source's own channels and rate, before the mix to mono.

    Raises StepSkipped when the recording has no audio track, ForgeError ``bad_audio`` when it
    has one that gives no samples.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    track = probe["audio"]
    if track is None:
        raise StepSkipped("the recording has no audio track")
    duration = float(probe["duration"])
    source = ffmpeg.source_args(spec.source.absolute())
    clock = whole_clock(probe)
    log, momentary = _measure(spec.outputs, source, int(track["index"]), duration, report, clock)
    seconds = _length(spec.outputs / "audio.wav")
    if abs(seconds - len(momentary) * HOP) > _RESTARTED:
        source = _steady(spec.outputs, source, int(track["index"]), duration, report, clock)
        log, momentary = _measure(spec.outputs, source, 0, duration, report)
        seconds = _length(spec.outputs / "audio.wav")
        (spec.outputs / _STEADY).unlink()
    summary = parse_summary(log)
    if summary is None or seconds == 0:
        raise ForgeError(
            "bad_audio",
            "The recording's audio track holds no sound that ffmpeg can decode.",
            hint="Play the file in another player; if it is silent there too, record it again.",
        )
    write_peaks(spec.outputs / "audio.wav", SAMPLE_RATE, spec.outputs)
    loudness = {
        "hop": HOP,
        "momentary": momentary,
        "integrated": summary.integrated,
        "range": summary.range,
        "true_peak": summary.true_peak,
    }
    text = json.dumps(loudness, allow_nan=False, separators=(",", ":"))
    (spec.outputs / "loudness.json").write_text(text, "utf-8")
    return {"duration": round(seconds, 3), "integrated": summary.integrated}


def _measure(
    folder: Path,
    source: list[str],
    index: int,
    duration: float,
    report: Report,
    clock: Sequence[str] = (),
) -> tuple[str, list[float]]:
    """Writes ``audio.wav``; returns ffmpeg's log and the momentary loudness.

    ``clock`` is :func:`whole_clock`'s, for the recording itself.
    """
    log = ffmpeg.run(
        [
            *source,
            *("-filter_complex", _graph(index)),
            *("-map", "[wav]", "-c:a", "pcm_s16le", "-map_metadata", "-1"),
            *("-fflags", "+bitexact", "-f", "wav", "audio.wav"),
            *("-map", "[loudness]", "-f", "null", "-"),
            *clock,
        ],
        duration=duration,
        report=report,
        cwd=folder,
    )
    notes = folder / _MOMENTARY
    with notes.open(encoding="ascii", errors="replace") as lines:
        momentary = parse_momentary(lines)
    notes.unlink()
    return log, momentary


def _steady(
    folder: Path,
    source: list[str],
    index: int,
    duration: float,
    report: Report,
    clock: Sequence[str],
) -> list[str]:
    """Input options of a copy of the track whose rate and channels never change.

    Where they change inside a recording (joined files, broadcasts), ffmpeg builds the filter
    graph anew: it pads from 0 again and forgets what it measured. A bare conversion has nothing
    to forget. ``-copyts`` keeps the copy's first timestamp, which ffmpeg would make 0.
    """
    ffmpeg.run(
        [
            *source,
            *("-map", f"0:{index}", "-c:a", "flac", "-compression_level", "0"),
            *("-af", "aformat=sample_fmts=s16:sample_rates=48000:channel_layouts=stereo"),
            *("-f", "matroska", _STEADY),
            *clock,
        ],
        duration=duration,
        report=report,
        cwd=folder,
    )
    return ["-copyts", *ffmpeg.source_args((folder / _STEADY).absolute())]


def _graph(index: int) -> str:
    """Timestamps are repaired before the split, so both outputs share one timeline.

    ``async=1`` pads and trims but never stretches; ``first_pts=0`` counts from the container's
    start, because ffmpeg subtracts that from every timestamp on reading.
    """
    return (
        f"[0:{index}]aresample=async=1:first_pts=0:min_hard_comp={_MIN_GAP},asplit=2[a][b];"
        f"[a]aresample={SAMPLE_RATE},aformat=sample_fmts=s16:channel_layouts=mono[wav];"
        f"[b]ebur128=metadata=1:peak=true,"
        f"ametadata=mode=print:key=lavfi.r128.M:file={_MOMENTARY}[loudness]"
    )


def _length(path: Path) -> float:
    """Seconds in a bit-exact WAV, by size: a header of 44 bytes, then two bytes a sample.

    The header's own count overflows at 4 GB (37 hours).
    """
    return max(0, path.stat().st_size - 44) // 2 / SAMPLE_RATE
