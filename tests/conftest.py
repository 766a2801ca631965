"""What all tests share: FORGE's own settings and data folders, never the user's."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest
from filelock import FileLock

from forge.config import Settings
from forge.demo import Demo, make_demo
from forge.library import Library

Made = TypeVar("Made")

# The same examples in every run: what fails here fails everywhere, and nothing fails by chance.
hypothesis.settings.register_profile("forge", derandomize=True, deadline=None)
hypothesis.settings.load_profile("forge")

# Last, so that what is tested is the installed FORGE, with its studio and its fonts; only the
# tests' own modules are found here.
sys.path.append(str(Path(__file__).parents[1]))
# The benchmarks' clients and scenes serve tests, too.
sys.path.append(str(Path(__file__).parent / "bench"))


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("FORGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FORGE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PYANNOTE_METRICS_ENABLED", "0")
    # What suits a larger machine would be fetched from the hub.
    monkeypatch.setenv("FORGE_MODEL", "tiny.en")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def library(settings: Settings) -> Library:
    made = Library(settings.data)
    made.prepare()
    return made


class Once:
    """Makes what takes long once for all workers of a run; nobody may change what it made."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, name: str, make: Callable[[Path], Made]) -> Made:
        """What ``make`` returns when it is given a new folder: here, or in another worker."""
        folder, kept = self._root / name, self._root / f"{name}.pickle"
        with FileLock(self._root / f"{name}.lock"):
            if not kept.exists():
                shutil.rmtree(folder, ignore_errors=True)  # Of a worker that failed at it.
                folder.mkdir()
                kept.write_bytes(pickle.dumps(make(folder)))
        made: Made = pickle.loads(kept.read_bytes())
        return made


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    own = tmp_path_factory.getbasetemp()
    # A worker's folder lies in that of the whole run.
    return Once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def demo(once: Once) -> Demo:
    """The demo recording: 48 s of 720p60 with speech, a loud moment and a chat."""
    return once("demo", _make_demo)


def _make_demo(folder: Path) -> Demo:
    heard: list[float] = []

    def report(fraction: float, *, speed: float | None = None) -> None:
        heard.append(fraction)

    made = make_demo(folder / "new", report)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1, abs=0.1)
    return made
