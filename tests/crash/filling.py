"""Fills a disk to its last byte, and makes room again.

Every child of a full-disk test runs this as it starts, so it imports nothing of FORGE.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def fill(disk: str, left: int = 0) -> None:
    """Fills a disk but for ``left`` bytes."""
    room = Path(disk) / "room"
    room.write_bytes(b"x" * left)
    with open(Path(disk) / "filler", "ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * (1 << 16))
    with open(Path(disk) / "filler", "ab", buffering=0) as file, suppress(OSError):
        while True:  # What is left over of a piece.
            file.write(b"x" * 512)
    room.unlink()


def empty(disk: Path) -> None:
    (disk / "filler").unlink(missing_ok=True)
