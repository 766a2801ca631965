"""Deleting in the right order: first the rows, then what only they referred to on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import trio

from actors.ledger import Ledger
from forge.disk.eviction import evict, remove
from forge.holds import Watch
from forge.library import Library
from forge.store.deletion import Freed


async def delete(
    library: Library,
    ledger: Ledger,
    function: Callable[[sqlite3.Connection, str], Freed | None],
    subject: str,
) -> bool:
    """Runs one of the functions of ``forge.store.deletion``; False when there was no subject.

    What is in use at this moment stays on the disk until the janitor finds it. The same goes for
    what is left when this is cancelled half way: no row refers to it any more.
    """
    with library.holds.watch() as watch:
        freed = await ledger.run(function, subject)
        if freed is None:
            return False
        trash = await trio.to_thread.run_sync(partial(_evict, library, freed, watch))
    for path in trash:
        await clear(path)
    return True


async def clear(path: Path) -> None:
    """Removes a tree; it can be cancelled after every file."""
    left = remove(path)
    done = object()
    while await trio.to_thread.run_sync(next, left, done) is not done:
        pass


def _evict(library: Library, freed: Freed, watch: Watch) -> list[Path]:
    found = [evict(library, "artifacts", key, watch) for key in freed.keys]
    found += [evict(library, "checkpoints", key, watch) for key in freed.keys]
    uploads = filter(None, map(library.upload_of, freed.sources))
    found += [evict(library, "uploads", upload, watch) for upload in uploads]
    return [path for path in found if path is not None]
