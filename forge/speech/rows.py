"""Computed rows of numbers that survive a kill, for models that work batch after batch."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forge import failpoints

Rows = NDArray[np.float32]


class RowJournal:
    """A file of float32 rows of one ``shape``, appended in a fixed order.

    :meth:`batch` gives the next rows: from the file as long as an earlier attempt has left
    them there, else by computing them. The order, the batches and the results must be the same
    in every attempt. Half a row at the end, torn by a kill, is cut off on opening.
    """

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._shape = shape
        self._row = 4 * int(np.prod(shape))
        self._file = path.open("a+b")
        self._file.truncate(self._file.seek(0, os.SEEK_END) // self._row * self._row)
        self._file.seek(0)
        #: Rows that were read instead of computed.
        self.reused = 0

    def batch(self, count: int, compute: Callable[[], Rows]) -> Rows:
        """The next ``count`` rows, as an array (count, *shape)."""
        here = self._file.tell()
        data = self._file.read(count * self._row)
        if len(data) == count * self._row:
            self.reused += count
            return np.frombuffer(data, np.float32).reshape(count, *self._shape).copy()
        self._file.truncate(here)
        rows = np.ascontiguousarray(compute(), dtype=np.float32)
        if rows.shape != (count, *self._shape):
            raise ValueError(f"expected rows of {(count, *self._shape)}, got {rows.shape}")
        self._file.write(rows.tobytes())
        self._file.flush()
        os.fsync(self._file.fileno())
        failpoints.reach("checkpointed", "diarization")
        return rows

    def close(self) -> None:
        """Closes the file; what was appended stays."""
        self._file.close()
