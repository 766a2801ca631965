"""What a killed attempt leaves is used again, and what it tore is not.

Rules: real files in a fresh folder; a kill is a file cut at a byte.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forge.journal import Growing, Journal
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


def grown(folder: Path, *parts: tuple[bytes, bytes]) -> list[dict[str, object]]:
    """Opens two files that grow together, adds parts, and says what was there before."""
    growing = Growing(folder, "parts.jsonl", ("a", "b"))
    before = list(growing.entries)
    for a, b in parts:
        growing.files["a"].write(a)
        growing.files["b"].write(b)
        growing.commit(end=len(growing.entries) + 1)
    growing.close()
    return before


def test_files_end_where_their_journal_says(tmp_path: Path) -> None:
    grown(tmp_path, (b"one", b"I"), (b"two", b"II"))
    for name in "ab":
        with (tmp_path / name).open("ab") as file:
            file.write(b"torn by a kill")
    entries = [{"a": 3, "b": 1, "end": 1}, {"a": 6, "b": 3, "end": 2}]
    assert grown(tmp_path, (b"three", b"III")) == entries
    assert (tmp_path / "a").read_bytes() == b"onetwothree"
    assert (tmp_path / "b").read_bytes() == b"IIIIII"


def test_files_that_lost_bytes_begin_again(tmp_path: Path) -> None:
    grown(tmp_path, (b"one", b"I"), (b"two", b"II"))
    (tmp_path / "b").write_bytes(b"I")
    assert grown(tmp_path, (b"ONE", b"i")) == []
    assert (tmp_path / "a").read_bytes() == b"ONE"
    assert (tmp_path / "b").read_bytes() == b"i"
    assert len((tmp_path / "parts.jsonl").read_bytes().splitlines()) == 1


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
