"""Holds: who uses what in the data folder, so that a sweep never takes it away.

Why a used thing can't vanish, whatever the clocks do. A *use* of a name (an artifact's key, an
upload's id) holds it from before it looks whether the thing is there until the database says
who refers to it, or until it gives up. A *sweep* does, in this order: 1. it begins a watch,
2. it reads all references from the database, 3. it evicts what has no reference, unless the
watch spares it. The watch spares what is held when it begins, and all that is held at any time
after. Suppose a thing is evicted and referred to all the same. Its reference was written
before 2, then the sweep has read it; or after 2, then its use ended after 1, so the watch saw
its hold, or it began after the eviction, found nothing, and made the thing anew. Asking and
evicting are one step under a lock, so no hold comes between them.

All uses are in one process: the data folder's lock sees to that. A kill ends uses and sweeps
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock


class Watch:
    """What was in use since a moment; made by :meth:`Holds.watch`."""

    def __init__(self, holds: Holds, held: Iterable[str]) -> None:
        self._holds = holds
        self._seen = set(held)

    def unless_used(self, name: str, evict: Callable[[], None]) -> bool:
        """Runs ``evict`` unless ``name`` is or was in use; says whether it ran.

        ``evict`` is to be short, such as a rename: whoever wants to hold anything waits for it.
        """
        with self._holds._lock:
            if name in self._seen:
                return False
            evict()
            return True


class Holds:
    """The names that are in use, counted. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: Counter[str] = Counter()
        self._watches: set[Watch] = set()

    @contextmanager
    def hold(self, *names: str) -> Iterator[None]:
        """Keeps the names from being evicted while the block runs."""
        with self._lock:
            self._held.update(names)
            for watch in self._watches:
                watch._seen.update(names)
        try:
            yield
        finally:
            with self._lock:
                self._held.subtract(names)
                self._held += Counter()  # Drops those that nobody holds any more.

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        """Sees every hold from now on; begin it before the references are read."""
        with self._lock:
            watch = Watch(self, self._held)
            self._watches.add(watch)
        try:
            yield watch
        finally:
            with self._lock:
                self._watches.discard(watch)
