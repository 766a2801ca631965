"""A tiny recording, the driver that lives and dies on it, and what an undisturbed life makes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from forge.demo_sound import write_sound
from forge.library import Library
from forge.media import ffmpeg
from tests.conftest import Once
from tests.crash.driver import Order


@pytest.fixture(scope="session")
def recording(once: Once) -> Path:
    """9 s of two voices over a small moving picture with a cut in it."""
    return once("tiny", _make_recording)


def _make_recording(folder: Path) -> Path:
    write_sound(folder / "sound.wav")
    ffmpeg.run(
        [
            *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4"),
            *("-f", "lavfi", "-i", "smptebars=s=320x180:r=30:d=5"),
            *ffmpeg.source_args(folder / "sound.wav", seek=5.0, length=9.0),
            *("-filter_complex", "[0:v][1:v]concat=n=2:v=1:a=0,format=yuv420p[v]"),
            *("-map", "[v]", "-map", "2:a", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-g", "60", "-c:a", "aac", "recording.mp4"),
        ],
        duration=9.0,
        cwd=folder,
    )
    return folder / "recording.mp4"


@dataclass(frozen=True)
class Life:
    """``code`` is negative for a signal; ``left`` are processes that outlived it too long."""

    code: int
    left: list[str]


class Lives:
    """The driver, in a process of its own."""

    def __init__(self, recording: Path, log: Path) -> None:
        self._recording = recording
        own = {name: value for name, value in os.environ.items() if not name.startswith("FORGE_")}
        path = os.pathsep.join([str(Path(__file__).parents[2]), own.get("PYTHONPATH", "")])
        self.log = log.open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.driver"],
            env={**own, "PYTHONPATH": path.rstrip(os.pathsep), "PYANNOTE_METRICS_ENABLED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def live(self, data: Path, failpoint: str = "", **order: str) -> Life:
        """Runs the actors on ``data`` until all jobs have ended, or until they are killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        whole = Order(str(data), str(self._recording), failpoint, **order)
        self._process.stdin.write(json.dumps(asdict(whole)) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the driver has ended: {Path(self.log.name).read_text()}"
        return Life(**json.loads(answer))

    def close(self) -> None:
        self._process.communicate()
        self.log.close()


@pytest.fixture(scope="session")
def lives(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lives]:
    if sys.platform != "linux":
        pytest.skip("what a killed server leaves is counted by a subreaper, which is Linux's")
    driver = Lives(recording, tmp_path_factory.mktemp("lives") / "log")
    yield driver
    driver.close()


def digests(data: Path) -> dict[str, str]:
    """The SHA-256 of every file among the artifacts, by its path there."""
    root = data / "artifacts"
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


@dataclass(frozen=True)
class Records:
    """What the database of a data folder says, without times and random ids."""

    whole: str
    jobs: dict[str, dict[str, Any]]
    steps: dict[str, dict[str, Any]]
    clips: list[dict[str, Any]]
    results: Counter[str]
    """How often each step's result was committed, as the witness saw it."""
    completed: int
    """How many events told that a job is completed."""


def records(data: Path) -> Records:
    with closing(sqlite3.connect(Library(data).database)) as db:
        db.row_factory = sqlite3.Row

        def rows(statement: str) -> list[dict[str, Any]]:
            return [dict(row) for row in db.execute(statement)]

        return Records(
            whole=db.execute("PRAGMA integrity_check").fetchone()[0],
            jobs={row["type"]: row for row in rows("SELECT type, status, result FROM job")},
            steps={
                row["name"]: row
                for row in rows("SELECT name, status, reason, artifacts, result FROM step")
            },
            clips=rows(
                "SELECT rev, start_s, end_s, title, score, reasons, parts, zones, layout,"
                " captions, cuts, state FROM clip ORDER BY start_s"
            ),
            results=Counter(row["step"] for row in rows("SELECT step FROM witness")),
            completed=len(rows("SELECT 1 FROM event WHERE type = 'JOB_COMPLETED'")),
        )


@dataclass(frozen=True)
class Reference:
    """What a life makes that nobody disturbs."""

    data: Path
    digests: dict[str, str]
    records: Records

    def folder_of(self, step: str) -> Path:
        """The directory of a step's artifacts, relative to all artifacts."""
        key = next(iter(json.loads(self.records.steps[step]["artifacts"]).values()))
        return Library(self.data).artifact(key).relative_to(self.data / "artifacts")

    def copy(self, data: Path, *, without: str = "") -> None:
        """Makes a data folder that has all artifacts, except those of one step, and no database."""
        shutil.copytree(self.data / "artifacts", data / "artifacts")
        if without:
            shutil.rmtree(data / "artifacts" / self.folder_of(without))


@pytest.fixture(scope="session")
def reference(lives: Lives, once: Once) -> Reference:
    def make(folder: Path) -> Reference:
        data = folder / "data"
        life = lives.live(data)
        assert life == Life(0, []), Path(lives.log.name).read_text()
        return Reference(data, digests(data), records(data))

    return once("undisturbed", make)


def assert_recovery(data: Path, lives: Lives, reference: Reference, **order: str) -> None:
    """The next start, undisturbed, makes the folder what it would have been without kills."""
    assert lives.live(data, **order) == Life(0, [])
    known = records(data)
    assert known.whole == "ok"
    assert known.jobs == reference.records.jobs
    assert known.steps == reference.records.steps
    assert known.clips == reference.records.clips
    assert known.results == reference.records.results
    assert known.completed == reference.records.completed
    assert digests(data) == reference.digests
    assert leftovers(data) == []


def leftovers(data: Path) -> list[str]:
    """What lies in the folders for unfinished work."""
    return [
        str(path.relative_to(data))
        for folder in ("staging", "checkpoints", "children")
        for path in (data / folder).iterdir()
    ]
