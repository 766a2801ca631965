"""Speech that is not English, heard by the packaged model, which knows nothing else.

Rules of this file: the voice is eSpeak NG's, the model and the voice detector are the real ones;
nothing is downloaded. What eSpeak says depends on what it has said before, so here every text is
spoken by a process of its own: alone or among a thousand tests, the model hears the same samples.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import wave
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from forge.errors import ForgeError
from forge.media import ffmpeg, voice
from forge.spec import Spec
from forge.speech import whisper
from forge.steps import transcription

GERMAN = (
    "Hallo zusammen und willkommen zurück im Stream. Heute versuchen wir endlich, den letzten Boss"
    " zu besiegen. Ich habe gestern drei Stunden daran gesessen und bin immer wieder gestorben."
    " Danke für die ganzen Abos, ihr seid wirklich die Besten."
)
ENGLISH = (
    "Hello everyone and welcome back to the stream. Today we are finally going to try to beat the"
    " last boss. Yesterday I sat there for three hours and died again and again."
)


def transcribed(folder: Path, text: str, speaker: str, **params: Any) -> dict[str, Any]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        samples, rate = fresh.submit(voice.speak, text, voice=speaker).result()
    with wave.open(str(folder / "spoken.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 30_000).astype("<i2").tobytes())
    audio = folder / "audio.wav"
    command = [ffmpeg.binary(), "-v", "error", "-i", folder / "spoken.wav", "-ar", "16000", audio]
    subprocess.run(command, check=True)
    params = {"model": "tiny.en", "language": None, **params}
    inputs = {"audio.wav": audio}
    spec = Spec("transcription", audio, folder, folder / "checkpoint", inputs, params)
    said = transcription.run(spec, lambda fraction, *, speed=None: None)
    found: dict[str, Any] = json.loads((folder / "transcript.json").read_text("utf-8"))
    assert said["note"] == found["note"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "checkpoint").mkdir()
    return tmp_path


@pytest.mark.parametrize("speaker", ["de+m3", "de+f2"])
def test_words_in_another_language_are_doubted_with_what_to_do(folder: Path, speaker: str) -> None:
    # For the second voice the model writes English words nearly everywhere, and is sure of none.
    note = transcribed(folder, GERMAN, speaker)["note"]
    assert note is not None
    assert "only English" in note
    assert "FORGE_LANGUAGE" in note


def test_a_language_that_no_model_here_knows_is_said_with_the_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder / "empty"))
    monkeypatch.setattr(whisper, "suits", lambda language: "base")
    with pytest.raises(ForgeError, match="does not know the language 'de'") as refused:
        transcribed(folder, GERMAN, "de+m3", model="auto", language="de")
    assert refused.value.code == "language_unsupported"
    assert "hub could not be reached" in refused.value.message
    assert "Try again when the hub can be reached" in refused.value.hint


def test_english_is_not_doubted(folder: Path) -> None:
    found = transcribed(folder, ENGLISH, "en-us+m3")
    assert found["note"] is None
    assert len(found["words"]) > 20
