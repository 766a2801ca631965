"""The names that people see on exported files."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
#: The colon of a time: ``0:08`` becomes ``0.08``, and not ``0 08``.
_CLOCK = re.compile(r"(?<=\d):(?=\d)")
#: A question before another sentence, which still must not read as one with it.
_ASKED = re.compile(r"(?<=\w)\?+(?=\s+\w)")
#: Where in the recording it happens, at the end of a title; and seconds, as long as clips are.
_AT = re.compile(r"(?<=\w) at (?:(\d{1,3}):)?(\d{1,2}):(\d\d)\Z")
_NEAR = 90
#: A name that starts with a hyphen is an option to many commands.
_EDGES = " .-"
#: Invisible, and part of words and emoji.
_JOINERS = "\u200c\u200d"
_SHAPES = {"9:16-60": "9x16 60fps", "source": "original"}


def export_name(recording: str, title: str, start: float, preset: str) -> str:
    """A file name without its suffix, such as ``vod - No way! - 12m31s - 9x16``.

    Safe on every file system: no separators, no control characters, no trailing dot or space,
    at most 150 UTF-8 bytes, cut between words where there are some. What it shows is what it is:
    nothing in it turns the direction of the text, which would make an ``mp4`` look like something
    else. A time within the clip that ends the title (``Laughter at 12:35``) is not said twice.
    """
    hours, rest = divmod(int(start), 3600)
    minutes, seconds = divmod(rest, 60)
    when = f"{hours}h{minutes:02}m{seconds:02}s" if hours else f"{minutes}m{seconds:02}s"
    parts = [_plain(PurePath(recording).stem, 50), _plain(_without_time(title, start), 60), when]
    parts.append(_SHAPES.get(preset) or _plain(preset.replace(":", "x"), 10))
    return " - ".join(part for part in parts if part)


def _without_time(title: str, start: float) -> str:
    found = _AT.search(title)
    if found is None:
        return title
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    named = 3600 * hours + 60 * minutes + seconds
    return title[: found.start()] if 0 <= named - int(start) <= _NEAR else title


def _plain(text: str, limit: int) -> str:
    text = _CLOCK.sub(".", unicodedata.normalize("NFC", text))
    text = _FORBIDDEN.sub(" ", _ASKED.sub(".", text))
    text = "".join(each for each in text if each in _JOINERS or not _is_invisible(each))
    text = re.sub(r"\s+", " ", text).strip(_EDGES)
    short = text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore")
    if len(short) < len(text) and text[len(short)] != " ":
        # No half word at the end, unless that is most of it.
        whole = short.rpartition(" ")[0]
        short = whole if len(whole) > len(short) / 2 else short
    return short.strip(_EDGES)


def _is_invisible(character: str) -> bool:
    """Whether it is a control, a mark that turns the direction of what follows, or no character."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")
