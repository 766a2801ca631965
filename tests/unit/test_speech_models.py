"""Which model is taken, with a hub and without.

Rules of this file: the hub's own client talks to sockets of this test, never to the real hub;
nothing here loads a model.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from forge.errors import ForgeError
from forge.speech import whisper
from forge.speech.models import GIB, PACKAGED, Choice, Machine, choose, foreign, wanted


@pytest.mark.parametrize(
    ("cores", "memory", "cuda", "language", "model"),
    [
        (2, 16, False, None, "tiny.en"),
        (2, 16, False, "en", "tiny.en"),
        (2, 16, False, "de", "base"),
        (4, 16, False, None, "base"),
        (4, 2, False, "en", "tiny.en"),
        (8, 16, False, "en", "small.en"),
        (8, 16, False, "fr", "small"),
        (8, 6, False, "en", "base.en"),
        (2, 4, True, "en", "large-v3-turbo"),
    ],
)
def test_the_model_suits_the_machine_and_the_language(
    cores: int, memory: int, cuda: bool, language: str | None, model: str
) -> None:
    assert wanted(Machine(cores, memory * GIB, cuda), language) == model


def test_what_can_be_had_is_taken_and_the_packaged_one_is_not_asked_for() -> None:
    asked: list[str] = []
    assert choose("small", asked.append) == Choice("small")
    assert choose(PACKAGED, asked.append) == Choice(PACKAGED)
    assert asked == ["small"]


@pytest.mark.parametrize(
    ("spoke", "unread", "said"),
    [(0.0, 0.0, False), (7.0, 7.0, False), (20.0, 10.0, True), (600.0, 100.0, False)],
)
def test_another_language_is_guessed_from_how_much_speech_is_not_understood(
    spoke: float, unread: float, said: bool
) -> None:
    note = foreign("tiny.en", spoke, unread)
    assert (note is not None) == said
    assert note is None or "FORGE_LANGUAGE" in note


def test_a_damaged_model_is_not_replaced_silently() -> None:
    def available(_: str) -> None:
        raise ForgeError("model_damaged", "The file is damaged.")

    with pytest.raises(ForgeError, match="damaged"):
        choose("small", available)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The hub's cache, empty."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.setattr(constants, name, str(tmp_path), raising=False)
    return tmp_path


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port at which nothing listens, though it is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def fall_back(monkeypatch: pytest.MonkeyPatch, port: int) -> Choice:
    """What is picked on a larger machine, with the hub at this port."""
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(whisper, "wanted", lambda *_: "base")
    return whisper.pick("en")


@pytest.mark.usefixtures("cache")
def test_without_a_hub_the_packaged_model_is_used_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, nobody: int
) -> None:
    choice = fall_back(monkeypatch, nobody)
    assert choice.model == "tiny.en"
    assert choice.note is not None
    assert "tiny.en" in choice.note
    assert "base" in choice.note


@pytest.mark.usefixtures("cache")
def test_a_hub_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, silent: int
) -> None:
    monkeypatch.setattr(whisper, "PATIENCE", 0.2)
    assert fall_back(monkeypatch, silent).model == "tiny.en"


@pytest.mark.usefixtures("cache")
def test_offline_means_offline(monkeypatch: pytest.MonkeyPatch, silent: int) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert fall_back(monkeypatch, silent).note is not None


@pytest.mark.usefixtures("cache")
def test_a_named_model_is_never_replaced(monkeypatch: pytest.MonkeyPatch, nobody: int) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{nobody}")
    with pytest.raises(ForgeError) as caught:
        whisper.find("base")
    assert caught.value.code == "model_unreachable"
    assert caught.value.hint


def test_a_name_that_nobody_knows_is_not_looked_for(
    monkeypatch: pytest.MonkeyPatch, silent: int
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent}")
    with pytest.raises(ForgeError, match="no-such-model") as caught:
        whisper.find("no-such-model")
    assert caught.value.code == "model_unreachable"
    assert "base.en" in caught.value.message


@pytest.mark.parametrize("path", ["/no/such/folder", "~/no-such-folder", "./none", r"C:\none"])
def test_a_path_to_nowhere_is_no_name_on_the_hub(path: str) -> None:
    with pytest.raises(ForgeError, match="no folder") as caught:
        whisper.find(path)
    assert caught.value.code == "model_invalid"
    assert caught.value.hint
