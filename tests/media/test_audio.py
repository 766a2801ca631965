"""The audio step with the real ffmpeg, on recordings made by ffmpeg's own sources.

What is asserted are samples and levels that follow from how the sound was made: a beep begins
at a time that the test chose, a sine has the loudness that EBU Tech 3341 gives it. Times are
seconds from the start of the recording.
"""

from __future__ import annotations

import json
import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forge.errors import ForgeError, StepSkipped
from forge.media import ffmpeg, listening
from forge.media.peaks import FILES, write_peaks
from forge.media.seekable import Seekable
from forge.steps import audio, probe
from forge.steps.spec import Spec

PICTURE = ["-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=4"]
#: Two beeps, each 0.1 s long.
BEEPS = "0.5*sin(2*PI*1000*t)*(between(t,0.5,0.6)+between(t,2.5,2.6))"


def no_report(fraction: float, *, speed: float | None = None) -> None:
    assert 0 <= fraction <= 1


@pytest.fixture
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 1.5 s, so that four seconds have three."""
    monkeypatch.setattr(listening, "HOPS", 15)


def make(path: Path, *args: str) -> Path:
    ffmpeg.run([*args, "-c:v", "mpeg4", str(path)], duration=1)
    return path


def spec_of(source: Path, folder: Path) -> Spec:
    """What the audio step is told about a recording that was probed; its files go to ``folder``."""
    checkpoint = folder.with_suffix(".checkpoint")
    checkpoint.mkdir(exist_ok=True)
    folder.mkdir()
    probe.run(Spec("probe", source, folder, checkpoint), no_report)
    return Spec("audio", source, folder, checkpoint, {"probe.json": folder / "probe.json"})


def run(source: Path, folder: Path) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    audio.run(spec_of(source, folder), no_report)
    return read(folder)


def read(folder: Path) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    with wave.open(str(folder / "audio.wav"), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16000, 1, 2)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32768
    return samples, json.loads((folder / "loudness.json").read_text())


def onsets(samples: np.ndarray[Any, Any]) -> list[float]:
    """When sound begins after at least 50 ms of quiet."""
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    first = np.concatenate(([True], np.diff(loud) > 800))
    return [float(place) / 16000 for place in loud[first]]


def test_beeps_are_where_they_were_put(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv", *PICTURE, "-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=4"
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5], abs=0.005)
    assert len(samples) == pytest.approx(64000, abs=800)
    assert len(loudness["momentary"]) == pytest.approx(40, abs=1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "audio.wav",
        "loudness.json",
        *sorted(FILES),
        "probe.json",
    ]


def test_a_track_that_starts_late_is_padded(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-itsoffset", "1.25", "-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=2.7"),
        *("-c:a", "pcm_s16le"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([1.75, 3.75], abs=0.005)
    # The window that ends at 1.7 s is silent, the one that ends at 1.9 s is not.
    assert loudness["momentary"][16] < -100 < -30 < loudness["momentary"][18]


def test_time_counts_from_the_first_timestamp_of_a_transport_stream(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.ts",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=4"),
        *("-c:a", "mp2", "-output_ts_offset", "100", "-muxpreload", "0", "-muxdelay", "0"),
    )
    samples, _ = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5], abs=0.03)


def test_a_gap_in_the_track_keeps_what_follows_in_sync(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=4:n=480"),
        *("-af", "aselect='not(between(t,1,2))'", "-c:a", "pcm_s16le"),
    )
    samples, _ = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5], abs=0.02)


def test_a_track_that_changes_its_format_on_the_way(tmp_path: Path) -> None:
    """Two transport streams joined by bytes, mono at 48 kHz and stereo at 44.1 kHz."""
    parts = []
    for place, (sound, rate) in enumerate(((BEEPS, 48000), (f"{BEEPS}|{BEEPS}", 44100))):
        parts.append(
            make(
                tmp_path / f"{place}.ts",
                *PICTURE,
                *("-f", "lavfi", "-i", f"aevalsrc='{sound}':s={rate}:d=4"),
                *("-c:a", "mp2", "-output_ts_offset", str(4 * place)),
            )
        )
    source = tmp_path / "a.ts"
    source.write_bytes(b"".join(part.read_bytes() for part in parts))
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([0.5, 2.5, 4.5, 6.5], abs=0.06)
    assert len(loudness["momentary"]) == pytest.approx(80, abs=2)
    assert loudness["momentary"][7] > -30 > -60 > loudness["momentary"][15]


def test_loudness_of_the_reference_tone(tmp_path: Path) -> None:
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS measures -23 LUFS."""
    sine = "0.0707946*sin(2*PI*1000*t)"
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{sine}|{sine}':s=48000:d=4", "-c:a", "pcm_s24le"),
    )
    _, loudness = run(source, tmp_path / "out")
    assert loudness["integrated"] == pytest.approx(-23.0, abs=0.1)
    assert loudness["true_peak"] == pytest.approx(-23.0, abs=0.2)
    assert loudness["momentary"][4:] == pytest.approx([-23.0] * 36, abs=0.1)
    assert loudness["hop"] == 0.1


def test_loudness_is_of_the_sources_channels_not_of_the_mix(tmp_path: Path) -> None:
    sine = "0.25*sin(2*PI*1000*t)"
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", f"aevalsrc='{sine}|-{sine}':s=48000:d=3", "-c:a", "pcm_s16le"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert np.abs(samples).max() < 0.001
    assert loudness["integrated"] == pytest.approx(-12.0, abs=0.3)


def test_digital_silence_is_finite(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo:d=2", "-c:a", "pcm_s16le"),
    )
    _, loudness = run(source, tmp_path / "out")
    assert -121 < min(loudness["momentary"]) <= max(loudness["momentary"]) < -120
    assert loudness["integrated"] <= -70
    assert loudness["true_peak"] == -120.7


def test_no_audio_track_is_nothing_to_do(tmp_path: Path) -> None:
    source = make(tmp_path / "a.mkv", *PICTURE)
    with pytest.raises(StepSkipped, match="no audio track"):
        run(source, tmp_path / "out")


def test_a_track_without_samples_is_refused(tmp_path: Path) -> None:
    """The probe announces a track, and the packets of it are garbage."""
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "sine=1000:d=4", "-c:a", "aac"),
        *("-bsf:a", "noise=amount=-1:drop='1'"),
    )
    folder = tmp_path / "out"
    folder.mkdir()
    facts = {
        "container": "matroska,webm",
        "duration": 4.0,
        "video": {"index": 0},
        "audio": {"index": 1},
    }
    (folder / "probe.json").write_text(json.dumps(facts))
    spec = Spec("audio", source, folder, folder, {"probe.json": folder / "probe.json"})
    with pytest.raises(ForgeError) as error:
        audio.run(spec, no_report)
    assert error.value.code in {"bad_audio", "bad_media", "ffmpeg_failed"}


def test_a_transport_streams_clock_is_the_pictures_too(tmp_path: Path) -> None:
    """The picture starts 0.8 s before the sound: what is heard must not move to where it starts."""
    source = make(
        tmp_path / "a.ts",
        *PICTURE,
        *("-itsoffset", "0.8", "-f", "lavfi", "-i", f"aevalsrc='{BEEPS}':s=48000:d=3"),
        *("-c:a", "mp2", "-output_ts_offset", "700", "-muxdelay", "0"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([1.3, 3.3], abs=0.03)
    assert len(loudness["momentary"]) == pytest.approx(38, abs=1)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.ts"])
@pytest.mark.usefixtures("short_pieces")
def test_pieces_join_where_they_belong(name: str, tmp_path: Path) -> None:
    """Beeps in four pieces, the first across an edge; a transport stream is copied first."""
    beeps = "0.5*sin(2*PI*1000*t)*(between(t,1.45,1.55)+between(t,2.5,2.6)+between(t,5,5.1))"
    source = make(
        tmp_path / name,
        *("-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=6"),
        *("-f", "lavfi", "-i", f"aevalsrc='{beeps}':s=44100:d=6", "-c:a", "mp2"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert onsets(samples) == pytest.approx([1.45, 2.5, 5.0], abs=0.03)
    periods = samples[: len(samples) // 16 * 16].reshape(-1, 16)
    assert (np.abs(periods).max(axis=1) > 0.05).sum() == pytest.approx(3 * 100, abs=6)
    assert len(loudness["momentary"]) == pytest.approx(60, abs=1)
    measured = {at for at, value in enumerate(loudness["momentary"]) if value > -40}
    beeps_in = {*range(14, 19), *range(25, 29), *range(50, 54)}
    # The codec may smear a beep into the window that begins where it ends.
    assert beeps_in <= measured <= beeps_in | {29, 54}


def test_pieces_of_lossless_sound_are_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noise and a tone, so that a sample that is lost, doubled or moved shows at once."""
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "anoisesrc=d=4:r=48000:a=0.3:seed=7"),
        *("-f", "lavfi", "-i", "sine=440:r=48000:d=4"),
        *("-filter_complex", "[1][2]amerge=2[a]", "-map", "0:v", "-map", "[a]", "-c:a", "flac"),
    )
    samples, loudness = run(source, tmp_path / "whole")
    monkeypatch.setattr(listening, "HOPS", 15)
    monkeypatch.setattr(listening, "_SETTLING", 10)
    pieces, measured = run(source, tmp_path / "pieces")
    assert np.array_equal(pieces, samples)
    assert measured["momentary"] == pytest.approx(loudness["momentary"], abs=0.02)
    for name in ("integrated", "true_peak"):
        assert measured[name] == pytest.approx(loudness[name], abs=0.1)


@pytest.mark.usefixtures("short_pieces")
@pytest.mark.parametrize("name", ["a.mkv", "a.ts"])
def test_a_kill_costs_the_piece_it_hits(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make(
        tmp_path / name,
        *PICTURE,
        *("-f", "lavfi", "-i", "anoisesrc=d=4:r=48000:a=0.3:seed=7", "-c:a", "mp2"),
    )
    run(source, tmp_path / "undisturbed")
    spec = spec_of(source, tmp_path / "killed")
    listened: list[int] = []
    decode = listening.listen

    def listen(source: Seekable, index: int, piece: int) -> listening.Heard:
        listened.append(piece)
        if listened == [0, 1]:
            raise KeyboardInterrupt
        return decode(source, index, piece)

    monkeypatch.setattr(listening, "listen", listen)
    with pytest.raises(KeyboardInterrupt):
        audio.run(spec, no_report)
    # What a torn write leaves behind: samples that no line of the journal knows of.
    with (spec.checkpoint / "samples.raw").open("ab") as file:
        file.write(b"torn!")
    heard: list[float] = []
    audio.run(spec, lambda fraction, speed=None: heard.append(fraction))
    assert listened == [0, 1, 1, 2]
    assert heard[0] == pytest.approx(1 / 3)
    for artifact in ("audio.wav", "loudness.json", *FILES):
        killed, undisturbed = (tmp_path / folder / artifact for folder in ("killed", "undisturbed"))
        assert killed.read_bytes() == undisturbed.read_bytes()


@pytest.mark.usefixtures("short_pieces")
def test_sound_behind_the_announced_end_and_behind_a_long_gap(tmp_path: Path) -> None:
    """A damaged header announces two seconds; between 2.0 and 5.5 s nothing was recorded."""
    source = make(
        tmp_path / "a.mkv",
        *("-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=8"),
        *("-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*1000*t)':s=48000:d=7:n=480"),
        *("-af", "aselect='not(between(t,2,5.5))'", "-c:a", "pcm_s16le"),
    )
    samples, loudness = run(source, tmp_path / "out")
    assert len(samples) == pytest.approx(7 * 16000, abs=800)
    quiet = np.abs(samples) < 0.01
    assert quiet[int(2.1 * 16000) : int(5.4 * 16000)].all()
    assert not quiet[int(5.6 * 16000) : int(5.6 * 16000) + 16].all()
    assert len(loudness["momentary"]) == pytest.approx(70, abs=1)
    probed = json.loads((tmp_path / "out" / "probe.json").read_text())
    (tmp_path / "out" / "probe.json").write_text(json.dumps({**probed, "duration": 1.4}))
    folder = tmp_path / "again"
    folder.mkdir()
    spec = Spec("audio", source, folder, folder, {"probe.json": tmp_path / "out" / "probe.json"})
    audio.run(spec, no_report)
    again, _ = read(folder)
    assert np.array_equal(again, samples)


@pytest.mark.usefixtures("short_pieces")
def test_peaks_are_not_made_where_pieces_begin(tmp_path: Path) -> None:
    source = make(
        tmp_path / "a.mkv",
        *PICTURE,
        *("-f", "lavfi", "-i", "aevalsrc='0.5*cos(2*PI*997*t+1)':s=48000:d=4"),
        *("-af", "afade=d=0.5", "-c:a", "pcm_s24le"),
    )
    _, loudness = run(source, tmp_path / "out")
    assert loudness["true_peak"] == pytest.approx(-6.0, abs=0.15)


def test_the_waveform_has_the_lowest_and_highest_of_each_stretch(tmp_path: Path) -> None:
    wave_graph = "aevalsrc='if(lt(t,1.255),0.5*sin(2*PI*1000*t),-0.25*(1-lt(t,2)))':s=16000:d=3.005"
    source = make(tmp_path / "a.mkv", *PICTURE, "-f", "lavfi", "-i", wave_graph, "-c:a", "flac")
    run(source, tmp_path / "out")
    for rate in (100, 10, 1):
        data = (tmp_path / "out" / f"peaks_{rate}.dat").read_bytes()
        header = struct.unpack("<iIiiIi", data[:24])
        pairs = np.frombuffer(data[24:], np.int8).reshape(-1, 2)
        assert header == (2, 1, 16000, 16000 // rate, len(pairs), 1)
        assert len(pairs) == pytest.approx(3.005 * rate, abs=1)
        beep, quiet, low = pairs[: int(1.2 * rate)], pairs[int(1.3 * rate) : 2 * rate], pairs[-1]
        assert (np.abs(beep - [-64, 63]) <= 2).all()
        assert (quiet == 0).all() or rate == 1
        assert abs(low - [-32, -32]).max() <= 1


def test_without_samples_the_waveform_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(bytes(44))
    write_peaks(tmp_path / "a.wav", 16000, tmp_path)
    assert [(tmp_path / name).stat().st_size for name in FILES] == [24, 24, 24]
