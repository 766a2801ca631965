"""Fragmented MP4 files that grow chunk by chunk and survive a kill.

A growing file is an ordinary fragmented MP4 at every moment: one header, then whole fragments
whose times count from the recording's start. So it can be played while it grows, and at the end
one stream copy makes an ordinary MP4 of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from forge.journal import Growing

#: Options with which ffmpeg writes what :meth:`Growth.append` takes: fragments that say when they
#: begin (without ``delay_moov``, ffmpeg counts from the file's first picture), and nothing behind
#: them. Each fragment can be decoded by itself.
FRAGMENTS = (
    *("-movflags", "+frag_keyframe+default_base_moof+frag_discont+delay_moov+skip_trailer"),
    *("-f", "mp4"),
)
_COPIED_AT_ONCE = 1024 * 1024


class Growth(Growing):
    """Such files of one recording, which grow by the same chunks; each chunk is a commit."""

    def append(self, parts: Mapping[str, Path], **facts: object) -> None:
        """Adds one finished chunk to each file, and returns when it is on the disk.

        ``parts`` are files that ffmpeg wrote with FRAGMENTS. One without a picture adds nothing.
        """
        for name, file in self.files.items():
            _copy(parts[name], file, whole=file.tell() == 0)
        self.commit(**facts)


def grown(journal: Path) -> list[dict[str, Any]]:
    """The entries of a journal that somebody else is writing; none when there is no journal."""
    try:
        text = journal.read_bytes()
    except FileNotFoundError:
        return []
    whole = text[: text.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]


def header_size(file: BinaryIO) -> int | None:
    """How many bytes come before the first fragment; None when there is no fragment.

    Reads the sizes of the top-level boxes (ISO/IEC 14496-12, 4.2) from the file's start.
    """
    place = 0
    while len(box := file.read(8)) == 8:
        size, kind = int.from_bytes(box[:4], "big"), box[4:]
        if kind == b"moof":
            return place
        if size < 8:
            return None
        place += size
        file.seek(place)
    return None


def _copy(part: Path, target: BinaryIO, *, whole: bool) -> None:
    with part.open("rb") as source:
        header = header_size(source)
        if header is None:
            return
        source.seek(0 if whole else header)
        while piece := source.read(_COPIED_AT_ONCE):
            target.write(piece)
