"""What the samples tell: frames, and the signals that voices make of them.

Rules of this file: sounds are made from sines and noise whose right answer is known; no files,
no model. Frames are 20 ms, signals one number a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forge.scoring import signals, voices
from forge.scoring.evidence import Evidence, Sound, read_evidence
from forge.scoring.sound import (
    BANDS,
    FRAMES,
    RATE,
    MusicMeter,
    Samples,
    count_blocks,
    join_blocks,
    measure_block,
)


def heard(samples: Any, music: MusicMeter | None = None) -> Sound:
    given = np.asarray(samples, dtype=np.float32)

    def read(start: int, end: int) -> Samples:
        return given[start:end]

    numbers = range(count_blocks(len(given)))
    return join_blocks([measure_block(read, number, music) for number in numbers])


def voice(seconds: float, hertz: float, level: float = 0.1) -> Samples:
    """A buzz with the falling harmonics of a voice."""
    at = np.arange(int(seconds * RATE)) / RATE
    tones = [np.sin(2 * np.pi * hertz * k * at) / k for k in range(1, 9)]
    return np.asarray(level * np.sum(tones, axis=0), dtype=np.float32)


def noise(seconds: float, level: float) -> Samples:
    made = np.random.default_rng(5).standard_normal(int(seconds * RATE))
    return (level * made).astype(np.float32)


def said(duration: float, *spans: tuple[float, float], speaker: str = "a") -> dict[str, Any]:
    words = [{"word": "so", "start": start, "end": end} for start, end in spans]
    turns = [{"speaker": speaker, "start": start, "end": end} for start, end in spans]
    return {"words": words, "segments": [], "turns": turns}


LONG = noise(33, 0.05) + voice(33, 150)  # One block of work, and a part of the next.


@pytest.mark.parametrize("hertz", [75.0, 110.0, 160.0, 240.0, 350.0, 470.0])
def test_the_pitch_of_a_voice(hertz: float) -> None:
    pitch = heard(voice(2, hertz)).pitch[3:-3]
    assert pitch == pytest.approx(np.full(len(pitch), hertz), rel=0.03)


def test_noise_and_silence_have_no_pitch() -> None:
    assert not heard(noise(3, 0.1)).pitch.any()
    assert not heard(np.zeros(3 * RATE)).pitch.any()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 33 * RATE))
def test_where_a_block_ends_nothing_happens(length: int) -> None:
    """The same sound, 20 s later, has the same frames: it is cut into blocks elsewhere."""
    samples = LONG[:length]
    whole = heard(samples)
    later = heard(np.concatenate((np.zeros(20 * RATE, np.float32), samples)))
    seconds = -(-length // RATE)
    assert whole.bands.shape == (seconds, BANDS)
    for name in ("level", "pitch", "bright", "onset"):
        frames, moved = getattr(whole, name), getattr(later, name)[20 * FRAMES :]
        assert len(frames) == len(moved) == seconds * FRAMES
        # The first frames see the silence before the sound, or none.
        assert frames[6:] == pytest.approx(moved[6:], abs=1e-3)


def test_an_onset_is_where_a_sound_begins() -> None:
    samples = noise(20, 0.001)
    samples[10 * RATE + RATE // 2 :] += noise(9.5, 0.1)
    values = signals.onset(heard(samples), 20)
    assert int(np.argmax(values)) == 10
    assert np.delete(values, 10).max() < 0.2 * values[10]


def test_the_sound_changes_where_another_place_begins() -> None:
    samples = np.concatenate((noise(15, 0.05), voice(15, 200)))
    values = signals.change(heard(samples), 30)
    assert int(np.argmax(values)) == 15
    assert values[5] < 0.1 * values[15]


def test_a_shout_is_loud_and_high() -> None:
    calm, high, loud = voice(5, 120), voice(5, 230), voice(5, 120, 0.5)
    shouted = voice(5, 230, 0.5)
    samples = np.concatenate((calm, calm, calm, high, loud, shouted)) + noise(30, 0.001)
    evidence = read_evidence(30, transcript=said(30, (0, 30)), sound=heard(samples))
    assert evidence.sound is not None
    values = voices.shout(evidence, evidence.sound)
    assert values[26:29] == pytest.approx(np.ones(3), abs=0.05)
    assert values[:24].max() < 0.2
    rise = voices.pitch(evidence, evidence.sound)
    assert rise[17] == pytest.approx(12 * np.log2(230 / 120), abs=0.6)
    assert rise[5] == pytest.approx(0, abs=0.3)


def test_pitch_is_the_main_speakers() -> None:
    samples = np.concatenate((voice(10, 120), voice(4, 240), voice(6, 120)))
    transcript = said(20, (0, 10), (14, 20))
    transcript["turns"].append({"speaker": "b", "start": 10, "end": 14})
    evidence = read_evidence(20, transcript=transcript, sound=heard(samples))
    assert voices.main_speaker(evidence) == "a"
    assert evidence.sound is not None
    assert not voices.pitch(evidence, evidence.sound)[11:13].any()


def test_who_talks_over_the_main_speaker_does_not_shout_for_them() -> None:
    samples = voice(20, 120) + noise(20, 0.001)
    samples[8 * RATE : 12 * RATE] += voice(4, 250, 0.5)
    alone = said(20, (0, 20))
    known = said(20, (0, 20))
    known["turns"].append({"speaker": "b", "start": 8.1, "end": 11.9})  # As a diarizer has it.
    sound = heard(samples)
    unaware = read_evidence(20, transcript=alone, sound=sound)
    assert voices.shout(unaware, sound)[9] > 0.9  # What it would seem.
    aware = read_evidence(20, transcript=known, sound=sound)
    assert voices.main_speaker(aware) == "a"
    assert voices.shout(aware, sound).max() < 0.1
    assert voices.pitch(aware, sound).max() < 1


def laugh(seconds: float, notes: float = 4.6) -> Samples:
    at = np.arange(int(seconds * RATE)) / RATE
    swing = np.maximum(0.0, np.sin(2 * np.pi * notes * at)) ** 2
    return (voice(seconds, 260, 0.2) * swing).astype(np.float32)


def test_laughter_is_even_notes_without_words() -> None:
    samples = noise(40, 0.002)
    samples[: 8 * RATE] += voice(8, 130)  # A long tone,
    samples[15 * RATE : 18 * RATE] += laugh(3)
    samples[25 * RATE : 28 * RATE] += laugh(3, 1.5)  # slow calls,
    samples[34 * RATE : 37 * RATE] += laugh(3)  # and syllables of a spoken sentence.
    sound = heard(samples)
    values = voices.laughing(read_evidence(40, transcript=said(40, (33, 38)), sound=sound), sound)
    assert values[16] > 0.8
    assert np.delete(values, [14, 15, 16, 17, 18]).max() < 0.2


def test_music_that_goes_on_is_no_laughter() -> None:
    def everywhere(samples: Samples) -> np.ndarray[Any, Any]:
        return np.ones(len(samples) // RATE)

    samples = noise(20, 0.002)
    samples[8 * RATE : 11 * RATE] += laugh(3)
    alone, beside = heard(samples), heard(samples, music=everywhere)
    evidence = Evidence(20.0)
    assert voices.laughing(evidence, alone)[9] > 0.8
    assert voices.laughing(evidence, beside)[9] == 0
    assert voices.music(evidence, beside).min() == 1.0


def test_without_words_there_is_no_main_speaker_to_measure() -> None:
    found, _ = signals.measure(Evidence(20.0, sound=heard(noise(20, 0.01))), lambda text: 0.0)
    assert set(found) == {"onset", "change", "laughter"}


def test_a_wav_of_another_length_than_the_recording_fits() -> None:
    for seconds in (3, 20, 31):
        evidence = read_evidence(
            20.0, transcript=said(20, (1, 2)), sound=heard(noise(seconds, 0.01))
        )
        found, _ = signals.measure(evidence, lambda text: 0.0)
        assert all(len(values) == 20 for values in found.values())
