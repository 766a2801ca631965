"""The demo recording, made for real, goes through the real steps like any other.

The one thing asked is what a newcomer will see: a playable file, and a best clip that holds the
moment of triumph, with reasons. Transcription has its own tests and is left out here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import av
import pytest

from forge.demo import SIZE, Demo
from forge.demo_sound import CHAT_LAG, LENGTH, SCRIPT, TRIUMPH, make_chat
from forge.media import voice
from forge.scoring.chat import parse_chat
from forge.spec import Spec
from forge.steps import audio, probe, scoring, signals


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


def test_it_is_a_recording(demo: Demo) -> None:
    with av.open(str(demo.video)) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height) == SIZE
        assert video.average_rate == 60
        assert (sound.rate, sound.channels) == (48000, 2)
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(LENGTH, abs=0.1)
    assert sorted(path.name for path in demo.video.parent.iterdir()) == [
        "forge-demo.chat.json",
        "forge-demo.mp4",
    ]
    assert demo.spoken == voice.available()


def test_the_best_clip_is_the_triumph(demo: Demo, tmp_path: Path) -> None:
    names = ("probe.json", "loudness.json")
    inputs = {name: tmp_path / name for name in names} | {"chat.json": demo.chat}
    probe.run(Spec("probe", demo.video, tmp_path, tmp_path), no_report)
    audio.run(Spec("audio", demo.video, tmp_path, tmp_path, inputs), no_report)
    inputs["audio.wav"] = tmp_path / "audio.wav"
    signals.run(Spec("signals", demo.video, tmp_path, tmp_path, inputs), no_report)
    inputs["signals.json"] = tmp_path / "signals.json"
    scoring.run(Spec("scoring", demo.video, tmp_path, tmp_path, inputs), no_report)
    result = json.loads((tmp_path / "virality.json").read_text("utf-8"))
    best, *rest = result["clips"]
    assert best["start"] < TRIUMPH < TRIUMPH + 3 < best["end"]
    assert rest
    assert best["score"] > 1.5 * rest[0]["score"]
    reasons = " ".join(best["reasons"])
    assert "times as loud as usual" in reasons
    assert "people wrote within" in reasons
    assert abs(result["chat_lag"] - CHAT_LAG) <= 2


def test_the_chat_is_a_chat_log() -> None:
    messages = parse_chat(json.dumps(make_chat()).encode())
    burst = {m.user for m in messages if TRIUMPH + CHAT_LAG <= m.time < TRIUMPH + CHAT_LAG + 8}
    assert len(burst) > 30
    assert all(0 <= message.time < LENGTH for message in messages)
    assert make_chat() == make_chat()


@pytest.mark.skipif(not voice.available(), reason="espeakng-loader is not installed")
def test_lines_do_not_run_into_each_other() -> None:
    ends = []
    for line in SCRIPT:
        samples, rate = voice.speak(line.text, voice=line.speaker, rate=165)
        assert abs(samples).max() > 0.1
        ends.append(line.start + len(samples) / rate)
    nexts = [line.start for line in SCRIPT[1:]] + [LENGTH]
    assert all(end < following for end, following in zip(ends, nexts, strict=True))


@pytest.mark.skipif(not voice.available(), reason="espeakng-loader is not installed")
def test_a_voice_says_the_same_whenever_it_was_woken() -> None:
    """A voice's breath is by chance, which the library takes from the clock as it wakes up."""
    told = """
import ctypes, sys, espeakng_loader
from forge.media import voice
voice.speak("Good morning.")
ctypes.CDLL(espeakng_loader.get_library_path()).espeak_ng_SetRandSeed(int(sys.argv[1]))
print(voice.speak("Yes! Yes! We did it!", voice="en-us+f3")[0].tobytes().hex())
"""
    heard = {
        subprocess.check_output([sys.executable, "-c", told, clock]) for clock in ("1", "77", "900")
    }
    assert len(heard) == 1


@pytest.mark.skipif(not voice.available(), reason="espeakng-loader is not installed")
def test_an_unknown_voice_is_refused() -> None:
    with pytest.raises(ValueError, match="xx-none"):
        voice.speak("hello", voice="xx-none")
