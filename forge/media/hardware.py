"""Whether a GPU makes the proxy: found out by trying it, on one second of the recording.

Lists of what a build of ffmpeg supports say nothing of the machine that it runs on: drivers are
missing or old, cards take some codecs and sizes only, sessions are limited. So the exact path,
this recording through this decoder to that encoder, is tried; what fails is not used. A trial
that fails takes a tenth of a second.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from forge.media import ffmpeg

#: Seconds after which a trial has failed: a driver that hangs is no help.
_PATIENCE = 20.0


@dataclass(frozen=True)
class Engine:
    """What decodes and encodes: ffmpeg's options before the input, and before the proxy.

    ffmpeg goes on in software by itself when the decoder turns out not to work.
    """

    name: str
    decoder: tuple[str, ...]
    encoder: tuple[str, ...]


_X264 = ("-c:v", "libx264", "-preset", "ultrafast")
#: A constant quantizer looks as a constant rate factor of 27 does, measured, and takes a quarter
#: less time: x264 then does not look at every picture twice.
SOFTWARE = Engine("software", (), (*_X264, "-qp", "26"))
#: For recordings of more than RICH bytes a second, which may be all noise: a constant quantizer
#: would keep it, and make twice as much of it.
THRIFTY = Engine("thrifty", (), (*_X264, "-crf", "27"))
RICH = 2_000_000.0
_NVIDIA = Engine(
    "nvidia",
    ("-hwaccel", "cuda"),
    ("-c:v", "h264_nvenc", "-preset", "p1", "-rc", "vbr", "-cq", "30", "-bf", "0"),
)
_INTEL = Engine(
    "intel",
    ("-hwaccel", "qsv"),
    ("-c:v", "h264_qsv", "-preset", "veryfast", "-global_quality", "27", "-bf", "0"),
)
_AMD = Engine(
    "amd",
    ("-hwaccel", "d3d11va"),
    ("-c:v", "h264_amf", "-quality", "speed", "-rc", "cqp", "-qp_i", "27", "-qp_p", "29"),
)
_APPLE = Engine(
    "apple",
    ("-hwaccel", "videotoolbox"),
    ("-c:v", "h264_videotoolbox", "-q:v", "50", "-realtime", "1"),
)
#: What is worth a trial here, the fastest first.
CANDIDATES: tuple[Engine, ...] = {
    "darwin": (_APPLE,),
    "win32": (_NVIDIA, _INTEL, _AMD),
}.get(sys.platform, (_NVIDIA, _INTEL))
ENGINES = {engine.name: engine for engine in (SOFTWARE, THRIFTY, _NVIDIA, _INTEL, _AMD, _APPLE)}

#: From an engine to ffmpeg's arguments for a second of the recording, written into the cwd.
Attempt = Callable[[Engine], list[str]]


def software(rate: float) -> Engine:
    """The engine that needs no GPU, for a recording of ``rate`` bytes a second."""
    return THRIFTY if rate > RICH else SOFTWARE


def choose(attempt: Attempt, works: Callable[[Path], bool], folder: Path) -> Engine | None:
    """The first engine of this machine that passes its trial; None when none does."""
    passing = (engine for engine in CANDIDATES if passes(engine, attempt, works, folder))
    return next(passing, None)


def passes(engine: Engine, attempt: Attempt, works: Callable[[Path], bool], folder: Path) -> bool:
    """Whether ``engine`` made of a second what it should, by ``works`` of the trial's folder."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="trial.") as trial:
        return _ends_well(attempt(engine), Path(trial)) and works(Path(trial))


def _ends_well(args: Iterable[str], cwd: Path) -> bool:
    argv = [ffmpeg.binary(), "-hide_banner", "-nostdin", "-y", "-loglevel", "quiet", *args]
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # A missing driver makes some libraries abort aloud.
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
