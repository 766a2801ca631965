"""A real job table for tests of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from seeding import add_recording

from forge.store.connection import open_database


@pytest.fixture
def table(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database with one project, ``p``, that holds one recording, ``v``, and no jobs."""
    connection = open_database(tmp_path / "table.db")
    add_recording(connection)
    yield connection
    connection.close()
