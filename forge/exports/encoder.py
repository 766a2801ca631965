"""Whether a GPU encodes an export: found out by trying it on the very sizes that are wanted.

Decoding stays in software, because cropping and captions need the frames in memory. See
:mod:`forge.media.hardware` for why lists of what ffmpeg supports say nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from forge.durable import fsync_file
from forge.exports.plan import Format
from forge.media.hardware import CANDIDATES, Engine, passes

#: The software encoder: at 1080×1920 hard to tell from the source on a phone.
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high")
#: The same quality by name of the engine; all of them bounded by what follows them.
ENCODERS: dict[str, tuple[str, ...]] = {
    "software": X264,
    "nvidia": ("-c:v", "h264_nvenc", "-preset", "p4", "-rc", "vbr", "-cq", "22", "-bf", "2"),
    "intel": ("-c:v", "h264_qsv", "-preset", "medium", "-global_quality", "21", "-bf", "2"),
    "amd": ("-c:v", "h264_amf", "-quality", "balanced", "-rc", "vbr_peak", "-b:v", "10M"),
    "apple": ("-c:v", "h264_videotoolbox", "-b:v", "10M", "-profile:v", "high"),
}
#: A shorter clip is done before trials would pay: seconds of film, summed over all formats.
WORTH_A_TRIAL = 20.0
_NOTE = "encoder.json"


def encoder(formats: Sequence[Format], checkpoint: Path) -> str:
    """The name of the engine for this export: the one that an earlier attempt chose, if any.

    The choice lies at the checkpoint, because pieces of two encoders do not join.
    """
    note = checkpoint / _NOTE
    if note.exists():
        name = str(json.loads(note.read_text("utf-8")))
        return name if name in ENCODERS else "software"
    name = "software"
    if sum(each.time.duration for each in formats) >= WORTH_A_TRIAL:
        passing = (engine for engine in CANDIDATES if _passes(engine, formats, checkpoint))
        name = next((engine.name for engine in passing), "software")
    remember(name, checkpoint)
    return name


def remember(name: str, checkpoint: Path) -> None:
    """Writes down the choice; only what is whole and on the disk counts."""
    part = checkpoint / "encoder.part"
    part.write_text(json.dumps(name), "utf-8")
    fsync_file(part)
    part.replace(checkpoint / _NOTE)


def _passes(engine: Engine, formats: Sequence[Format], folder: Path) -> bool:
    def attempt(tried: Engine) -> list[str]:
        args = []
        for each in formats:
            noise = f"testsrc2=s={each.output.width}x{each.output.height}:r={each.time.fps}:d=0.5"
            args += ["-f", "lavfi", "-i", noise]
        for place, _ in enumerate(formats):
            args += ["-map", f"{place}:v", *ENCODERS[tried.name], "-pix_fmt", "yuv420p"]
            args += ["-maxrate", "12M", "-bufsize", "24M", f"{place}.mp4"]
        return args

    def works(trial: Path) -> bool:
        made = [trial / f"{place}.mp4" for place, _ in enumerate(formats)]
        return all(file.is_file() and file.stat().st_size > 1000 for file in made)

    return passes(engine, attempt, works, folder)
