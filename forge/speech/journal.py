"""Finished work that survives a kill: one JSON value a line, on disk before it counts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file of JSON objects.

    ``entries`` are those that an earlier, killed attempt has left. A line that was torn by the
    kill, and everything behind it, is cut off when the file is opened, so that what is
    appended later can be read again.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.entries: list[dict[str, Any]] = []
        self._file = path.open("a+b")
        self._file.seek(0)
        whole = 0
        for line in self._file:
            entry = _parse(line)
            if entry is None:
                break
            self.entries.append(entry)
            whole += len(line)
        self._file.truncate(whole)

    def append(self, entry: dict[str, Any]) -> None:
        """Writes one entry and returns when it is on the disk."""
        self._file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def restart(self) -> None:
        """Forgets everything, on the disk too."""
        self.entries.clear()
        self._file.truncate(0)

    def close(self) -> None:
        """Closes the file; what was appended stays."""
        self._file.close()


def _parse(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
