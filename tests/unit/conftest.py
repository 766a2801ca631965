"""A real job table for tests of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from forge.store import projects
from forge.store.connection import open_database


@pytest.fixture
def table(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database with one project, ``p``, that holds one recording, ``v``, and no jobs."""
    connection = open_database(tmp_path / "table.db")
    projects.add_project(connection, "p", "title", 0.0)
    projects.add_vod(
        connection,
        vod_id="v",
        project_id="p",
        name="vod.mp4",
        path="/vod.mp4",
        size=1,
        fingerprint="f",
        has_chat=False,
        now=0.0,
    )
    yield connection
    connection.close()
