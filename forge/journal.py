"""Finished work that survives a kill: one JSON value a line, on disk before it counts.

Work that is more than a line lies in files beside the journal, which says how far each has got.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO


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


class Growing:
    """Files ``names`` in ``folder`` that grow together, and the journal of how far each has got.

    ``entries`` are the journal's lines, one for each :meth:`commit` of this and of earlier
    attempts: the size of each file by its name, and what else was said. What a kill left in the
    files behind the last line is cut off when they are opened. When a file is shorter than the
    journal says, which is somebody else's doing, all of it begins again.
    """

    def __init__(self, folder: Path, journal: str, names: tuple[str, ...]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.files: dict[str, BinaryIO] = {}
        """By name, each at its end; a :meth:`commit` follows what is written."""
        with ExitStack() as stack:
            self._journal = Journal(folder / journal)
            stack.callback(self._journal.close)
            for name in names:
                self.files[name] = stack.enter_context((folder / name).open("ab"))
            sizes = self._journal.entries[-1] if self._journal.entries else {}
            known = {name: int(sizes.get(name, 0)) for name in names}
            if any(file.tell() < known[name] for name, file in self.files.items()):
                self._journal.restart()
                known = dict.fromkeys(names, 0)
            for name, file in self.files.items():
                file.truncate(known[name])
                file.seek(0, os.SEEK_END)
            self.entries = list(self._journal.entries)
            self._open = stack.pop_all()

    def commit(self, **facts: object) -> None:
        """Makes what was written count, with what is said of it; returns when it is on the disk."""
        for file in self.files.values():
            file.flush()
            os.fsync(file.fileno())
        entry = {**{name: file.tell() for name, file in self.files.items()}, **facts}
        self._journal.append(entry)
        self.entries.append(entry)

    def close(self) -> None:
        """Closes the files; what was committed stays."""
        self._open.close()


def _parse(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
