"""Windows to words with the real Whisper: what may not matter does not, what is noise stays so.

Rules of this file: the sound is pyannote's own 30 s telephone call (in the wheel of
pyannote.audio), backwards too, where nobody can understand it, or speech made here at known
times; nothing is downloaded.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import pytest

from forge.media import voice
from forge.spec import Spec
from forge.speech import whisper
from forge.speech.audio import Recording
from forge.speech.decoding import Decoder, Sound
from forge.speech.weights import package_file
from forge.steps import transcription
from tests.bench.pcm import write_wav

SAMPLE = package_file("pyannote.audio", "sample/sample.wav")
needs_sample = pytest.mark.skipif(
    SAMPLE is None,
    reason="the sample call comes with pyannote.audio, which is not installed (extra diarization)",
)


def transcribed(audio: Path, folder: Path) -> list[dict[str, Any]]:
    """The words that the whole step finds in a WAV."""
    outputs = folder / "outputs"
    outputs.mkdir()
    params = {"model": "tiny.en", "language": None}
    inputs = {"audio.wav": audio}
    spec = Spec("transcription", audio, outputs, folder / "checkpoint", inputs, params)
    transcription.run(spec, lambda fraction, speed=None: None)
    words: list[dict[str, Any]] = json.loads((outputs / "transcript.json").read_text("utf-8"))[
        "words"
    ]
    return words


@needs_sample
def test_the_windows_of_a_batch_do_not_change_each_other_nor_do_earlier_ones() -> None:
    assert SAMPLE is not None
    with Recording(SAMPLE) as recording:
        samples = recording.read(0, recording.length)
    call = Sound(samples, ((6.7, 30.0),))
    backwards = Sound(np.ascontiguousarray(samples[:-160_000:-1]), ((0.0, 10.0),))
    decoder = Decoder(whisper.best("tiny.en"))
    # Backwards speech is doubted, so the careful pass is in this, too.
    alone = decoder.decode([backwards], "en")
    together = decoder.decode([call, backwards], "en")
    assert together[1:] == alone
    assert decoder.decode([call], "en") == together[:1]


@needs_sample
def test_little_is_invented_for_sounds_that_nobody_can_understand() -> None:
    assert SAMPLE is not None
    with Recording(SAMPLE) as recording:
        samples = recording.read(0, recording.length)
    noise = np.random.default_rng(4).normal(0, 0.02, len(samples))
    hall = sum(np.roll(samples[::-1], shift) for shift in (0, 50_000, 110_000, 190_000))
    sound = Sound((hall / 2 + noise).astype(np.float32), ((0.0, 30.0),))
    (decoded,) = Decoder(whisper.best("tiny.en")).decode([sound], "en")
    assert len(decoded.words) <= 1


def test_made_speech_between_silences_is_in_its_place(tmp_path: Path) -> None:
    if not voice.available():
        pytest.skip("the speech comes from espeakng-loader, which is not installed")
    onsets, pieces, at = [], [], 0
    for text, silence in (
        ("Welcome back everybody, today we climb the mountain.", 12),
        ("Nobody has ever finished this level without a sword.", 33),
        ("Thank you for watching, and good night.", 45),
    ):
        said, rate = voice.speak(text, voice="en-us+m3")
        bins = np.fft.rfft(said)
        length = round(len(said) * 16_000 / rate)
        sound = np.fft.irfft(bins[: length // 2 + 1], length) * length / len(said)
        onsets.append((at + silence * 16_000) / 16_000)
        pieces += [np.zeros(silence * 16_000), 12_000 * sound]
        at += silence * 16_000 + length
    audio = write_wav(tmp_path / "planted.wav", np.concatenate([*pieces, np.zeros(320_000)]))
    words = transcribed(audio, tmp_path)
    ends = [*onsets[1:], at / 16_000]
    for onset, end, length in zip(onsets, ends, (8, 9, 7), strict=True):
        inside = [word for word in words if onset - 0.3 <= word["start"] < end - 0.3]
        assert abs(len(inside) - length) <= 2
        assert inside[0]["start"] <= onset + 0.6
    assert words[0]["start"] >= onsets[0] - 0.3
    assert all(a["end"] <= b["start"] for a, b in pairwise(words))
    gaps = [b["start"] - a["end"] for a, b in pairwise(words)]
    assert sum(gap > 25 for gap in gaps) == 2


def test_a_gpu_that_does_not_work_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    if ctranslate2.get_cuda_device_count() > 0:
        pytest.skip("this machine has a GPU that may well work")
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    assert whisper.best("tiny.en").model.device == "cpu"
