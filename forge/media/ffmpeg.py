"""How FORGE calls ffmpeg: which binary, what it may open, and what its failures mean.

No argument ever comes from a user. Paths are passed as ``file:`` URLs, which ffmpeg takes
literally; filter graphs name only constant files inside the working directory.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import IO

import imageio_ffmpeg

from forge.errors import ForgeError
from forge.media.progress import ProgressReader
from forge.steps.spec import Report

#: Containers that a recording may come in. Playlists and concat scripts, which make ffmpeg
#: open other files, are not among them.
FORMATS = "mov,matroska,webm,mpegts,mpeg,flv,avi,ogg,asf,mxf,wav,mp3,flac,aac,image2,ivf,h264,hevc"
#: A frame larger than 8K is an attack or a mistake.
MAX_PIXELS = 8192 * 8192
_TAIL_LINES = 40


def binary() -> str:
    """The path of ffmpeg: ``FORGE_FFMPEG`` when it is set, else the one in imageio-ffmpeg."""
    return os.environ.get("FORGE_FFMPEG") or imageio_ffmpeg.get_ffmpeg_exe()


def source_args(path: Path, *, seek: float | None = None, length: float | None = None) -> list[str]:
    """Input options for a file that is not trusted.

    ``seek`` and ``length`` are seconds from the file's first timestamp and go before ``-i``:
    ffmpeg then starts at the keyframe before and drops frames up to the exact time.
    """
    args = ["-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS]
    args += ["-max_pixels", str(MAX_PIXELS)]
    if seek is not None:
        args += ["-ss", f"{seek:.6f}"]
    if length is not None:
        args += ["-t", f"{length:.6f}"]
    return [*args, "-i", f"file:{path}"]


def run(
    args: Sequence[str],
    *,
    duration: float,
    report: Report | None = None,
    span: tuple[float, float] = (0.0, 1.0),
    cwd: Path | None = None,
) -> str:
    """Runs ffmpeg to its end and returns the tail of its log.

    ``duration`` is the length in seconds of what is written, for progress; ``span`` is the part
    of the step's progress bar that this call fills. ``cwd`` is where the constant file names
    of a filter graph live. Raises ForgeError when ffmpeg fails.

    The caller is a step's child process: ffmpeg lives in its process group and dies with it.
    """
    argv = [binary(), "-hide_banner", "-nostdin", "-y", "-nostats", "-loglevel", "level+info"]
    argv += ["-progress", "pipe:1", "-stats_period", "0.25", *args]
    tail: deque[str] = deque(maxlen=_TAIL_LINES)
    with subprocess.Popen(
        argv,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        drain = Thread(target=_keep_tail, args=(process.stderr, tail), daemon=True)
        drain.start()
        reader = ProgressReader()
        for line in process.stdout:
            point = reader.feed(line)
            if point is not None and report is not None and duration > 0:
                part = min(max(point.seconds / duration, 0.0), 1.0)
                report(span[0] + part * (span[1] - span[0]), speed=point.speed)
        drain.join()
    log = "\n".join(tail)
    if process.returncode != 0:
        raise failure(log, process.returncode)
    return log


def _keep_tail(stream: IO[str], tail: deque[str]) -> None:
    for line in stream:
        tail.append(line.rstrip()[:2000])


_MEANINGS: tuple[tuple[str, str, str, str], ...] = (
    (
        r"No space left on device",
        "disk_full",
        "The disk is full.",
        "Free some space on it, then retry the job.",
    ),
    (
        r"moov atom not found|Invalid data found when processing input|partial file|truncat",
        "bad_media",
        "The recording is damaged or incomplete: ffmpeg cannot read it.",
        "Finish or repair the recording (for example remux it in OBS), then import it again.",
    ),
    (
        r"Permission denied",
        "no_permission",
        "FORGE may not read the recording or write its results.",
        "Check the permissions of the file and of the data folder.",
    ),
)


def failure(log: str, returncode: int) -> ForgeError:
    """Turns the log of a failed ffmpeg into words; a signal counts as transient."""
    for pattern, code, message, hint in _MEANINGS:
        if re.search(pattern, log):
            return ForgeError(code, message, hint=hint, permanent=code != "disk_full")
    errors = [line for line in log.splitlines() if re.match(r"\[.*?(error|fatal)\]", line)]
    last = errors[-1] if errors else (log.splitlines() or ["no output"])[-1]
    return ForgeError(
        "ffmpeg_failed",
        f"ffmpeg stopped with code {returncode}: {last[:300]}",
        hint="Retry the job; if it fails again, the recording may be damaged.",
        permanent=False,
    )
