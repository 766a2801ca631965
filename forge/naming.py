"""The names that people see on exported files."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_SHAPES = {"9:16": "9x16"}


def export_name(recording: str, title: str, start: float, preset: str) -> str:
    """A file name without its suffix, such as ``vod - No way! - 00h12m31s - 9x16``.

    Safe on every file system: no separators, no control characters, no trailing dot or space,
    at most 150 UTF-8 bytes.
    """
    hours, rest = divmod(int(start), 3600)
    minutes, seconds = divmod(rest, 60)
    when = f"{hours:02}h{minutes:02}m{seconds:02}s"
    parts = [_plain(PurePath(recording).stem, 50), _plain(title, 60), when]
    parts.append(_SHAPES.get(preset, _plain(preset, 10)))
    return " - ".join(part for part in parts if part)


def _plain(text: str, limit: int) -> str:
    text = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", text))
    text = re.sub(r"\s+", " ", text).strip(" .")
    return text.encode()[:limit].decode("utf-8", "ignore").strip(" .")
