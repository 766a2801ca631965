"""Taking things out of the data folder: renamed at once, removed file by file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from forge.disk.retention import Entry
from forge.holds import Watch
from forge.library import Library, Shelf


def entries(library: Library, shelf: Shelf) -> list[Entry]:
    """What lies on a shelf, with the newest change of anything in it.

    An artifact's own files never change, so there the directory's time is what counts: it is
    set anew at the commit and at every reuse.
    """
    root = library.shelf(shelf)
    if shelf == "artifacts":
        found = [path for group in _folders(root) for path in _folders(group)]
    else:
        found = list(_folders(root))
    return [
        Entry(path.name, modified)
        for path in found
        if (modified := _modified(path, deep=shelf != "artifacts")) is not None
    ]


def evict(library: Library, shelf: Shelf, name: str, watch: Watch) -> Path | None:
    """Makes an entry vanish from its shelf unless somebody uses it, or has since the watch began.

    Returns where it lies now, for :func:`remove`; None when it stays: used, gone
    already, or (on Windows) open.
    """
    source = library.artifact(name) if shelf == "artifacts" else library.shelf(shelf) / name
    target = library.trash()
    moved = False

    def move() -> None:
        nonlocal moved
        with suppress(OSError):
            source.rename(target)
            moved = True

    watch.unless_used(name, move)
    return target if moved else None


def remove(path: Path) -> Iterator[None]:
    """Removes a tree, one file between two yields, so that the caller may stop in between.

    What can't be removed stays; the sweep at the next start tries again.
    """
    for folder, _, names in os.walk(path, topdown=False):
        for name in names:
            with suppress(OSError):
                os.unlink(os.path.join(folder, name))
            yield
        with suppress(OSError):
            os.rmdir(folder)
        yield


def _folders(root: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(root) if entry.is_dir()]
    except OSError:
        return []  # It went while we looked.


def _modified(path: Path, *, deep: bool) -> float | None:
    try:
        newest = path.stat().st_mtime
        if deep:
            for folder, _, names in os.walk(path):
                newest = max(newest, os.stat(folder).st_mtime)
                for name in names:
                    newest = max(newest, os.stat(os.path.join(folder, name)).st_mtime)
    except OSError:
        return None
    return newest
