"""The end of the proxy step: ordinary MP4 files of what grew at its checkpoint.

No picture is touched. What is needed no more goes on the way, so that only the proxy is ever on
the disk twice; from then on the checkpoint holds the scout whole, which tells a later attempt
that everything was encoded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from forge.durable import fsync_directory, fsync_file
from forge.media import ffmpeg
from forge.media.growth import grown
from forge.media.seekable import COPIES
from forge.spec import Report

#: Made first. Once it is there, everything is encoded, and the growing one is gone.
_SCOUT, _PART = "scout.whole", "whole.part"
_COPY = ("-map", "0:v", "-c", "copy", "-map_metadata", "-1")


def encoded(folder: Path, journals: Mapping[str, str]) -> bool:
    """Whether an earlier attempt came to the end, and what it left in ``folder`` is still whole.

    ``journals`` are the names of journals, each with the file whose growth it tells. If something
    is lost, the scout goes, too: all is made again from what the journals find.
    """
    if not (folder / _SCOUT).exists():
        return False
    for journal, name in journals.items():
        entries, file = grown(folder / journal), folder / name
        size = file.stat().st_size if file.exists() else 0
        if entries and size < int(entries[-1][name]):
            (folder / _SCOUT).unlink()
            return False
    return True


def join(
    folder: Path, out: Path, duration: float, report: Report, span: tuple[float, float]
) -> None:
    """Puts ``proxy.mp4``, with its sound if there is any, and ``scout.mp4`` into ``out``.

    ``folder`` is the checkpoint, ``duration`` in seconds, ``span`` the part of the progress that
    this is. Killed at any instant, it can be called again. Raises ForgeError when ffmpeg fails.
    """
    folder, out = folder.absolute(), out.absolute()
    if not (folder / _SCOUT).exists():
        scout = ["-copyts", "-i", "scout.m4s", *_COPY, "-f", "mp4", _PART]
        ffmpeg.run(scout, duration=duration, cwd=folder)
        fsync_file(folder / _PART)
        (folder / _PART).replace(folder / _SCOUT)
        fsync_directory(folder)
    for name in ("scout.m4s", *COPIES):
        (folder / name).unlink(missing_ok=True)
    sound = folder / "sound.m4s"
    heard = sound.exists() and sound.stat().st_size > 0
    inputs = ["-copyts", "-i", "proxy.m4s", *(["-i", sound.name] if heard else [])]
    streams = [*_COPY, *(["-map", "1:a"] if heard else [])]
    target = ["-movflags", "+faststart", "-f", "mp4", f"file:{out / 'proxy.mp4'}"]
    ffmpeg.run(
        [*inputs, *streams, *target], duration=duration, report=report, span=span, cwd=folder
    )
    # Not moved: a kill before the step's result counts would take it away with the outputs.
    try:
        os.link(folder / _SCOUT, out / "scout.mp4")
    except OSError:  # Some file systems have no links.
        shutil.copyfile(folder / _SCOUT, out / "scout.mp4")
