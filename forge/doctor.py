"""``forge doctor``: what this installation can do, and what to do about the rest."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Literal

from forge.captions.fonts import FONTS
from forge.captions.styles import Style
from forge.config import GIB, Settings
from forge.disk.space import Limits, human, over_quota, too_full
from forge.disk.usage import measure
from forge.errors import ForgeError
from forge.library import Library
from forge.media.ffmpeg import binary
from forge.speech.models import AUTO, PACKAGED
from forge.speech.whisper import find, suits

#: Below this much free space the next long recording may not fit.
ROOM = 20 * GIB
#: SQLite before this release can corrupt a database that several connections write at once.
SAFE_SQLITE = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    level: Literal["ok", "warning", "error"]
    text: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at everything FORGE needs. Nothing is changed, but the data folder is made."""
    if settings.ffmpeg:
        os.environ["FORGE_FFMPEG"] = settings.ffmpeg
    yield _python()
    yield _ffmpeg()
    yield _sqlite()
    yield _model(settings)
    yield _diarization(settings)
    yield _fonts()
    yield _studio()
    yield _data(settings)


def _python() -> Finding:
    cores = os.cpu_count() or 1
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {cores} cores"
    return Finding("Python", "ok", text)


def _ffmpeg() -> Finding:
    try:
        shown = subprocess.run(
            [binary(), "-hide_banner", "-version"], capture_output=True, text=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError, RuntimeError) as error:
        return Finding("FFmpeg", "error", f"does not start: {error}. Reinstall imageio-ffmpeg.")
    found = re.search(r"ffmpeg version (\S+)", shown)
    missing = [name for name in ("--enable-libass", "--enable-libx264") if name not in shown]
    if missing:
        parts = " and ".join(name.removeprefix("--enable-") for name in missing)
        return Finding("FFmpeg", "error", f"was built without {parts}. Unset FORGE_FFMPEG.")
    return Finding("FFmpeg", "ok", f"{found[1] if found else 'unknown version'} with libass, x264")


def _sqlite() -> Finding:
    text = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < (3, 38):
        return Finding("SQLite", "error", f"{text} is too old: 3.38 is needed. Update Python.")
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        text += ", safe here because one connection writes; 3.51.3 is better"
    return Finding("SQLite", "ok", text)


def _model(settings: Settings) -> Finding:
    chosen = settings.model == AUTO
    model = suits(settings.language) if chosen else settings.model
    if model != PACKAGED:
        text = f"{model}, fetched at its first use"
        return Finding("Whisper", "ok", f"{text}, or else {PACKAGED}" if chosen else text)
    try:
        find(model)
    except ForgeError as error:
        return Finding("Whisper", "error", str(error))
    other = "" if settings.language else "; for other languages set FORGE_LANGUAGE (de, es, fr …)"
    return Finding("Whisper", "ok", f"{model} (English), built in and intact{other}")


def _diarization(settings: Settings) -> Finding:
    if settings.diarization == "off":
        return Finding("Speakers", "ok", "turned off in the settings")
    try:
        found = f"{settings.diarization}, with pyannote.audio {version('pyannote.audio')}"
        return Finding("Speakers", "ok", found)
    except PackageNotFoundError:
        return Finding(
            "Speakers",
            "warning",
            'not told apart: install the extra with pip install "forge-clips[diarization]"',
        )


def _fonts() -> Finding:
    lacking = [style.look.file for style in Style if not (FONTS / style.look.file).is_file()]
    if lacking:
        found = f"the caption fonts are missing: {', '.join(lacking)}. Reinstall FORGE."
        return Finding("Fonts", "error", found)
    styles = ", ".join(style.value for style in Style)
    return Finding("Fonts", "ok", f"{len(list(FONTS.glob('*.woff')))} files; styles: {styles}")


def _studio() -> Finding:
    if (files("forge") / "studio" / "index.html").is_file():
        return Finding("Studio", "ok", "built")
    return Finding("Studio", "warning", "not built: `forge run` has no pages. Reinstall FORGE.")


def _data(settings: Settings) -> Finding:
    library = Library(settings.data)
    try:
        library.prepare()
        room = measure(library)
    except ForgeError as error:
        return Finding("Data folder", "error", str(error))
    limits = Limits(settings.quota, settings.min_free)
    of = f" of {human(limits.quota)}" if limits.quota is not None else ""
    kinds = ", ".join(f"{kind} {human(size)}" for kind, size in room.largest())
    text = f"{settings.data}, {human(room.sum)}{of} used" + (f" ({kinds})" if kinds else "")
    text += f", {human(room.free)} free"
    objection = over_quota(room, limits, 0) or too_full(room, limits, 0)
    if objection is not None:
        return Finding("Data folder", "error", f"{text}. {objection}")
    if room.free < ROOM:
        return Finding("Data folder", "warning", f"{text}: hours of video need more")
    return Finding("Data folder", "ok", text)
