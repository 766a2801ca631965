"""What signals and scoring hear in a sound: golden values, music, and what a kill costs.

Rules of this file: real WAV files go through the real steps and the real music model. The golden
values are of the demo's own sound, which is made here.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forge.demo_sound import LENGTH, SCRIPT, TRIUMPH, make_chat, write_sound
from forge.errors import ForgeError
from forge.media import voice
from forge.media.ffmpeg import binary
from forge.scoring import music
from forge.scoring.music import music_meter
from forge.scoring.sound import RATE
from forge.spec import Report, Spec
from forge.steps import audio, probe, signals
from tests.bench.pcm import write_wav
from tests.media.scored import no_report, rescore


def heard(tmp_path: Path) -> dict[str, Path]:
    """The demo's sound as the audio step leaves it, with its words and its chat."""
    wav, vod = tmp_path / "vod.wav", tmp_path / "vod.mov"
    write_sound(wav)
    # A picture of one colour: the real one takes long to draw.
    picture = ["-f", "lavfi", "-i", f"color=s=64x64:r=5:d={LENGTH}", "-i", str(wav)]
    subprocess.run([binary(), "-v", "error", *picture, "-c:a", "pcm_s16le", str(vod)], check=True)
    names = ("probe.json", "audio.wav", "loudness.json", "transcript.json", "chat.json")
    inputs = {name: tmp_path / name for name in names}
    probe.run(Spec("probe", vod, tmp_path, tmp_path), no_report)
    audio.run(Spec("audio", vod, tmp_path, tmp_path, inputs), no_report)
    words: list[dict[str, Any]] = []
    segments, turns = [], []
    for line in SCRIPT:
        first, time = len(words), line.start
        for word in line.text.split():
            words.append({"word": word, "start": time, "end": time + 0.28})
            time += 0.3
        segments.append({"words": [first, len(words)]})
        turns.append({"speaker": line.speaker, "start": line.start, "end": time})
    written = {"words": words, "segments": segments, "turns": turns}
    inputs["transcript.json"].write_text(json.dumps(written))
    inputs["chat.json"].write_text(json.dumps(make_chat()))
    return inputs


#: Of each signal its highest second and value; what is left to the ear of another version of
#: eSpeak, ffmpeg or numpy is in the tolerances.
GOLDEN = {
    "loudness": (25, 12.1),
    "onset": (25, 19.2),
    "change": (26, 11.8),
    "laughter": (0, 0.0),
    "pitch": (26, 7.0),
    "shout": (26, 0.62),
    "music": (19, 0.06),
    "hype": (26, 3.2),
    "sentiment": (27, 0.39),
    "speech_rate": (41, 3.67),
    "interruptions": (0, 0.0),
    "chat": (25, 40.0),
    "emotes": (25, 36.0),
}


@pytest.mark.skipif(not voice.available(), reason="espeakng-loader is not installed")
def test_the_demos_sound_gives_the_golden_signals(tmp_path: Path) -> None:
    inputs = heard(tmp_path)
    signals.run(Spec("signals", tmp_path / "vod.mov", tmp_path, tmp_path, inputs), no_report)
    kept = json.loads((tmp_path / "signals.json").read_text("utf-8"))
    best = {
        name: (max(range(len(values)), key=values.__getitem__), max(values))
        for name, values in kept["signals"].items()
    }
    assert set(best) == set(GOLDEN)
    for name, (second, value) in GOLDEN.items():
        assert value < 0.1 or best[name][0] == pytest.approx(second, abs=1), name
        assert best[name][1] == pytest.approx(value, rel=0.15, abs=0.05), name
    assert kept["chat_lag"] == 7
    clip = rescore(tmp_path)["clips"][0]
    assert (clip["start"], clip["end"]) == pytest.approx((22.05, 34.03), abs=0.5)
    assert clip["start"] < TRIUMPH < clip["end"]
    assert clip["score"] > 90
    assert clip["title"] == "No way, that was insane!"
    assert "says “clip that” at 0:32" in clip["reasons"]
    assert any(reason.startswith("a shout at 0:26") for reason in clip["reasons"])


def chords(seconds: int) -> np.ndarray[Any, Any]:
    """Four chords of plucked tones, two a second."""
    at = np.arange(RATE // 2) / RATE
    pluck = np.exp(-3 * at)
    steps = [0, 5, 7, 9]
    bars = [
        sum(np.sin(2 * np.pi * 220 * 2 ** ((step + third) / 12) * at) for third in (0, 4, 7))
        for step in steps
    ]
    return np.concatenate([bars[place % 4] * pluck for place in range(2 * seconds)]) / 8


@pytest.mark.skipif(not voice.available(), reason="espeakng-loader is not installed")
def test_music_is_told_from_speech_and_noise() -> None:
    meter = music_meter()
    noise = np.random.default_rng(1).standard_normal(6 * RATE) / 20
    said, rate = voice.speak("We are going to try the hard mode again, and see how far we get.")
    speech = np.interp(np.arange(3 * RATE) / RATE * rate, np.arange(len(said)), said)
    for samples, low, high in ((chords(6), 0.8, 1.0), (noise, 0.0, 0.2), (speech, 0.0, 0.2)):
        share = meter(np.asarray(samples, dtype=np.float32))
        assert len(share) == len(samples) // RATE
        assert low <= share[1:-1].mean() <= high


def test_another_music_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(music, "_SHA256", "0" * 64)
    with pytest.raises(ForgeError) as error:
        music_meter()
    assert error.value.code == "bad_weights_file"


def tone(path: Path, seconds: int) -> None:
    made = np.random.default_rng(2).normal(0, 900, seconds * RATE)
    write_wav(path, made + 3000 * np.sin(np.arange(len(made)) / 20))


def test_a_kill_costs_one_block_and_changes_nothing(tmp_path: Path) -> None:
    tone(tmp_path / "audio.wav", 65)  # Three blocks.
    (tmp_path / "probe.json").write_text(json.dumps({"duration": 65.0}))
    inputs = {name: tmp_path / name for name in ("probe.json", "audio.wav")}

    def run_in(name: str, report: Report) -> bytes:
        outputs, checkpoint = tmp_path / f"{name}-out", tmp_path / name
        outputs.mkdir(exist_ok=True)
        checkpoint.mkdir(exist_ok=True)
        signals.run(Spec("signals", tmp_path / "vod", outputs, checkpoint, inputs), report)
        return (outputs / "signals.json").read_bytes()

    reports: list[float] = []

    def killed(fraction: float, *, speed: float | None = None) -> None:
        reports.append(fraction)
        if len(reports) == 2:
            raise KeyboardInterrupt

    undisturbed = run_in("undisturbed", no_report)
    with pytest.raises(KeyboardInterrupt):
        run_in("again", killed)
    (tmp_path / "again" / "sound-1.npz").write_bytes(b"PK\x03\x04")  # A power cut.
    again: list[float] = []
    measured = run_in("again", lambda fraction, speed=None: again.append(fraction))
    assert measured == undisturbed
    assert len(again) == 2 + 1  # Two of three blocks, and the end.


def test_a_cut_off_wav_is_named(tmp_path: Path) -> None:
    (tmp_path / "probe.json").write_text(json.dumps({"duration": 9.0}))
    (tmp_path / "audio.wav").write_bytes(b"RIFF")
    inputs = {name: tmp_path / name for name in ("probe.json", "audio.wav")}
    with pytest.raises(ForgeError) as error:
        signals.run(Spec("signals", tmp_path / "vod", tmp_path, tmp_path, inputs), no_report)
    assert error.value.code == "bad_audio"
