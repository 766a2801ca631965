"""What may go from the data folder: values in, names out.

Ages are seconds, counted from the newest change of anything in an entry. An entry from the
future (the clock was set back) is as young as can be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

HOUR = 3600.0
DAY = 24 * HOUR
#: Artifacts that no row refers to stay this long: whoever repeats the work finds them.
ARTIFACT_GRACE = DAY
#: What dead attempts left in staging. Living ones hold their directory however old it gets.
STAGING_GRACE = HOUR


@dataclass(frozen=True)
class Entry:
    """Something in the data folder: its name, and the newest time of change in it."""

    name: str
    modified: float


@dataclass(frozen=True)
class References:
    """What the database refers to.

    ``artifacts`` are keys of results, and of steps that unfinished jobs work on; ``pursued``
    are keys of unfinished steps in pending and processing jobs, ``resumable`` those of failed
    and cancelled jobs, which a user may retry. ``uploads`` are ids of uploads that were
    imported.
    """

    artifacts: frozenset[str] = frozenset()
    pursued: frozenset[str] = frozenset()
    resumable: frozenset[str] = frozenset()
    uploads: frozenset[str] = frozenset()


def artifacts_to_drop(
    entries: Iterable[Entry], known: References, now: float, grace: float = ARTIFACT_GRACE
) -> list[str]:
    """Keys that no row refers to and that nobody has used for ``grace`` seconds."""
    return _old(entries, known.artifacts | known.pursued | known.resumable, now, grace)


def checkpoints_to_drop(
    entries: Iterable[Entry], known: References, now: float, keep: float, grace: float = HOUR
) -> list[str]:
    """Keys of half-done work.

    What a live job pursues stays. What a retry could still use stays for ``keep`` seconds, and
    what belongs to no step any more for ``grace``.
    """
    found = list(entries)
    stale = _old(found, known.pursued, now, keep)
    orphaned = _old(found, known.pursued | known.resumable, now, grace)
    return sorted({*stale, *orphaned})


def uploads_to_drop(
    entries: Iterable[Entry], known: References, now: float, keep: float
) -> list[str]:
    """Ids of uploads, whole or not, that were not imported within ``keep`` seconds."""
    return _old(entries, known.uploads, now, keep)


def staging_to_drop(entries: Iterable[Entry], now: float) -> list[str]:
    """Names of staging directories that nothing has been written to for an hour."""
    return _old(entries, (), now, STAGING_GRACE)


def _old(entries: Iterable[Entry], keep: Collection[str], now: float, age: float) -> list[str]:
    return sorted(
        entry.name for entry in entries if entry.name not in keep and now - entry.modified >= age
    )
