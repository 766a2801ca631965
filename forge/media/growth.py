"""Fragmented MP4 files that grow chunk by chunk and survive a kill.

A growing file is an ordinary fragmented MP4 at every moment: one header, then whole fragments
whose times count from the recording's start. So it can be played while it grows, and at the end
one stream copy makes an ordinary MP4 of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from forge.errors import ForgeError
from forge.speech.journal import Journal

#: Options with which ffmpeg writes what :meth:`Growth.append` takes: fragments that say when they
#: begin (without ``delay_moov``, ffmpeg counts from the file's first picture), and nothing behind
#: them. Each fragment can be decoded by itself.
FRAGMENTS = (
    *("-movflags", "+frag_keyframe+default_base_moof+frag_discont+delay_moov+skip_trailer"),
    *("-f", "mp4"),
)
_COPIED_AT_ONCE = 1024 * 1024


class Growth:
    """Files of the same name and number, all grown by the same chunks.

    ``entries`` are the journal's lines, one a chunk: the size that each file had after it, by
    name, and whatever else was said of the chunk. What an interrupted append left behind is cut
    off when the files are opened.
    """

    def __init__(self, folder: Path, journal: str, names: tuple[str, ...]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, BinaryIO] = {}
        with ExitStack() as stack:
            self._journal = Journal(folder / journal)
            stack.callback(self._journal.close)
            last = self.entries[-1] if self.entries else {}
            for name in names:
                file = stack.enter_context((folder / name).open("ab"))
                self._files[name] = file
                size = int(last.get(name, 0))
                if file.tell() < size:
                    raise ForgeError(
                        "checkpoint_damaged",
                        "What an earlier attempt at the step left behind is damaged.",
                        hint="Cancel the job and import the recording again.",
                    )
                file.truncate(size)
                file.seek(0, 2)
            self._open = stack.pop_all()

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What was appended before this attempt."""
        return self._journal.entries

    def append(self, parts: Mapping[str, Path], **facts: object) -> None:
        """Adds one finished chunk to each file, and returns when it is on the disk.

        ``parts`` are files that ffmpeg wrote with FRAGMENTS. One without a picture adds nothing.
        """
        sizes = {}
        for name, file in self._files.items():
            _copy(parts[name], file, whole=file.tell() == 0)
            file.flush()
            os.fsync(file.fileno())
            sizes[name] = file.tell()
        self._journal.append({**sizes, **facts})

    def close(self) -> None:
        """Closes the files; what was appended stays."""
        self._open.close()


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
