"""Which files an artifact has, and how large they are: written once, when it is committed.

Files go missing without FORGE: a user tidies up, a disk is copied by halves, a file system is
repaired. What was made once can be made again, as soon as somebody notices.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from forge.durable import fsync_file

NAME = "manifest.json"


def write_manifest(folder: Path, names: Iterable[str]) -> None:
    """Notes the size of each of these files in ``folder``, and returns when that is on the disk."""
    sizes = {name: (folder / name).stat().st_size for name in names}
    (folder / NAME).write_text(json.dumps(sizes), "utf-8")
    fsync_file(folder / NAME)


def damaged(folder: Path) -> list[str]:
    """The files that are missing or have another size than they were committed with, by name.

    Contents are not read. Trap: an artifact of a FORGE that wrote no manifest is never damaged,
    whatever is left of it. A manifest that cannot be read is damaged itself.
    """
    try:
        sizes = json.loads((folder / NAME).read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        return [NAME]
    if not isinstance(sizes, dict):
        return [NAME]
    return sorted(name for name, size in sizes.items() if _size(folder / name) != size)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
