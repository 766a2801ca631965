"""How FORGE calls ffmpeg: which binary, what it may open, and what its failures mean.

No argument ever comes from a user. Paths are passed as ``file:`` URLs, which ffmpeg takes
literally; filter graphs name only constant files inside the working directory.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import IO

import imageio_ffmpeg

from forge.confinement import output_too_large
from forge.errors import ForgeError
from forge.media.allowlist import input_options, unsupported_codec
from forge.media.progress import ProgressReader
from forge.spec import Report

_TAIL_LINES = 40


def binary() -> str:
    """The path of ffmpeg: ``FORGE_FFMPEG`` when it is set, else the one in imageio-ffmpeg."""
    return os.environ.get("FORGE_FFMPEG") or imageio_ffmpeg.get_ffmpeg_exe()


def source_args(path: Path, *, seek: float | None = None, length: float | None = None) -> list[str]:
    """Input options for a file that is not trusted.

    ``seek`` and ``length`` are seconds from the file's first timestamp and go before ``-i``:
    ffmpeg then starts at the keyframe before and drops frames up to the exact time.
    """
    args = [word for name, value in input_options().items() for word in (f"-{name}", value)]
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
        r"Cannot allocate memory|malloc of size \d+ failed|pthread_create\(\) failed",
        "out_of_memory",
        "There was not enough memory to decode the recording.",
        "Close other programs, then retry the job.",
    ),
    (
        r"Permission denied",
        "no_permission",
        "FORGE may not read the recording or write its results.",
        "Check the permissions of the file and of the data folder.",
    ),
)
#: Codes of failures that may pass by themselves: these are tried again.
_PASSING = {"disk_full", "out_of_memory"}
#: A line by which ffmpeg says that something went wrong. The recording's own texts (its title,
#: its track names) stand in lines of the level ``info``, and must not pass for an error.
_COMPLAINT = re.compile(
    r"(\[[^\[\]]* @ [0-9a-fx]+\] )*(x264 )?\[(?P<level>warning|error|fatal|panic)\]:? (?P<text>.*)"
)
_REFUSED = re.compile(r"Codec \(([\w-]+)\) not on whitelist")


def failure(log: str, returncode: int) -> ForgeError:
    """Turns the log of a failed ffmpeg into words; a signal counts as transient."""
    if sys.platform != "win32" and returncode == -signal.SIGXFSZ:
        return output_too_large()
    said = [found for found in map(_COMPLAINT.match, log.split("\n")) if found]
    text = "\n".join(found["text"] for found in said)
    if refused := _REFUSED.search(text):
        return unsupported_codec("picture or sound", refused[1])
    for pattern, code, message, hint in _MEANINGS:
        if re.search(pattern, text):
            return ForgeError(code, message, hint=hint, permanent=code not in _PASSING)
    errors = [found.string for found in said if found["level"] != "warning"]
    last = errors[-1] if errors else (log.splitlines() or ["no output"])[-1]
    return ForgeError(
        "ffmpeg_failed",
        f"ffmpeg stopped with code {returncode}: {last[:300]}",
        hint="Retry the job; if it fails again, the recording may be damaged.",
        permanent=False,
    )
