"""What a killed attempt leaves is used again, and what it tore is not.

Rules: real files in a fresh folder; a kill is a file cut at a byte.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forge.speech.journal import Journal
from forge.speech.rows import RowJournal, Rows

ENTRIES = [{"end": 1, "text": "äö"}, {"end": 2, "text": "x"}]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A journal with two entries."""
    path = tmp_path / "deep" / "windows.jsonl"
    journal = Journal(path)
    for entry in ENTRIES:
        journal.append(entry)
    journal.close()
    return path


def test_entries_come_back(written: Path) -> None:
    journal = Journal(written)
    journal.close()
    assert journal.entries == ENTRIES


def test_a_line_torn_at_any_byte_is_dropped_and_written_again(written: Path) -> None:
    whole = written.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole)):
        written.write_bytes(whole[:cut])
        journal = Journal(written)
        assert journal.entries == ENTRIES[:1]
        journal.append(ENTRIES[1])
        journal.close()
        assert written.read_bytes() == whole


@pytest.mark.parametrize("damage", [b"nonsense\n", b"[1]\n", b"\x00\x00\n", b'{"a": \n'])
def test_nothing_behind_a_damaged_line_is_believed(written: Path, damage: bytes) -> None:
    written.write_bytes(damage + written.read_bytes())
    journal = Journal(written)
    journal.close()
    assert journal.entries == []
    assert written.read_bytes() == b""


def number(start: int, count: int) -> Rows:
    """Rows 0, 1, 2 … of three numbers each."""
    return np.arange(start * 3, (start + count) * 3, dtype=np.float32).reshape(count, 3)


def test_rows_are_computed_once_and_torn_ones_again(tmp_path: Path) -> None:
    path = tmp_path / "rows.f32"
    rows = RowJournal(path, (3,))
    first = [rows.batch(2, lambda: number(0, 2)), rows.batch(2, lambda: number(2, 2))]
    rows.close()
    path.write_bytes(path.read_bytes()[:-5])

    computed: list[int] = []

    def compute(start: int) -> Rows:
        computed.append(start)
        return number(start, 2)

    again = RowJournal(path, (3,))
    second = [again.batch(2, lambda: compute(0)), again.batch(2, lambda: compute(2))]
    again.close()
    assert computed == [2]
    assert again.reused == 2
    np.testing.assert_array_equal(first, second)
    assert path.stat().st_size == 4 * 3 * 4


def test_rows_of_another_shape_are_refused(tmp_path: Path) -> None:
    rows = RowJournal(tmp_path / "rows.f32", (3,))
    with pytest.raises(ValueError, match="expected rows"):
        rows.batch(1, lambda: np.zeros((1, 4), np.float32))
    rows.close()
