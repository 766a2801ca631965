"""Reading audio.wav and finding weights.

Rules: real files in a fresh folder, written here with the standard library.
"""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path

import numpy as np
import psutil
import pytest

from forge.errors import ForgeError
from forge.speech.audio import Recording
from forge.speech.weights import package_file, verify
from tests.bench.pcm import write_wav


def test_pieces_are_what_the_whole_is_made_of(tmp_path: Path) -> None:
    samples = list(range(-500, 500))
    with Recording(write_wav(tmp_path / "a.wav", np.array(samples))) as recording:
        assert recording.length == 1000
        assert recording.duration == pytest.approx(1000 / 16_000)
        pieces = [recording.read(start, start + 300) for start in range(0, 1000, 300)]
        assert [len(piece) for piece in pieces] == [300, 300, 300, 100]
        np.testing.assert_array_equal(np.concatenate(pieces) * 32768, samples)
        np.testing.assert_array_equal(recording.mapped(), samples)
        assert len(recording.read(2000, 3000)) == 0
        assert recording.read(-5, 2).tolist() == [-500 / 32768, -499 / 32768]


def test_a_map_begins_at_the_samples_whatever_lies_before_them(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", np.array([7, 8, 9]))
    data = path.read_bytes()
    note = b"LIST" + (4).to_bytes(4, "little") + b"INFO"
    size = (len(data) - 8 + len(note)).to_bytes(4, "little")
    path.write_bytes(data[:4] + size + data[8:36] + note + data[36:])
    with Recording(path) as recording:
        assert recording.mapped().tolist() == [7, 8, 9]


@pytest.mark.skipif(not hasattr(mmap.mmap, "madvise"), reason="this system has no madvise")
def test_what_was_heard_of_a_map_can_be_given_back(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", np.full(20_000_000, 5, np.int16))
    with Recording(path) as recording:
        recording.forget()
        samples = recording.mapped()
        assert samples.max() == 5
        before = psutil.Process().memory_info().rss
        recording.forget()
        assert before - psutil.Process().memory_info().rss > 30_000_000
        assert samples[-1] == 5
    assert samples[0] == 5, "an array outlives its recording"


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 1), (16_000, 2)])
def test_other_formats_are_refused(tmp_path: Path, rate: int, channels: int) -> None:
    path = write_wav(tmp_path / "a.wav", np.zeros(100), rate, channels)
    with pytest.raises(ForgeError, match="16 kHz mono") as caught:
        Recording(path)
    assert caught.value.code == "bad_audio"


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no sound at all" * 10])
def test_what_is_no_wav_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    with pytest.raises(ForgeError) as caught:
        Recording(path)
    assert caught.value.code == "bad_audio"


def test_a_packages_file_is_found_without_importing_it() -> None:
    assert package_file("forge", "speech/weights.py") is not None
    assert package_file("forge", "speech/none.py") is None
    assert package_file("no_such_package_anywhere", "x") is None


def test_weights_must_be_the_pinned_ones(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"weights")
    assert verify(path, hashlib.sha256(b"weights").hexdigest()) == path
    with pytest.raises(ForgeError) as caught:
        verify(path, hashlib.sha256(b"other").hexdigest())
    assert caught.value.code == "model_damaged"
    assert "model.bin" in caught.value.message
