"""A full disk at every step, under the database, and at the start: clear words, nothing lost.

Rules of this file: a real, small disk (tmpfs) in a process with mounts of its own, filled to the
last byte by real files; see full_disk.py. No errors are made up and no pauses waited for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from forge.pipeline import STEPS
from tests.crash import full_disk
from tests.crash.small_disk import LEFT

ROOT = Path(__file__).parents[2]


@cache
def namespace() -> list[str]:
    """The command that gives a process mounts of its own; empty where none does."""
    if not sys.platform.startswith("linux"):
        return []
    try_mount = ["mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    for command in (["unshare", "-m"], ["unshare", "-Urm"]):
        try:
            if subprocess.run([*command, *try_mount], capture_output=True).returncode == 0:
                return command
        except FileNotFoundError:
            return []
    return []


@pytest.fixture(autouse=True)
def _mounts() -> None:
    if not namespace():
        pytest.skip("a small disk needs Linux, and the right to mount one")


def play(scenario: str, video: Path, folder: Path) -> dict[str, Any]:
    path = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(ROOT))))
    ran = subprocess.run(
        [*namespace(), sys.executable, "-m", "tests.crash.full_disk", scenario, video, folder],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    assert "Traceback" not in ran.stderr, ran.stderr[-4000:]
    seen: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return seen


@pytest.fixture(scope="session")
def rounds(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each step's meeting with the full disk, all in one process."""
    return play("every_step", recording, tmp_path_factory.mktemp("rounds"))


def test_every_step_has_its_round() -> None:
    assert {step for step, _ in full_disk.ROUNDS} == set(STEPS) - {"chat"}


@pytest.mark.parametrize("step", [step for step, _ in full_disk.ROUNDS])
def test_a_step_that_meets_the_full_disk_fails_clearly_and_is_done_later(
    rounds: dict[str, Any], step: str
) -> None:
    if step == "diarization" and find_spec("pyannote") is None:
        pytest.skip("speakers are told apart only with the extra")
    seen = rounds[step]
    assert seen["status"] == "failed", seen
    assert seen["steps"][step] == ["failed", "disk_full"], seen
    assert seen["error"]["code"] == "disk_full"
    assert "disk is full" in seen["error"]["message"]
    assert "Free some space" in seen["error"]["hint"]
    assert seen["integrity"] == "ok"
    assert seen["staging"] == []
    assert seen["retried"] == "completed", seen["retry_error"]
    assert set(seen["retried_steps"].values()) == {"completed"}
    assert set(STEPS[step].makes) <= set(seen["files"])
    assert seen["left"] == []


def test_the_disk_was_really_full(rounds: dict[str, Any]) -> None:
    for step, seen in rounds.items():
        assert seen["free"] <= LEFT.get(step, 0) + 16_384, step


def test_a_database_that_cannot_grow_says_so_and_goes_on_afterwards(
    recording: Path, tmp_path: Path
) -> None:
    seen = play("the_database", recording, tmp_path)
    assert seen["written"] > 20  # From its reserve.
    assert seen["error"]["code"] == "disk_full"
    assert not seen["error"]["permanent"]
    assert seen["refusals"] == 5
    assert seen["readable"] == seen["written"] + 1
    assert seen["integrity"] == "ok"
    assert seen["status"] == "completed"
    assert seen["at_the_end"] == ["ok", [seen["written"] + 1]]


def test_a_start_on_a_full_disk_ends_in_words_and_harms_nothing(
    recording: Path, tmp_path: Path
) -> None:
    seen = play("a_full_start", recording, tmp_path)
    assert [error["code"] for error in seen["errors"]] == ["disk_full", "disk_full"]
    assert all("Free some space" in error["hint"] for error in seen["errors"])
    assert seen["later"] is None
    assert (seen["projects"], seen["integrity"]) == (2, "ok")


def test_a_migration_without_room_for_the_copy_changes_nothing(
    recording: Path, tmp_path: Path
) -> None:
    seen = play("a_migration", recording, tmp_path)
    assert seen["error"]["code"] == "disk_full"
    assert seen["version"] == 1
    assert seen["copies"] == []
    assert seen["later"] == [100, 1]


def test_a_data_folder_that_cannot_be_written_is_said_in_words(
    recording: Path, tmp_path: Path
) -> None:
    seen = play("read_only", recording, tmp_path)
    assert seen["error"]["code"] == "data_unwritable"
    assert seen["error"]["hint"]


def test_a_step_does_not_start_when_it_would_take_the_disk_below_its_limit(
    recording: Path, tmp_path: Path
) -> None:
    seen = play("below_the_floor", recording, tmp_path)
    assert seen["error"]["code"] == "disk_full"
    assert "almost full" in seen["error"]["message"]
    assert "are to stay free" in seen["error"]["message"]
    assert seen["staging"] == []
    assert seen["status"] == "completed"
