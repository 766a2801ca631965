"""What all tests share: FORGE's own settings and data folders, never the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import hypothesis
import pytest

from forge.config import Settings
from forge.demo import Demo, make_demo
from forge.library import Library

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


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo recording, made once: 48 s of 720p60 with speech, a loud moment and a chat."""
    return make_demo(tmp_path_factory.mktemp("demo"))
