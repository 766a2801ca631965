"""Room on the disk: how much FORGE uses, and how much it may.

Pure arithmetic on bytes; who measures is :mod:`forge.disk.usage`, and what a step is going to
write says :mod:`forge.disk.needs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forge.errors import ForgeError

GIB = 1 << 30
#: Unless the settings say otherwise, this much of the disk stays free: 1 %, at most 2 GiB.
FLOOR_SHARE = 0.01
FLOOR_MOST = 2 * GIB


@dataclass(frozen=True)
class Room:
    """What there is, in bytes: the disk's size, what is free on it, what FORGE uses, by kind."""

    total: int
    free: int
    used: Mapping[str, int] = field(default_factory=dict)

    @property
    def sum(self) -> int:
        """Bytes that FORGE uses in all."""
        return sum(self.used.values())

    def largest(self, count: int | None = None) -> list[tuple[str, int]]:
        """The kinds that take anything, what takes most first; only ``count`` of them."""
        found = sorted(self.used.items(), key=lambda item: (-item[1], item[0]))
        return [item for item in found if item[1]][:count]


@dataclass(frozen=True)
class Limits:
    """What FORGE may use (None: anything), and what must stay free (None: by the disk's size)."""

    quota: int | None = None
    min_free: int | None = None

    def floor(self, total: int) -> int:
        """Bytes of a disk of ``total`` bytes that must stay free; 0 asks for nothing."""
        if self.min_free is not None:
            return self.min_free
        return min(FLOOR_MOST, int(total * FLOOR_SHARE))


def too_full(room: Room, limits: Limits, need: int) -> ForgeError | None:
    """Why ``need`` more bytes must not be written, or None when they may.

    This looks at the disk only. With ``min_free`` 0 there is no objection: a step then runs
    until the disk is really full.
    """
    floor = limits.floor(room.total)
    if floor == 0 or room.free - need >= floor:
        return None
    return ForgeError(
        "disk_full",
        f"The disk is almost full: {human(room.free)} are free, about {human(need)} are needed,"
        f" and {human(floor)} are to stay free.",
        hint=f"Free some space on the disk of the data folder{_most(room)}, then try again;"
        " FORGE_MIN_FREE sets what stays free.",
        permanent=False,
    )


def over_quota(room: Room, limits: Limits, need: int) -> ForgeError | None:
    """Why nothing new may be started, or None when it may.

    What is under way is finished all the same, so a quota may be overrun by that much.
    """
    if limits.quota is None or (room.sum < limits.quota and room.sum + need <= limits.quota):
        return None
    more = f", and {human(need)} more are asked for" if need else ""
    return ForgeError(
        "quota_exceeded",
        f"FORGE uses {human(room.sum)} of the {human(limits.quota)} that it may use{more}.",
        hint=f"Delete projects or exports that you no longer need{_most(room)}, or raise"
        " FORGE_QUOTA.",
    )


def human(size: int) -> str:
    """A size for people, in decimal units, as disks are sold: ``21.5 GB``."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(amount) < 999.95:
            return f"{size} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def _most(room: Room) -> str:
    """The two kinds that take most, in brackets."""
    found = room.largest(2)
    if not found:
        return ""
    return f" (most of it: {', '.join(f'{kind} {human(size)}' for kind, size in found)})"
