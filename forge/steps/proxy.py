"""One decode, two small copies: ``proxy.mp4`` for the studio, ``scout.mp4`` for the analysis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av

from forge.errors import ForgeError
from forge.media import ffmpeg
from forge.media.proxy import proxy_args
from forge.steps.spec import Report, Spec

#: A recording that gives less than this part of its announced length was cut off.
_COMPLETE = 0.9


def run(spec: Spec, report: Report) -> dict[str, Any]:
    """Writes both files; times in them are seconds from the start of the recording.

    ffmpeg skips over damaged packets by itself. What it makes of a damaged recording is kept
    when it covers nine tenths of the announced length; else ForgeError ``truncated``.
    """
    probe = json.loads(spec.input("probe.json").read_text("utf-8"))
    duration = float(probe["duration"])
    ffmpeg.run(
        [*ffmpeg.source_args(spec.source.absolute()), *proxy_args(probe)],
        duration=duration,
        report=report,
        cwd=spec.outputs,
    )
    seconds, frames = _measure(spec.outputs / "proxy.mp4")
    if frames == 0 or seconds < _COMPLETE * duration:
        raise ForgeError(
            "truncated",
            f"The recording ends after {seconds:.0f} of {duration:.0f} seconds:"
            " the rest of the file is missing or damaged.",
            hint="Copy or download it again, or repair it (for example remux it in OBS).",
        )
    return {"duration": round(seconds, 3), "frames": frames}


def _measure(path: Path) -> tuple[float, int]:
    """Length in seconds and number of video frames of a file that ffmpeg just wrote."""
    try:
        with av.open(str(path)) as container:
            video = container.streams.video[0]
            return (container.duration or 0) / av.time_base, video.frames
    except (av.error.FFmpegError, IndexError):
        return 0.0, 0
