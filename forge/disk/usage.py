"""Measuring the data folder: bytes by kind, and what is free on its disk."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

from forge.disk.space import Room
from forge.durable import disk_error
from forge.library import Library

#: Kinds in words, as they are shown to users; artifacts are told apart by their files' names.
_BY_NAME = {
    "proxy.mp4": "previews",
    "scout.mp4": "previews",
    "audio.wav": "sound",
}
_BY_FOLDER = {
    "artifacts": "analysis",
    "uploads": "uploaded recordings",
    "checkpoints": "unfinished work",
    "staging": "unfinished work",
}


def kind_of(parts: tuple[str, ...]) -> str:
    """The kind of a file, from its path inside the data folder."""
    if len(parts) < 2:
        return "database"
    if parts[0] == "artifacts":
        if parts[-1].startswith(("clip.", "clip-")):
            return "exports"
        return _BY_NAME.get(parts[-1], _BY_FOLDER["artifacts"])
    return _BY_FOLDER.get(parts[0], "other")


def measure(library: Library) -> Room:
    """Looks at every file's size; takes about 10 ms for a thousand files.

    Counted is what lies on the disk, so a sparse file counts what was written of it. Raises
    ForgeError when the data folder can't be read.
    """
    used: Counter[str] = Counter()
    for folder, _, names in os.walk(library.root):
        parts = Path(folder).relative_to(library.root).parts
        for name in names:
            used[kind_of((*parts, name))] += _size(os.path.join(folder, name))
    total, free = disk(library)
    return Room(total, free, dict(used))


def disk(library: Library) -> tuple[int, int]:
    """The disk's size and what is free on it for this user. Raises ForgeError."""
    try:
        found = shutil.disk_usage(library.root)
    except OSError as error:
        raise disk_error(error) from error
    return found.total, found.free


def _size(path: str) -> int:
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return 0  # It went while we looked.
    blocks = getattr(status, "st_blocks", None)  # Windows has none.
    return status.st_size if blocks is None else int(blocks) * 512
