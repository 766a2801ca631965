"""What the files of an export are called among the artifacts, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from forge.layout.presets import slug

Kind = Literal["mp4", "srt", "vtt", "otio", "fcpxml"]

MIME: dict[Kind, str] = {
    "mp4": "video/mp4",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "otio": "application/json",
    "fcpxml": "application/xml",
}
#: The cut list does not depend on the format: there is one for the whole export.
HANDOFF: tuple[Kind, ...] = ("otio", "fcpxml")


def file_name(kind: Kind, preset: str, presets: Sequence[str]) -> str:
    """The artifact of ``kind`` for one of an export's ``presets``.

    The first format's files are ``clip.mp4``, ``clip.srt`` and ``clip.vtt``, whatever it is; the
    others say which they are: ``clip-1x1.mp4``.
    """
    first = kind in HANDOFF or preset == presets[0]
    return f"clip.{kind}" if first else f"clip-{slug(preset)}.{kind}"
